"""What registrations of trials have in common: titles in parallel, labelled passages, dates of any form."""

from __future__ import annotations

import re

from ingest.reading import tagged
from ingest.reading.dates import iso
from ingest.reading.draft import Draft
from ingest.reading.languages import of_text
from ingest.reading.registries import number, registration
from kg.model.document import Passage, Relation, Text
from kg.model.ids import digest

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})").fullmatch
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})").fullmatch
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?(?:\s+(\d{1,2}))?,?\s+(\d{4})").fullmatch


class TrialDraft(Draft):
    """A trial under construction; what has no field of its own goes to ``unread`` under a readable label.

    ``number`` is the one that the registry itself gave: others may be those of related trials, and the number of
    a trial in an article is no identifier of that article, which is why ``Draft`` knows none of this.
    """

    def __init__(self) -> None:
        super().__init__(kind="trial")
        self.number = ""

    def identifier(self) -> str:
        """The CURIE of the trial in its own registry, empty where that has no prefix or the number is none."""
        return registration(self.number)

    def derived(self) -> str:
        """An id of our own from the number in the registry, which stays when a title changes; else from the title."""
        return f"doc:{digest('trial', self.number.casefold())}" if self.number else super().derived()

    def parallel(self, value: str, language: str = "") -> None:
        """Note a title: unlike articles, trials often have two in one language (public and scientific)."""
        language = language or of_text(value)
        if not value or Text(value, language) in self.titles:
            return
        names = {passage.name for passage in self.passages}
        tries = ["title", f"title.{language}", *(f"title.{language}.{at}" for at in range(2, len(self.titles) + 2))]
        name = next(name for name in tries if name not in names)
        if not self.titles:
            self.languages.append(language)
        self.titles.append(Text(value, language))
        self.passages.append(Passage(name, "title", language, value))

    def summary(self, value: str, label: str = "", language: str = "") -> None:
        """What the trial is about, in short."""
        if value:
            count = 1 + sum(passage.kind == "abstract" for passage in self.passages)
            self.passages.append(Passage(f"abstract.{count}", "abstract", language or of_text(value), value, label))

    def section(self, value: str, label: str, language: str = "") -> None:
        """A longer text; ``label`` says what it is (``Eligibility criteria``)."""
        if value:
            count = 1 + sum(passage.kind == "section" for passage in self.passages)
            self.passages.append(Passage(f"section.{count}", "section", language or of_text(value), value, label))

    def note(self, label: str, *values: str) -> None:
        """Keep what has no field; several values of one thing are joined."""
        if value := "; ".join(filter(None, values)):
            self.unread.append((label, value))

    def event(self, name: str, label: str, value: str) -> None:
        """A date of an event that documents have; where not all of it can be read it is kept as it stands."""
        read, rest = date(value)
        if read and len(read) >= len(self.dates.get(name, "")):
            self.dates[name] = read
        if rest:
            self.note(label, rest)

    def registered(self, value: str, scheme: str = "", relation: str = "") -> None:
        """Note a number of the trial; with ``relation``, also where another registry has it."""
        known, value = number(value)
        if value:
            self.identifiers[known or scheme or "secondary id", value] = None
        if relation and (target := registration(value)):
            self.relations.append(Relation(relation, target))


def date(value: str) -> tuple[str, str]:
    """(ISO date, the text where not all of it could be read); of figures with strokes, the day stands first (ICTRP).

    >>> date("2021-13-40"), date("March 2020"), date("21 September 2026"), date("05/03/2021"), date("20210305")
    (('2021', '2021-13-40'), ('2020-03', ''), ('2026-09-21', ''), ('2021-03-05', ''), ('2021-03-05', ''))
    """
    value = value.strip()
    if found := _DAY_FIRST(value):
        read, parts = iso(found[3], found[2], found[1]), 3
    elif found := _DIGITS(value):
        read, parts = iso(*found.groups()), 3
    elif found := _WORDS(value):
        day = found[1] or found[3] or ""
        read, parts = iso(found[4], found[2], day), 3 if day else 2
    else:
        return tagged.date(value)
    return read, "" if read and read.count("-") == parts - 1 else value
