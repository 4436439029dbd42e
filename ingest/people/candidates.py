"""Whether two names can be one person's, and by what: a relation between names, never a reason to merge people."""

from __future__ import annotations

from itertools import product
from typing import Literal

import msgspec

from ingest.people.names import PersonName
from ingest.people.romanised import Romanised, romanised
from ingest.people.syllables import joined, split

Reason = Literal["same-name", "turned", "romanised", "romanised-turned", "initials", "romanised-initials"]


class Candidate(msgspec.Struct, frozen=True):
    """``reason``: how the names meet. ``reading``: the pinyin by which they do, where one of them is Chinese."""

    reason: Reason
    reading: str = ""


def candidate(a: PersonName, b: PersonName) -> Candidate | None:
    """How the two names can be one person's; None where they cannot, or where nothing but a family name is known.

    Symmetric. Of several reasons the strongest.
    """
    if a.han and b.han:
        return Candidate("same-name") if a.han == b.han and len(a.han) > 1 else None
    if a.han or b.han:
        chinese, latin = (a, b) if a.han else (b, a)
        return None if chinese.foreign else _across(chinese.han, latin)
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return None
    return _latin(a, b)


def _across(han: str, latin: PersonName) -> Candidate | None:
    shorter: Candidate | None = None
    for turned, (family, given) in enumerate(latin.orders):
        for reading in romanised(han):
            if reading.family != joined(family):
                continue
            found = f"{reading.family} {''.join(reading.given)}"
            if _spelled(given, reading):
                return Candidate("romanised-turned" if turned else "romanised", found)
            if shorter is None and _abbreviated(given, reading.given):
                shorter = Candidate("romanised-initials", found)
    return shorter


def _spelled(given: tuple[str, ...], reading: Romanised) -> bool:
    """``wei``, ``xiao ming`` and ``xiaoming``: never with a cut that pinyin does not have (``xi an`` for xian)."""
    return len(given) in (1, len(reading.given)) and joined("".join(given)) == "".join(reading.given)


def _abbreviated(given: tuple[str, ...], syllables: tuple[str, ...]) -> bool:
    """``w`` for wei; ``x``, ``xm`` and ``xiao m`` for xiao ming."""
    return bool(given) and (_begun(given, syllables) or _initials(given, ["".join(one[0] for one in syllables)]))


def _latin(a: PersonName, b: PersonName) -> Candidate | None:
    shorter = False
    for (turned, (family, given)), (also_turned, (other_family, other)) in product(
        enumerate(a.orders), enumerate(b.orders)
    ):
        if (turned and also_turned) or not given or not other or joined(family) != joined(other_family):
            continue
        if joined("".join(given)) == joined("".join(other)):
            return Candidate("turned" if turned or also_turned else "same-name")
        # Zhang, Wei is not Wei, Z: what is turned is a full name, or one that nobody has divided.
        if (turned and a.divided and len(given[0]) > 1) or (also_turned and b.divided and len(other[0]) > 1):
            continue
        full = a.full and b.full
        # Wholly in pinyin a name is short for none: Wei Zhang is not Wei-Wei Zhang.
        shorter = shorter or (not a.complete and _shortened(given, other, full))
        shorter = shorter or (not b.complete and _shortened(other, given, full))
    return Candidate("initials") if shorter else None


def _shortened(short: tuple[str, ...], long: tuple[str, ...], full: bool) -> bool:
    """``j`` and ``john`` for john adam, ``xiao m`` for xiao ming, and where not both are ``full`` ``w`` for wei, ``xm``
    for xiaoming, ``ja`` for john."""
    if _begun(short, long) or (len(short) < len(long) and short == long[: len(short)]):
        return True
    letters, whole = "".join(word[0] for word in long), "".join(long)
    if full or not _single(short):
        return False
    if not split(whole) and len("".join(short)) < len(whole) and "".join(short).startswith(letters):
        return True
    return _initials(short, [letters, *("".join(word[0] for word in words) for words in split(whole))])


def _begun(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Word by word the same, or the first letter of it, at least once."""
    if len(short) > len(long) or all(len(word) > 1 for word in short):
        return False
    pairs = zip(short, long, strict=False)
    return all(joined(word) == joined(other) or word == other[0] for word, other in pairs)


def _initials(short: tuple[str, ...], known: list[str]) -> bool:
    """Whether ``short``, in one word or letter by letter, is the beginning of the initials."""
    return _single(short) and any(letters.startswith("".join(short)) for letters in known)


def _single(words: tuple[str, ...]) -> bool:
    return len(words) == 1 or all(len(word) == 1 for word in words)
