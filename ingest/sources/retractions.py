"""Lists of retractions, expressions of concern, corrections and reinstatements, as Retraction Watch has them (CSV).

Columns after https://gitlab.com/crossref/retraction-watch-data. A reinstated work keeps its retraction as a
relation, and is no longer retracted by this list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.identifiers import curie
from ingest.reading.options import check_options
from kg.model.document import Relation, Standing, StandingNotice
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Table

_DIALECT = Dialect(delimiter=",", ragged=True)
_NATURE = "RetractionNature"
_NEEDED = (_NATURE, "OriginalPaperDOI", "OriginalPaperPubMedID")
_STANDINGS: dict[str, Standing] = {
    "retraction": "retracted",
    "expression of concern": "concern",
    "correction": "published",
    "reinstatement": "published",
}
_SNIFF = re.compile(rb'(?:\xef\xbb\xbf)?[^\n]*"?RetractionNature"?[,\r\n]').match
_SPLIT = re.compile(r"\s*;\s*").split


class RetractionList:
    """StandingNotices, with the notice that each rests on and its reasons; takes no options."""

    name: ClassVar[str] = "retractions.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".csv.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when the header names the nature of a retraction."""
        return 0.95 if _SNIFF(head) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One notice a row; rows without DOI and PubMed number of the work, or of another nature, are rejected."""
        check_options(self.name, options)
        reinstated: set[str] = set()
        for cells in _rows(raw):
            if not isinstance(cells, Reject) and cells.value(_NATURE).lower() == "reinstatement":
                reinstated.update(cells.documents())
        for cells in _rows(raw):
            yield cells if isinstance(cells, Reject) else _notice(raw, cells, reinstated)


class _Cells:
    """One row, by the names of its columns."""

    def __init__(self, position: str, cells: list[str], columns: dict[str, int]) -> None:
        self.position = position
        self._cells = cells
        self._columns = columns

    def value(self, name: str) -> str:
        """A cell; the words that this list has for nothing are nothing."""
        place = self._columns.get(name)
        found = self._cells[place].strip() if place is not None else ""
        return "" if found.lower() in ("0", "unavailable", "na", "n/a") else found

    def documents(self) -> list[str]:
        """CURIEs of the work, PubMed number first."""
        return self._ids("OriginalPaperPubMedID", "OriginalPaperDOI")

    def notices(self) -> list[str]:
        """CURIEs of the notice."""
        return self._ids("RetractionPubMedID", "RetractionDOI")

    def _ids(self, pubmed: str, doi: str) -> list[str]:
        return [found for found in (curie("pmid", self.value(pubmed)), curie("doi", self.value(doi))) if found]


def _rows(raw: RawFile) -> Iterator[_Cells | Reject]:
    table = Table(raw, _DIALECT)
    missing = [name for name in _NEEDED if table.columns and name not in table.columns]
    if missing:
        yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
        return
    for row in table.rows():
        yield row if isinstance(row, Reject) else _Cells(row.position, row.cells, table.columns)


def _notice(raw: RawFile, cells: _Cells, reinstated: set[str]) -> SourceItem:
    nature = cells.value(_NATURE)
    documents = cells.documents()
    if not documents:
        return rejected(raw, cells.position, cells.value("Record ID"), "no-identifier", "DOI, PMID")
    standing = _STANDINGS.get(nature.lower())
    if standing is None:
        return rejected(raw, cells.position, documents[0], "bad-record", f"{_NATURE}: {nature[:80]}")
    if not reinstated.isdisjoint(documents):
        standing = "published"
    return StandingNotice(
        document=documents[0],
        standing=standing,
        same=tuple(documents[1:]),
        relation=Relation(nature, target=next(iter(cells.notices()), "")),
        reasons=tuple(reason.lstrip("+").strip() for reason in _SPLIT(cells.value("Reason")) if reason.strip("+ ")),
    )
