"""Blocking keys: only records that share one are compared."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.works.citation import Citation


def keys(record: Citation) -> Iterator[str]:
    """Every key of a record: identifiers, place in a journal, titles in any language.

    ``place`` is ISSN, year, volume, issue and first page. ``page`` is year, issue (volume where there is none)
    and first page: sources leave out ISSN or volume, and name one journal in two languages.
    """
    yield from (f"doi:{value}" for value in record.dois)
    yield from (f"pmid:{value}" for value in record.pmids)
    yield from (f"pmc:{value}" for value in record.pmcs)
    for year in record.years:
        for first, _ in record.pages:
            numbers = [(volume, issue) for volume in record.volumes or ("",) for issue in record.issues or ("",)]
            for volume, issue in numbers:
                yield from (f"place:{issn}|{year}|{volume}|{issue}|{first}" for issn in record.issns)
                if volume or issue:
                    yield f"page:{year}|{issue or volume}|{first}"
    yield from (f"title:{title.key}" for title in record.titles if title.key and not title.generic)
