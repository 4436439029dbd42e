"""Chinese names that no surname tells: in fields of forms, before sex and age, and what neighbours are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_lists import surnames as seldom
from ontology.deidentification.vocabulary import medical
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_FIELD = re.compile(
    r"(?:姓名|签名|签字|签章|[主一二三]刀|[一二三]助|助手|麻醉|[医护药技]师|医生|大夫|护士长?|"
    r"联系人|监护人|负责人|送检|检验|审核|报告|记录|核对|操作|执行|调配|复核|"
    rf"发药|书写|采集|陪护|申请|登记|交班|接班|投诉|反馈|证明|委托|代理|见证|知情|受检|检查|诊断|手术|填表|经手|"
    rf"经办)[者人员]?(?:姓名|签[名字])?(?:\s*\([^)\n]{{1,8}}\))?\s*:\s*"
    rf"([{_HAN}]{{2,4}})(?=[\s,.;:/、()|]|[。；，]|$)"
)
_CARRIED = re.compile(
    rf"(?:^|(?<=[\n。;!?:( ]))((?!患者|病人|患儿)[{_HAN}]{{2,4}})(?=\s?[,、|]\s?(?:体检|住院|门诊|病历|病案|就诊|"
    rf"登记|床|医保|工|学)号|"
    rf"\s?[,、|]\s?(?:身份证|出生|联系电话|手机|电话)\s?[:号是]?\s?\d)",
    re.M,
)
"""Before a number or a day of birth of somebody's own."""
_NUMBERED = re.compile(rf"(?<=[\s|])([{_HAN}]{{2,4}})\s(?=(?:住院|门诊|病历|病案|就诊|登记)号\s?:?\s?[A-Z\d])")
"""Before a number with nothing but a blank between: only where a surname begins it."""
_SEXED = re.compile(
    rf"(?:^|(?<=[\s。;!?:,()])|(?<=患者)|(?<=病人)|(?<=患儿))\s*((?!患者|病人|"
    rf"患儿)[{_HAN}]{{2,6}}?)(?:之[子女])?\s*[,/、(|]\s*(?:性别:?)?\s*(?:[男女]\s*(?:性)?\s*(?=[,/、;。|)]|"
    rf"\d|$)|\d{{1,3}}\s?(?:周?岁|个月))",
    re.M,
)
_SPACED = re.compile(
    rf"(?:^|(?<=[\s。;!?:,()|]))((?!患者|病人|患儿)[{_HAN}]{{2,6}})\s{{1,3}}[男女]\s{{0,3}}\d{{1,3}}\s?(?:周?岁|个?月|天)",
    re.M,
)
"""A name, a sex and an age with blanks between, as lists of wards have them."""
_ALONE = re.compile(
    rf"(?:护士长?|医生|医师|主管|主治|访视者?|接诊|记录|审核|复核|值班|责护|管床|带教|护师|技师|药师)\s?[:：]\s?([{_HAN}])(?=[/,，。;；、\s]|$)|"
    rf"(?:访视|主管|值班|管床|责任|接诊|随访|记录|经治|主治)(?:医生|医师|护士|人|者)\s([{_HAN}])(?=[/,，。;；、\s]|$)"
)
"""A surname alone behind a word for who signs."""
_SAID = frozenset("好有无是在见已未同能可对行来去说要会请")
"""Surnames that a field holds oftener as a word."""
_BORN = re.compile(
    r"(?:[一-鿿]籍|男友|女友|老公|老婆|丈夫|妻子|室友|外教|翻译|保姆|领队|导师)([A-Z][a-z]{2,14}(?:\s[A-Z][a-z]{2,14}){0,2})(?![A-Za-z-])"
)
"""A name in Latin letters behind where somebody is from, or who they are."""
_INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]某{1,2}(?![一-鿿]?[些种])")
_PAIR = re.compile(
    rf"(?<![{_HAN}])([{_HAN}]{{2,3}})[和与跟、]([{_HAN}]{{2,3}}?)(?=都|一起|分别|均|两人|二人|昨|今|来|共同)"
)
_NEIGHBOUR = re.compile(
    rf"(?:(?<=昨晚|今天|昨天|早上|上午|下午|晚上|刚才|后来|听说|旁边|隔壁|楼下|楼上|对门|邻床|同屋)|"
    rf"(?<=[,。;!?、 ]))[老小阿]([{_HAN}])"
    rf"(?=[又也还都就才没不说讲问劝喊叫找打给把被想要觉去来在昨今前家他她回跟和]|一家)"
)
_SIGNED = re.compile(rf"(?:敬礼|谢谢|感谢|祝好|敬上|敬具|此致)[!。,]?\s+([{_HAN}]{{2,4}})(?=\s*(?:$|\n|\d{{4}}))")
_LATIN = re.compile(
    rf"(?:(?<=患者)|(?<=病人)|(?<=家属)|(?<=姓名:)|(?<=医生)|(?<=男友)|(?<=女友)|(?<=丈夫)|(?<=妻子)|(?<=室友)|(?<=同事)|(?<=外教)|"
    rf"(?<=医师))\s*([A-Z][A-Za-z'-]+(?:\s[A-Z][A-Za-z'.-]*){{1,3}})|"
    rf"(?<![A-Za-z'-])([A-Z][A-Za-z'-]{{1,30}}(?:\s[A-Z][A-Za-z'.-]{{0,30}}){{0,3}})(?=\s?(?:先生|女士|小姐|太太|教授|医生|大夫|"
    rf"博士)(?![{_HAN}]?片))"
)
_NOBODY = re.compile(
    r"患者|病人|家属|本人|不详|同上|同前|未知|无|成[年人]|青年|中年|老年|儿童|婴|新生|男|女|"
    r"已婚|未婚|离异|退休|汉族|.*[族病症炎癌瘤痛性例组科室术院药片]$|医[生师]|护士|详见|正常|异常|"
    r"阴性|阳性|见|已|未|待|"
    r"常规|急诊|门诊|建议|符合|考虑|提示|双|左|右|腹|胸|全麻|局麻|腰麻|静脉|硬膜|复合|插管|完成|"
    r"合格|满意|顺利|良好|一般|自愿|同意|均|该|此|这|那|我|你|他|她|请|如|可|需|应|对象|性别|"
    r"年龄"
)


def labelled_names(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of names in folded text.

    >>> [text[slice(*place)] for text in ["审核者:诺敏 时间:8点"] for place in labelled_names(text)]
    ['诺敏']
    """
    surnames = words().surnames - words().rare
    for pattern in (_FIELD, _SEXED, _SPACED, _CARRIED):
        for found in pattern.finditer(text):
            if _somebody(text, found.start(1), found[1]):
                yield found.span(1)
    for found in _NUMBERED.finditer(text):
        named = found[1][0] in surnames | words().rare | seldom() or found[1][:2] in words().compound
        if named and _somebody(text, found.start(1), found[1]):
            yield found.span(1)
    for found in _ALONE.finditer(text):
        if (found[1] or found[2]) in seldom() - _SAID:
            yield found.span(1 if found[1] else 2)
    for found in _BORN.finditer(text):
        yield found.span(1)
    for found in _INITIAL.finditer(text):
        yield found.span()
    for found in _PAIR.finditer(text):
        if found[1][0] in surnames and found[2][0] in surnames and _somebody(text, found.start(1), found[1]):
            yield found.span(1)
            yield found.span(2)
    for found in _NEIGHBOUR.finditer(text):
        if found[1] in surnames:
            yield found.span()
    for found in _SIGNED.finditer(text):
        if found[1][0] in words().surnames or found[1][:2] in words().compound:
            yield found.span(1)
    for found in _LATIN.finditer(text):
        yield found.span(1 if found[1] else 2)


def _somebody(text: str, at: int, name: str) -> bool:
    """Whether what stands in a field is no word of forms or of medicine."""
    return not (_NOBODY.match(name) or name.startswith(words().not_names) or medical(text, at))
