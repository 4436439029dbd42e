"""Diagnoses and allergies from free text, where a sentence states them plainly (ADR 40).

The annotator of the service finds what is named and what its sentence says of it (ADR 9). Nothing is read that is
denied, doubted, of a relative, on a condition or of the past; and, since cues of denial are not all known, nothing from
a sentence in which any word of ``notes.toml`` stands that may mean so. No text leaves this module, only places.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from ingest.text.annotate import Annotator, guess_language
from kg.model.case import Note
from kg.model.evidence import Mention
from kg.rules.facts import ReadFact

_DRUGS = frozenset({"drug", "chemical"})
_CONDITIONS = frozenset({"disease", "symptom"})
_SURE = 0.5
"""Least score of what a mention may mean."""
_ENDS = re.compile(r"[。！!；;\n\r]|\.(?=\s|$)")
_BEGINS = re.compile(r"(^|[，,])\s*(\d+[.、)）]\s*)?$")
"""The name begins its sentence, or a clause of it."""
_ALLERGIC = re.compile("过敏|allerg", re.IGNORECASE)


class _Words(msgspec.Struct, frozen=True):
    """Patterns of one language; see ``notes.toml``."""

    allergy_behind: re.Pattern[str]
    allergy_before: re.Pattern[str]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    doubt: re.Pattern[str]


class Notes:
    """Reads the notes of cases with the annotator of a generation; safe to use from several threads."""

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator

    def read(self, notes: Iterable[Note]) -> tuple[ReadFact, ...]:
        """What the notes state, in the order of their text. A family history states nothing of the patient."""
        found: list[ReadFact] = []
        for number, note in enumerate(notes):
            if note.kind != "family-history":
                found += self._of(note, f"/notes/{number}")
        return tuple(found)

    def _of(self, note: Note, place: str) -> Iterator[ReadFact]:
        language = guess_language(note.text)
        words = _words("zh" if language.startswith("zh") else "en")
        for mention in self._annotator.text(note.text, language):
            concepts, kind = _meant(mention), _kind(mention, note, words)
            # A text in one language quotes the other: words of both leave a sentence open.
            if not concepts or kind is None or mention.attributes or _doubted(note.text, mention):
                continue
            yield ReadFact(
                kind, concepts, f"{place}#char={mention.start},{mention.end}", note.time,
                ended=note.kind == "past-history" and kind == "condition",
            )  # fmt: skip


def _kind(mention: Mention, note: Note, words: _Words) -> Literal["condition", "allergy"] | None:
    """What a mention is where it stands: nothing unless the text states it."""
    start, end = _around(note.text, mention, _ENDS)
    before, behind = note.text[start : mention.start], note.text[mention.end : end]
    if mention.category in _CONDITIONS:
        # What somebody is allergic to is no disease of theirs, nor is what an allergy looks like.
        if note.kind == "allergies" or _ALLERGIC.search(before + behind):
            return None
        led = _BEGINS.search(before) or words.lead.search(before)
        return "condition" if led and words.tail.match(behind) else None
    if mention.category not in _DRUGS:
        return None
    stated = words.allergy_behind.match(behind) or words.allergy_before.search(before)
    return "allergy" if stated or note.kind == "allergies" else None


def _meant(mention: Mention) -> tuple[str, ...]:
    """The one concept that a mention means; nothing where there are several."""
    if not mention.candidates or mention.candidates[0].score < _SURE:
        return ()
    best = [one.concept for one in mention.candidates if one.score >= mention.candidates[0].score - 0.1]
    return (best[0],) if len(best) == 1 else ()


def _doubted(text: str, mention: Mention) -> bool:
    start, end = _around(text, mention, _ENDS)
    # A question mark ends its sentence and belongs to it.
    sentence = text[start : end + 1]
    return any(_words(language).doubt.search(sentence) for language in ("zh", "en"))


def _around(text: str, mention: Mention, ends: re.Pattern[str]) -> tuple[int, int]:
    """From the last of ``ends`` before a mention to the first behind it."""
    start = max((found.end() for found in ends.finditer(text, 0, mention.start)), default=0)
    behind = ends.search(text, mention.end)
    return start, behind.start() if behind else len(text)


@cache
def _words(language: str) -> _Words:
    table = tomllib.loads(files("ingest.cases").joinpath("notes.toml").read_text("utf-8"))

    def joined(name: str, end: str = "") -> re.Pattern[str]:
        return re.compile(f"(?:{'|'.join(table[name][language])}){end}", re.IGNORECASE)

    # What comes before a name ends where it begins.
    return _Words(joined("allergy_behind"), joined("allergy_before", "$"), joined("lead", "$"), joined("tail"),
                  joined("doubt"))  # fmt: skip
