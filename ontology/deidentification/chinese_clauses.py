"""Chinese names that nothing introduces: at the head of a clause before what only people do, before a bed in brackets,
behind the colon of any field, pet names, and what elders are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_lists import chinese_lists, doubled, surnames
from ontology.deidentification.chinese_somebody import Place, end_of
from ontology.deidentification.chinese_words import Segments, likeness
from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_HEAD = re.compile(rf"(?:^|(?<=[\n。，,;；!?！？、:：\s(（@“\"「—]))(?=[{_HAN}]{{2}})")
_DOES = re.compile(
    r"(?:自?[诉述]|代[诉述]|主诉|诉说|说[:：]|称[:：]|签[字名收]|来电|来信|致电|拒绝|自然分娩|顺产|剖宫产|分娩|娩出"
    r"|否认|爽约|欠费|探视|陪床|陪护|来访|挂号|就诊|来诊|入院|"
    r"出院|转院|转科|住院|办理|报告|汇报|到场|在场|接班|交班|顶班|值班|收[,，。]?$|收(?=[,，\n])|退药|退号|取药|领"
    r"取|缴费|离院|去世|死亡|病故|系(?=.{0,4}[父母子女妻夫兄弟姐妹同]|患者)|"
    r"的(?:血糖|血压|报告|标本|化验|片子|药|家属|床|检查|结果|病历|医嘱|伤口|引流|母亲|父亲|儿子|女儿|爱人|妈妈|爸"
    r"爸|妻子|丈夫|老婆|老公)|"
    r"(?:医生|主任|老师|护士|大夫|先生|女士|你好|您好|奶奶|爷爷|阿姨|叔叔)|是谁|一家|夫妇|母女|父子|母子|父女|姐妹|"
    r"兄弟|两口子|之[母父子女妻夫]|家的|"
    r"[(（][^)）\n]{0,5}(?:籍|[一-鿿]族|岁|男|女)|同志|等[一二三两四五六七八九十\d]人|另嘱|补充|发言|指出|认为|建议"
    r"|处理|执行|处方|抓药|顶替|替班|看过|阅过|已签|回[:：]|负责|主刀|协助|翻译|判读|审核|复核|送检)"
)
_NOBODY = re.compile(
    r".*(?:患者|病人|家属|本人|医[生师]|护士|主任|大夫|老师|教授|专家|产妇|孕妇|患儿|父亲|母亲|妻子|丈夫|儿子|女儿|"
    r"老公|老婆|爱人|妈妈|爸爸|爷爷|奶奶|外公|外婆|哥哥|姐姐|弟弟|妹妹|"
    r"[科室院区班组部站所局队]|同学|朋友|同事|邻居|司机|老人|孩子|小孩|婴儿|宝宝|大家|我们|他们|她们|你们|咱们|多次"
    r"|再次|首次|目前|今[天日晨]|昨[天日晚]|术[后前中]|自行|主动|"
    r"电话|书面|口头|当面|现场|门诊|急诊|住院|一直|始终|坚决|明确|要求|同意|拒绝|签字|询问|告知|反复|仍然|依然|但是"
    r"|因为|所以|如果|可以|已经|正在|准备|申请|自动|好转|痊愈|"
    r"治愈|未愈|择期|急症|限期|紧急|计划|联系|建议|继续|配合|协助|负责|家[长人]|[男女]|上级|下级|院外|院内|外院|我"
    r"院|你院)$"
)
_BED_BEHIND = re.compile(rf"(?:^|(?<=[^{_HAN}]))([{_HAN}]{{2,4}})(?=\s?[(（]\s?\+?\d{{1,3}}\s?号?床)", re.M)
_COLON = re.compile(rf"(?<=[{_HAN})）])[:：]\s?([{_HAN}]{{2,4}})(?=[\s,，。;；、?？!！(（/]|$)")
_ELDER = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[请找问与和是听经由据遵时]))([{_HAN}])老(?=签|指|查|说|诉|曰|认|问|来|去|看|亲|[,，。:"
    rf"：]|于|的[方手诊]|今|昨|也|已|处)"
)
_PET = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[和与跟叫是找给让陪由请儿女孙室嫂娃妹弟]))([小阿])([{_HAN}])(?=[^{_HAN}]|说|在|也|都|和"
    rf"|与|跟|的|是|来|去|回|代|陪|昨|今|家|妈|爸|打|送|哥|姐)"
)
_DOUBLE = re.compile(rf"(?<![{_HAN}])([{_HAN}])\1(?=[^{_HAN}]|的|说|和|是|昨|今|晚|夜|又|在|妈|爸)")
_NICK = re.compile(
    rf"(?:(?<=[和与跟、由送给让叫找是护工床])|(?<![{_HAN}]))[老小大阿]([{_HAN}])(?=送|陪|一起|说|讲|诉|反映|发现|打"
    rf"|都|也|和|与|跟|来|替|在|昨|今|接|夜|[,，、。;；:：!?！？])"
)
_MASKED = re.compile(
    rf"(?:^|(?<=[^{_HAN}])|(?<=[者人属由])|(?<=[与和]))([{_HAN}]某某|[{_HAN}]某(?=[,，(（、诉之男女系]))", re.M
)
_ORDERED = re.compile(rf"(?<=[遵据])((?!从|嘱|守|循|照|医|此|该)[{_HAN}])(?=医嘱|主任|医生|老师|大夫|师)")
_ROLE_BEHIND = re.compile(
    rf"(?<![{_HAN}])([{_HAN}]{{2,4}})(?=\s?[(（](?:患者|病人|其|之|系|为)?(?:之?[父母夫妻子女兄弟姐妹]|父亲|母亲|丈"
    rf"夫|妻子|儿子|女儿|配偶|爱人|老伴|[大小二三]?(?:儿子|女儿)|孙[子女]|女婿|儿媳|"
    rf"侄[子女]|外甥|家属|护士长?|医[生师]|主任|护工|陪护|邻居|同事|朋友|司机|委托人|代理人|监护人|联系人|主治|主管"
    rf"|实习生?|进修生?|规培生?|研究生|签名|代签|化名|曾用名|原名|又名|小名|乳名)[)）,，:：])"
)
_BOSS = re.compile(
    rf"(?<![{_HAN}])([{_HAN}])(?:总|工|董|处|局|所|队|导|编)(?=[，,。:：、;；说讲]|电话|来电|签|指示|交代|表示|认为"
    rf"|查房|会诊|[您你]好)"
)
_HOUSE = re.compile(
    rf"(?<![{_HAN}])老?([{_HAN}])家(?=媳妇|老[大二三四五]|儿[子媳]|女儿|闺女|婆|小子|丫头|大[哥姐嫂娘爷妈]|二[哥姐嫂])"
)
_LATIN = re.compile(r"(?<![A-Za-z])(?:Dr\.?|Prof\.?|Mr\.?|Ms\.?|Mrs\.?|Miss|阿|小)\s?([A-Z][a-z]{1,12})(?![a-z])")
_GROUP = re.compile(
    rf"(?<![{_HAN}])((?:(?![和与及跟])[{_HAN}]){{2,4}}(?:[、和及与](?:(?![和与及跟])[{_HAN}]){{2,3}}){{1,8}})(?=等?"
    rf"[二两三四五六七八九十\d]人|等人|同患|均|都|一[起同]|轮流|分别)"
)
_ITEM = re.compile(rf"[{_HAN}]{{2,4}}?(?=[、和及与]|$)")

_NO_DOUBLE = frozenset(
    "宝妈爸爷奶哥姐弟妹叔伯姑舅婆公太娃谢常刚渐天年月日时次人家处多少大小慢快轻重仅偏略稍每往偶频隐阵丝点圈星条块片"
    "层种样事件个位一二三双两早晚好坏"
)


def clause_names(seen: Segments) -> Iterator[tuple[int, int]]:
    """Starts and ends of such names in segmented folded text.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> text = "瞿秋自然分娩一男婴。和阿强、大刘一起吃火锅。"
    >>> [text[slice(*place)] for place in clause_names(segmented(text))]
    ['瞿秋', '阿强', '大刘']
    """
    text = seen.text
    for found in _HEAD.finditer(text):
        end = _at_head(seen, found.end())
        if end is not None:
            yield found.end(), end
    for found in _BED_BEHIND.finditer(text):
        if (end_of(seen, found.start(1), Place.FORM) or 0) == found.end(1) and not _NOBODY.match(found[1]):
            yield found.span(1)
    for found in _COLON.finditer(text):
        name = found[1]
        if end_of(seen, found.start(1), Place.PERSON) == found.end(1) and not _NOBODY.match(name):
            head = 2 if name[:2] in doubled() else 1
            frequent = head == 2 or name[0] in words().surnames - words().rare
            if likeness(name[head:]) > (0.4 if frequent else 0.9) and len(seen.word(found.start(1))) < len(name):
                yield found.span(1)
    for found in _ELDER.finditer(text):
        if found[1] in surnames() and found[1] not in "长古中元大小":
            yield found.span()
    for found in _ROLE_BEHIND.finditer(text):
        if end_of(seen, found.start(1), Place.FORM) == found.end(1) and not _NOBODY.match(found[1]):
            yield found.span(1)
    for found in (*_BOSS.finditer(text), *_HOUSE.finditer(text)):
        if found[1] in words().surnames - words().rare:
            yield found.span(1)
    for found in _PET.finditer(text):
        if (
            found[0] not in chinese_lists().not_pets
            and likeness(found[2]) >= (0 if found[1] == "阿" else 1)
            and len(seen.word(found.start())) < 3
        ):
            yield found.span()
    for found in _DOUBLE.finditer(text):
        if likeness(found[1]) >= 1 and found[1] not in _NO_DOUBLE:
            yield found.span()
    for found in _NICK.finditer(text):
        if (
            found[1] in words().surnames - words().rare
            and found[0] not in chinese_lists().not_pets
            and len(seen.word(found.start())) < 3
        ):
            yield found.span()
    for found in _GROUP.finditer(text):
        items = [*_ITEM.finditer(text, *found.span(1))]
        named = [
            one
            for one in items
            if one[0][0] in surnames() and likeness(one[0][1:]) > 0.3 and not medical(text, one.start())
        ]
        if len(named) > 1:
            yield from (one.span() for one in named)
    for found in (*_MASKED.finditer(text), *_ORDERED.finditer(text), *_LATIN.finditer(text)):
        if found[1][0] in surnames() or found[1].isascii():
            yield found.span(1)


def _at_head(seen: Segments, at: int) -> int | None:
    """Where a name ends that begins a clause, before what only people do."""
    text = seen.text
    if medical(text, at) or text.startswith(words().not_names, at):
        return None
    head = 2 if text[at : at + 2] in doubled() else 1
    frequent = head == 2 or text[at] in words().surnames - words().rare
    if not frequent and text[at] not in surnames():
        return None
    for size in (head + 2, head + 1):
        end, name = at + size, text[at : at + size]
        if len(name) < size or _DOES.match(text, end) is None or _NOBODY.match(name):
            continue
        least = -1.0 if frequent else 0.6
        twice = size == head + 2 and name[-1] == name[-2] and frequent
        if (likeness(name[head:]) < least and not twice) or not seen.boundary(end):
            continue
        whole = seen.tags.get(at, (0, ""))
        complains = text.startswith("诉", end) and likeness(name[head:]) >= 1
        if (
            not complains
            and len(seen.word(at)) > 1
            and not whole[1].startswith("nr")
            and not (frequent and whole[0] < end)
        ):
            continue
        return end
    return None
