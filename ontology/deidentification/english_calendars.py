"""Feasts of further countries and faiths, and months as they are often mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Span

_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?:19|20)\d{2}|,? '\d{2})?"
_FEASTS = (
    r"Holi|Onam|Pongal|Navarat(?:h)?ri|Deepavali|Dussehra|Durga Puja|Raksha Bandhan|Janmashtami|Ganesh Chaturthi|"
    r"Vesak|Wesak|"
    r"Thaipusam|Hari Raya(?: (?:Puasa|Haji))?|Ramzan|Sukkot|Shavuot|Kwanzaa|Songkran|Ashura|Mawlid|Lohri|Baisakhi|Bihu|"
    r"(?:Freedom|Republic|Heritage|Human Rights|Reformation|Youth|Workers'?|Victoria|Democracy|Family|Unity|"
    r"National|Constitution|Children's|Teachers'|Women's|Melbourne Cup|Cup|Matariki|Bloom|Pioneer|Patriots'|Flag|"
    r"Emancipation|St\.? (?:Brigid|Piran|Lucia|Joseph)'?s|Three Kings'?)[ -]?[Dd]ay|Day of Reconciliation|Bloomsday|"
    r"(?:King|Queen)'s (?:Official )?Birthday|New Year (?=(?:19|20)\d{2})|Epiphany|Assumption(?= (?:19|20)\d{2})"
)
_MISTYPED = (
    r"janurary|januray|janury|febuary|feburary|febraury|feburay|febuary|mch|marhc|apirl|aprl|augst|agust|auguest|"
    r"septmber|setpember|septemeber|spetember|sepetember|octomber|ocotber|otober|novemeber|novmber|decemeber|decmber"
)
_PATTERNS = (
    re.compile(
        rf"\b(?:{_FEASTS}){_YEAR}(?!"
        r" (?:disease|score|test|Hospital|Centre|Center|[Cc]are|[Cc]ase|[Ss]urgery|[Uu]nit))(?!\w)"
    ),
    re.compile(rf"\b{_DAY} (?:of )?(?:{_MISTYPED})\b{_YEAR}", re.I),
    re.compile(rf"\b(?:{_MISTYPED})\.? {_DAY}(?!\w|\.\d){_YEAR}", re.I),
    re.compile(
        r"\b(?:ramadan|rajab|muharram|shawwal|sha'?ban) (?:the )?(?:[12]?\d|30)(?:st|nd|rd|th)?(?![\w%]|\.\d)", re.I
    ),
)


def english_calendars(text: str) -> Iterator[Span]:
    """Days in folded text.

    >>> text = "Fell on Republic Day, seen 3 Feburary 2020."
    >>> [text[one.start : one.end] for one in english_calendars(text)]
    ['Republic Day', '3 Feburary 2020']
    """
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Span(*found.span(), "date")
