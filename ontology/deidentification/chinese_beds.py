"""Beds and wards in running text, and who lies there: 心内二病区12床, 加3床, 2床沙棘特级护理."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_somebody import Place, end_of
from ontology.deidentification.chinese_words import Segments

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_FIELD = (
    "暖箱|温箱|心血管|心内|心外|心脏|呼吸|消化|神内|神外|神经|骨|关节|脊柱|手足|创伤|普外|胸外|泌外|泌尿|肛肠|肝胆|胃肠|甲乳|"
    "乳腺|甲状腺|"
    "血管|妇|产|妇产|儿|新生儿|急诊|急|重症|感染|传染|肾内|肾|血液|内分泌|风湿|免疫|肿瘤|放疗|化疗|康复|日间|老年|"
    "干部|特需|国际|"
    "眼|耳鼻喉|耳鼻|五官|口腔|皮肤|中医|针灸|疼痛|介入|烧伤|整形|移植|全科|综合|精神|心理|睡眠|普儿|外|内|抢救|留观"
    "|观察|"
    "监护|透析|隔离|待产|产后|术后|麻醉|ICU|CCU|NICU|PICU|EICU|RICU|SICU|MICU|KICU|HDU"
)
_WARD = (
    rf"(?:(?:{_FIELD}|第?{_NUMBER}|[东西南北中新老前后A-Z])?"
    rf"(?:内科|外科|科|病区|病房|病室|病院|分院|院区|院|区|楼|号楼|层|室|病|间|厅)?{_NUMBER}?(?:病区|病房|病室|区|"
    rf"楼|层|室|组|间|房)?[\s-]?)"
)
_BED = re.compile(
    rf"(?<![0-9A-Za-z.])(?:(?:{_FIELD}|[东西南北]区|第?{_NUMBER}(?:病区|楼|号楼|病房|区|层)|[A-Z]区){_WARD}{{0,3}}?)?"
    r"((?:[加抢临监走廊增]{1,2}|[A-Z])?\+?-?\d{1,3}[A-Z]?(?:-\d{1,2})?\s?号?(?:病床|床|床位|铺)(?![旁边上下头尾单垫"
    r"榻位数日]))"
)
_ADDED = re.compile(
    r"(?<![\w增添])加\s?(?:\d{1,2}|[一二三四五六七八九十])\s?床?(?=[一-鿿,，。;；、 ])(?![次片粒支倍袋瓶个天])"
)
_SHORT = re.compile(
    rf"(?:{_FIELD})[一二三四五六七八九十]\s?\d{{1,3}}(?=的|患者|病人|家属|[,，。;；]|$)|"
    r"(?:[东西南北中]区|[一二三四五六七八九十\d]{1,2}楼)[一二三四五六七八九十\d]{0,3}[东西南北]?[区侧]?\d{1,3}床|"
    r"(?<![一-鿿])[A-Z]\d{1,2}(?=机位|床|号床)"
)
_CHAIN = re.compile(r"(?<![\d.])(\d{1,3})(?=(?:[、,，/和及]\s?\d{1,3}){1,8}\s?号?床)")
_LYING = re.compile(r"\s?[:：(,，]?\s?(?:患者|病人|产妇|患儿)?[:：]?\s?")
_WARD_ALONE = re.compile(
    rf"(?:(?<=[在到至于转回入由从])|(?<![一-鿿]))(?:(?:{_FIELD})(?:内科|外科|科)?|第)?[一二三四五六七八九十\d]{{1,2"
    rf"}}(?:病区|病室)"
    r"|(?<![一-鿿\d])(?:第?[一二三四五六七八九十]{1,3}|\d{1,2}号?)手术[间室](?![一-鿿]?[内外])"
    r"|[一二三四五六七八九十\d]{1,2}楼[东西南北][区侧]?(?![一-鿿]?[路街])"
)


def beds(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of beds, with the ward before them, and of wards, in folded text.

    >>> text = "由ICU 5床转入呼吸科12床,抢1床空。"
    >>> [text[slice(*place)] for place in beds(text)]
    ['ICU 5床', '呼吸科12床', '抢1床']
    """
    for pattern in (_BED, _ADDED, _SHORT, _WARD_ALONE):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _CHAIN.finditer(text):
        yield found.span(1)


def names_in_beds(seen: Segments) -> Iterator[tuple[int, int]]:
    """Starts and ends of names right behind a bed.

    >>> from ontology.deidentification.chinese_words import segmented
    >>> text = "2床沙棘特级护理；3床空；4床古月明晨抽血"
    >>> [text[slice(*place)] for place in names_in_beds(segmented(text))]
    ['沙棘', '古月']
    """
    for pattern in (_BED, _ADDED):
        for found in pattern.finditer(seen.text):
            at = found.end() + len(_LYING.match(seen.text, found.end())[0])  # type: ignore[index]  # it matches nothing, too
            end = end_of(seen, at, Place.FORM)
            if end is not None and end - at > 1:
                yield at, end
