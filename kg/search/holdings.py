"""What one generation holds for search and for all that is made of it."""

from __future__ import annotations

from math import log

import msgspec

from kg.index.base import Encoder, Kind
from kg.index.passages import PassageIndex
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search.base import Names
from kg.store.base import Reader


class Holdings(msgspec.Struct, frozen=True):
    """``passages`` and ``encoder`` are both None where vectors cannot be asked."""

    reader: Reader
    text: TextIndex
    ids: Ids
    passages: PassageIndex | None = None
    encoder: Encoder | None = None

    def information(self, field: str, token: str) -> float:
        """How much it says that a document holds a token, in nats: the negative logarithm of the share of documents
        that do (Resnik 1995). One document more counts on both sides, so that what none holds says much, not all."""
        return log((self.text.count("document") + 1) / (self.text.holders("document", field, token) + 1))

    def names(self, kind: Kind, curie: str) -> Names:
        """Title or preferred labels; both empty for what is not here."""
        row = self.text.row(kind, curie)
        if row is None:
            return Names(zh="", en="")
        card = self.text.card(kind, row)
        return Names(zh=card.zh, en=card.en)
