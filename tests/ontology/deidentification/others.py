"""The development notes that somebody else wrote, read: identifiers, and words of medicine that have to stay.

    python -m tests.ontology.deidentification.others

prints good ones of all by kind and language; since 23 November 2026 both parts have been read (ADR 41), and notes of
which only figures are looked at are those of ``fresh``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from ontology.deidentification import deidentified

Language = Literal["zh", "en"]
_MARK = re.compile(r"\{\{(\w+)\|(.*?)\}\}", re.S)


class Mark(msgspec.Struct, frozen=True):
    """Characters ``start`` to ``end`` of a note; ``kind`` is its author's word, ``keep`` where they must stay."""

    start: int
    end: int
    kind: str


class Marked(msgspec.Struct, frozen=True):
    """A note without its marks, and the marks."""

    text: str
    marks: tuple[Mark, ...]

    @property
    def read(self) -> bool:
        """Whether who mends the recogniser may look at what is missed here; of one third only figures are looked at."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 3 != 0


def marked(raw: str) -> Marked:
    """A note of ``others.*.toml``; marks are inline as ``{{kind|characters}}``."""
    text, marks, at = "", [], 0
    for found in _MARK.finditer(raw):
        text += raw[at : found.start()]
        marks.append(Mark(len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        at = found.end()
    return Marked(text + raw[at:], tuple(marks))


@cache
def others(language: Language) -> tuple[Marked, ...]:
    """All notes and sentences of a language."""
    return read_notes(Path(__file__).parent / f"others.{language}.toml")


def read_notes(path: Path) -> tuple[Marked, ...]:
    """Notes and sentences of a file."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return tuple(marked(entry["text"].strip("\n")) for part in ("note", "medical") for entry in raw.get(part, ()))


def wrong(note: Marked, language: Language) -> tuple[Mark, ...]:
    """Identifiers of which a character is left, and words of medicine of which one is not."""
    gone = {at for one in deidentified(note.text, language).spans for at in range(one.start, one.end)}
    return tuple(
        mark
        for mark in note.marks
        if (gone & set(range(mark.start, mark.end)) if mark.kind == "keep" else set(range(mark.start, mark.end)) - gone)
    )


def figures(notes: Iterable[Marked], language: Language) -> dict[str, tuple[int, int]]:
    """Good ones and all, by kind; ``recall`` of all identifiers, and ``keep`` of words of medicine."""
    count: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for note in notes:
        for tally, marks in ((count, note.marks), (bad, wrong(note, language))):
            tally.update(mark.kind for mark in marks)
            tally["recall"] += sum(mark.kind != "keep" for mark in marks)
    return {kind: (count[kind] - bad[kind], count[kind]) for kind in sorted(count)}


def main() -> None:
    """Figures by language, of the notes that are read and of those that are not."""
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for read in (True, False):
            told = figures((note for note in others(language) if note.read is read), language)
            print(language, "read" if read else "unread", {kind: f"{good}/{of}" for kind, (good, of) in told.items()})


if __name__ == "__main__":
    main()
