"""The labels of the six guidelines, and how what was found compares with them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingest.sources.guideline import GuidelineFile
from kg.model.guideline import Recommendation
from ontology.reading.raw import describe

FOLDER = Path(__file__).resolve().parent
_PARTS = ("number", "direction", "population", "intervention", "scheme", "grade")


class Label(msgspec.Struct, frozen=True):
    """One labelled recommendation; ``grade`` is the grade as printed."""

    number: str
    sentence: str
    population: str
    intervention: str
    direction: str
    strength: str
    certainty: str
    grade: str
    scheme: str

    @classmethod
    def of(cls, found: Recommendation) -> Label:
        return cls(
            number=found.number, sentence=found.sentence, population=found.population,
            intervention=found.intervention, direction=found.direction, strength=found.strength,
            certainty=found.certainty, grade=found.grade_text, scheme=found.scheme,
        )  # fmt: skip


class Guideline(msgspec.Struct, frozen=True):
    """One labelled guideline."""

    file: str
    title: str
    scheme: str
    recommendation: tuple[Label, ...]
    edition: str = ""
    replaces: str = ""


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph of ``harder.toml``; ``want`` holds direction, strength and certainty of what it recommends."""

    text: str
    scheme: str
    want: tuple[tuple[str, str, str], ...]


class Score(msgspec.Struct, frozen=True):
    """``right``: found with sentence, strength and grade; ``parts``: how many of those agree in each other part."""

    file: str
    labelled: int
    right: int
    invented: tuple[str, ...]
    missed: tuple[str, ...]
    parts: dict[str, int]


def labels() -> list[Guideline]:
    """The six guidelines as labelled."""
    rows = tomllib.loads((FOLDER / "labels.toml").read_text("utf-8"))["guideline"]
    return msgspec.convert(rows, list[Guideline])


def paragraphs() -> list[Paragraph]:
    """The harder paragraphs."""
    rows = tomllib.loads((FOLDER / "harder.toml").read_text("utf-8"))["paragraph"]
    return msgspec.convert(rows, list[Paragraph])


def found_in(path: Path) -> list[Recommendation]:
    """What the reader finds in a file."""
    items = GuidelineFile().parse(describe(path), {})
    return [item for item in items if isinstance(item, Recommendation)]


def score(guideline: Guideline, found: Iterable[Recommendation]) -> Score:
    """A recommendation counts once; one with another strength, certainty or printed grade counts as invented."""

    def mark(label: Label) -> tuple[str, ...]:
        # In a table of levels the same words may be advice for two groups of patients.
        whom = label.population if guideline.scheme == "CSCO" else ""
        return label.sentence, label.strength, label.certainty, label.grade, whom

    wanted = {mark(label): label for label in guideline.recommendation}
    right, invented, parts = 0, [], dict.fromkeys(_PARTS, 0)
    for label in map(Label.of, found):
        want = wanted.pop(mark(label), None)
        if want is None:
            invented.append(label.sentence)
            continue
        right += 1
        for part in _PARTS:
            parts[part] += getattr(label, part) == getattr(want, part)
    missed = tuple(label.sentence for label in wanted.values())
    return Score(guideline.file, len(guideline.recommendation), right, tuple(invented), missed, parts)
