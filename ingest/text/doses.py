"""Doses as texts write them, in Chinese and English by the same tables: *10 mg/kg*, *bid*, 每日三次, 口服.

An amount is a number with a unit of ``doses.toml``; a concentration (*mg/L*), a rate of flow (*mL/min*), a percentage,
a date or a number alone is none. Of what else is measured so (*3200 g*, 一片) and of frequencies only that counts which
stands in a sentence with another sign of a dose: an amount that nothing else has, a route, a drug. A route counts
beside an amount, a frequency, or next to a drug: *oral cavity* and three stools a day are no doses. What cannot be read
stays text; nothing here names a concept.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import chain

import msgspec

from ingest.text.sentences import sentences
from kg.model.dose import Dose

Span = tuple[int, int]
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code not in (0xFF0C, 0xFF1A, 0xFF1B)} | {
    0x00B5: 0x03BC
}
"""Full-width forms as ASCII but for the signs of clauses, the micro sign as a Greek letter: one character each."""
_DIGITS = "一二三四五六七八九"
_NUMERAL = r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})"
_FRACTION = r"\d/\d"
_CHINESE_NUMERAL = f"[{_DIGITS}两半十]{{1,3}}"
_TO = r"\s?(?:-|–|—|~|至|到|to)\s?"
_SURE = frozenset({"mg", "ug", "[iU]", "meq", "Gy"})
"""Units of little else than what is given."""
_SHORT = 2
_BESIDE = 1
"""Characters between a route and a drug that it is said of."""


class _Tables(msgspec.Struct, frozen=True):
    units: Mapping[str, tuple[str, ...]]
    per: Mapping[str, tuple[str, ...]]
    never: Mapping[str, tuple[str, ...]]
    frequencies: Mapping[str, tuple[str, ...]]
    times: Mapping[str, tuple[str, ...]]
    routes: Mapping[str, tuple[str, ...]]


class _Patterns(msgspec.Struct, frozen=True):
    """``units`` … ``routes`` lead from a spelling, folded, to what it says."""

    units: Mapping[str, str]
    per: Mapping[str, str]
    told: Mapping[str, tuple[str, str, str]]
    routes: Mapping[str, str]
    amount: re.Pattern[str]
    one_per: re.Pattern[str]
    behind: re.Pattern[str]
    frequency: re.Pattern[str]
    route: re.Pattern[str]


_TIMES_ZH = re.compile(
    rf"(?P<every>每|一)(?P<span>{_CHINESE_NUMERAL}|\d{{1,3}})?个?(?P<unit>日|天|周|月|小时)(?P<n>{_CHINESE_NUMERAL}|\d{{1,3}})次"
    rf"|(?<![0-9])(?P<span2>{_CHINESE_NUMERAL}|\d{{1,3}})(?P<unit2>日|天|周)(?P<n2>{_CHINESE_NUMERAL}|\d{{1,3}})次"
    rf"|每隔?(?P<span3>{_CHINESE_NUMERAL}|\d{{1,3}})个?(?P<unit3>小时|天|日|周)(?:一次|1次)?"
    rf"|(?<![0-9])(?P<n4>\d{{1,3}}|{_CHINESE_NUMERAL})次/(?P<unit4>日|天|d|周)"
)
_TIMES_EN = re.compile(
    r"\bq(?P<hours>\d{1,2})h\b|\bevery (?P<each>\d{1,2}) (?P<of>hours?|days?|weeks?)\b"
    r"|\b(?P<n>\d{1,2}) times (?:a|per|each) (?P<unit>day|week)\b",
    re.IGNORECASE,
)
_UCUM = {
    "日": "d", "天": "d", "d": "d", "day": "d", "days": "d", "周": "wk", "week": "wk", "weeks": "wk", "月": "mo",
    "小时": "h", "hour": "h", "hours": "h",
}  # fmt: skip


def doses(text: str, drugs: Sequence[Span] = ()) -> list[Dose]:
    """The doses that ``text`` states, in order; ``drugs`` are the places of substances in it.

    >>> [(one.surface, one.value, one.unit or one.name) for one in doses("口服阿莫西林 10 mg/kg，每日三次。")]
    [('口服', '', 'oral'), ('10 mg/kg', '10', 'mg/kg'), ('每日三次', '3', '/d')]
    >>> doses("体温 38 度，血糖 6.1 mmol/L，p = 0.05，2020-01-02，45%")
    []
    """
    flat = text.translate(_FULL_WIDTH)
    amounts = list(_amounts(text, flat))
    often = list(_free(_frequencies(text, flat), amounts))
    ways = list(_free(_routes(text, flat), amounts))
    if not (amounts or often or ways):
        return []
    places = sorted(drugs)
    found: list[Dose] = []
    for span in sentences(text):
        much, here, by = (_within(some, span) for some in (amounts, often, ways))
        about = places[bisect_left(places, (span[0],)) : bisect_left(places, (span[1],))]
        sure = [one for one in much if one.unit in _SURE or "/" in one.unit]
        if sure or about or by or (much and here):
            found += [*much, *here]
        found += [one for one in by if much or here or any(_beside(one, place) for place in about)]
    return sorted(found, key=lambda one: (one.start, one.end))


def _start(one: Dose) -> int:
    return one.start


def _within(some: Sequence[Dose], span: Span) -> Sequence[Dose]:
    """Of sorted doses those that begin in ``span``."""
    return some[bisect_left(some, span[0], key=_start) : bisect_left(some, span[1], key=_start)]


def _beside(one: Dose, span: Span) -> bool:
    return 0 <= span[0] - one.end <= _BESIDE or 0 <= one.start - span[1] <= _BESIDE


def _free(doses: Iterable[Dose], taken: Sequence[Dose]) -> Iterator[Dose]:
    """Those that cross none of ``taken``, which is sorted and apart."""
    for one in doses:
        place = bisect_left(taken, one.end, key=_start)
        if not place or taken[place - 1].end <= one.start:
            yield one


def _amounts(text: str, flat: str) -> Iterator[Dose]:
    patterns = _patterns()
    for match in patterns.amount.finditer(flat):
        unit = patterns.units[_folded(match["unit"])]
        low, high = match["low"], match["high"] or ""
        value = _number(low, match["many"])
        if value is None or (low[0] in f"{_DIGITS}两半十" and unit[0] != "{"):
            continue
        if match["first"]:
            unit += "/kg"
        end = match.end()
        while more := patterns.one_per.match(flat, end):
            unit += patterns.per[_folded(more["per"] or more["kg"])]
            end = more.end()
        if patterns.behind.match(flat, end) or unit.startswith("mL/min"):
            continue
        top = _number(high, match["many"]) if high else ""
        if top is not None:
            yield Dose("amount", match.start(), end, text[match.start() : end], value, top, unit)


def _number(written: str, many: str | None) -> str | None:
    """A number as plain digits; None where it is none. ``many``: 万."""
    if written[0] in f"{_DIGITS}两半十":
        found = _chinese(written)
    elif "/" in written:
        above, below = written.split("/")
        found = Decimal(above) / Decimal(below) if below != "0" else None
        if found is not None and found != found.quantize(Decimal("0.001")):
            return None
    else:
        found = Decimal(written.replace(",", ""))
    if found is None:
        return None
    found = found * 10_000 if many else found
    told = f"{found:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def _chinese(written: str) -> Decimal | None:
    """A numeral up to 99, or half of one.

    >>> [str(_chinese(one)) for one in ("三", "十二", "二十", "两", "半", "半三")]
    ['3', '12', '20', '2', '0.5', 'None']
    """
    if written == "半":
        return Decimal("0.5")
    tens, ten, ones = written.partition("十")
    first, last = _digit(tens), _digit(ones)
    if not ten:
        return Decimal(first) if first else None
    if (tens and not first) or (ones and not last):
        return None
    return Decimal((first or 1) * 10 + last)


def _digit(char: str) -> int:
    """0 for what is no digit."""
    if char == "两":
        return 2
    return _DIGITS.index(char) + 1 if len(char) == 1 and char in _DIGITS else 0


def _frequencies(text: str, flat: str) -> list[Dose]:
    """Those with a number before those of the tables: 每日三次 is more than 每日."""
    counted = [
        Dose("frequency", *match.span(), match[0], told[0], "", told[1])
        for match in chain(_TIMES_ZH.finditer(flat), _TIMES_EN.finditer(flat))
        if (told := _interval(match)) is not None
    ]
    counted = sorted((msgspec.structs.replace(one, surface=text[one.start : one.end]) for one in counted), key=_start)
    patterns = _patterns()
    named = []
    for match in patterns.frequency.finditer(flat):
        value, unit, name = patterns.told[_folded(match[0])]
        named.append(Dose("frequency", *match.span(), text[match.start() : match.end()], value, "", unit, name))
    return sorted([*counted, *_free(named, counted)], key=_start)


def _interval(match: re.Match[str]) -> tuple[str, str] | None:
    """(how many times, in which time) of a match of ``_TIMES_ZH`` or ``_TIMES_EN``."""
    groups = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    if hours := groups.get("hours"):
        return "1", f"/({hours}.h)"
    if each := groups.get("each"):
        return "1", _time(each, _UCUM[groups["of"].lower()])
    times = _number(groups["n"], None) if "n" in groups else "1"
    span = _number(groups["span"], None) if "span" in groups else "1"
    if times is None or span is None or "." in times + span:
        return None
    return times, _time(span, _UCUM[groups["unit"].lower()])


def _time(count: str, unit: str) -> str:
    return f"/{unit}" if count == "1" else f"/({count}.{unit})"


def _routes(text: str, flat: str) -> Iterator[Dose]:
    patterns = _patterns()
    for match in patterns.route.finditer(flat):
        surface = text[match.start() : match.end()]
        yield Dose("route", *match.span(), surface, name=patterns.routes[_folded(match[0])])


def _folded(spelling: str) -> str:
    """As spellings are compared: small letters, where they are longer than two characters."""
    return spelling.lower() if len(spelling) > _SHORT else spelling


@cache
def _patterns() -> _Patterns:
    read = (files("ingest.text") / "doses.toml").read_text("utf-8")
    tables = msgspec.toml.decode(read, type=_Tables)
    units, per = _spellings(tables.units), _spellings(tables.per)
    often = _spellings(tables.frequencies)
    told = {one: (*said.split(" "), "") for one, said in often.items()}
    when = {one: ("1" if name.startswith(("at night", "in the", "at bed")) else "", name)
            for one, name in _spellings(tables.times).items()}  # fmt: skip
    all_told = {one: (said[0], said[1], "") for one, said in told.items()} | {
        one: (value, "/d" if value else "", name) for one, (value, name) in when.items()
    }
    routes = _spellings(tables.routes)
    number = f"(?:{_FRACTION}(?=[片粒丸支袋 ])|{_NUMERAL}|{_CHINESE_NUMERAL})"
    behind = "|".join(map(re.escape, sorted(tables.never["behind"], key=len, reverse=True)))
    return _Patterns(
        units, per, all_told, routes,
        amount=re.compile(
            rf"(?P<first>每(?:公斤|千克|kg)(?:体重)?\s?)?"
            rf"(?<![A-Za-z0-9_.,/:+×^第{_DIGITS}十])(?<![A-Za-z0-9][-–])(?P<low>{number})"
            rf"(?:\s?(?:{_any(units)})?{_TO}(?P<high>{number}))?\s?-?"
            rf"(?P<many>万)?\s?(?P<unit>{_any(units)})(?![A-Za-z0-9²³])"
        ),
        one_per=re.compile(
            rf"\s?(?:(?:/|·|\bper\b)\s?(?P<per>{_any(per)})|每\s?(?P<kg>公斤|千克|kg))(?![A-Za-z0-9²³])"
        ),
        behind=re.compile(rf"\s?(?:/|·|per |每)\s?(?:{behind})(?![A-Za-z])|\s?%"),
        frequency=_words(all_told),
        route=_words(routes),
    )  # fmt: skip


def _spellings(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {_folded(spelling): said for said, spellings in table.items() for spelling in spellings}


def _any(spellings: Mapping[str, object]) -> str:
    """Longest first; long ones in any case, short ones as they stand."""
    longest = sorted(spellings, key=lambda one: (-len(one), one))
    return "|".join(f"(?i:{re.escape(one)})" if len(one) > _SHORT else re.escape(one) for one in longest)


def _words(spellings: Mapping[str, object]) -> re.Pattern[str]:
    """Latin spellings as words of their own; Chinese has no edges."""
    latin = {one: 0 for one in spellings if one.isascii()}
    wide = {one: 0 for one in spellings if not one.isascii()}
    return re.compile(rf"(?<![A-Za-z0-9])(?:{_any(latin)})(?![A-Za-z0-9])|{_any(wide)}")
