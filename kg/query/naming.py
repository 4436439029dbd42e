"""From IRIs in the store to CURIEs and labels: the cards of the text index answer in microseconds."""

from __future__ import annotations

from functools import lru_cache

from kg import vocab
from kg.index.base import Card, Kind
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.query.records import LabelPair, Named

_CATEGORIES = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}


class Naming:
    """Names of one generation's things; the last 16,384 are kept."""

    def __init__(self, ids: Ids, texts: TextIndex) -> None:
        self.ids = ids
        self._texts = texts
        self.card = lru_cache(maxsize=1 << 14)(self._card)
        self.curie = lru_cache(maxsize=1 << 14)(self._curie)

    def _card(self, kind: Kind, curie: str) -> Card | None:
        row = self._texts.row(kind, curie)
        return None if row is None else self._texts.card(kind, row)

    def _curie(self, node: Term) -> str:
        """The CURIE of an IRI term; the bare IRI where no prefix fits."""
        return self.ids.curie(lexical(node))

    def label(self, curie: str) -> LabelPair:
        """The labels of a concept; both None where it is not in the graph."""
        return pair(self.card("concept", curie))

    def named(self, node: Term) -> Named:
        curie = self.curie(node)
        card = self.card("concept", curie)
        return Named(curie, pair(card), card is not None and card.illustrative)


def pair(card: Card | None) -> LabelPair:
    """The labels of a card."""
    return LabelPair(card.zh or None, card.en or None) if card else LabelPair()


def category(values: list[Term]) -> str:
    """The slug of a Biolink class; ``other`` for none that is known."""
    return next((_CATEGORIES[value] for value in values if value in _CATEGORIES), "other")
