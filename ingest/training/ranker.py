"""``medkg train ranker``: how much each signal of search counts, fitted on questions with judged answers.

Search itself gives the scaled scores of every signal (``Searcher.found``), so what is fitted is what ranks. Weights are
found for each type of query by itself (``ingest.training.ascent``). They are few, so they cannot learn questions by
heart; those of a fold are still measured with weights that were fitted without it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

import msgspec
import numpy as np

from ingest.evaluation.retrieval.collection import FOLDS, Collection, Question, fold
from ingest.training.ascent import DIGITS, OFTEN, Example, K, Table, discounts, fitted, vector
from kg.errors import ConfigError
from kg.search.base import SIGNALS
from kg.search.contrast import contrasted
from kg.search.ranker import ASKED, CROSSED, EXACT, KINDS, NARROWER, TEXT_EN, TYPES, Card, Ranker, Seen, Weights

DEPTH = 50
"""Texts of each signal that an example keeps, beside its answers."""

ACROSS = {TEXT_EN: 0.05, ASKED: 0.02}
"""Share of concepts, at least, in the weights of English texts and of what people ask; a place counts more than a
score far down the list."""
SAID = 0.1
"""Share in the weights of English texts of what people ask, as if they had said it."""
_CAREFUL = (CROSSED, ASKED)
_FEW: Mapping[str, tuple[str, ...]] = {ASKED: ("text", "dense")}
"""Signals that a few judged questions can tell the weights of; the others made more of them worse."""

Found = Callable[[Question], tuple[str, dict[str, dict[str, float]]]]
"""A question to its type, and signal -> text -> scaled score."""
Progress = Callable[[str, int], None]


def examples(collection: Collection, found: Found) -> Iterator[Example]:
    """One a question, and another one of what people ask, as an English text (``said``); texts that were not judged
    for it are left out."""
    for question in collection.questions:
        kind, signals = found(question)
        yield _example(collection, question, kind, signals)
        if kind == ASKED:
            yield msgspec.structs.replace(_example(collection, question, TEXT_EN, signals), said=True)


def _example(
    collection: Collection, question: Question, kind: str, signals: Mapping[str, Mapping[str, float]]
) -> Example:
    judged = collection.judged[question.id]
    signals = contrasted(kind, signals)
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
    return Example(kind, fold(question.id), table, gains, float(best @ discounts(len(best))))


def train(
    collections: Iterable[tuple[Collection, Found]], name: str, start: Weights, *, without: int | None = None,
    encoder: str = "", names: str = "", kept: Ranker | None = None, progress: Progress = lambda what, n: None,
) -> Ranker:  # fmt: skip
    """A ranker from questions of collections, with weights for each fold that have not seen it; with ``without`` one
    that has not seen that fold at all. ``kept``: types that no question is of, or fewer than one in twenty, stay as
    they are there, with what they have seen; for a ranker of all folds.

    Raises ConfigError where there is nothing to fit on.
    """
    begun = time.perf_counter()
    groups: list[list[Example]] = []
    seen: dict[str, list[Example]] = {}
    for collection, found in collections:
        taken = [one for one in examples(collection, found) if one.fold != without]
        progress(collection.name, sum(not one.said for one in taken))
        seen.setdefault(collection.family or collection.name, []).extend(taken)
        # A name of which the caller says more is ranked as a name, too, where nobody says it.
        plain = [msgspec.structs.replace(one, type="name") for one in taken if one.type in (EXACT, NARROWER)]
        groups.append([*taken, *plain])
    rows = balanced(groups)
    if not rows:
        raise ConfigError(where=name, why="nothing-to-fit")
    by_type = {kind: told for kind in KINDS if (told := [one for one in rows if one.type == kind]) or kind in TYPES}
    weights = _each(by_type, start)
    cross = tuple(_each(by_type, start, number) for number in (range(FOLDS) if without is None else ()))
    figures = dict(_figures(by_type, weights, cross))
    known = {
        told: Seen(told, tuple(sorted({one.fold for one in some})), sum(not one.said for one in some))
        for told, some in seen.items()
    }
    if kept is not None and without is None:
        asked = [kind for kind, some in by_type.items() if some and len(some) >= OFTEN * len(rows)]
        weights = kept.weights | {kind: weights[kind] for kind in asked}
        before = kept.without or (kept.weights,) * FOLDS
        cross = tuple(old | {kind: new[kind] for kind in asked} for old, new in zip(before, cross, strict=True))
        known = {one.name: one for one in kept.card.collections} | known
        old = {name: one for name, one in kept.card.figures.items() if name.partition(".")[0] not in asked}
        figures = old | {name: one for name, one in figures.items() if name.partition(".")[0] in asked}
    card = Card(
        tuple(one for _, one in sorted(known.items())),
        figures,
        {"measure": f"ndcg@{K}", "encoder": encoder, "names": names},
        {"medkg": version("medkg")},
        round(time.perf_counter() - begun, 1),
    )
    return Ranker(name=name, weights=weights, without=cross, card=card)


def balanced(groups: Sequence[Sequence[Example]]) -> list[Example]:
    """The examples of several collections, each with a weight: collections count alike for a type of query, however
    many questions they have of it. One with few of them (``OFTEN``) keeps its share. What people ask counts ``SAID``
    of all among English texts."""
    counts = [Counter(one.type for one in group if not one.said) for group in groups]
    total = sum(counts, Counter[str]())
    weights: list[dict[str, float]] = [{} for _ in groups]
    for kind, number in total.items():
        large = [at for at, counted in enumerate(counts) if counted[kind] >= OFTEN * number]
        every = sum(counts[at][kind] for at in large)
        for at in large:
            weights[at][kind] = every / len(large) / counts[at][kind]
    said = sum(one.said for group in groups for one in group)
    each = total[TEXT_EN] * SAID / (1 - SAID) / said if said else 0.0
    return [
        msgspec.structs.replace(one, weight=each if one.said else weights[at].get(one.type, 1.0))
        for at, group in enumerate(groups)
        for one in group
        if each or not one.said
    ]


def _each(by_type: Mapping[str, Sequence[Example]], start: Weights, without: int | None = None) -> Weights:
    """The weights of every type, fitted without a fold. Of what people ask there are few judged questions to learn
    from, and a loss against the best signal is felt: they are fitted carefully."""
    found = {}
    for kind, rows in by_type.items():
        begin = start.get(kind) or start["text-en" if kind in _CAREFUL else "name"]
        seen = [one for one in rows if one.fold != without]
        made = fitted(seen, begin, careful=kind in _CAREFUL, only=_FEW.get(kind, SIGNALS))
        found[kind] = _reaching(made, ACROSS[kind]) if kind in ACROSS and seen else made
    return found


def _reaching(weights: dict[str, float], share: float) -> dict[str, float]:
    """The weights with a share of all for concepts at least: what English questions and titles are judged on is
    English, so nothing in it says what it is worth to find Chinese texts, which only concepts do."""
    if weights.get("concept", 0.0) >= share:
        return weights
    rest = sum(weight for name, weight in weights.items() if name != "concept")
    others = {name: round(weight * (1 - share) / rest, DIGITS) for name, weight in weights.items()}
    return others | {"concept": share}


def _figures(
    by_type: Mapping[str, Sequence[Example]], weights: Weights, cross: Sequence[Weights]
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
        yield from ((f"{kind}.{name}", round(float(values.mean()), DIGITS)) for name, values in told.items())
