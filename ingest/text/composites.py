"""Names that share their end: *breast and ovarian cancer*, 急、慢性肝炎, 甲、乙型肝炎.

The last is a name like any other. Of those before it only the words that are there can be a mention, and only where the
dictionary knows them with the end that they share; *asthma and heart failure* shares none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.text.extent import Named
from ontology.scoring import Meaning, shared

Lookup = Callable[[str, str], Meaning | None]
"""A whole name in a language -> what it means."""

_JOINED = {
    "en": re.compile(r"(?:,? and/or|,? and|,? or|,|/|,? as well as)\s*$"),
    "zh": re.compile("(?:、|和|及|或|与|以及)$"),
}
_LAST = {"en": frozenset("dr,/s"), "zh": frozenset("、和及或与")}
"""What a joint ends in: looked at first, because most names follow none."""
_PARTS = {
    "en": re.compile(r"(?<![\w-])[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,2}$"),
    "zh": re.compile("[\u3400-\u9fffA-Za-z0-9]+$"),
}
_LONGEST = 4
_REACH = 40
_JOINT = 12
_CATEGORIES = frozenset({"disease", "symptom"})


def composed(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, and before each the names that share its end."""
    which = "zh" if language.startswith("zh") else "en"
    lasts = _LAST[which]
    after = [
        at
        for at, one in enumerate(named)
        if one[0] > 1
        and (text[one[0] - 1] in lasts or (text[one[0] - 1] == " " and text[one[0] - 2] in lasts))
        and one[3].category in _CATEGORIES
    ]
    if not after:
        return named
    found: list[Named] = []
    for at, one in enumerate(named):
        if at in after:
            free = named[at - 1][1] if at else 0
            found += reversed(list(_sharing(text, one, free, lookup, which)))
        found.append(one)
    return found


def _sharing(text: str, one: Named, free: int, lookup: Lookup, language: str) -> Iterator[Named]:
    """From the nearest to the farthest."""
    start, _, surface, meaning = one
    while joined := _JOINED[language].search(text, max(free, start - _JOINT), start):
        part = _PARTS[language].search(text, max(free, joined.start() - _REACH), joined.start())
        if part is None:
            return
        made = next(_known(part, surface, meaning.category, lookup, language), None)
        if made is None:
            return
        yield made
        start = made[0]


def _known(part: re.Match[str], surface: str, category: str, lookup: Lookup, language: str) -> Iterator[Named]:
    """The words before the joint with an end of ``surface`` that the dictionary knows, longest words first."""
    for begin, name in _names(part[0], surface, language):
        found = lookup(name, language)
        if found is not None and found.category == category:
            yield part.start() + begin, part.end(), part[0][begin:], shared(found)


def _names(part: str, surface: str, language: str) -> Iterator[tuple[int, str]]:
    """(offset in ``part``, name made)."""
    if language == "zh":
        for length in range(min(_LONGEST, len(part), len(surface) - 1), 0, -1):
            yield len(part) - length, part[-length:] + surface[length:]
        return
    words = surface.split(" ")[: _LONGEST + 1]
    for begin in [0, *(at + 1 for at, char in enumerate(part) if char == " ")]:
        for first in range(1, len(words)):
            yield begin, " ".join([part[begin:], *words[first:]])
