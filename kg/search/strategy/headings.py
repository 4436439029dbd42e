"""Subject headings of a strategy found in the terminologies of a generation."""

from __future__ import annotations

import msgspec

from kg.generation.pages import about
from kg.index.boolean import Keys
from kg.index.fields import key
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.store.base import Reader

_MOST = 20
"""Concepts that one name may mean."""


class FoundHeading(msgspec.Struct, frozen=True):
    """A heading as it was read. ``concepts`` are the CURIEs that have this name or id and those that mean exactly
    the same; ``names`` their preferred labels, for headings that a source gives without an id."""

    concepts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Headings:
    """Looks headings up; what is narrower stands in the index (``kg.generation.explosion``)."""

    def __init__(self, text: TextIndex, reader: Reader, ids: Ids) -> None:
        self._text = text
        self._reader = reader
        self._ids = ids

    def find(self, name: str) -> FoundHeading:
        """The concepts whose label, code or id is ``name``, in any language and script."""
        found = self._text.fielded("concept").search(Keys("name", (key("name", name),)), 0, _MOST)
        cards = [self._text.card("concept", row) for row, _ in found.hits]
        named = sorted(card.id for card in cards)
        names = {label for card in cards for label in (card.zh, card.en) if label}
        return FoundHeading(tuple(sorted({*named, *self._equal(named)})), tuple(sorted(names)))

    def _equal(self, curies: list[str]) -> list[str]:
        """What is mapped to them as exactly the same."""
        nodes = [iri(self._ids.expand(curie)) for curie in curies]
        rows = about(self._reader, "index/equivalents", nodes) if nodes else ()
        return sorted({self._ids.curie(lexical(row["other"])) for row in rows})
