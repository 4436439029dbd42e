"""JATS full text (PubMed Central): one article, or a set of them.

Tag set: https://jats.nlm.nih.gov/archiving/; files of its forerunner NLM 2 are read too. An article
is read whole, so memory is bounded by the longest one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.jats_article import article
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.damage import fatal
from ontology.reading.xml import elements


class Jats:
    """Documents with their full text as passages; takes no options."""

    name: ClassVar[str] = "jats.v1"
    extensions: ClassVar[tuple[str, ...]] = (".nxml", ".xml", ".nxml.gz", ".xml.gz")

    def sniff(self, head: bytes) -> float:
        """Nearly sure when an ``<article>`` with its type or a JATS document type opens the file."""
        if b"<pmc-articleset" in head or b"<!DOCTYPE article" in head:
            return 0.95
        return 0.9 if b"<article" in head and b"<front>" in head else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document an ``<article>``; one without PMID, PMC number and DOI is rejected."""
        check_options(self.name, options)
        try:
            for element in elements(raw.path, ("article",)):
                yield article(raw, element)
        except InputError as error:
            yield fatal(raw, error)
