"""What concepts lack, so that librarians see where work is wanted: those that most documents mention come first."""

from __future__ import annotations

import threading
from collections.abc import Sequence, Set
from typing import Literal, get_args

import msgspec

from kg import vocab
from kg.index.base import Card
from kg.index.text import TextIndex
from kg.mapping.base import term
from kg.model.terms import lexical
from kg.query.mapping_rows import RELATIONS
from kg.query.named import named
from kg.query.naming import Naming, pair
from kg.query.records import LabelPair
from kg.store.base import Reader

Gap = Literal["label-zh", "label-en", "definition", "parent", "mapping"]
GAPS: tuple[Gap, ...] = get_args(Gap)
_PROPERTIES = {
    "definition": (term(vocab.SKOS, "definition"),),
    "parent": (term(vocab.SKOS, "broader"),),
    "mapping": tuple(term(vocab.SKOS, name) for name in RELATIONS),
}
"""Properties of which one fills a gap; labels stand in the cards of the index."""


class GapRecord(msgspec.Struct, frozen=True):
    """A concept that lacks something; ``documents`` mention it."""

    id: str
    label: LabelPair
    category: str
    documents: int
    illustrative: bool


class Gaps:
    """Of one generation; each list is made when first asked for. Deprecated concepts lack nothing."""

    def __init__(self, reader: Reader, naming: Naming, texts: TextIndex) -> None:
        self._reader = reader
        self._naming = naming
        self._texts = texts
        self._lock = threading.Lock()
        self._documents: dict[str, int] | None = None
        self._found: dict[Gap, Sequence[tuple[int, int]]] = {}

    def some(
        self, gap: Gap, start: int, limit: int, prefix: str = "", category: str = ""
    ) -> tuple[list[GapRecord], int | None]:
        """Up to ``limit`` concepts that lack it, from a place of the list on, and the place to go on from; only those
        whose CURIE starts with ``prefix``, and of a category."""
        found: list[GapRecord] = []
        rows = self._rows(gap)
        for place in range(start, len(rows)):
            documents, row = rows[place]
            card = self._texts.card("concept", row)
            if not card.id.startswith(prefix) or category not in ("", card.category):
                continue
            if len(found) == limit:
                return found, place
            found.append(GapRecord(card.id, pair(card), card.category, -documents, card.illustrative))
        return found, None

    def _rows(self, gap: Gap) -> Sequence[tuple[int, int]]:
        """(documents, negative, and row of the concept), most documents first, then by id."""
        with self._lock:
            if gap not in self._found:
                self._found[gap] = sorted(self._lacking(gap))
            return self._found[gap]

    def _lacking(self, gap: Gap) -> list[tuple[int, int]]:
        counts = self._counts()
        having = self._having(gap)
        lacking = []
        for row in range(self._texts.count("concept")):
            card = self._texts.card("concept", row)
            if not card.deprecated and not _filled(gap, card, having):
                lacking.append((-counts.get(card.id, 0), row))
        return lacking

    def _counts(self) -> dict[str, int]:
        if self._documents is None:
            curie = self._naming.ids.curie
            rows = self._reader.select(named("concept/documents"))
            self._documents = {curie(lexical(row["concept"])): int(lexical(row["documents"])) for row in rows}
        return self._documents

    def _having(self, gap: Gap) -> Set[str]:
        """CURIEs of what has a property that fills the gap."""
        curie = self._naming.ids.curie
        names = _PROPERTIES.get(gap, ())
        rows = (row for name in names for row in self._reader.select(named("concept/having"), {"property": name}))
        return {curie(lexical(row["concept"])) for row in rows}


def _filled(gap: Gap, card: Card, having: Set[str]) -> bool:
    if gap == "label-zh":
        return bool(card.zh)
    if gap == "label-en":
        return bool(card.en)
    return card.id in having
