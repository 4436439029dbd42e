"""Hierarchies that stand in the codes themselves: where a code is cut, its parent is found.

``I10.x00x002`` is below ``I10.x00``, that below ``I10``, that in the range ``I10-I15``. Codes are texts: a
lower-case ``x`` that fills a place and a zero at the end are part of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

_RANGE = re.compile(r"([A-Z0-9]+)-([A-Z0-9]+)").fullmatch


class Structure(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """``pattern``: what every code fits. ``cuts``: the lengths at which one may be cut; ``dotted``: it is cut at
    its points instead, and a point at its end means nothing. ``ranges``: rows such as ``A00-B99`` are classes, too.
    ``gaps``: whether levels may be left out between a code and what is above it.

    >>> icd = Structure("[A-Z][0-9]{2}(?:[.][0-9x](?:[0-9]{2}(?:x[0-9]{3})?)?)?", (3, 5, 7, 11), ranges=True)
    >>> icd.fits("I10.x00x002"), icd.fits("I10.X00"), list(icd.above("I10.x00x002"))
    (True, False, ['I10.x00', 'I10.x', 'I10'])
    >>> list(Structure("[A-Z].*", dotted=True).above("A01.02.03."))
    ['A01.02', 'A01']
    """

    pattern: str
    cuts: tuple[int, ...] = ()
    dotted: bool = False
    ranges: bool = False
    gaps: bool = True

    @cached_property
    def _match(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def fits(self, code: str) -> bool:
        """Whether ``code`` is one of this system, a range included."""
        return self._match.fullmatch(code) is not None or self.limits(code) is not None

    def plain(self, code: str) -> str:
        """How a code is looked up: without the point that some tables write behind it."""
        return code.rstrip(".") if self.dotted else code

    def above(self, code: str) -> Iterator[str]:
        """What may be its parent, the nearest first; ranges are not among them."""
        if self.dotted:
            rest = self.plain(code)
            while "." in rest:
                rest = rest.rpartition(".")[0]
                yield rest
        elif self._match.fullmatch(code):
            found = [code[:cut] for cut in sorted(self.cuts, reverse=True) if cut < len(code)]
            yield from found if self.gaps else found[:1]

    def level(self, code: str) -> int:
        """How deep a code stands, 0 for ranges; what is above it has a lower number."""
        if self.limits(code):
            return 0
        if self.dotted:
            return 1 + self.plain(code).count(".")
        return 1 + sum(1 for cut in self.cuts if cut < len(code))

    def limits(self, code: str) -> tuple[str, str] | None:
        """The first and the last category of a range; None for what is none."""
        found = _RANGE(code) if self.ranges else None
        if not found or found[1] > found[2] or not all(map(self._match.fullmatch, found.groups())):
            return None
        return found[1], found[2]

    def range_of(self, code: str, ranges: Iterable[str]) -> str | None:
        """The smallest of ``ranges`` that holds the whole of a code or range, itself excluded."""
        own = self.limits(code)
        first, last = own or (code, code)
        holding = []
        for other in ranges:
            limits = self.limits(other)
            if limits and other != code and limits[0] <= first and last[: len(limits[1])] <= limits[1]:
                holding.append((limits[1], limits[0], other))
        # The smallest ends first, and of those that end together begins last.
        return min(holding, key=lambda row: (row[0], [-ord(sign) for sign in row[1]]))[2] if holding else None


def strange(code: str) -> str:
    """The characters of a code that only look like those that codes are written in, each with its name.

    >>> strange("А00.0"), strange("A00.0")
    ('А U+0410 CYRILLIC CAPITAL LETTER A', '')
    """
    odd = dict.fromkeys(sign for sign in code if not sign.isascii() or not sign.isprintable())
    return ", ".join(f"{sign} U+{ord(sign):04X} {unicodedata.name(sign, '?')}" for sign in odd)
