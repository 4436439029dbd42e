"""The formats of references by name."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kg.errors import QueryError
from kg.query.records import DocumentRecord
from kg.references import (
    bibtex,
    clinicaltrials,
    crossref,
    csl,
    datacite,
    ictrp,
    jats,
    jsonl,
    marc,
    openalex,
    pubmed,
    sinomed,
    styles,
    table,
    tagged,
)
from kg.references.fields import identifier
from kg.references.registrations import is_study, is_trial
from kg.references.tagged import Tagged

Write = Callable[[list[DocumentRecord]], str]
_TOLD = 10
"""Documents that an error names."""


def _any(record: DocumentRecord) -> bool:
    return True


class Format(msgspec.Struct, frozen=True):
    """``fits``: what the format can hold; ``lacks``: why it cannot hold another, a key of ``[reason]``."""

    media_type: str
    extension: str
    text: Write
    fits: Callable[[DocumentRecord], bool] = _any
    lacks: str = ""

    def write(self, records: list[DocumentRecord]) -> str:
        """The records in their order; raises QueryError, which names those that the format cannot hold."""
        others = [record.id for record in records if not self.fits(record)]
        if others:
            told = ", ".join(others[:_TOLD]) + (" …" if len(others) > _TOLD else "")
            raise QueryError(why=self.lacks, id=told, count=len(others))
        return self.text(records)


def _each(one: Callable[[DocumentRecord], str]) -> Write:
    return lambda records: "\n".join(map(one, records))


def _tagged(form: Tagged) -> Write:
    return lambda records: "".join(tagged.write(record, form) for record in records)


def _has(*schemes: str) -> Callable[[DocumentRecord], bool]:
    return lambda record: any(identifier(record, scheme) for scheme in schemes)


def _is_article(record: DocumentRecord) -> bool:
    return record.kind in jats.KINDS and _has(*jats.IDS)(record)


def _sinomed(records: list[DocumentRecord]) -> str:
    return "".join(sinomed.write(number, record) for number, record in enumerate(records, 1))


def _numbered(one: Callable[[DocumentRecord], str], number: str) -> Write:
    return lambda records: "".join(f"{number.format(at)} {one(record)}\n" for at, record in enumerate(records, 1))


_JSON = "application/json"
_XML = "application/xml"
_TEXT = "text/plain; charset=utf-8"
FORMATS: dict[str, Format] = {
    "ris": Format("application/x-research-info-systems; charset=utf-8", "ris", _tagged(tagged.RIS)),
    "endnote": Format("application/x-endnote-refer; charset=utf-8", "enw", _tagged(tagged.ENDNOTE)),
    "refworks": Format(_TEXT, "txt", _tagged(tagged.REFWORKS)),
    "noteexpress": Format(_TEXT, "net", _tagged(tagged.NOTEEXPRESS)),
    "sinomed": Format(_TEXT, "txt", _sinomed),
    "nbib": Format("application/nbib; charset=utf-8", "nbib", _tagged(tagged.NBIB), _has("pmid"), "no-pubmed-number"),
    "pubmed": Format(_XML, "xml", pubmed.write, _has("pmid"), "no-pubmed-number"),
    "jats": Format(_XML, "xml", jats.write, _is_article, "no-article-number"),
    "bibtex": Format("application/x-bibtex; charset=utf-8", "bib", _each(bibtex.write)),
    "crossref": Format(_JSON, "json", crossref.write, _has("doi"), "no-doi"),
    "datacite": Format(_JSON, "json", datacite.write, _has("doi"), "no-doi"),
    "openalex": Format(_JSON, "json", openalex.write),
    "clinicaltrials": Format(_JSON, "json", clinicaltrials.write, is_study, "no-study"),
    "chictr": Format(_XML, "xml", ictrp.write, is_trial, "no-trial"),
    "marc21": Format("application/marc", "mrc", marc.marc21, marc.has_issn, "no-issn"),
    "cnmarc": Format("application/marc", "iso", marc.cnmarc, marc.has_issn, "no-issn"),
    "records": Format("application/jsonl", "jsonl", jsonl.write, jsonl.is_ours, "no-own-id"),
    "csl": Format("application/vnd.citationstyles.csl+json", "json", csl.write),
    "csv": Format("text/csv; charset=utf-8", "csv", table.write),
    "gbt7714": Format(_TEXT, "txt", _numbered(styles.gbt7714, "[{}]")),
    "vancouver": Format(_TEXT, "txt", _numbered(styles.vancouver, "{}.")),
}
