"""Names of different concepts that look the same and are not: letters of another script, composed and decomposed forms,
wide and narrow signs. Texts and people take them for one; a machine does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from ontology.curation.quality.scripts import skeleton
from ontology.lexicon import LabelRow
from ontology.reading.structure import strange

MOST = 1_000
"""Pairs that are told of one input; more of them are one systematic difference."""


class Twins(msgspec.Struct, frozen=True):
    """Two names of two concepts; ``signs`` are the characters in which they differ, those that are not ASCII."""

    concept: str
    name: str
    other: str
    other_name: str
    signs: str


class Lookalikes:
    """Notes the names as they come, and then finds those that look alike; in memory are only names that look like
    something else.

    >>> row = lambda concept, name: LabelRow(concept, "disease", "en", "preferred", "x", name)
    >>> rows = [row("X:1", "diabetes"), row("X:2", "diаbetes")]
    >>> names = Lookalikes()
    >>> for one in rows: names.note(one.surface)
    >>> [found.signs for found in names.twins(rows)]
    ['а U+0430 CYRILLIC SMALL LETTER A']
    """

    def __init__(self) -> None:
        self._odd: set[str] = set()

    def note(self, name: str) -> None:
        """Take a name into account."""
        if not name.isascii() and (shape := skeleton(name)) != name:
            self._odd.add(shape)

    def twins(self, rows: Iterable[LabelRow]) -> Iterator[Twins]:
        """Each name beside the first that looks like it, in the order of the rows, at most ``MOST``."""
        return islice(self._twins(rows), MOST) if self._odd else iter(())

    def _twins(self, rows: Iterable[LabelRow]) -> Iterator[Twins]:
        first: dict[str, LabelRow] = {}
        told = set()
        for row in rows:
            shape = skeleton(row.surface)
            if shape not in self._odd:
                continue
            known = first.setdefault(shape, row)
            pair = (known.concept, row.concept, row.surface)
            if known.concept != row.concept and known.surface != row.surface and pair not in told:
                told.add(pair)
                signs = strange("".join(sorted(set(known.surface) ^ set(row.surface))))
                yield Twins(row.concept, row.surface, known.concept, known.surface, signs)
