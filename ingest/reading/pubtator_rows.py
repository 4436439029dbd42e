"""The lines of one document of PubTator as a document of BioC: the same annotations, told in another way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.reading.bioc import BiocAnnotation, BiocDocument, BiocPassage, BiocRelation, Location, Node

Row = tuple[int, str]
"""Number of a line, and the line."""
_OFFSET = re.compile(r"[0-9]{1,9}").fullmatch


def as_bioc(key: str, title: str, abstract: str, rows: Sequence[Row]) -> tuple[BiocDocument, list[Row]]:
    """The document, whose annotations are called by their lines; and the lines that are no annotation of ``key``.

    An end of a relation is the first annotation that has its identifier.
    """
    annotations: list[BiocAnnotation] = []
    relations: list[BiocRelation] = []
    others: list[Row] = []
    named: dict[str, str] = {}
    for at, line in rows:
        columns = [*line.split("\t"), ""]
        own = columns[0].strip() == key
        if own and len(columns) > 5 and _OFFSET(columns[1]) and _OFFSET(columns[2]):
            start, end = int(columns[1]), int(columns[2])
            infons: dict[str, object] = {"type": columns[4], "identifier": columns[5]}
            named.setdefault(columns[5].strip(), f"line {at}")
            annotations.append(BiocAnnotation(f"line {at}", infons, columns[3], (Location(start, end - start),)))
        elif own and len(columns) > 4 and not columns[1].isdecimal():
            ends = tuple(Node(named.get(column.strip(), column)) for column in columns[2:4])
            relations.append(BiocRelation(f"line {at}", {"type": columns[1].strip()}, ends))
        else:
            others.append((at, line))
    passages = (
        BiocPassage(0, {"type": "title"}, title),
        BiocPassage(len(title) + 1, {"type": "abstract"}, abstract),
    )
    return BiocDocument(passages, key, {}, tuple(annotations), tuple(relations)), others
