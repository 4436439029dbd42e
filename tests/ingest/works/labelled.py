"""The labelled set as documents and citations (see ``labelling`` for how it was made)."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from ingest.reading.draft import Draft
from ingest.works.citation import Citation, citation
from kg.index.analysis import has_han, language
from kg.model.document import Author, Document, Journal
from tests.ingest.works.labelling import FILE


class Pair(msgspec.Struct, frozen=True):
    """``half``: dev or test; ``language``: zh, en or cross; ``note``: what was done to either record."""

    work: str
    half: str
    language: str
    same: bool
    note: str
    a: Citation
    b: Citation


def document(row: dict[str, Any]) -> Document:
    """A document of a row of the set, as a reader makes it."""
    draft = Draft(kind=row.get("kind", "article"), authors=[_author(name) for name in row.get("authors", ())])
    for key in ("title", "parallel"):
        if row.get(key):
            draft.title(row[key], language(row[key]))
    draft.vernacular = row.get("vernacular", "")
    for key in ("volume", "issue", "pages", "publisher", "series", "edition", "degree"):
        setattr(draft, key, row.get(key, ""))
    if row.get("journal"):
        draft.journal = Journal(title=row["journal"], issn=row.get("issn", ""))
    draft.dates["published"] = str(row["year"])
    for scheme in ("pmid", "doi"):
        if row.get(scheme):
            draft.identify(scheme, row[scheme])
    return draft.finish(draft.identifier() or draft.derived())


def _author(text: str) -> Author:
    if has_han(text):
        return Author(family=text)
    if text.endswith("Group"):
        return Author(collective=text)
    family, _, given = text.partition(", ") if "," in text else text.rpartition(" ")
    return Author(family=family, given=given)


def pairs() -> list[Pair]:
    """The whole set."""
    return [
        Pair(
            work=row["work"], half=row["half"], language=row["language"], same=row["same"], note=row["note"],
            a=citation(document(row["a"])), b=citation(document(row["b"])),
        )
        for row in map(json.loads, FILE.read_text("utf-8").splitlines())
    ]  # fmt: skip
