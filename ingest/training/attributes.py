"""``medkg train attributes``: what speaks for and against a mention being denied, weighed on labelled sentences.

Logistic regression over the features of mentions whose sentence has a cue and a word that may deny; of all others the
rules stay. Both thresholds are the best of the folds, which are cut by document.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from ingest.evaluation.scoring import Score, counted
from ingest.labelled import LabelledDocument
from ingest.text.attributes import TextAttributes
from ingest.text.denials import DenialWeights
from ingest.text.models import CARD, CONFIG, ModelCard
from kg.errors import ConfigError

FOLDS = 5
STRENGTH = 0.3
"""Inverse of the L2 penalty. Between 0.1 and 1 the folds differ by less than chance."""
RAREST = 3
"""Mentions that a feature must stand in."""
BESIDE = 0.5
"""What a mention counts of sets that the rules were made on: their answer is right more often there than elsewhere."""
_THRESHOLDS = tuple((least, ruled) for least in (0.3, 0.4, 0.5, 0.6) for ruled in (0.1, 0.2, 0.3) if ruled <= least)
"""From what probability on a mention is denied, and from what on where the rules say so."""


class _Row(NamedTuple):
    """A mention: the number of its sentence, its features (none where nothing is judged), the rules' answer, the
    label."""

    sentence: int
    features: frozenset[str]
    ruled: bool
    denied: bool


def train(
    documents: Sequence[LabelledDocument], beside: Sequence[LabelledDocument], judged: Iterable[str], folder: Path,
    corpora: tuple[dict[str, str | int | list[str]], ...], seed: int = 1,
) -> ModelCard:  # fmt: skip
    """Writes ``folder``, which must not be there, and gives its card.

    ``beside``: what the rules were made on, which counts less and is in no fold's score. ``judged``: ids of documents
    (``LabelledDocument.source``) that something is measured on; what was taken from them is left out. Raises
    ConfigError for a folder that is there, for sets of several languages, and where no denied mention is left.
    """
    began = time.perf_counter()
    if folder.exists():
        raise ConfigError(where=folder, why="model-taken")
    measured = set(judged)
    kept, less = ([one for one in some if one.source not in measured] for some in (documents, beside))
    rows, others = _rows(kept), _rows(less)
    languages = {one.passages[0].language for one in (*kept, *less)}
    if len(languages) != 1 or len({one.source for one in kept}) < FOLDS or not any(row.denied for row in rows):
        raise ConfigError(where="corpora", why="nothing-to-train")
    thresholds, folds = _threshold(rows, others, [one.source for one in kept], seed)
    weights = _fitted(rows, others, folder.name, languages.pop(), thresholds, seed)
    ruled = counted([(row.ruled and row.denied, row.ruled, row.denied) for row in rows])
    card = ModelCard(
        corpora=corpora,
        documents=tuple(sorted({one.source for one in (*kept, *less)})),
        held_out=(),
        removed=len(documents) + len(beside) - len(kept) - len(less),
        encoder="",
        dictionary="",
        options={"strength": STRENGTH, "rarest": RAREST, "beside": BESIDE, "folds": FOLDS, "seed": seed,
                 "mentions": len(rows), "denied": sum(row.denied for row in rows),
                 "mentions_beside": len(others), "denied_beside": sum(row.denied for row in others)},
        versions={name: version(name) for name in ("medkg", "scikit-learn")},
        figures={"negated.folds": folds.figures(), "negated.rules": ruled.figures()},
        seconds=round(time.perf_counter() - began, 1),
    )  # fmt: skip
    folder.mkdir(parents=True)
    for name, value in ((CARD, card), (CONFIG, weights)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    return card


def _rows(documents: Sequence[LabelledDocument]) -> list[_Row]:
    made = []
    for number, one in enumerate(documents):
        passage = one.passages[0]
        whole = (0, len(passage.text))
        spans = [(mention.start, mention.end, mention.type) for mention in one.mentions]
        read = TextAttributes(passage.text, passage.language, weighs=False)
        known = zip(one.mentions, read.features(whole, spans), read.of(whole, spans), strict=True)
        for mention, features, told in known:
            if mention.counted:
                ruled = any(mark.kind == "negated" for mark in told)
                made.append(_Row(number, features, ruled, "negated" in mention.attributes))
    return made


def _fitted(
    rows: Sequence[_Row], others: Sequence[_Row], name: str, language: str, thresholds: tuple[float, float],
    seed: int,
) -> DenialWeights:  # fmt: skip
    judged = [(row, share) for some, share in ((rows, 1.0), (others, BESIDE)) for row in some if row.features]
    if len({row.denied for row, _ in judged}) < 2:
        raise ConfigError(where="corpora", why="nothing-to-train")
    often = Counter(feature for row, _ in judged for feature in row.features)
    columns = {feature: at for at, feature in enumerate(sorted(one for one in often if often[one] >= RAREST))}
    places = [sorted(columns[feature] for feature in row.features if feature in columns) for row, _ in judged]
    # scikit-learn takes indices of 32 bits only.
    ends = np.cumsum([0, *map(len, places)], dtype=np.int32)
    flat = np.fromiter((at for some in places for at in some), dtype=np.int32)
    table = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(judged), len(columns)))
    made = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=2000, random_state=seed)
    made.fit(table, np.array([row.denied for row, _ in judged]), np.array([share for _, share in judged]))
    weights = {feature: round(float(made.coef_[0][at]), 4) for feature, at in columns.items()}
    return DenialWeights(
        name=name, language=language, intercept=round(float(made.intercept_[0]), 4), threshold=thresholds[0],
        ruled=thresholds[1], weights={feature: weight for feature, weight in weights.items() if weight},
    )  # fmt: skip


def _threshold(
    rows: Sequence[_Row], others: Sequence[_Row], sources: Sequence[str], seed: int
) -> tuple[tuple[float, float], Score]:
    """The best thresholds, and the scores at them; each document is judged by weights that have not seen it."""
    folds = [_fold(sources[row.sentence]) for row in rows]
    shares: list[tuple[_Row, float]] = []
    for fold in sorted(set(folds)):
        rest = [row for row, other in zip(rows, folds, strict=True) if other != fold]
        fitted = _fitted(rest, others, "fold", "", (0.5, 0.5), seed)
        shares += [
            (row, fitted.probability(row.features) if row.features else float(row.ruled))
            for row, other in zip(rows, folds, strict=True)
            if other == fold
        ]

    def at(thresholds: tuple[float, float]) -> Score:
        counts: Mapping[int, list[int]] = {row.sentence: [0, 0, 0] for row in rows}
        for row, share in shares:
            told = share >= thresholds[row.ruled]
            for place, one in enumerate((told and row.denied, told, row.denied)):
                counts[row.sentence][place] += one
        return counted([(right, told, labelled) for right, told, labelled in counts.values()])

    best = max(_THRESHOLDS, key=lambda some: at(some).f1)
    return best, at(best)


def _fold(source: str) -> int:
    """By digest, so that a document stays in its fold whatever is labelled beside it."""
    return hashlib.sha256(source.encode()).digest()[0] % FOLDS
