"""The raw passages of the documents on a page, with the mentions that a query asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec

from kg.generation.pages import about
from kg.mapping.evidence import passage_key
from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.store.base import Reader

Marked = tuple[int, int, str]
"""(start, end, CURIE of the concept)."""


class PassageText(msgspec.Struct, frozen=True):
    """One passage with the mentions of the query's concepts in it, in order."""

    key: str
    kind: str
    text: str
    mentions: tuple[Marked, ...] = ()


def passages_of(
    reader: Reader,
    ids: Ids,
    documents: Sequence[str],
    wanted: Collection[str],
    among: Collection[str] | None = None,
) -> dict[str, list[PassageText]]:
    """CURIE of each document -> its passages in order, with mentions of the ``wanted`` CURIEs. ``among`` are those that
    are known to hold any, where that is known: each mention of a document costs a look-up."""
    nodes = {iri(ids.expand(curie)): curie for curie in documents}
    if not nodes:
        return {}
    marked: dict[Term, set[Marked]] = defaultdict(set)
    holding = [node for node, curie in nodes.items() if among is None or curie in among]
    if wanted and holding:
        concepts = {iri(ids.expand(curie)): curie for curie in wanted}
        for row in about(reader, "index/mentions-of", holding, concepts):
            marked[row["passage"]].add((int(lexical(row["start"])), int(lexical(row["end"])), concepts[row["concept"]]))
    placed: dict[str, dict[Term, tuple[int, str, str]]] = defaultdict(dict)
    for row in about(reader, "index/passages", nodes):
        kind, text = lexical(row["kind"]), lexical(row["text"])
        place = int(lexical(row["order"])), kind, text
        passages = placed[nodes[row["document"]]]
        # Sources that word a passage alike may still count it at different places.
        passages[row["passage"]] = min(place, passages.get(row["passage"], place))
    return {
        document: [
            PassageText(passage_key(lexical(node)), kind, text, tuple(sorted(marked[node])))
            for node, (_, kind, text) in sorted(passages.items(), key=lambda item: (item[1][0], item[0]))
        ]
        for document, passages in placed.items()
    }
