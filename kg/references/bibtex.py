"""BibTeX, in UTF-8 as BibLaTeX and today's tools read it; what LaTeX would take as a command is escaped."""

from __future__ import annotations

import re

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import abstract, container, identifier, is_chinese, name, people, titles

_TYPES = {
    "article": "article", "preprint": "article", "guideline": "article", "newspaper": "article", "book": "book",
    "chapter": "incollection", "conference": "inproceedings", "thesis": "phdthesis", "report": "techreport",
    "patent": "patent", "standard": "standard", "dataset": "dataset",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}$&%#_~^]")
_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_KEY = re.compile(r"[^A-Za-z0-9:._-]")


def write(record: DocumentRecord) -> str:
    """One entry; its key is the CURIE of the document."""
    fields = {
        "title": titles(record)[0],
        "journal" if record.journal else "booktitle": container(record),
        "year": str(record.year or ""),
        "volume": record.volume,
        "number": record.issue,
        "pages": record.pages.replace("-", "--"),
        "publisher" if record.kind != "thesis" else "school": record.publisher,
        "address": record.place,
        "edition": record.edition,
        "doi": identifier(record, "doi"),
        "pmid": identifier(record, "pmid"),
        "issn": record.journal.issn if record.journal else "",
        "isbn": identifier(record, "isbn"),
        "keywords": "; ".join(dict.fromkeys(word.value for word in record.keywords)),
        "abstract": " ".join(abstract(record).split()),
        "language": next(iter(record.languages), ""),
        "url": next(iter(record.urls), ""),
    }
    people_ = {
        role: " and ".join(_person(one) for one in people(record, role)) for role in ("author", "editor", "translator")
    }
    lines = [f"  {field} = {{{value}}}" for field, value in people_.items() if value]
    lines += [f"  {field} = {{{_escaped(value)}}}" for field, value in fields.items() if value]
    return f"@{_TYPES.get(record.kind, 'misc')}{{{_KEY.sub('-', record.id)},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\\" + found[0]), value)


def _person(author: AuthorRecord) -> str:
    if author.collective:
        return f"{{{_escaped(author.collective)}}}"
    given = author.given or author.initials
    if is_chinese(author.family) and given:
        # Without the comma the whole name would be a family name.
        return f"{_escaped(author.family)}, {_escaped(given)}"
    return _escaped(name(author))
