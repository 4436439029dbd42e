"""What a generation holds of the documents that rules quote."""

from __future__ import annotations

from urllib.parse import unquote

from kg.errors import IdentifierError
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.query.named import named
from kg.rules.quotes import Held
from kg.store.base import Reader


class GraphSources:
    """``kg.rules.quotes.Sources`` over one generation."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader, self._ids = reader, ids

    def held(self, document: str) -> Held | None:
        """None, too, where the generation knows a document by its standing only: lists of retractions name many."""
        try:
            term = iri(self._ids.expand(document))
        except (IdentifierError, ValueError):
            return None
        passages: dict[str, str] = {}
        standings: set[str] = set()
        for row in self._reader.select(named("rules/quoted"), {"document": term}):
            if "passage" in row:
                passages[unquote(lexical(row["passage"]).rpartition("/")[2])] = lexical(row["text"])
            else:
                standings.add(lexical(row["standing"]))
        return Held(passages, frozenset(standings)) if passages else None
