"""Short words that mean a longer name where the text speaks of its subject: DNA beside 乙肝 is the DNA of its virus.

Of a text on hepatitis B the words DNA, 病毒量 and 抗体 mean what is measured of it; beside 乙肝疫苗 the bare 疫苗 is
the same; 抗病毒 stands for its drugs; 葡萄糖 with a value is what was measured, not the drug. Only names that the
dictionary knows count, and only words that stand alone: 抗体 in 表面抗体 is none of these.
"""

from __future__ import annotations

import re

import msgspec

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ingest.text.insertions import taking
from ontology.scoring import respelled


class _Implied(msgspec.Struct, frozen=True):
    """Where ``subject`` stands in a text, each match of ``word`` means ``name``."""

    subject: re.Pattern[str]
    word: re.Pattern[str]
    name: str


_HEPATITIS_B = re.compile("乙肝|乙型肝炎|[大小]三阳|两对半|二对半|HBV|HBsAg|拉米夫定|恩替卡韦|阿德福韦")
_IMPLIED = (
    _Implied(
        _HEPATITIS_B,
        re.compile(
            "(?:(?<![A-Za-z0-9毒])(?:DNA|dna)|(?:乙肝|乙型肝炎|(?<![肝炎]))病毒(?:DNA|dna))(?:定量|载量|数量)?(?![A-Za-z0-9])"
            "|(?:乙肝|乙型肝炎|(?<![肝炎]))病毒(?:载?量|数量?|定量|滴度|复制量)"
        ),
        "乙肝病毒dna",
    ),
    _Implied(
        _HEPATITIS_B,
        re.compile("(?:(?<=有)|(?<=生)|(?<=无)|(?<=的)|(?<=此)|(?<=没)|(?<=现)|(?<=[，。、,]))抗体(?![A-Za-z阳阴])"),
        "乙肝表面抗体",
    ),
    _Implied(re.compile("乙肝(?:病毒)?疫苗"), re.compile("(?<![肝毒病炎感体苗])疫苗"), "乙肝疫苗"),
    _Implied(re.compile("抗病毒"), re.compile("抗病毒(?:西药)?(?![药治救的性])"), "抗病毒药"),
    _Implied(re.compile("葡萄糖"), re.compile(r"葡萄糖(?=(?:值|达到|为|是|[:：])?\s*\d)(?!\d*%)"), "血糖"),
)
NAMES = frozenset(one.name for one in _IMPLIED)
"""Every name that is asked for here, though texts may say it in other words."""
_ANY = re.compile("DNA|dna|病毒[载量数定滴复]|抗[体病]|疫苗|葡萄糖")


def may_imply(text: str) -> bool:
    """Whether a text may name one of ``NAMES`` in a shorter word."""
    return _ANY.search(text) is not None


def with_implied(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, with the words that mean a longer name here; longer names keep them."""
    if not may_imply(text):
        return named
    found: list[Named] = []
    for one in _IMPLIED:
        places = [match.span() for match in one.word.finditer(text)]
        if not places or one.subject.search(text) is None:
            continue
        meaning = lookup(one.name, language)
        if meaning is not None:
            found += [(start, end, text[start:end], respelled(meaning)) for start, end in places]
    free = [one for one in found if not any(_wider(name, one) for name in named)]
    return taking(named, sorted(free, key=lambda one: one[:2])) if free else named


def _wider(name: Named, one: Named) -> bool:
    return name[0] <= one[0] and one[1] <= name[1] and name[1] - name[0] > one[1] - one[0]
