"""CSV with a row a value, for spreadsheets and ``table.v1``: ``options`` says how that reads it again.

Columns: id, property, language, kind, value. Cells are what they are: nothing is escaped for spreadsheets, so open
files of strangers with care.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import get_args

from kg.dumps.concepts import MATCHES
from kg.model.concept import Concept, LabelKind

COLUMNS = ("id", "property", "language", "kind", "value")
_TRUE = "true"


def lines(concepts: Iterable[Concept]) -> Iterator[str]:
    """The whole file, the heading first; lines end with CRLF (RFC 4180)."""
    yield _line(COLUMNS)
    for concept in concepts:
        for row in _rows(concept):
            yield _line((concept.id, *row))


def _rows(concept: Concept) -> Iterator[tuple[str, str, str, str]]:
    yield "category", "", "", concept.category
    yield from (("label", label.language, label.kind, label.value) for label in concept.labels)
    yield from (("definition", text.language, "", text.value) for text in concept.definitions)
    yield from (("parent", "", "", parent) for parent in concept.parents)
    yield from (("notation", "", "", code) for code in concept.notations)
    for xref in concept.xrefs:
        yield "unverified" if xref.verified is False else "match", "", xref.relation, xref.curie
    if concept.deprecated:
        yield "deprecated", "", "", _TRUE
    yield from (("replaced_by", "", "", other) for other in concept.replaced_by)


def _line(cells: tuple[str, ...]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def options(category: str = "", languages: Iterable[str] = ("zh", "en")) -> dict[str, object]:
    """Options of ``table.v1`` that read such a file into the same concepts; ``category`` where they all have one."""

    def of(name: str, **more: str) -> dict[str, object]:
        where = {"property": [name], **{column: [value] for column, value in more.items()}}
        return {"column": "value", "where": where}

    spoken = tuple(languages)
    labels = [
        {**of("label", language=code, kind=kind), "language": code, "kind": kind}
        for code in spoken
        for kind in get_args(LabelKind)
    ]
    concept: dict[str, object] = {
        "id": "id",
        "labels": labels,
        "definitions": [{**of("definition", language=code), "language": code} for code in spoken],
        "parents": [of("parent")],
        "notations": [of("notation")],
        "xrefs": [{**of("match", kind=match), "relation": match} for match in MATCHES],
        "deprecated": of("deprecated"),
        "replaced_by": [of("replaced_by")],
    }
    return {"group": True, "delimiter": ",", "concept": concept | ({"category": category} if category else {})}
