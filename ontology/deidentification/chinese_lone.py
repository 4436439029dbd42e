"""Chinese surnames that stand alone: in a field that somebody fills, behind a title before what is said, as a signature
below a note, before sex and age, before 氏; and children who have their mother's name only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ontology.deidentification.chinese_lists import chinese_lists, either, surnames
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_STATES = frozenset("黄白温高平安康常方石金毛水汤红青清正全尚时单双宁甘柔和华成明项管包盛")
"""Surnames that a field holds as a finding: 苔：黄, 皮温：温, 神志：清."""
_TITLE = "护士长|副?主任|医师|医生|大夫|护士|护师|药师|技师|教授|治疗师|康复师|营养师"
_NUMBER = re.compile(r"\s?(?:1?\d[./-]\d{1,2}|\d{1,2}:\d{2}|(?:19|20)\d{2}).{0,12}$", re.M)


def lone_names(text: str) -> Iterator[tuple[int, int]]:
    """Starts and ends of such names in folded text.

    >>> text = "灌注:彭;药师蔺:剂量已核。蒲,男,47。丈夫佟。新生儿尤佳之女,评9分。"
    >>> [text[slice(*place)] for place in sorted({*lone_names(text)})]
    ['彭', '蔺', '蒲', '佟', '尤佳之女']
    """
    for pattern in _patterns():
        for found in pattern.finditer(text):
            yield found.span(1)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    frequent = words().surnames - words().rare
    sure, known = "".join(sorted(frequent - _STATES)), "".join(sorted(surnames()))
    kin = either(
        chinese_lists().kin | {"丈夫", "妻子", "爱人", "老公", "老婆", "女婿", "儿媳", "家属", "陪护", "护工", "司机"}
    )
    return (
        re.compile(rf"(?<=[{_HAN}]):\s?([{sure}])(?=[,;。、/\n)]|$)"),
        re.compile(
            rf"(?:{_TITLE})(?![曾于应向都时])([{sure}])(?=:|已[告说查看阅知到]|建议|交代|指示|查房|看过|代班|值班|电话)"
        ),
        re.compile(
            rf"(?:[校军村厂队]医|医生|医师|护士|药师|主任)(?![未已待请代可应须需均并也都再不])([{known}])(?=签(?:[,。;字名\s]|$)|[阅核]$)",
            re.M,
        ),
        re.compile(rf"([{known}])(?=\s?(?:Sir|sir|Prof|Dr)(?![A-Za-z]))"),
        re.compile(rf"^([{known}])(?=/[{_HAN}]{{1,6}}科)", re.M),
        re.compile(rf"(?<=[。;!?\n])[ \t]{{0,4}}([{sure}])(?=[ \t]*(?:$|{_NUMBER.pattern}))", re.M),
        re.compile(rf"(?:^|(?<=[。;!?\n]))\s?([{sure}])(?=[,/ ]\s?[男女][,/ ]\s?\d)", re.M),
        re.compile(rf"(?:{kin})姓?([{sure}])(?=[,;。.、)]|$)", re.M),
        re.compile(
            rf"(?:^|(?<=[。;!?\n,:])|(?<=患者)|(?<=产妇))([{known}])(?=氏[,(]?\s?(?:[男女]|\d{{2}}岁|[{_HAN}]{{2,4}}籍))",
            re.M,
        ),
        re.compile(
            rf"(?:^|(?<=[。;\n,: ])|(?<=患儿)|(?<=新生儿)|(?<=早产儿)|(?<=女婴)|(?<=男婴))"
            rf"((?!患[者儿]|病[人员]|死者|家属|[其本某此]|[产孕]妇|伤者|新生|早产|[男女]婴)[{_HAN}]{{2,5}}之(?:[子女]|[长次][子女]|大宝|小宝|A|B))"
            rf"(?=[,;。(:、\s]|评|[A-Z\d]|$)",
            re.M,
        ),
    )
