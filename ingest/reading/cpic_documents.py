"""Rows of CPIC's database as documents: each keeps its row word for word, so that a sentence of it can be quoted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.reading.dates import iso
from ingest.reading.identifiers import doi, pmcid, pmid
from kg.model.document import Author, Document, DocumentKind, Identifier, Journal, Passage, Relation, Text
from kg.model.ids import digest
from ontology.reading.seed_rows import SeedRow, members

PUBLISHER = "Clinical Pharmacogenetics Implementation Consortium"
LICENCE = "CC0-1.0"
_KEYS = {
    "pair": ("genesymbol", "drug"), "pair.cpiclevel": ("genesymbol", "drug"), "drug.flowchart": ("drugid",),
    "gene.lookupMethod": ("lookupMethod",), "term": ("category", "term"), "allele": ("geneSymbol", "name"),
    "allele_definition": ("geneSymbol", "name"),
}  # fmt: skip
"""What tells the rows of a table from each other."""


def row_document(row: SeedRow) -> Document | None:
    """The document of a row; None for a table that is not known, and for a row without what tells it apart."""
    if row.table == "guideline":
        return _guideline(row)
    if row.table == "publication":
        return _publication(row)
    keys = [row.cells.get(name, "").strip() for name in _KEYS.get(row.table, ())]
    if not keys or not all(keys):
        return None
    chart = row.cells.get("flowchart", "")
    title = PurePosixPath(chart).name if chart else " ".join(keys)
    # A pair that was set and later set again is one pair: the newest row says what holds.
    kind = row.table.partition(".")[0]
    kind = {"drug": "flow-chart", "gene": "lookup"}.get(kind, kind)
    return _document(f"doc:cpic-{kind}-{named('-'.join(keys))}", "dataset", row, title, urls=(chart,) if chart else ())


def change_document(day: str, subject: str, note: str, text: str) -> Document:
    """One entry of the change log; ``text`` as it stands there."""
    return Document(
        id=f"doc:cpic-change-{day}-{digest(text)[:10]}", kind="dataset", languages=("en",),
        passages=(Passage("row", "table", "en", text, "change"),),
        titles=(Text(f"{subject}: {note}" if subject else note, "en"),),
        publisher=PUBLISHER, dates=(("published", day),), year=int(day[:4]), licence=LICENCE,
    )  # fmt: skip


def guideline_id(number: str, name: str) -> str:
    """By CPIC's number; by the name where a row has none."""
    return f"doc:cpic-guideline-{named(number or name)}"


def named(text: str) -> str:
    """A part of an id: short, without blanks, two texts never alike.

    >>> named("CYP2C9-celecoxib"), named("CYP2C9 and NSAIDs"), named("RxNorm:2670")
    ('CYP2C9-celecoxib', 'CYP2C9-and-NSAIDs', 'RxNorm-2670')
    """
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text).strip("-")
    usual = all(sign.isascii() and (sign.isalnum() or sign in "- :") for sign in text)
    return plain if plain and usual and len(plain) <= 80 else f"{plain[:60]}-{digest(text)[:10]}"


def _guideline(row: SeedRow) -> Document | None:
    name = row.cells.get("name", "").strip()
    if not name:
        return None
    number, url = row.cells.get("id", "").strip(), row.cells.get("url", "").strip()
    own = (("cpic", number), *(("pharmgkb", one) for one in members(row.cells.get("pharmgkbid", ""))))
    return _document(
        guideline_id(number, name), "guideline", row, name, urls=(url,) if url else (),
        identifiers=tuple(Identifier(scheme, value) for scheme, value in own if value),
    )  # fmt: skip


def _publication(row: SeedRow) -> Document | None:
    cells = row.cells
    number, title = pmid(cells.get("pmid", "")), cells.get("title", "").strip()
    if not number or not title:
        return None
    known = (("pmid", number), ("pmcid", pmcid(cells.get("pmcid", ""))), ("doi", doi(cells.get("doi", ""))))
    day = iso(cells.get("year", ""), cells.get("month", ""))
    guideline = cells.get("guidelineid", "")
    return Document(
        id=f"PMID:{number}", kind="guideline" if guideline else "article",
        passages=(Passage("title", "title", "en", title), Passage("row", "table", "en", row.text, row.table)),
        identifiers=tuple(Identifier(scheme, value) for scheme, value in known if value), languages=("en",),
        titles=(Text(title, "en"),), authors=tuple(_authors(cells.get("authors", ""))),
        journal=Journal(cells["journal"].strip()) if cells.get("journal", "").strip() else None,
        volume=cells.get("volume", ""), pages=cells.get("page", ""), version=cells.get("version", ""),
        dates=(("published", day),) if day else (), year=int(day[:4]) if day else None,
        relations=(Relation("guidelineid", guideline_id(guideline, "")),) if guideline else (),
    )  # fmt: skip


def _document(
    own: str, kind: DocumentKind, row: SeedRow, title: str, urls: tuple[str, ...] = (),
    identifiers: tuple[Identifier, ...] = (),
) -> Document:  # fmt: skip
    passages: tuple[Passage, ...] = (Passage("row", "table", "en", row.text, row.table),)
    if kind == "guideline":
        passages = (Passage("title", "title", "en", title), *passages)
    return Document(
        id=own, kind=kind, passages=passages, identifiers=identifiers, languages=("en",), titles=(Text(title, "en"),),
        publisher=PUBLISHER, version=row.cells.get("version", ""), licence=LICENCE, urls=urls,
    )  # fmt: skip


def _authors(cell: str) -> Iterator[Author]:
    """``van Schaik R H N``: small words belong to the family name, what follows its first large one is given."""
    for name in members(cell):
        words = name.split()
        large = next((number for number, word in enumerate(words) if not word.islower()), 0)
        yield Author(family=" ".join(words[: large + 1]), given=" ".join(words[large + 1 :]))
