"""Tagged formats of reference managers: RIS, EndNote, RefWorks, NoteExpress, PubMed. One table each.

What is written here, the readers of ``medkg ingest`` read back (a test goes there and back).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from kg.query.records import DocumentRecord
from kg.references.fields import abstract, container, identifier, library_code, name, page_range, people, titles


class Tagged(msgspec.Struct, frozen=True):
    """How one format writes: ``tags``: field -> tag; ``kinds``: kind -> its word; ``line``: tag, value -> line."""

    tags: Mapping[str, str]
    kinds: Mapping[str, str]
    line: Callable[[str, str], str]
    end: str = ""
    ranges: bool = True
    """Pages stand in one field; else first and last apart."""
    comma: bool = False
    """A comma parts family and given name in Chinese names, too."""


def write(record: DocumentRecord, form: Tagged) -> str:
    """One record, with the line that ends it."""
    lines = [
        form.line(form.tags[field], " ".join(value.split()) if field != "abstract" else _wrapped(value))
        for field, value in _values(record, form)
        if value and field in form.tags
    ]
    return "\n".join([*lines, *([form.end] if form.end else [])]) + "\n"


def _wrapped(value: str) -> str:
    # A line of an abstract must not look like a tag of the format.
    return "\n".join(" ".join(line.split()) for line in value.splitlines())


def _values(record: DocumentRecord, form: Tagged) -> Iterator[tuple[str, str]]:
    yield "kind", form.kinds.get(record.kind, form.kinds["other"])
    first, *others = titles(record)
    yield "pmid", identifier(record, "pmid")
    yield "title", first
    yield from (("translated", title) for title in others)
    group = "group" if "group" in form.tags else "author"
    yield from ((group if one.collective else "author", name(one, comma=form.comma)) for one in people(record))
    yield from (("editor", name(one)) for one in people(record, "editor"))
    yield from (("supervisor", name(one)) for one in people(record, "supervisor"))
    part = container(record)
    yield "journal" if record.journal else "series", part
    yield "abbreviation", record.journal.abbreviation if record.journal else ""
    yield "date", record.dates.get("published", "") or str(record.year or "")
    yield "volume", record.volume
    yield "issue", record.issue
    yield from (("pages", record.pages),) if form.ranges else zip(("first", "last"), page_range(record), strict=True)
    yield from (("keyword", word) for word in dict.fromkeys(word.value for word in record.keywords))
    yield "abstract", abstract(record)
    yield "publisher", record.publisher
    yield "place", record.place
    yield "edition", record.edition
    yield "degree", record.degree
    yield from (("number", number) for number in _numbers(record))
    yield "doi", identifier(record, "doi")
    yield "pmcid", identifier(record, "pmcid")
    yield from (("class", number) for number in record.classes)
    yield from (("url", url) for url in record.urls)
    yield from (("language", language) for language in record.languages)


def _numbers(record: DocumentRecord) -> list[str]:
    journal = [record.journal.issn, record.journal.eissn] if record.journal else []
    return [number for number in [*journal, identifier(record, "isbn")] if number]


_ENDNOTE_KINDS = {
    "article": "Journal Article", "book": "Book", "chapter": "Book Section", "conference": "Conference Paper",
    "thesis": "Thesis", "report": "Report", "newspaper": "Newspaper Article", "patent": "Patent",
    "standard": "Standard", "preprint": "Journal Article", "guideline": "Journal Article", "other": "Generic",
}  # fmt: skip
RIS = Tagged(
    tags={
        "kind": "TY", "title": "TI", "translated": "TT", "author": "AU", "group": "AU", "editor": "ED", "journal": "JF",
        "series": "T2", "abbreviation": "JA", "date": "PY", "volume": "VL", "issue": "IS", "first": "SP", "last": "EP",
        "keyword": "KW", "abstract": "AB", "publisher": "PB", "place": "CY", "edition": "ET", "number": "SN",
        "doi": "DO", "pmcid": "C2", "url": "UR", "language": "LA",
    },
    kinds={
        "article": "JOUR", "book": "BOOK", "chapter": "CHAP", "conference": "CPAPER", "thesis": "THES",
        "report": "RPRT", "newspaper": "NEWS", "patent": "PAT", "standard": "STAND", "dataset": "DATA",
        "preprint": "JOUR", "guideline": "JOUR", "other": "GEN",
    },
    line=lambda tag, value: f"{tag}  - {value}",
    end="ER  - \n",
    ranges=False,
)  # fmt: skip
ENDNOTE = Tagged(
    tags={
        "kind": "%0", "title": "%T", "translated": "%Q", "author": "%A", "editor": "%E", "supervisor": "%Y",
        "journal": "%J", "series": "%B", "date": "%D", "volume": "%V", "issue": "%N", "pages": "%P", "keyword": "%K",
        "abstract": "%X", "publisher": "%I", "place": "%C", "edition": "%7", "degree": "%9", "number": "%@",
        "doi": "%R", "url": "%U", "language": "%G",
    },
    kinds=_ENDNOTE_KINDS,
    line=lambda tag, value: f"{tag} {value}",
    end="\n",
)  # fmt: skip
REFWORKS = Tagged(
    tags={
        "kind": "RT", "title": "T1", "translated": "OT", "author": "A1", "editor": "A2", "supervisor": "A2",
        "journal": "JF", "series": "T2", "abbreviation": "JO", "date": "FD", "volume": "VO", "issue": "IS",
        "pages": "OP", "keyword": "K1", "abstract": "AB", "publisher": "PB", "place": "PP", "edition": "ED",
        "number": "SN", "doi": "DO", "class": "CL", "url": "UL", "language": "LA", "pmid": "PM",
    },
    kinds=_ENDNOTE_KINDS | {"conference": "Conference Proceedings", "thesis": "Dissertation/Thesis"},
    line=lambda tag, value: f"{tag} {value}",
    end="\n",
)  # fmt: skip
NOTEEXPRESS = Tagged(
    tags={
        "kind": "Reference Type", "title": "Title", "translated": "Translated Title", "author": "Author",
        "supervisor": "Tertiary Author", "journal": "Journal", "series": "Secondary Title", "date": "Date",
        "volume": "Volume", "issue": "Issue", "pages": "Pages", "keyword": "Keywords", "abstract": "Abstract",
        "publisher": "Publisher", "place": "Place Published", "edition": "Edition", "degree": "Type of Work",
        "number": "ISBN/ISSN", "doi": "DOI", "url": "URL", "class": "CLC",
    },
    kinds=_ENDNOTE_KINDS,
    line=lambda tag, value: f"{{{tag}}}: {value.replace(chr(10), '(#br)')}",
    end="\n",
)  # fmt: skip
NBIB = Tagged(
    tags={
        "pmid": "PMID", "title": "TI", "translated": "TT", "author": "FAU", "group": "CN", "journal": "JT",
        "abbreviation": "TA", "date": "DP", "volume": "VI", "issue": "IP", "pages": "PG", "keyword": "OT",
        "abstract": "AB", "publisher": "PB", "number": "IS", "doi": "LID", "pmcid": "PMC", "language": "LA",
    },
    kinds={"other": ""},
    line=lambda tag, value: _nbib(tag, value),
    end="\n",
    comma=True,
)  # fmt: skip


def _nbib(tag: str, value: str) -> str:
    if tag == "LID":
        value = f"{value} [doi]"
    elif tag == "DP":
        value = value.replace("-", " ")
    elif tag == "LA":
        value = library_code(value)
    return f"{tag:<4}- " + value.replace("\n", "\n      ")
