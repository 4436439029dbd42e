"""NoteExpress exports (``.net``): ``{Reference Type}: Journal Article`` and a line for each further tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.encoding import decoded, guess
from ingest.reading.identifiers import doi, issn
from ingest.reading.languages import of_text
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.document import Author, Grant, Journal, Passage, Text
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected

_TAG = re.compile(r"\s*\{([^{}]+)\}\s*[:：]\s*(.*)").fullmatch
_FIRST = "reference type"
_SNIFF = re.compile(r"(?:^|[\r\n])\{Reference Type\}\s*[:：]", re.IGNORECASE).search
_CN = re.compile(r"\d{2}-\d{4}(?:/[A-Z0-9.\-]+)?").fullmatch

Fields = list[tuple[str, str]]


class NoteExpress:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "noteexpress.v1"
    extensions: ClassVar[tuple[str, ...]] = (".net", ".txt", ".net.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a line gives the reference type in braces."""
        return 0.95 if _SNIFF(head.decode(guess(head), errors="ignore")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document for each ``{Reference Type}``."""
        check_options(self.name, options)
        start, fields = 0, Fields()
        try:
            for row, line in decoded(raw.path).lines:
                found = _TAG(line)
                if found and found[1].strip().lower() == _FIRST:
                    if fields:
                        yield _item(raw, start, fields)
                    start, fields = row, []
                if found:
                    fields.append((found[1].strip(), found[2].strip()))
                elif line.strip():
                    label, value = fields.pop() if fields else ("", "")
                    fields.append((label, tagged.joined(value, line)))
                start = start or row
        except InputError as error:
            yield fatal(raw, error)
            return
        if fields:
            yield _item(raw, start, fields)


def _item(raw: RawFile, start: int, fields: Fields) -> SourceItem:
    label, value = fields[0]
    if label.lower() != _FIRST or any("\0" in part for field in fields for part in field):
        return rejected(raw, f"line {start}", label[:80].replace("\0", ""), "bad-record", "{Reference Type}")
    draft = _draft(fields)
    if not draft.titles:
        return rejected(raw, f"line {start}", value[:80], "no-title")
    return draft.finish(draft.identifier() or draft.derived())


def _draft(fields: Fields) -> Draft:
    draft = Draft()
    people: list[str] = []
    places: list[str] = []
    titles: list[str] = []
    translated: list[str] = []
    abstracts: list[str] = []
    dates: list[tuple[str, str]] = []
    journal = Journal("")
    for label, value in fields:
        tag = label.strip(" ,，").lower()
        if not value:
            continue
        match tag:
            case "reference type":
                if known := tagged.kind(value):
                    draft.kind = known
                else:
                    draft.kind = "other"
                    draft.unread.append((label, value))
            case "title":
                titles.append(value)
            case "translated title":
                translated.append(value)
            case "author":
                people += tagged.names(value)
            case "author address":
                places += [part.partition("|")[0].strip() for part in tagged.split(value)]
            case "tertiary author" if draft.kind == "thesis":
                draft.authors += [_supervisor(name) for name in tagged.names(value)]
            case "type of work" if draft.kind == "thesis":
                draft.degree = value
            case "journal" if not journal.title:
                journal = msgspec.structs.replace(journal, title=value)
            case "translated journal":
                journal = msgspec.structs.replace(journal, title=" = ".join(filter(None, (journal.title, value))))
            case "secondary title" if draft.kind != "article" and not draft.series:
                draft.series = value
            case "year" | "date":
                dates.append(tagged.date(value))
            case "volume":
                draft.volume = tagged.number(value)
            case "issue":
                draft.issue = tagged.number(value)
            case "pages" if not draft.pages:
                draft.pages = value
            case "keywords" | "translated keywords":
                draft.keywords += [Text(word, of_text(word)) for word in tagged.split(value)]
            case "abstract" | "translated abstract":
                abstracts.append(value.replace("(#br)", "\n").strip())
            case "issn" | "isbn/issn" if number := issn(value):
                journal = msgspec.structs.replace(journal, issn=number)
            case "isbn":
                draft.identify("isbn", value)
            case "doi" if doi(value):
                draft.identify("doi", value)
            case "notes" if _CN(value):
                draft.identify("cn", value)
            case "url" | "link":
                draft.urls.append(value)
            case "publisher":
                draft.publisher = value
            case "place published":
                draft.place = value
            case "edition":
                draft.edition = value
            case "clc" | "中图分类号":
                draft.classes += tagged.split(value)
            case "fund" | "基金":
                draft.grants += [Grant(agency=name) for name in tagged.split(value)]
            case _:
                draft.unread.append((label, value))
    # A year beside the whole date says nothing more; what could not be read is kept.
    if published := max((read for read, _ in dates), key=len, default=""):
        draft.dates["published"] = published
    draft.date_text = "; ".join(text for _, text in dates if text)
    if len(places) > 1 and len(places) != len(people):
        # Which address is whose is not said.
        draft.unread += [("Author Address", place) for place in places]
        places = []
    whose = places * len(people) if len(places) == 1 else places
    draft.authors[:0] = [tagged.person(name, (whose[at],) if whose else ()) for at, name in enumerate(people)]
    for title in titles + translated:
        draft.title(title, of_text(title))
    for at, text in enumerate(abstracts, 1):
        draft.passages.append(Passage(f"abstract.{at}", "abstract", of_text(text), text))
    if titles:
        draft.languages.append(of_text(titles[0]))
    draft.journal = journal if journal.title else None
    if not draft.journal and journal.issn:
        draft.identify("issn", journal.issn)
    return draft


def _supervisor(name: str) -> Author:
    return msgspec.structs.replace(tagged.person(name), role="supervisor")
