"""Which edition a guideline is, and which one it says it replaces.

Two editions of one guideline have one title but for the edition in it. So the id of an edition without DOI follows
from title and edition, and that of the edition before can be told from what the new one says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from kg.index.analysis import fold
from kg.model.ids import digest

_YEAR = r"(?:19|20)\d\d"
_IN_TITLE = re.compile(
    rf"(?P<year>{_YEAR})\s*年?\s*版|\b(?:edition|version)\s+(?P<after>{_YEAR})\b|\b(?P<before>{_YEAR})\s+"
    rf"(?:edition|version|update)\b|[（(]\s*(?:示例，)?(?P<alone>{_YEAR})\s*年?\s*[）)]",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"第\s*[一二三四五六七八九十\d]+\s*版|\b(?:first|second|third|fourth|fifth|sixth|\d+(?:st|nd|rd|th))\s+edition\b",
    re.I,
)
_REPLACES = re.compile(
    rf"\b(?:replaces|supersedes|is an update of|updates)\b[^.;]{{0,80}}?\b(?P<en>{_YEAR})\b|"
    rf"(?:取代|替代|代替|更新)[^。；]{{0,60}}?(?P<zh>{_YEAR})\s*年?\s*版",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"[（(]\W*[）)]|[，,:：]\s*(?=[）)])")
_FRONT = 12


class Edition(msgspec.Struct, frozen=True):
    """The year of an edition and of the one that it replaces, each empty where it does not say."""

    year: str
    replaces: str = ""
    printed: str = ""


def edition(title: str, texts: Iterable[str], given: str = "") -> Edition:
    """What a guideline says of its edition; ``given`` comes before the title, the title before the first ``texts``.

    >>> found = edition("Care of gout (2021 edition)", ["This edition replaces the 2015 edition."])
    >>> found.year, found.replaces
    ('2021', '2015')
    """
    front = list(texts)[:_FRONT]
    year = given or _year(title)
    replaced = ""
    printed = ""
    for text in front:
        if found := _REPLACES.search(text):
            replaced, printed = found["en"] or found["zh"], found[0]
            break
    if not year:
        year = next(filter(None, (_year(text) for text in front if not _REPLACES.search(text))), "")
    return Edition(year, replaced if replaced != year else "", printed)


def edition_id(title: str, year: str) -> str:
    """The id of an edition without DOI: of the title without its edition, and the year.

    >>> edition_id("河川咳指南（2023年版）", "2018") == edition_id("河川咳指南（2018版）", "2018")
    True
    """
    stem = _ORDINAL.sub("", _IN_TITLE.sub("", title))
    return f"doc:{digest('guideline', fold(_LEFT_OVER.sub('', stem)), year)}"


def _year(text: str) -> str:
    found = _IN_TITLE.search(text)
    return next(filter(None, found.groups()), "") if found else ""
