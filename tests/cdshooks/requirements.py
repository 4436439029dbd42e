"""The requirements of CDS Hooks 2.0 that speak to a service, each with the tests that show it.

Numbers are those of the set ``cds-hooks_2.0`` in the requirement table of Inferno's CRD test kit (105 rows for the
service, 15 for both sides); what each asks is told here in our own words, from the sections of the specification.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY", "DEPRECATED"]
Text = tuple[str, str]
"""English, Chinese."""


class Requirement(msgspec.Struct, frozen=True):
    """``tests``: ``file::name`` below tests/; without any ``why`` says why there is none. ``both``: clients, too."""

    number: int
    level: Level
    section: str
    text: Text
    tests: tuple[str, ...] = ()
    why: Text = ("", "")
    both: bool = False


HOOKS, TOKENS = "api/test_cdshooks.py::", "api/test_cdstokens.py::"
DISCOVERY = (f"{HOOKS}test_discovery_asks_for_the_least",)
MOMENTS = (f"{HOOKS}test_every_moment_has_a_service_and_own_hooks_their_own_names",)
TEMPLATES = (f"{HOOKS}test_templates_hold_root_level_fields_alone",)
CARDS = (f"{HOOKS}test_all_cards_of_all_shipped_rules_keep_every_rule_of_the_specification",
         f"{HOOKS}test_the_checks_of_cards_find_faults")  # fmt: skip
ANSWER = (f"{HOOKS}test_cards_keep_the_rules_of_the_specification",)
EMPTY = (f"{HOOKS}test_no_answer_holds_anything_empty",)
LACKING = (f"{HOOKS}test_data_that_cannot_be_had_are_named", f"{HOOKS}test_a_first_page_is_not_the_whole_list")
OUTCOMES = (f"{HOOKS}test_an_outcome_beside_hits_counts_by_its_severity",)
REFUSED = (f"{HOOKS}test_bad_calls_are_refused_with_their_place",)
GOOD, BAD = (f"{TOKENS}test_good_tokens_open_the_door_once",), (f"{TOKENS}test_bad_tokens_are_refused_alike",)
DOORS = (
    f"{TOKENS}test_every_door_but_discovery_asks_for_a_token",
    f"{TOKENS}test_without_clients_only_this_machine_is_answered",
)
CORS = (f"{TOKENS}test_origins_of_the_doors_are_their_own",)
LISTED = (f"{TOKENS}test_a_client_with_keys_at_an_address", *BAD)
NO_ACTIONS: Text = (
    "no card has actions: what could be done instead is a class of drugs, not a resource, and nothing is ever ordered by itself",
    "卡片不带动作：建议的替代往往是一类药物而非资源，且系统从不自行开立医嘱",
)
NO_FETCH: Text = (
    "nothing is ever fetched from the caller; what is not prefetched is a 412",
    "从不向调用方取数；未预取的数据返回 412",
)
NO_ICON: Text = ("no icon is sent", "不发送图标")
NO_SMART: Text = ("no link is a SMART launch, so none has appContext", "没有 SMART 启动链接，故不带 appContext")
TLS: Text = (
    "TLS ends at the proxy of the operator (docs/security.md)",
    "TLS 由运维方的代理承担（docs/security.zh.md）",
)
CLIENTS: Text = (
    "the duty is the client's, although the table names the service",
    "义务在客户端一侧，尽管表中写的是服务",
)

REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(1, "SHALL", "use-of-json", ("JSON in and out", "收发均为 JSON"), REFUSED + ANSWER, both=True),
    Requirement(2, "SHALL", "use-of-json", ("HTTPS", "使用 HTTPS"), why=TLS, both=True),
    Requirement(3, "SHALL NOT", "use-of-json", ("nothing null or empty is sent", "不发送 null 或空元素"), EMPTY, both=True),
    Requirement(4, "SHALL", "discovery", ("discovery lies at /cds-services", "发现端点位于 /cds-services"), DISCOVERY),
    Requirement(5, "SHALL", "http-request", ("discovery is always there, by GET", "发现端点始终可用，GET"), (f"{TOKENS}test_discovery_is_open_and_takes_tokens_too",)),
    Requirement(6, "SHALL", "response", ("discovery answers an object with a list", "发现返回含服务列表的对象"), DISCOVERY),
    Requirement(7, "SHALL", "response", ("each service names its hook", "每个服务写明 hook"), MOMENTS),
    Requirement(8, "SHOULD", "response", ("each service has a title", "每个服务有标题"), DISCOVERY),
    Requirement(9, "SHALL", "response", ("each service has a description", "每个服务有说明"), DISCOVERY),
    Requirement(10, "SHALL", "response", ("each service has the id of its URL", "每个服务有其 URL 中的 id"), MOMENTS),
    Requirement(11, "MAY", "response", ("prefetch templates by key", "按键给出预取模板"), DISCOVERY),
    Requirement(12, "MAY", "response", ("usageRequirements are text for people", "usageRequirements 供人阅读"), EMPTY),
    Requirement(13, "SHALL", "http-status-codes", ("discovery answers 200", "发现返回 200"), DISCOVERY),
    Requirement(14, "MAY", "http-status-codes", ("other statuses for errors", "错误使用其他状态码"), REFUSED),
    Requirement(16, "SHALL", "http-request_1", ("a service lies at /cds-services/{id}", "服务位于 /cds-services/{id}"), (f"{HOOKS}test_every_request_of_the_test_data_is_answered",)),
    Requirement(27, "SHOULD", "providing-fhir-resources-to-a-cds-service", ("answers in about 500 ms", "约 500 毫秒内回答"), why=("measured, not asserted: `benchmarks/rules.py`, docs/benchmarks.md", "以测量为准，不作断言：`benchmarks/rules.py`，docs/benchmarks.md")),
    Requirement(28, "MAY", "providing-fhir-resources-to-a-cds-service", ("data come as prefetch", "数据以预取形式传入"), (f"{HOOKS}test_the_plain_door_gives_the_same_rules",)),
    Requirement(29, "SHALL", "providing-fhir-resources-to-a-cds-service", ("templates stand in discovery", "模板写在发现响应中"), DISCOVERY),
    Requirement(34, "SHOULD", "providing-fhir-resources-to-a-cds-service", ("data by prefetch or from the client's server", "可由预取或客户端服务器取得数据"), why=NO_FETCH),
    Requirement(35, "MAY", "prefetch-template", ("templates use tokens of the context", "模板使用上下文标记"), TEMPLATES, both=True),
    Requirement(36, "SHALL", "prefetch-template", ("each template has a key", "每个模板有键"), DISCOVERY),
    Requirement(52, "SHOULD", "prefetch-template", ("OperationOutcomes in prefetched data are looked for", "检查预取数据中的 OperationOutcome"), OUTCOMES + LACKING),
    Requirement(54, "SHALL", "prefetch-template", ("412 where needed data cannot be had", "所需数据无法取得时返回 412"), LACKING),
    Requirement(55, "SHALL", "prefetch-tokens", ("tokens stand in double braces", "标记写在双花括号内"), TEMPLATES),
    Requirement(56, "SHALL", "prefetch-tokens", ("tokens hold a path to a context field alone", "标记只含上下文字段路径"), TEMPLATES),
    Requirement(57, "SHALL", "prefetch-tokens", ("only primitive fields at the root are tokens", "仅根层基本类型字段可作标记"), TEMPLATES),
    Requirement(58, "SHOULD", "prefetch-query-restrictions", ("templates keep to the subset of searches", "模板只用规定的检索子集"), TEMPLATES),
    Requirement(59, "SHALL", "example-prefetch-token", ("tokens are named context.field", "标记命名为 context.字段"), TEMPLATES),
    Requirement(60, "MAY", "fhir-resource-access", ("the client's FHIR server may be asked", "可向客户端 FHIR 服务器查询"), why=NO_FETCH),
    Requirement(61, "SHALL", "fhir-resource-access", ("a token with each FHIR call", "每次 FHIR 调用带令牌"), why=NO_FETCH),
    Requirement(74, "SHALL", "cds-service-response", ("200 with an array of cards", "200 并返回卡片数组"), ANSWER),
    Requirement(75, "SHALL", "cds-service-response", ("systemActions are optional", "systemActions 可选"), why=NO_ACTIONS),
    Requirement(76, "MAY", "cds-service-response", ("other statuses for errors", "错误使用其他状态码"), REFUSED),
    Requirement(77, "SHOULD", "cds-service-response", ("nothing to say is 200 with no cards", "无建议时返回 200 与空数组"), EMPTY),
    Requirement(78, "SHOULD", "cds-service-response", ("clients remove cards of earlier calls", "客户端移除先前的卡片"), why=CLIENTS),
    Requirement(80, "SHALL", "card-attributes", ("uuid names the card alone", "uuid 唯一标识卡片"), CARDS + ANSWER),
    Requirement(81, "MAY", "card-attributes", ("uuid is optional", "uuid 可选"), CARDS),
    Requirement(82, "MAY", "card-attributes", ("uuid serves audit", "uuid 可用于审计"), (f"{HOOKS}test_feedback_is_taken_once",)),
    Requirement(83, "SHALL", "card-attributes", ("summary below 140 characters", "摘要少于 140 字符"), CARDS),
    Requirement(84, "MAY", "card-attributes", ("detail is optional", "详情可选"), CARDS),
    Requirement(85, "SHALL", "card-attributes", ("detail is GitHub Flavored Markdown", "详情为 GitHub 风格 Markdown"), (*CARDS, f"{HOOKS}test_nothing_of_markup_survives_in_a_card")),
    Requirement(87, "SHALL", "card-attributes", ("indicator is there", "必有 indicator"), CARDS),
    Requirement(88, "SHALL", "card-attributes", ("indicator is info, warning or critical", "indicator 为 info、warning 或 critical"), CARDS),
    Requirement(89, "SHALL", "card-attributes", ("indicator may order the display", "indicator 可用于排序显示"), why=CLIENTS),
    Requirement(90, "SHALL", "card-attributes", ("source is there", "必有 source"), CARDS),
    Requirement(92, "SHALL", "card-attributes", ("suggestions are an array", "suggestions 为数组"), CARDS),
    Requirement(93, "SHALL", "card-attributes", ("with suggestions a selectionBehavior", "有建议时必有 selectionBehavior"), CARDS),
    Requirement(94, "MAY", "card-attributes", ("suggestions are optional", "建议可选"), CARDS),
    Requirement(95, "SHALL", "card-attributes", ("selectionBehavior is at-most-one or any", "selectionBehavior 为 at-most-one 或 any"), CARDS),
    Requirement(96, "SHALL", "card-attributes", ("selectionBehavior is text, there with suggestions", "selectionBehavior 为文本，随建议出现"), CARDS),
    Requirement(98, "SHALL", "card-attributes", ("overrideReasons are codings", "overrideReasons 为编码数组"), CARDS),
    Requirement(99, "MAY", "card-attributes", ("override reasons may be sent", "可发送否决理由"), CARDS),
    Requirement(100, "SHALL", "card-attributes", ("each override reason has a display", "每个否决理由有显示文字"), CARDS),
    Requirement(103, "SHALL", "card-attributes", ("links are an array", "links 为数组"), CARDS),
    Requirement(104, "MAY", "card-attributes", ("links are optional", "链接可选"), CARDS),
    Requirement(105, "SHALL", "source", ("source has a label", "来源有 label"), CARDS),
    Requirement(106, "MAY", "source", ("the label may be the text of the link", "label 可作链接文字"), CARDS),
    Requirement(107, "SHALL", "source", ("source.url is absolute", "source.url 为绝对地址"), CARDS),
    Requirement(108, "MAY", "source", ("source.url is optional", "source.url 可选"), CARDS),
    Requirement(109, "SHOULD NOT", "source", ("source.url is no view of this patient's case", "source.url 不指向本例的情境视图"), ANSWER),
    Requirement(110, "SHOULD", "source", ("for that there are links", "情境视图用链接"), ANSWER),
    Requirement(111, "SHALL", "source", ("icon is an absolute URL", "icon 为绝对地址"), why=NO_ICON),
    Requirement(112, "SHOULD", "source", ("icon is a PNG of 100x100", "icon 为 100x100 PNG"), why=NO_ICON),
    Requirement(113, "MAY", "source", ("icon is optional", "icon 可选"), why=NO_ICON),
    Requirement(115, "SHALL", "source", ("topic is a coding", "topic 为编码"), CARDS),
    Requirement(116, "MAY", "source", ("topic is optional", "topic 可选"), CARDS),
    Requirement(117, "SHALL", "suggestion", ("a suggestion has a label", "建议有 label"), CARDS),
    Requirement(118, "MAY", "suggestion", ("its uuid is optional", "其 uuid 可选"), CARDS),
    Requirement(119, "SHALL", "suggestion", ("its uuid is text", "其 uuid 为文本"), CARDS),
    Requirement(120, "MAY", "suggestion", ("isRecommended is optional", "isRecommended 可选"), CARDS),
    Requirement(121, "SHALL", "suggestion", ("isRecommended is a boolean", "isRecommended 为布尔值"), why=("no suggestion is recommended before others", "不在建议之间作推荐")),
    Requirement(122, "MAY", "suggestion", ("several may be recommended where any may be chosen", "可任选时可推荐多个"), why=("no suggestion is recommended before others", "不在建议之间作推荐")),
    Requirement(123, "MAY", "suggestion", ("actions are optional", "动作可选"), CARDS),
    Requirement(124, "SHALL", "suggestion", ("actions are an array", "动作为数组"), why=NO_ACTIONS),
    Requirement(125, "SHALL", "suggestion", ("all actions of a suggestion go together", "一个建议的动作一并生效"), why=NO_ACTIONS, both=True),
    Requirement(127, "SHALL", "action", ("type is create, update or delete", "类型为 create、update 或 delete"), why=NO_ACTIONS),
    Requirement(128, "SHALL", "action", ("an action has a description", "动作有说明"), why=NO_ACTIONS),
    Requirement(129, "MAY", "action", ("the description may be shown", "说明可展示"), why=NO_ACTIONS),
    Requirement(130, "SHALL", "action", ("resource is a FHIR resource", "resource 为 FHIR 资源"), why=NO_ACTIONS),
    Requirement(131, "SHALL", "action", ("create has a new resource", "create 带新资源"), why=NO_ACTIONS),
    Requirement(132, "SHALL", "action", ("update has the whole resource", "update 带完整资源"), why=NO_ACTIONS),
    Requirement(133, "SHALL", "action", ("delete does not put its id in resource", "delete 不把 id 写入 resource"), why=NO_ACTIONS),
    Requirement(134, "SHALL", "action", ("delete has a resourceId", "delete 带 resourceId"), why=NO_ACTIONS),
    Requirement(135, "SHALL", "action", ("resourceId is text", "resourceId 为文本"), why=NO_ACTIONS),
    Requirement(136, "SHALL", "reasons-for-rejecting-a-card", ("reasons have text for people", "理由有供人阅读的文字"), CARDS),
    Requirement(138, "SHALL", "link", ("a link has a label", "链接有 label"), CARDS),
    Requirement(139, "SHALL", "link", ("a link has a url", "链接有 url"), CARDS),
    Requirement(140, "MAY", "link", ("the url may be deep", "url 可为深链接"), CARDS),
    Requirement(141, "SHALL", "link", ("a link has a type", "链接有类型"), CARDS),
    Requirement(142, "SHALL", "link", ("the type is absolute or smart", "类型为 absolute 或 smart"), CARDS),
    Requirement(144, "SHALL", "link", ("appContext is text", "appContext 为文本"), why=NO_SMART),
    Requirement(145, "MAY", "link", ("appContext is optional", "appContext 可选"), why=NO_SMART),
    Requirement(146, "SHOULD", "link", ("appContext with smart links alone", "appContext 仅用于 smart 链接"), CARDS),
    Requirement(147, "SHALL NOT", "link", ("no appContext on absolute links", "absolute 链接不带 appContext"), CARDS),
    Requirement(148, "MAY", "feedback", ("a feedback endpoint", "反馈端点"), (
        f"{HOOKS}test_feedback_is_taken_once", f"{HOOKS}test_what_people_write_is_dropped",
        f"{HOOKS}test_feedback_on_cards_that_nobody_was_shown_is_told", f"{HOOKS}test_feedback_that_does_not_fit_is_located",
        f"{HOOKS}test_bodies_that_are_no_feedback_are_refused")),
    Requirement(168, "SHALL", "security-and-safety", ("all data over TLS", "全部数据经 TLS"), why=TLS, both=True),
    Requirement(175, "MAY", "trusting-cds-clients", ("mutual TLS", "双向 TLS"), why=TLS),
    Requirement(176, "SHALL", "trusting-cds-clients", ("without it signed tokens tell who calls", "否则以签名令牌识别调用方"), GOOD + BAD),
    Requirement(177, "SHOULD", "trusting-cds-clients", ("authentication is required", "要求认证"), DOORS),
    Requirement(179, "MAY", "trusting-cds-clients", ("mutual TLS beside tokens", "双向 TLS 与令牌并用"), why=TLS, both=True),
    Requirement(195, "SHOULD", "trusting-cds-clients", ("allow list of iss and jku", "iss 与 jku 允许列表"), LISTED),
    Requirement(199, "SHALL", "trusting-cds-clients", ("without jku the keys are agreed on elsewhere", "无 jku 时另行交换密钥集"), (*GOOD, f"{TOKENS}test_lists_of_clients_that_do_not_fit_are_named"), both=True),
    Requirement(200, "SHOULD", "jwt-signing-algorithm", ("algorithms of RFC 7518", "采用 RFC 7518 算法"), GOOD, both=True),
    Requirement(201, "SHALL NOT", "jwt-signing-algorithm", ("never alg none", "绝不接受 none"), BAD),
    Requirement(203, "SHALL NOT", "jwt-signing-algorithm", ("never a symmetric algorithm", "绝不接受对称算法"), (*BAD, f"{TOKENS}test_lists_of_clients_that_do_not_fit_are_named"), both=True),
    Requirement(205, "SHOULD", "jwt-signing-algorithm", ("ES384 and RS384", "ES384 与 RS384"), GOOD + BAD, both=True),
    Requirement(206, "SHOULD", "jwt-signing-algorithm", ("the choice is looked at again", "定期复核算法选择"), why=("a matter of releases: `ALGORITHMS` in `api/access/cdsclients.py`", "随版本复核：`api/access/cdsclients.py` 中的 `ALGORITHMS`"), both=True),
    Requirement(207, "DEPRECATED", "jwt-signing-algorithm", ("algorithms by tolerance of risk", "按风险取舍算法"), BAD),
    Requirement(208, "SHALL", "cross-origin-resource-sharing", ("CORS for browser clients", "浏览器客户端的 CORS"), CORS, both=True),
    Requirement(210, "MAY", "update-stale-guidance", ("another hook may bring new cards", "其他 hook 可更新卡片"), why=("each service has one hook; a call answers for its own moment", "每个服务一个 hook，仅回答当前时刻")),
    Requirement(211, "SHALL", "update-stale-guidance", ("one id for several hooks says so", "同一 id 对应多个 hook 表示更新"), why=("each service has one hook; a call answers for its own moment", "每个服务一个 hook，仅回答当前时刻")),
    Requirement(212, "SHOULD", "update-stale-guidance", ("clients remove what is replaced", "客户端移除被替换的卡片"), why=CLIENTS),
    Requirement(213, "SHALL", "update-stale-guidance", ("hooks that safety needs are agreed on", "就安全所需的 hook 达成约定"), why=("agreed on at each site", "由各机构约定")),
    Requirement(214, "SHALL", "extensions", ("an extension is an object", "扩展为对象"), (*ANSWER, f"{HOOKS}test_who_asks_may_say_from_where"), both=True),
    Requirement(215, "SHOULD", "extensions", ("names that are unique everywhere", "名称全局唯一"), (*ANSWER, *MOMENTS), both=True),
    Requirement(216, "SHALL", "coding", ("a coding has a code", "编码有 code"), CARDS),
    Requirement(217, "SHALL", "coding", ("a coding has a system", "编码有 system"), CARDS),
    Requirement(218, "SHALL", "coding", ("the code is text (the table has it twice)", "code 为文本（表中重复）"), CARDS),
    Requirement(219, "SHALL", "coding", ("override reasons have a display", "否决理由有 display"), CARDS),
    Requirement(220, "SHALL", "coding", ("a topic may have a display", "topic 可有 display"), CARDS),
)  # fmt: skip
