"""What an evaluation tells: figures by name, and the mistakes behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from ingest.evaluation.scoring import Score
from ingest.labelled import LabelledDocument

MISTAKES = ("missed", "spurious", "wrong-span", "wrong-type", "wrong-id", "ambiguous-id", "no-id")
"""``ambiguous-id``: the right concept is among the candidates, and not the first of them. ``no-id``: the concept that
was found has no id in the terminology of the corpus."""
_AROUND = 40


class Mistake(msgspec.Struct, frozen=True):
    """One mention that is not as labelled; ``labelled`` and ``found`` say what each side has, empty for nothing."""

    category: str
    type: str
    document: str
    surface: str
    labelled: str
    found: str
    around: str


class Worst(msgspec.Struct, frozen=True):
    """A mistake that is made often: how often, and one place."""

    times: int
    mistake: Mistake


class Evaluation(msgspec.Struct, frozen=True):
    """``n`` documents, or sentences where the corpus is one of sentences."""

    n: int
    scores: dict[str, Score]
    shares: dict[str, float] = {}
    mistakes: tuple[Mistake, ...] = ()

    @property
    def figures(self) -> dict[str, float]:
        """Every figure by dotted name: ``disease.span.f1``, ``mistakes.disease.missed``."""
        found: dict[str, float] = {}
        for name, one in self.scores.items():
            found |= {f"{name}.{label}": value for label, value in one.figures().items()}
        found |= self.shares
        counts = Counter((one.type, one.category) for one in self.mistakes)
        return found | {f"mistakes.{kind}.{name}": count for (kind, name), count in sorted(counts.items())}

    def worst(self, count: int) -> list[Worst]:
        """The mistakes that are made most often, by category, type and what is written, with one place of each."""
        often: Counter[tuple[str, str, str]] = Counter()
        first: dict[tuple[str, str, str], Mistake] = {}
        for one in self.mistakes:
            key = one.category, one.type, one.surface.lower()
            often[key] += 1
            first.setdefault(key, one)
        return [
            Worst(times, first[key]) for key, times in sorted(often.items(), key=lambda row: (-row[1], row[0]))[:count]
        ]


def around(document: LabelledDocument, passage: str, start: int, end: int) -> str:
    """The words about a place, with the place in brackets."""
    text = next(one.text for one in document.passages if one.key == passage)
    left, right = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return " ".join(f"{left}[{text[start:end]}]{right}".split())


def unread(documents: Iterable[LabelledDocument]) -> dict[str, float]:
    """Labels that could not be used, where there are any."""
    count = sum(one.unread for one in documents)
    return {"labels_unread": count} if count else {}


def ordered(types: Sequence[str], mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """By type, then by category, as they are told."""
    return tuple(sorted(mistakes, key=lambda one: (types.index(one.type), MISTAKES.index(one.category))))
