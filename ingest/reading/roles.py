"""From labelled values to a draft: formats differ in their labels, the roles behind them are few.

A format says which role each of its labels has; what a role means is settled here, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.identifiers import doi, issn, pmcid, pmid
from ingest.reading.languages import of_text, tag
from kg.model.document import Author, Grant, Heading, Journal, Passage, Qualifier, Text

Role = Literal[
    "kind", "title", "translated title", "author", "group", "editor", "translator", "supervisor", "organiser",
    "affiliation", "journal", "translated journal", "abbreviation", "series", "date", "volume", "issue", "pages",
    "first page", "last page", "keywords", "headings", "machine headings",
    "abstract", "number", "doi", "pmid", "pmcid", "cn", "url", "publisher",
    "place", "edition", "class", "grant", "degree", "language", "", "passed",
]  # fmt: skip
"""``""``: nobody knows, kept as it stands; ``passed``: bookkeeping that says nothing about the work."""
_LANGUAGES = {
    "english": "en", "eng": "en", "英文": "en", "英语": "en", "chinese": "zh", "chi": "zh", "中文": "zh", "汉语": "zh",
}  # fmt: skip


@dataclass(slots=True)
class _Assembly:
    draft: Draft = field(default_factory=Draft)
    people: list[str] = field(default_factory=list)
    others: list[Author] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    translated: list[str] = field(default_factory=list)
    abstracts: list[str] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    journal: Journal = field(default_factory=lambda: Journal(""))


def assemble(fields: Iterable[tuple[Role, str, str]]) -> Draft:
    """The draft of (role, label, value), values without the blanks around them; empty ones say nothing."""
    found = _Assembly()
    for role, label, value in fields:
        if value and not (
            _people(found, role, label, value) or _work(found, role, value) or _place(found, role, value)
        ):
            found.draft.unread.append((label, value))
    return _finished(found)


def language(value: str) -> str:
    """The tag of a language by its name in Chinese or English, or by its code.

    >>> language("中文"), language("eng"), language("chi;eng")
    ('zh', 'en', 'und')
    """
    return _LANGUAGES.get(value.strip().lower()) or tag(value)


def _heading(text: str, *, machine: bool) -> Heading:
    """``*Asthma/drug therapy``: a star marks what the work is mainly about."""
    name, *rest = text.split("/")
    return Heading(
        "",
        name.strip("* "),
        major="*" in name,
        qualifiers=tuple(Qualifier("", part.strip("* "), "*" in part) for part in rest if part.strip("* ")),
        machine=machine,
    )


def _people(found: _Assembly, role: Role, label: str, value: str) -> bool:
    match role:
        case "author":
            found.people += tagged.names(value)
        case "affiliation":
            found.places += [(label, part.partition("|")[0].strip()) for part in tagged.split(value.replace("!", " "))]
        case "editor" | "translator" | "supervisor":
            people = [tagged.person(name) for name in tagged.names(value)]
            found.others += [msgspec.structs.replace(person, role=role) for person in people]
        case "group":
            found.others.append(Author(collective=value))
        case "organiser":
            found.others += [Author(collective=name, role="editor") for name in tagged.names(value)]
        case _:
            return False
    return True


def _work(found: _Assembly, role: Role, value: str) -> bool:
    """What the work is and is about."""
    draft = found.draft
    match role:
        case "passed":
            return True
        case "kind" if known := tagged.kind(value):
            draft.kind = known
        case "kind":
            draft.kind = "other"
            return False
        case "title":
            found.titles.append(value)
        case "translated title":
            found.translated.append(value)
        case "abstract":
            found.abstracts.append(value.replace("(#br)", "\n").strip())
        case "keywords":
            draft.keywords += [Text(word, of_text(word)) for word in tagged.split(value.replace("\n", ";"))]
        case "headings" | "machine headings":
            words = tagged.split(value.replace("\n", ";"))
            draft.headings += [_heading(word, machine=role == "machine headings") for word in words]
        case "class":
            draft.classes += tagged.split(value.replace(" ", ";"))
        case "grant":
            draft.grants += [Grant(agency=name) for name in tagged.split(value)]
        case "degree":
            draft.degree = value
        case "language":
            draft.languages += [language(name) for name in tagged.split(value.replace(",", ";"))]
        case _:
            return False
    return True


def _place(found: _Assembly, role: Role, value: str) -> bool:
    """Where the work stands and what it is called there."""
    draft = found.draft
    match role:
        case "journal" if not found.journal.title:
            found.journal = msgspec.structs.replace(found.journal, title=value)
        case "abbreviation" if not found.journal.abbreviation:
            found.journal = msgspec.structs.replace(found.journal, abbreviation=value)
        case "translated journal":
            found.journal = msgspec.structs.replace(
                found.journal, title=" = ".join(filter(None, (found.journal.title, value)))
            )
        case "series" if not draft.series:
            draft.series = value
        case "date":
            found.dates.append(tagged.date(value))
        case "volume":
            draft.volume = tagged.number(value)
        case "issue":
            draft.issue = tagged.number(value)
        case "pages" if not draft.pages:
            draft.pages = value
        case "first page" | "last page":
            found.pages.setdefault(role, value)
        case "number" if number := issn(value):
            found.journal = msgspec.structs.replace(found.journal, issn=number)
        case "number" if sum(map(str.isalnum, value)) in (10, 13):
            draft.identify("isbn", value)
        case "doi" if doi(value):
            draft.identify("doi", value)
        case "pmid" if pmid(value):
            draft.identify("pmid", value)
        case "pmcid" if pmcid(value):
            draft.identify("pmcid", value)
        case "cn":
            draft.identify("cn", value)
        case "url":
            draft.urls.append(value)
        case "publisher" if not draft.publisher:
            draft.publisher = value
        case "place":
            draft.place = value
        case "edition":
            draft.edition = value
        case _:
            return False
    return True


def _finished(found: _Assembly) -> Draft:
    draft = found.draft
    # A year beside the whole date says nothing more; what could not be read is kept.
    if published := max((read for read, _ in found.dates), key=len, default=""):
        draft.dates["published"] = published
    draft.date_text = "; ".join(dict.fromkeys(text for _, text in found.dates if text))
    first, last = found.pages.get("first page", ""), found.pages.get("last page", "")
    draft.pages = draft.pages or (f"{first}-{last}" if first and last and last != first else first or last)
    _authors(found)
    for title in dict.fromkeys(found.titles + found.translated):
        draft.title(title, of_text(title))
    for at, text in enumerate(found.abstracts, 1):
        draft.passages.append(Passage(f"abstract.{at}", "abstract", of_text(text), text))
    if not draft.languages:
        draft.languages += [of_text(title) for title in found.titles[:1]]
    journal = found.journal
    if journal.abbreviation and not journal.title:
        journal = msgspec.structs.replace(journal, title=journal.abbreviation, abbreviation="")
    draft.journal = journal if journal.title else None
    if not draft.journal and journal.issn:
        draft.identify("issn", journal.issn)
    return draft


def _authors(found: _Assembly) -> None:
    draft, places = found.draft, found.places
    if len(places) > 1 and len(places) != len(found.people):
        # Which address is whose is not said.
        draft.unread += places
        places = []
    whose = places * len(found.people) if len(places) == 1 else places
    draft.authors += [tagged.person(name, (whose[at][1],) if whose else ()) for at, name in enumerate(found.people)]
    draft.authors += found.others
