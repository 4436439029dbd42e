"""The raw passages of the documents on a page, with the mentions that a query asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec

from kg.generation.pages import about
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.store.base import Reader

Marked = tuple[int, int, str]
"""(start, end, CURIE of the concept)."""


class PassageText(msgspec.Struct, frozen=True):
    """One passage with the mentions of the query's concepts in it, in order."""

    name: str
    kind: str
    text: str
    mentions: tuple[Marked, ...] = ()


def passages_of(
    reader: Reader, ids: Ids, documents: Sequence[str], wanted: Collection[str]
) -> dict[str, list[PassageText]]:
    """CURIE of each document -> its passages in order; mentions only of the ``wanted`` CURIEs."""
    nodes = {iri(ids.expand(curie)): curie for curie in documents}
    if not nodes:
        return {}
    marked: dict[tuple[str, str], set[Marked]] = defaultdict(set)
    if wanted:
        concepts = {iri(ids.expand(curie)): curie for curie in wanted}
        for row in about(reader, "index/mentions-of", nodes, concepts):
            place = nodes[row["document"]], lexical(row["name"])
            marked[place].add((int(lexical(row["start"])), int(lexical(row["end"])), concepts[row["concept"]]))
    ordered: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for row in about(reader, "index/passages", nodes):
        name, kind, text = (lexical(row[part]) for part in ("name", "kind", "text"))
        ordered[nodes[row["document"]]].append((int(lexical(row["order"])), name, kind, text))
    return {
        document: [
            PassageText(name, kind, text, tuple(sorted(marked[document, name])))
            for _, name, kind, text in sorted(passages)
        ]
        for document, passages in ordered.items()
    }
