"""The notes: 500 planted identifiers, 220 of them in sentence shapes written by hand, and as much text without any."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from benchmarks.planted.identifiers import HERE, KIND, Maker
from benchmarks.planted.values import value

SEED = 41
PLANTED, WRITTEN = 500, 220
_MARK = re.compile(r"\{(\w+)\}|\[([^\[\]]+)\]")
_LANGUAGES = ("zh", "en")


class Place(msgspec.Struct, frozen=True):
    """Characters of a text that must stay."""

    start: int
    end: int


class Planted(msgspec.Struct, frozen=True):
    """An identifier: all of it is to be covered."""

    kind: str
    start: int
    end: int


class Note(msgspec.Struct, frozen=True):
    """``origin``: where such a sentence stands, ``form`` (put together) or ``medical`` (nothing planted)."""

    text: str
    language: str
    origin: str
    spans: tuple[Planted, ...] = ()
    medical: tuple[Place, ...] = ()

    @property
    def written(self) -> bool:
        return self.origin not in ("form", "medical")


class Shape(msgspec.Struct, frozen=True):
    language: str
    origin: str
    text: str

    @property
    def slots(self) -> int:
        return sum(slot in KIND for slot, _ in _MARK.findall(self.text))


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


def shapes() -> list[Shape]:
    """Every sentence shape that was written by hand."""
    return [Shape(language, row["from"], row["text"]) for language in _LANGUAGES for row in _table("shapes")[language]]


def notes(seed: int = SEED) -> list[Note]:
    """All notes, in one order; the same for the same seed."""
    dice = random.Random(seed)
    found = [*_by_hand(dice)]
    found += _forms(dice, PLANTED - sum(len(note.spans) for note in found))
    for language in _LANGUAGES:
        found += _without(dice, language, sum(len(note.text) for note in found if note.language == language))
    dice.shuffle(found)
    return found


def _by_hand(dice: random.Random) -> Iterator[Note]:
    """Every shape once, then again whichever still fits, until there are as many identifiers as asked for."""
    left = WRITTEN
    every = shapes()
    again = [*every]
    dice.shuffle(again)
    for shape in (*every, *again):
        if shape.slots <= left:
            left -= shape.slots
            yield filled(shape, dice)
    if left:
        raise ValueError(f"{left} identifiers short of {WRITTEN}")


def _forms(dice: random.Random, count: int) -> Iterator[Note]:
    """Fields one after the other, as front pages and applications have them; languages take turns."""
    decks: dict[str, list[str]] = {language: [] for language in _LANGUAGES}
    turn = 0
    while count:
        language = _LANGUAGES[turn % 2]
        turn += 1
        table = _table("fields")[language]
        parts: list[str] = []
        planted, most = 0, min(count, dice.randint(3, 7))
        while planted < most:
            # A deck that is dealt to its end before it is shuffled again: every field comes up equally often.
            if not decks[language]:
                decks[language] = dice.sample(table["fields"], len(table["fields"]))
            part = decks[language].pop()
            slots = Shape(language, "form", part).slots
            if planted + slots > most:
                decks[language].insert(0, part)
                continue
            planted += slots
            parts.append(part)
        parts.insert(dice.randint(0, len(parts)), dice.choice(table["medical"]))
        text = dice.choice(table["lead"]) + dice.choice(table["separators"]).join(parts)
        count -= planted
        yield filled(Shape(language, "form", text), dice)


def _without(dice: random.Random, language: str, length: int) -> list[Note]:
    """Medical text of at least ``length`` characters."""
    sentences: list[str] = _table("untouched")[language]["sentences"]
    made: list[Note] = []
    while sum(len(note.text) for note in made) < length:
        for group in _groups(dice.sample(sentences, len(sentences)), 3):
            text = ("" if language == "zh" else " ").join(group)
            made.append(filled(Shape(language, "medical", text), dice))
    return made


def _groups(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def filled(shape: Shape, dice: random.Random) -> Note:
    """A shape with values for its slots."""
    maker = Maker(dice)
    text, spans, medical, done = "", [], [], 0
    for found in _MARK.finditer(shape.text):
        text += shape.text[done : found.start()]
        done = found.end()
        slot, word = found.groups()
        start = len(text)
        text += word or (maker.value(slot, shape.language) if slot in KIND else value(slot, shape.language, dice))
        if slot in KIND:
            spans.append(Planted(KIND[slot], start, len(text)))
        else:
            medical.append(Place(start, len(text)))
    return Note(text + shape.text[done:], shape.language, shape.origin, tuple(spans), tuple(medical))
