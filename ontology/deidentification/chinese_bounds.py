"""Where a Chinese name with a frequent surname may begin and end, told by the characters and words beside it."""

from __future__ import annotations

import re
from functools import cache

from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

HAN = "一-鿿㐀-䶿"
MASK = "某×XxＸ*＊○〇"
_GAP = r"(?:\s*[:(,]?\s*[(\"“「]?)"
_THANKS = frozenset(
    {"亲戚", "清楚", "感谢", "多谢", "谢谢", "致谢", "答谢", "道谢", "经常", "平常", "异常", "正常", "日常", "通常"}
)
HARD = frozenset("的是在和与及或因于为被将对向由经请为至到从由让把给")
"""Characters of which no given name is made."""
EDGE = re.compile(rf"(?=[^{HAN}]|$)")
_BLANK = re.compile(r"[ (]{0,2}")
_SAID = re.compile(
    r"\s*(?:[,，、/;；|(（]?\s*(?:男|女|性别|\d{1,3}\s*(?:周?岁|y\b|yo)|"
    r"[一二三四五六七八九十]{1,3}岁|患者|患儿|家属|身份证|病历|住院|门诊|床号|年龄|电话|手机|联系电话|医师|医生|"
    r"护士|主任|主治)|/)"
)
"""What tells that the characters before it are a name: sex, age, a telephone."""
_VERBS = re.compile(
    r"(?:谈话|谈|审核|审|调配|发药|核对|半夜|凌晨|清晨|夜间|白天|之[母父子女妻夫]|产后|术中|因|于|"
    r"诉|自诉|代诉|主诉|入院|出院|就诊|来诊|住院|手术|行|予|无|有|为|系|曾|今|昨|现|已|未|拟|"
    r"同意|拒绝|签字|签名|表示|要求|电话|联系|男|女|陪同|送|否认|述|告知|到|在|由|经|与|和|的|说|"
    r"称|是|及|主任|医生|医师|护士|教授|先生|女士|大夫|老师|会诊|查房|检查|操作|执行|记录|复查|随访|"
    r"服用|既往|建议|认为|负责|转|从|对|被|把|将|给|来|去|找|让|请|并|可|需|应|会|能|也|都|仍|"
    r"又|再|不|最|突|约|每)"
)
GIVEN = frozenset("建华国军民生文心正明先主进志新永红春秋夏月日年平安康健常思义会友士才子之有如若多听意发成来开光")
"""Characters of sentences that given names end with all the same."""


@cache
def patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    own = words()

    def either(entries: tuple[str, ...] | frozenset[str]) -> str:
        return "|".join(sorted(map(re.escape, entries), key=lambda one: (-len(one), one)))

    surname = f"(?:{either(own.compound)}|[{''.join(sorted(own.surnames))}])"
    told = re.compile(rf"(?:{either(own.before)}){_GAP}(?={surname})|(?:{either(own.weakly_before)})(?={surname})")
    titled = re.compile(rf"(?={surname})")
    called = re.compile(rf"(?:{surname})(?:[{HAN}]{{0,2}}?)(?=(?:{either(own.titles)}))")
    whole = re.compile(surname)
    return told, titled, called, whole


def end_after(text: str, at: int, given: int, *, loose: bool) -> int | None:
    """Where a name that begins at ``at`` ends, whose given name begins at ``given``; None where it is none."""
    masked = re.match(rf"[{re.escape(MASK)}]{{1,3}}", text[given : given + 3])
    if masked:
        return given + masked.end()
    han = re.match(rf"[{HAN}]*", text[given : given + 3])
    run = len(han[0]) if han else 0
    function = words().function
    if not run:
        spaced = re.match(rf"\s{{1,3}}([{HAN}])(?![{HAN}]{{2}})", text[given : given + 6])
        return given + spaced.end() if spaced and loose else (given if title_at(text, given) else None)
    if run == 1:
        return given + 1
    first, second = text[given], text[given + 1]
    if run == 2 and not (second in function and goes_on(text, given + 1)):
        return given + 2
    if first in function and first not in "建上心正明主先文":
        return given if title_at(text, given) else (given + 1 if loose else None)
    if second in function or goes_on(text, given + 1) or title_at(text, given + 1):
        return given + 1
    return given + 2


def goes_on(text: str, at: int) -> bool:
    """Whether the sentence goes on at ``at`` with a word that follows names."""
    return _VERBS.match(text, at) is not None


def said_after(text: str, end: int) -> bool:
    return _SAID.match(text, end) is not None


def sure_end(text: str, end: int) -> bool:
    """Whether a name ends where something else begins."""
    return said_after(text, end) or title_at(text, end) or EDGE.match(text, end) is not None or goes_on(text, end)


def title_at(text: str, at: int) -> bool:
    at += len(_BLANK.match(text, at)[0])  # type: ignore[index]  # it matches nothing, too
    return text.startswith(words().titles, at)


def nobody_at(text: str, at: int) -> bool:
    """Whether a word of the language begins here rather than a name."""
    return text.startswith(words().not_names, at) or medical(text, at) or text[max(0, at - 1) : at + 1] in _THANKS


def opened(text: str, at: int) -> bool:
    """Whether what stands before lets a name begin."""
    return text[:at].endswith((*words().weakly_before, *words().before))
