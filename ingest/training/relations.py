"""``medkg train relations``: logistic regression over features of pairs, from documents with labelled relations, and
where asked from weak labels, too (``ingest.training.weak``)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from ingest.evaluation.hierarchy import mesh_tree
from ingest.evaluation.leaks import without_evaluated
from ingest.evaluation.relations import labelled_pairs, related
from ingest.evaluation.scoring import Score, score
from ingest.labelled import LabelledDocument
from ingest.text.claims.classifier import RelationConfig, probability, write
from ingest.text.claims.pairs import Broader
from ingest.text.models import ModelCard
from ingest.training.weak import WeakLabels, WeakPair, named_pairs
from kg.errors import ConfigError

FOLDS = 5
STRENGTH = 0.1
"""Inverse of the L2 penalty; with the rarest features left out it was best on the training set's own folds."""
RAREST = 2
"""Pairs that a feature must stand in."""
WEIGHT = 0.1
"""What a weak label counts, beside 1 for a labelled one."""
_THRESHOLDS = tuple(round(0.15 + step * 0.025, 3) for step in range(23))


class _Row(NamedTuple):
    document: int
    pair: tuple[str, str]
    features: Mapping[str, float]
    right: bool


def train(
    documents: Sequence[LabelledDocument], evaluated: Sequence[LabelledDocument], folder: Path, data: Path,
    corpora: tuple[dict[str, str | int | list[str]], ...], seed: int = 1, weak: WeakLabels | None = None,
) -> ModelCard:  # fmt: skip
    """Writes ``folder``, which must not be there, and gives its card; ``data`` is the folder of the corpora.

    The threshold is the best of the folds of the training documents, in whose scores are no weak labels. Raises
    ConfigError for a folder that is there, and where no relation is left to learn.
    """
    began = time.perf_counter()
    if folder.exists():
        raise ConfigError(where=folder, why="model-taken")
    kept = without_evaluated(documents, evaluated)
    rows = list(_rows(kept.documents, mesh_tree(data)))
    if not any(row.right for row in rows) or len(kept.documents) < FOLDS:
        raise ConfigError(where="corpora", why="nothing-to-train")
    weakly = weak.rows if weak else ()
    told = _told(weak) if weak else {}
    threshold, folds, error = _threshold(rows, kept.documents, seed, weakly)
    config = _fitted(rows, folder.name, threshold, seed, weakly)
    card = ModelCard(
        corpora=corpora,
        documents=tuple(sorted({one.id for one in kept.documents} | {one.document for one in weakly})),
        held_out=(),
        removed=len(kept.removed),
        encoder="",
        dictionary="",
        options=told | {"strength": STRENGTH, "rarest": RAREST, "folds": FOLDS, "seed": seed, "pairs": len(rows)},
        versions={name: version(name) for name in ("medkg", "scikit-learn")},
        figures={"causes.folds": folds.figures() | {"calibration_error": error}},
        seconds=round(time.perf_counter() - began, 1),
    )
    write(folder, config, card)
    return card


def _rows(documents: Sequence[LabelledDocument], broader: Broader) -> list[_Row]:
    return [
        _Row(number, (drug, ill), features, (drug, ill) in truth)
        for number, one in enumerate(documents)
        for truth in [related(one)]
        for drug, ill, features in labelled_pairs(one, broader)
    ]


def _told(weak: WeakLabels) -> dict[str, int | float | str]:
    """What the card says of weak labels."""
    return {
        "weak_pairs": len(weak.rows),
        "weak_pairs_related": sum(one.right for one in weak.rows),
        "weak_documents": len({one.document for one in weak.rows}),
        "weak_documents_removed": weak.removed_documents,
        "weak_known_pairs_removed": weak.removed_pairs,
        "weak_weight": WEIGHT,
    }


def _fitted(
    labelled: Sequence[_Row], name: str, threshold: float, seed: int, weak: Sequence[WeakPair] = ()
) -> RelationConfig:
    rows: list[_Row | WeakPair] = [*labelled, *weak]
    often = Counter(feature for row in rows for feature in row.features)
    columns = {feature: at for at, feature in enumerate(sorted(often)) if often[feature] >= RAREST}
    columns = {feature: at for at, feature in enumerate(columns)}
    places = [[columns[feature] for feature in row.features if feature in columns] for row in rows]
    # scikit-learn takes indices of 32 bits only.
    ends = np.cumsum([0, *map(len, places)], dtype=np.int32)
    flat = np.fromiter((at for some in places for at in some), dtype=np.int32)
    table = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(columns)))
    made = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=2000, random_state=seed)
    counts = np.repeat([1.0, WEIGHT], [len(labelled), len(weak)])
    made.fit(table, np.array([row.right for row in rows]), counts)
    weights = {feature: round(float(made.coef_[0][at]), 5) for feature, at in columns.items()}
    return RelationConfig(
        name=name, languages=("en",), intercept=round(float(made.intercept_[0]), 5), threshold=threshold,
        weights={feature: weight for feature, weight in weights.items() if weight},
    )  # fmt: skip


def _threshold(
    rows: Sequence[_Row], documents: Sequence[LabelledDocument], seed: int, weak: Sequence[WeakPair]
) -> tuple[float, Score, float]:
    """The best threshold, the scores at it, and how far probabilities are from shares; each document is scored by a
    model that has seen neither it nor a weak label of a pair that it names."""
    order = np.random.default_rng(seed).permutation(len(documents)) % FOLDS
    scored: list[list[tuple[tuple[str, str], float]]] = [[] for _ in documents]
    for fold in range(FOLDS):
        named = {pair for number, one in enumerate(documents) if order[number] == fold for pair in named_pairs(one)}
        apart = [one for one in weak if one.pair not in named]
        config = _fitted([row for row in rows if order[row.document] != fold], "fold", 0.0, seed, apart)
        for row in rows:
            if order[row.document] == fold:
                scored[row.document].append((row.pair, probability(config, row.features)))
    truth = [related(one) for one in documents]

    def at(threshold: float) -> Score:
        return score(truth, [{pair for pair, share in some if share >= threshold} for some in scored])

    best = max(_THRESHOLDS, key=lambda threshold: at(threshold).f1)
    right = {(row.document, row.pair): row.right for row in rows}
    every = [(share, right[number, pair]) for number, some in enumerate(scored) for pair, share in some]
    return best, at(best), _calibration_error(every)


def _calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    """Mean distance between probability and share of right ones, over ten bins of equal width.

    >>> _calibration_error([(0.9, True), (0.9, False), (0.1, False)])
    0.3
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for share, is_right in scored:
        bins.setdefault(min(9, int(share * 10)), []).append((share, is_right))
    apart = (abs(sum(share - is_right for share, is_right in some)) for some in bins.values())
    return round(sum(apart) / len(scored), 3)
