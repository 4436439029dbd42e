"""Chinese names in Latin letters: every reading in pinyin, and the forms in which papers print them.

Other romanisations (Wade-Giles, Cantonese) are not given: ``Chang`` and ``Cheung`` for 张 are not found here.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

import msgspec

from ingest.people.surnames import divisions, surname_reading
from ingest.people.syllables import joined, plain, readings, written
from kg.index.analysis import fold

_MOST = 64
"""Readings of a division that are tried: three characters of four readings each."""


class Romanised(msgspec.Struct, frozen=True):
    """One reading. ``family``: letters in one word, as ``syllables``; ``given``: syllables, ü as u in both."""

    syllables: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def family(self) -> str:
        return "".join(self.syllables)

    @property
    def initials(self) -> str:
        return "".join(syllable[0] for syllable in self.given)


@lru_cache(maxsize=16384)
def romanised(name: str) -> tuple[Romanised, ...]:
    """Every reading of a Chinese name, the likely one first; empty where it cannot be read as one.

    >>> [reading.family for reading in romanised("单芳")]
    ['shan', 'dan', 'chan']
    """
    found = [Romanised(tuple(map(plain, family)), tuple(map(plain, given))) for family, given in _readings(fold(name))]
    return tuple(dict.fromkeys(found))


def forms(name: str) -> tuple[str, ...]:
    """The forms of the likely reading, family name first and last, as they are printed.

    >>> forms("欧阳修")[:4]
    ('Ouyang Xiu', 'Xiu Ouyang', 'Ouyang, Xiu', 'Ouyang X')
    """
    found: dict[str, None] = {}
    for family, given in islice(_readings(fold(name)), 1):
        for surname in product(*map(written, family)):
            for first in product(*map(written, given)):
                # Yinyu is yin yu to everybody, so nobody writes so for yi nü.
                if joined("".join(first)) == "".join(map(plain, given)):
                    found |= dict.fromkeys(_printed(surname, first))
    return tuple(found)


def _readings(name: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for family, given in divisions(name):
        known = surname_reading(family)
        usual = [] if known and len(family) > 1 else product(*map(readings, family))
        surnames = list(dict.fromkeys([*([known] if known else []), *usual]))
        pairs = product(surnames, product(*map(readings, given)))
        found |= dict.fromkeys(islice(pairs, _MOST))
    return list(found)


def _printed(family: tuple[str, ...], given: tuple[str, ...]) -> list[str]:
    surnames = ["".join(family).capitalize()]
    if len(family) > 1:
        surnames += ["-".join(map(str.capitalize, family)), " ".join(map(str.capitalize, family))]
    firsts = ["".join(given).capitalize()]
    if len(given) > 1:
        firsts += ["-".join(map(str.capitalize, given)), "-".join([given[0].capitalize(), *given[1:]])]
        firsts.append(" ".join(map(str.capitalize, given)))
    initials = "".join(syllable[0].upper() for syllable in given)
    shorts = dict.fromkeys([initials, initials[0], "-".join(initials), f"{'.'.join(initials)}."])
    found: list[str] = []
    for surname in surnames:
        for first in firsts:
            found += [f"{surname} {first}", f"{first} {surname}", f"{surname}, {first}"]
        for short in shorts:
            found += [f"{surname} {short}", f"{short} {surname}", f"{surname}, {short}"]
        found += [f"{surname.upper()} {firsts[0]}", f"{surname.upper()} {firsts[0].upper()}"]
    return found
