"""Documents of a concept, from the text index: ranked, in constant memory, without a scan of the store."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.answers import slice_of
from api.knowledge import Knowledge
from kg.errors import QueryError
from kg.index.base import Card
from kg.index.text import Wanted
from kg.query.licensing import licensing
from kg.query.naming import pair
from kg.query.records import DocumentHit, WorkHit

DEPTH = 10_000
"""No page reaches further; ``/sparql`` does."""


def documents_of(
    found: Knowledge, curie: str, *, subtree: bool, limit: int, inner: str | None
) -> tuple[Sequence[DocumentHit], str | None]:
    """One page of the documents that mention a concept, and the cursor after it.

    Raises NotFound for a concept that is not there, IdentifierError, QueryError for a foreign cursor.
    """
    record = found.concepts.record(curie)
    start = int(inner) if inner is not None and inner.isascii() and inner.isdecimal() and len(inner) < 6 else 0
    if start >= DEPTH or (inner is not None and str(start) != inner):
        raise QueryError(why="cursor")
    text = found.indexes.text
    wanted = [Wanted("subtree" if subtree else "concept", record.id)]
    rows = text.search("document", wanted, min(start + limit + 1, DEPTH))
    page, following = slice_of(rows, inner, limit)
    return [hit(text.card("document", row), found) for row, _ in page], following


def hit(card: Card, found: Knowledge) -> DocumentHit:
    """A card as an item of a list."""
    said = licensing(found.reader, found.naming.ids, card.id)
    return DocumentHit(
        id=card.id,
        label=pair(card),
        year=card.year,
        languages=card.languages,
        standing=card.standing,
        illustrative=card.illustrative,
        licence=said.licence,
        access=said.access,
    )


def work(card: Card, records: tuple[str, ...], found: Knowledge) -> WorkHit:
    """A work as an item of a list, by the card of the record that stands for it."""
    return WorkHit(**msgspec.structs.asdict(hit(card, found)), records=records)
