"""medkg's own record form: JSON Lines, one bibliographic record a line, in UTF-8.

Keys (all but ``id`` and ``title`` may be missing; unknown keys are refused, so that a misspelt one
is not lost)::

    {"id": "metformin-first-line",          our own id: letters, digits, ``-``, ``_`` and ``.``
     "illustrative": true,                  invented text, marked so wherever it is shown
     "language": "zh",                      of the text as first published; title and abstract in it come first
     "title": {"zh": "…", "en": "…"},
     "abstract": {"zh": "…", "en": "…"},
     "authors": [{"family": "张", "given": "伟"}],
     "journal": {"zh": "…", "en": "…"},     parallel titles are joined by `` = `` (ISBD 1.3)
     "year": 2024,
     "types": ["Review"],
     "keywords": {"zh": ["…"], "en": ["…"]},
     "headings": ["drug-metformin"]}        concepts of the starter pack

The document is ``doc:<id>``, a heading ``medkg:<concept>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.languages import tag
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.document import Author, Document, Heading, Journal, Passage, Text
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    family: str = ""
    given: str = ""


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: dict[str, str]
    illustrative: bool = False
    language: str = "en"
    abstract: dict[str, str] = {}
    authors: list[_Person] = []
    journal: dict[str, str] = {}
    year: int | None = None
    types: list[str] = []
    keywords: dict[str, list[str]] = {}
    headings: list[str] = []


class Records:
    """Documents with ids of our own; takes no options."""

    name: ClassVar[str] = "records.v1"
    extensions: ClassVar[tuple[str, ...]] = (".jsonl", ".jsonl.gz")

    def sniff(self, head: bytes) -> float:
        """Likely when the first line is a record of this form."""
        first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
        try:
            msgspec.json.decode(first, type=_Row)
        except msgspec.MsgspecError:
            return 0.0
        return 0.9

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a line; a line of another form is rejected."""
        check_options(self.name, options)
        decoder = msgspec.json.Decoder(_Row)
        try:
            for number, line in lines(raw.path):
                if not line.strip():
                    continue
                try:
                    row = decoder.decode(line)
                except (msgspec.MsgspecError, UnicodeEncodeError) as error:
                    yield rejected(raw, f"line {number}", "", "bad-record", str(error))
                    continue
                if fault := _fault(row):
                    yield rejected(raw, f"line {number}", row.id[:80], "bad-record", fault)
                else:
                    yield _document(row)
        except InputError as error:
            yield fatal(raw, error)


def _fault(row: _Row) -> str:
    """What makes a well-formed row useless, empty when nothing does."""
    if not _ID(row.id):
        return "id"
    if not any(value.strip() for value in row.title.values()):
        return "title"
    if any(len({tag(code) for code in texts}) < len(texts) for texts in (row.title, row.abstract, row.journal)):
        return "language"
    if any(not _ID(heading) for heading in row.headings):
        return "headings"
    if row.year is not None and not 1000 <= row.year <= 2999:
        return "year"
    return ""


def _document(row: _Row) -> Document:
    language = tag(row.language)
    titles = _in_order(row.title, language)
    abstracts = _in_order(row.abstract, language)
    passages = [
        Passage("title" if code == titles[0][0] else f"title.{code}", "title", code, value) for code, value in titles
    ]
    passages += [
        Passage("abstract.1" if code == titles[0][0] else f"abstract.{code}.1", "abstract", code, value)
        for code, value in abstracts
    ]
    names = [value for _, value in _in_order(row.journal, language)]
    return Document(
        id=f"doc:{row.id}",
        passages=tuple(passages),
        types=tuple(dict.fromkeys(row.types)),
        languages=(language,),
        titles=tuple(Text(value, code) for code, value in titles),
        authors=tuple(Author(family=person.family, given=person.given) for person in row.authors),
        journal=Journal(" = ".join(names)) if names else None,
        dates=(("published", str(row.year)),) if row.year is not None else (),
        year=row.year,
        headings=tuple(Heading(f"medkg:{name}", "") for name in dict.fromkeys(row.headings)),
        keywords=tuple(
            dict.fromkeys(Text(value, tag(code)) for code, values in row.keywords.items() for value in values if value)
        ),
        illustrative=row.illustrative,
    )


def _in_order(texts: dict[str, str], language: str) -> list[tuple[str, str]]:
    """(language, text) without empty ones, the record's own language first."""
    found = [(tag(code), value) for code, value in texts.items() if value.strip()]
    return sorted(found, key=lambda item: (item[0] != language, item[0]))
