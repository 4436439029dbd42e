"""PubMed XML: baseline, update and E-utilities files (``PubmedArticleSet``).

DTD: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/. Records with the same PMID are all handed
out, in file order; which of them counts is for the journal of the batch to settle. Files are numbered through
from the baseline to the newest update (``pubmed26n1301.xml.gz``), and the last number counts:
https://pubmed.ncbi.nlm.nih.gov/download/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.identifiers import pmid
from ingest.reading.medline import article
from ingest.reading.medline_books import book_article
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.document import Deletion
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.xml import Element, elements

_TAGS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")
_FILE = re.compile(r"pubmed(\d{2})n(\d{4,})\.xml(?:\.gz)?").fullmatch


class PubMed:
    """Documents, book chapters and deletions; takes no options."""

    name: ClassVar[str] = "pubmed.v1"
    extensions: ClassVar[tuple[str, ...]] = (".xml", ".xml.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when the set's name stands in the first bytes."""
        if b"<PubmedArticleSet" in head or b"DOCTYPE PubmedArticleSet" in head:
            return 1.0
        return 0.9 if b"<PubmedArticle>" in head or b"<PubmedBookArticle>" in head else 0.0

    @staticmethod
    def place(name: str) -> tuple[int, int] | None:
        """Year and number of a file of the baseline or of the updates; None for other names."""
        found = _FILE(name)
        return (int(found[1]), int(found[2])) if found else None

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document an article, one Deletion a withdrawn PMID; a record without PMID is rejected."""
        check_options(self.name, options)
        try:
            for element in elements(raw.path, _TAGS):
                if element.tag == "PubmedArticle" or element.tag == "PubmedBookArticle":
                    yield _document(raw, element)
                else:
                    yield from _deletions(raw, element)
        except InputError as error:
            yield fatal(raw, error)


def _document(raw: RawFile, element: Element) -> SourceItem:
    read = article if element.tag == "PubmedArticle" else book_article
    return read(element) or rejected(raw, f"line {element.sourceline}", "", "no-identifier", "PMID")


def _deletions(raw: RawFile, element: Element) -> Iterator[SourceItem]:
    for child in element:
        if number := pmid(child.text):
            yield Deletion(f"PMID:{number}")
        else:
            yield rejected(raw, f"line {child.sourceline}", (child.text or "").strip(), "no-identifier", "PMID")
