"""Hospitals, schools and employers that are named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known, medicine
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_FUNCTION = "于在至到从由自往去转送经就及和与曾入赴是为的因后并住来系请我本该他某外各并已均未将对向被把给让说称"
_CHARACTER = rf"(?:(?![{_FUNCTION}])[{_HAN}A-Za-z0-9]|自治|协和|和平|仁和|中和|太和|泰和|同和)"
_KINDS = (
    "妇幼保健院|保健院|人民医院|中心医院|中医医院|中医院|总医院|专科医院|儿童医院|肿瘤医院|"
    "医院|卫生院|卫生服务中心|卫生服务站|卫生室|卫生所|诊所|门诊部|疾病预防控制中心|疾控中心|"
    "医学中心|医疗中心|诊疗中心|健康管理中心|防治[所院站]|体检中心|急救中心|血液中心|血站|康复中心|养老院|敬老院|福利院|护理院|大学|学院|中学|小学|"
    "幼儿园|职校|技校|有限责任公司|股份有限公司|有限公司|集团|公司|工厂|制造厂|机械厂|纺织厂|"
    "化工厂|厂|"
    "派出所|学校|职高|高中|公安局|教育局|税务局|供电局|法院|检察院|煤矿|药店|大药房|药房|"
    "出版社|电视台|监狱|看守所|戒毒所|设计院|月子中心|护理中心|检验所|透析中心|托儿所|研究所|"
    "研究院|银行|超市|酒店|宾馆|饭店|餐厅|建筑队|合作社|律师事务所|事务所"
)
_CHINESE = re.compile(
    rf"({_CHARACTER}{{2,22}}?)({_KINDS})(?![生化文])((?:附属)?[一-鿿]{{0,8}}?(?:医院|分院|院区|校区|分店|分公司))?"
)
_SHORT = re.compile(
    r"(?:(?<![一-鿿])|(?<=[由在到去从自于至赴经及与和]))(?:浙[一二]|湘雅[一二三]?|华西|"
    r"协和|同济|瑞金|仁济|齐鲁|西京|阜外|安贞|宣武|天坛|积水潭|邵逸夫|省立同德|北医三院|北大一院|北大人民|"
    r"301|三〇一|盛京|新华|华山|中山|省肿瘤|浙大[一二]院)(?:医院)?(?=会诊|就诊|行|查|住院|手术|"
    r"检查|复查|的|专家|门诊|转|治疗|看|,|。|、)|"
    r"(?:(?<=[在到去由于从往至赴经及与和,。;\s])|^)(?:[一-鿿]{0,4}?(?:省|市|区|县|州|浙大|"
    r"医大|医科大|大学|附属)(?:第?[一二三四五六七八九十]{1,2}|人民|中心|中医|立|妇幼|中)(?:人民)?医?院)"
)
_LOWER_NAMED = re.compile(
    r"\b(?:at|from|to|in|via|near|by|attends|attended)\s+(?:the\s+)?(([a-z][a-z']{3,})(?: "
    r"[a-z][a-z']+)? (?:hospital|infirmary|medical cent(?:er|re)|clinic|health cent(?:er|re)|nursing "
    r"home|care home|primary school|high school|practice|surgery|pharmacy|chemist|school|academy|college|lodge))\b"
)
_MOUNT = re.compile(
    r"(?:(?<=at )|(?<=from )|(?<=to ))((?:Mount|Mt\.?) [A-Z][a-z]+|(?:Mayo|Guy's|Barts|Addenbrooke's|"
    r"Papworth|Stanford|Hopkins|Cedars-Sinai|UCLA|UCSF|MGH|NYU)(?= (?:for|on|in|last|and)|[.,;]|$)|"
    r"St\.? [A-Z][a-z]+'s?(?! [a-z]+ (?:valve|wort)| wort))"
)
_FIELD = re.compile(
    r"(?:工作单位|单位名称|学校|转诊单位|送检单位|转出医院|转入医院|就诊医院|转诊医院|所在单位|单位|employer|"
    r"workplace|school)\s*[:=]\s*([^,，。;；\n()（）|]{3,30}?)(?=\s*(?:$|"
    r"[,，。;；\n()（）|]|\s{2,}|电话|职业))",
    re.I,
)
_HEAD = r"(?:[A-Z][\w'&.-]*|St\.?)"
_JOIN = r"(?:of|for|the|and|&|at|de|del)"
_ENGLISH = re.compile(
    rf"\b({_HEAD}(?:\s+(?:{_JOIN}\s+)*{_HEAD}){{0,6}})\s+(Hospital|Infirmary|Clinic|Medical Cent(?:er|"
    rf"re)|Health Cent(?:er|re)|Cancer Cent(?:er|re)|"
    r"Medical Group|Health System|Healthcare|Surgery|Practice|Nursing Home|Care Home|Hospice|Pharmacy|"
    r"University|College|School|Academy|Institute|"
    r"Laborator(?:y|ies)|Ltd\.?|Limited|Inc\.?|LLC|Corp(?:oration)?\.?|Company|Bank|Trust|Church|"
    r"Prison|Police Station|Manor|Foundation)\b"
    rf"(?:\s+(?:of|at|for|in)\s+(?:the\s+)?{_HEAD}(?:\s+{_HEAD}){{0,3}})?"
)
_SHOUTED = re.compile(
    r"(?<![\w'])((?:[A-Z][A-Z'.&-]+\s){1,4}(?:HOSP(?:ITAL)?|CLINIC|(?:MEDICAL|HEALTH|CANCER) CENT(?:ER|RE)|"
    r"INFIRMARY|SCHOOL|"
    r"PHARMACY|SURGERY|PRACTICE|HOSPICE|UNIVERSITY|COLLEGE|NURSING HOME|CARE HOME))(?=\W|$)"
)
_OF = re.compile(
    rf"\b(?:University|College|Hospital|Institute|School)\s+of\s+(?:the\s+)?{_HEAD}(?:\s+(?:{_JOIN}\s+)*{_HEAD}){{0,4}}"
)
_LOWER = re.compile(
    r"\b((?:st\.? ?|saint |mount |mt\.? )[a-z']+(?:'s)?(?: [a-z]+)? (?:hospital|clinic|infirmary|"
    r"medical center|school|church))\b"
)

_USUAL = ("ology", "ics", "ic", "al", "ing", "ed", "ry", "ity", "ian", "ment", "tion", "ary", "ive", "s'", "able", "er")
"""Endings of words that tell what kind of a hospital it is, rather than which."""

_TALK = re.compile(
    "[了吗呢吧啊您你她很都没就也才要想问看过把个些这那哪]|建议|比较|最好|大型|前两天|仔细|类|"
    "以上|专科|内科|专治|期望|好象|许多|所有|哪|进大|前几天|情况|复诊|诊医|家里|癫痫|天公司"
)
"""Words of talk, which no name of an institution holds."""
_GOING = re.compile(r"(?:[读考查](?:过|完)?|行进|拨通|再次|进|(?<![海河江湖])上|的话)$")
"""What is done there rather than what it is called: who goes to hospital (上医院) or to school (上大学) names none."""


def institutions(text: str) -> Iterator[Span]:
    """Named institutions in folded text; *our hospital* and *a community clinic* name none."""
    for found in _CHINESE.finditer(text):
        start = found.start() + _idle(found[1])
        if (
            2 <= found.start(2) - start <= 14
            and not _TALK.search(text[start : found.start(2)])
            and not _general(text[start : found.start(2)])
            and not _GOING.search(text[start : found.start(2)])
        ):
            yield Span(start, found.end(), "institution")
    for found in _SHORT.finditer(text):
        yield Span(*found.span(), "institution")
    for found in _MOUNT.finditer(text):
        yield Span(*found.span(1), "institution")
    for found in _LOWER_NAMED.finditer(text):
        first = found[2].removesuffix("'s")
        if not (
            known(first)
            or first in words().general | words().common | words().not_people | words().jobs
            or first.endswith(_USUAL)
            or re.search(r" (?:of|the|and|with|for|after) ", found[1])
        ):
            yield Span(*found.span(1), "institution")
    for found in _FIELD.finditer(text):
        if not _general(found[1]):
            yield Span(*found.span(1), "institution")
    for pattern in (_ENGLISH, _SHOUTED, _OF):
        for found in pattern.finditer(text):
            start = found.start()
            while (head := re.match(r"([A-Z][\w'.-]*)\s+", text[start : found.end()])) and head[
                1
            ].lower() in words().idle:
                start += head.end()
            left = text[start : found.end()].split()
            if len(left) > 1 and not all(word.lower().strip(".,") in words().general for word in left):
                yield Span(start, found.end(), "institution")
    for found in _LOWER.finditer(text):
        yield Span(*found.span(), "institution")


def _idle(name: str) -> int:
    """How many characters before a name belong to the sentence: words that end where the name begins."""
    return max((name.rfind(word) + len(word) for word in words().before_names if word in name), default=0)


def _general(name: str) -> bool:
    own = words().any_hospital
    if name in own or re.fullmatch(r"[0-9A-Za-z]+", name) or "哪" in name:
        return True
    # What is left without general words and names of diseases must be a name.
    at = 0
    while at < len(name):
        size = next(
            (
                size
                for size in range(8, 0, -1)
                if name[at : at + size] in own or (size > 1 and medicine(name[at : at + size], 0))
            ),
            0,
        )
        if not size:
            return False
        at += size
    return True
