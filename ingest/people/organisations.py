"""Affiliation lines to organisations: what is no name is cut off, what is left in one spelling is the organisation.

Conservative: ``People's Hospital`` is one in every city, so places are left out only beside a university or an
institute; a line that lacks the city is then another organisation than one that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from kg.index.analysis import fold, has_han

_ROR = re.compile(r"(?:https?://)?ror\.org/(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})\b/?", re.IGNORECASE)
_GRID = re.compile(r"\bgrid\.(\d+\.[0-9a-f]+)\b", re.IGNORECASE)
_MAIL = re.compile(
    r"(?:(?:electronic address|e-?mails?|电子邮箱|电子邮件|邮箱)\s*[:：]?\s*)?[\w.+'-]+@[\w-]+(?:\.[\w-]+)+\.?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:[(（\[]?\d{1,2}[)）\].、．]?|[a-z][)）]|[①-⑳*†‡§])\s*(?=\D)", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{0,2}-?\d{4,6}(?:-\d{3,4})?\b")
_WORDS = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"^(?:(?:and|from|the) )+")
_DEPARTMENT = re.compile(r"\bdept\b")
_COUNTRY = re.compile(r"^(?:(?:the )?people s republic of china|p ?r ?(?:of )?china)$")
_UNIT = re.compile(
    r"^(?:the )?(?:departments?|divisions?|sections?|units?|wards?|school|faculty|college|graduate school|"
    r"(?:state |national )?key laborator(?:y|ies)|laborator(?:y|ies)|lab|clinic|service|chair) (?:of|for) |"
    r" (?:department|division|laboratory|unit|ward)$"
)
_NAME = re.compile(r"\b(?:universit\w*|hospitals?|institut\w*|college|academy|cent(?:er|re)|clinics?|school|company)\b")
_RARE = re.compile(r"\b(?:universit\w*|academy of \w+)\b")
_COMMON = """the of and for first second third fourth fifth affiliated hospital university medical medicine college
    school center centre people s central general municipal provincial county city institute sciences science children
    clinic"""
_GENERIC = frozenset(_COMMON.split())
_WIDE = """department division school faculty college of and medicine surgery medical internal clinical basic sciences
    science nursing public health pharmacy graduate biology"""
_BROAD = frozenset(_WIDE.split())
_BROAD_HAN = frozenset(("内科", "外科", "护理部", "医学系", "药学系", "教研室", "中心实验室", "门诊部"))
_HAN_NAME = re.compile(r"^(.*(?:医院|大学|研究所|研究院|科学院|学院|学校|公司|医科院))(.*)$")
_HAN_OTHER = re.compile(r"^(.*(?:中心|院|所|局|站|社))(.*)$")
_HAN_RARE = re.compile("大学|科学院|[^医]学院|研究院")
_HAN_UNIT = re.compile("(?:科|室|部|系|病区|组|门诊|中心)$")
_MOST = 400
"""Letters of a line that are read: what is longer is a paragraph of notes."""


class Affiliation(msgspec.Struct, frozen=True, gc=False):
    """One organisation of an affiliation line. ``name``: its parts in one spelling, ``|`` between; ``unit``: the
    department, or empty; ``ids``: ``ror:…`` and ``grid:…`` that stand in the line."""

    name: str
    unit: str = ""
    ids: tuple[str, ...] = ()


@lru_cache(maxsize=65536)
def affiliations(line: str) -> tuple[Affiliation, ...]:
    """The organisations of a line: one, or several with semicolons between; none where nothing is left.

    >>> affiliations("Department of Cardiology, Invented University, Shanghai 200000, P.R. China. a.b@example.org")
    (Affiliation(name='invented university', unit='department of cardiology', ids=()),)
    >>> affiliations("虚构大学附属第一医院心内科，上海 200000")
    (Affiliation(name='虚构大学附属第一医院', unit='心内科', ids=()),)
    """
    ids = sorted(
        {f"ror:{one.lower()}" for one in _ROR.findall(line)} | {f"grid:{one.lower()}" for one in _GRID.findall(line)}
    )
    text = _MAIL.sub(" ", _GRID.sub(" ", _ROR.sub(" ", line)))
    found: dict[tuple[str, str], None] = {}
    for part in re.split("[;；]", text[:_MOST]):
        name, unit = (_chinese if has_han(part) else _latin)(_NUMBERED.sub("", part))
        if name:
            found[name, unit] = None
    # Ids of a line with several organisations do not say whose they are.
    own = tuple(ids) if len(found) == 1 else ()
    return tuple(Affiliation(name, unit, own) for name, unit in found)


def _latin(text: str) -> tuple[str, str]:
    parts = [" ".join(_WORDS.findall(fold(_POSTCODE.sub(" ", part)))) for part in text.split(",")]
    parts = [_DEPARTMENT.sub("department", _LEADING.sub("", part)) for part in parts]
    parts = ["china" if _COUNTRY.match(part) else part for part in parts if part]
    units = [part for part in parts if _UNIT.search(part)]
    rest = [part for part in parts if part not in units]
    names = [part for part in rest if _NAME.search(part)]
    if names and any(_RARE.search(part) and not _GENERIC.issuperset(part.split()) for part in names):
        rest = names
    return "|".join(rest) if names or not units else "", units[0] if units else ""


def _chinese(text: str) -> tuple[str, str]:
    names: list[str] = []
    units: list[str] = []
    places: list[str] = []
    for part in re.split(r"[,，、。\s]+", _POSTCODE.sub(" ", text)):
        part = "".join(_WORDS.findall(fold(part)))
        found = _HAN_NAME.match(part) or (None if _HAN_UNIT.search(part) else _HAN_OTHER.match(part))
        if found:
            names.append(found[1])
            units += [found[2]] if found[2] else []
        elif part:
            (units if _HAN_UNIT.search(part) else places).append(part)
    if names and not any(_HAN_RARE.search(name) for name in names):
        names += places
    return "|".join(names), "".join(units)


def narrow(unit: str) -> bool:
    """Whether a unit is small enough to say something: a medical school has people of every name.

    >>> narrow("department of cardiology"), narrow("department of medicine"), narrow("心内科"), narrow("内科")
    (True, False, True, False)
    """
    return bool(unit) and unit not in _BROAD_HAN and not _BROAD.issuperset(unit.split())


class Organisation(msgspec.Struct, frozen=True):
    """One organisation and every line that names it. ``names``: its spellings, several only where a ROR or GRID id
    stands in lines of both."""

    names: tuple[str, ...]
    lines: tuple[str, ...]
    ids: tuple[str, ...]


def organisations(lines: Iterable[str]) -> tuple[Organisation, ...]:
    """Organisations by their names, from distinct affiliation lines. Order does not matter.

    Two names are one organisation when each stands with the same id, and neither with another of that scheme.
    """
    by_name: dict[str, set[str]] = {}
    ids: dict[str, set[str]] = {}
    for line in set(lines):
        for one in affiliations(line):
            by_name.setdefault(one.name, set()).add(line)
            ids.setdefault(one.name, set()).update(one.ids)
    groups: dict[str, list[str]] = {}
    for name in sorted(by_name):
        groups.setdefault(_identified(ids[name]) or f"name:{name}", []).append(name)
    return tuple(
        Organisation(
            names=tuple(names),
            lines=tuple(sorted(set().union(*(by_name[name] for name in names)))),
            ids=tuple(sorted(set().union(*(ids[name] for name in names)))),
        )
        for names in sorted(groups.values())
    )


def _identified(ids: set[str]) -> str:
    """The one id by which a name is known: ROR before GRID, empty where a scheme gives two."""
    for scheme in ("ror:", "grid:"):
        found = [one for one in ids if one.startswith(scheme)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""
