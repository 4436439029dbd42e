"""``medkg train ranker``: how much each signal of search counts, fitted on questions with judged answers.

Search itself gives the scaled scores of every signal (``Searcher.found``), so what is fitted is what ranks. Weights are
found by coordinate ascent on the mean nDCG, from several starts, each type of query by itself. They are few, so they
cannot learn questions by heart; those of a fold are still measured with weights that were fitted without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.evaluation.retrieval.collection import FOLDS, Collection, Question, fold
from kg.errors import ConfigError
from kg.search.base import SIGNALS
from kg.search.ranker import TYPES, Card, QueryType, Ranker, Seen, Weights

K = 10
DEPTH = 50
"""Texts of each signal that an example keeps, beside its answers."""
GRID = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5)
OFTEN = 0.05
"""Share of the questions in which a signal must find anything, so that its weight is fitted on more than a few."""
LEAST = 2e-4
"""A gain of nDCG below this is none."""
_ROUNDS = 4
_DIGITS = 4

Scores = npt.NDArray[np.float32]
Found = Callable[[Question], tuple[str, dict[str, dict[str, float]]]]
"""A question to its type, and signal -> text -> scaled score."""
Progress = Callable[[str, int], None]


class Example(msgspec.Struct, frozen=True):
    """A question: ``scores`` has a row for each text and a column for each of ``SIGNALS``, ``gains`` the grade of each
    text, ``ideal`` the discounted gain of the best order."""

    type: str
    fold: int
    scores: Scores
    gains: Scores
    ideal: float


def examples(collection: Collection, found: Found) -> Iterator[Example]:
    """One a question; texts that were not judged for it are left out."""
    for question in collection.questions:
        kind, signals = found(question)
        judged = collection.judged[question.id]
        kept: dict[str, None] = {}
        for scores in signals.values():
            ranked = sorted(scores, key=lambda one: (-scores[one], one))
            kept |= dict.fromkeys(collection.judged_for(question, ranked)[:DEPTH])
        kept |= {one: None for one in judged if any(one in scores for scores in signals.values())}
        texts = sorted(kept)
        table = np.zeros((len(texts), len(SIGNALS)), dtype=np.float32)
        for column, name in enumerate(SIGNALS):
            scores = signals.get(name, {})
            table[:, column] = [scores.get(one, 0.0) for one in texts]
        gains = np.array([max(judged.get(one, 0), 0) for one in texts], dtype=np.float32)
        best = np.sort(np.array([max(grade, 0) for grade in judged.values()], dtype=np.float32))[::-1][:K]
        yield Example(kind, fold(question.id), table, gains, float(best @ _discounts(len(best))))


def _discounts(number: int) -> Scores:
    found: Scores = (1 / np.log2(np.arange(2, number + 2))).astype(np.float32)
    return found


class Table:
    """Examples side by side, as wide as the widest, so that all are ranked at once. Rows of padding have no score."""

    def __init__(self, rows: Sequence[Example]) -> None:
        width = max((len(row.gains) for row in rows), default=0)
        self._scores = np.zeros((len(SIGNALS), len(rows), max(width, K)), dtype=np.float32)
        self._gains = np.zeros((len(rows), max(width, K)), dtype=np.float32)
        for at, row in enumerate(rows):
            self._scores[:, at, : len(row.gains)] = row.scores.T
            self._gains[at, : len(row.gains)] = row.gains
        self._ideal = np.array([row.ideal for row in rows], dtype=np.float32)

    @property
    def there(self) -> list[int]:
        """Signals that find anything, often enough."""
        often = self._scores.any(axis=2).mean(axis=1) if len(self._ideal) else np.zeros(len(SIGNALS))
        return [at for at in range(len(SIGNALS)) if often[at] >= OFTEN]

    def joined(self, weights: Scores) -> Scores:
        """The weighted scores of every text."""
        found: Scores = np.tensordot(weights, self._scores, 1).astype(np.float32)
        return found

    def column(self, at: int) -> Scores:
        """The scores of one signal."""
        found: Scores = self._scores[at]
        return found

    def quality(self, joined: Scores) -> Scores:
        """nDCG of each question in the order of these scores; what has none was not found."""
        top = np.argpartition(-joined, K - 1, axis=1)[:, :K]
        scores = np.take_along_axis(joined, top, 1)
        order = np.argsort(-scores, axis=1, kind="stable")
        gains = np.where(scores > 0, np.take_along_axis(self._gains, top, 1), 0)
        found: Scores = np.take_along_axis(gains, order, 1) @ _discounts(K) / self._ideal
        return found


def fitted(rows: Sequence[Example], start: Mapping[str, float]) -> dict[str, float]:
    """Weights that sum to one; signals that find (next to) nothing in these questions keep the share that they have in
    ``start``, half of all at most.
    The climb begins at ``start`` and at the best signal alone, so that it ends no lower than either."""
    table = Table(rows)
    there = table.there
    if not there:
        return dict(start)
    alone = max(there, key=lambda at: float(table.quality(table.column(at)).mean()))
    starts = [vector(start), np.eye(len(SIGNALS), dtype=np.float32)[alone]]
    best, reached = starts[0], -1.0
    for one in starts:
        climbed, height = _climbed(table, one / max(float(one.max()), 1e-6))
        if height > reached + LEAST:
            best, reached = climbed, height
    absent = np.array([0.0 if at in there else start.get(name, 0.0) for at, name in enumerate(SIGNALS)])
    absent /= max(sum(start.values()), 2 * float(absent.sum()))
    best = np.where(absent > 0, np.float32(0), best).astype(np.float32)
    joined = absent + best * (1 - absent.sum()) / best.sum()
    return {name: round(float(joined[at]), _DIGITS) for at, name in enumerate(SIGNALS) if joined[at] > 0}


def _climbed(table: Table, weights: Scores) -> tuple[Scores, float]:
    joined = table.joined(weights)
    reached = float(table.quality(joined).mean())
    for _ in range(_ROUNDS):
        before = reached
        for at in table.there:
            others = joined - weights[at] * table.column(at)
            for value in GRID:
                height = float(table.quality(others + np.float32(value) * table.column(at)).mean())
                if height > reached + LEAST:
                    weights, reached = weights.copy(), height
                    weights[at] = value
            joined = others + weights[at] * table.column(at)
        if reached <= before:
            break
    return weights, reached


def vector(weights: Mapping[str, float]) -> Scores:
    """Weights in the order of ``SIGNALS``."""
    return np.array([weights.get(name, 0.0) for name in SIGNALS], dtype=np.float32)


def train(
    collections: Iterable[tuple[Collection, Found]], name: str, start: Weights, *, without: int | None = None,
    encoder: str = "", names: str = "", progress: Progress = lambda what, n: None,
) -> Ranker:  # fmt: skip
    """A ranker from questions of collections, with weights for each fold that have not seen it; with ``without`` one
    that has not seen that fold at all.

    Raises ConfigError where there is nothing to fit on.
    """
    begun = time.perf_counter()
    rows: list[Example] = []
    seen: dict[str, list[Example]] = {}
    for collection, found in collections:
        taken = [one for one in examples(collection, found) if one.fold != without]
        progress(collection.name, len(taken))
        seen.setdefault(collection.family or collection.name, []).extend(taken)
        rows += taken
    if not rows:
        raise ConfigError(where=name, why="nothing-to-fit")
    by_type: dict[QueryType, list[Example]] = {kind: [one for one in rows if one.type == kind] for kind in TYPES}
    weights = _each(by_type, start)
    cross = tuple(_each(by_type, start, number) for number in (range(FOLDS) if without is None else ()))
    card = Card(
        tuple(Seen(told, tuple(sorted({one.fold for one in some})), len(some)) for told, some in sorted(seen.items())),
        dict(_figures(by_type, weights, cross)),
        {"measure": f"ndcg@{K}", "encoder": encoder, "names": names},
        {"medkg": version("medkg")},
        round(time.perf_counter() - begun, 1),
    )
    return Ranker(name=name, weights=weights, without=cross, card=card)


def _each(by_type: Mapping[QueryType, Sequence[Example]], start: Weights, without: int | None = None) -> Weights:
    """The weights of every type, fitted without a fold."""
    return {kind: fitted([one for one in rows if one.fold != without], start[kind]) for kind, rows in by_type.items()}


def _figures(
    by_type: Mapping[QueryType, Sequence[Example]], weights: Weights, cross: Sequence[Weights]
) -> Iterator[tuple[str, float]]:
    """Mean nDCG of each type: as fitted, of the weights that have not seen a question, of each signal alone."""
    for kind, rows in by_type.items():
        if not rows:
            continue
        table = Table(rows)
        told = {"fitted": table.quality(table.joined(vector(weights[kind])))}
        if cross:
            each = [table.quality(table.joined(vector(one[kind]))) for one in cross]
            told["unseen"] = np.array([each[row.fold][at] for at, row in enumerate(rows)], dtype=np.float32)
        told |= {SIGNALS[at]: table.quality(table.column(at)) for at in table.there}
        yield f"{kind}.questions", float(len(rows))
        yield from ((f"{kind}.{name}", round(float(values.mean()), _DIGITS)) for name, values in told.items())
