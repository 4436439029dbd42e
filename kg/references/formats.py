"""The formats of references by name."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kg.errors import QueryError
from kg.query.records import DocumentRecord
from kg.references import bibtex, csl, styles, table, tagged
from kg.references.fields import identifier
from kg.references.tagged import Tagged

Write = Callable[[list[DocumentRecord]], str]


class Format(msgspec.Struct, frozen=True):
    """``write`` takes the records in the order in which they are to stand.

    Raises QueryError for what the format cannot hold: PubMed's has no records without a PubMed number.
    """

    media_type: str
    extension: str
    write: Write


def _each(one: Callable[[DocumentRecord], str]) -> Write:
    return lambda records: "\n".join(map(one, records))


def _tagged(form: Tagged) -> Write:
    return lambda records: "".join(tagged.write(record, form) for record in records)


def _nbib(records: list[DocumentRecord]) -> str:
    for record in records:
        if not identifier(record, "pmid"):
            raise QueryError(why="no-pubmed-number", id=record.id)
    return _tagged(tagged.NBIB)(records)


def _numbered(one: Callable[[DocumentRecord], str], number: str) -> Write:
    return lambda records: "".join(f"{number.format(at)} {one(record)}\n" for at, record in enumerate(records, 1))


_TEXT = "text/plain; charset=utf-8"
FORMATS: dict[str, Format] = {
    "ris": Format("application/x-research-info-systems; charset=utf-8", "ris", _tagged(tagged.RIS)),
    "endnote": Format("application/x-endnote-refer; charset=utf-8", "enw", _tagged(tagged.ENDNOTE)),
    "refworks": Format(_TEXT, "txt", _tagged(tagged.REFWORKS)),
    "noteexpress": Format(_TEXT, "net", _tagged(tagged.NOTEEXPRESS)),
    "nbib": Format("application/nbib; charset=utf-8", "nbib", _nbib),
    "bibtex": Format("application/x-bibtex; charset=utf-8", "bib", _each(bibtex.write)),
    "csl": Format("application/vnd.citationstyles.csl+json", "json", csl.write),
    "csv": Format("text/csv; charset=utf-8", "csv", table.write),
    "gbt7714": Format(_TEXT, "txt", _numbered(styles.gbt7714, "[{}]")),
    "vancouver": Format(_TEXT, "txt", _numbered(styles.vancouver, "{}.")),
}
