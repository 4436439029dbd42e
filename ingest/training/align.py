"""``medkg train align``: Chinese names into an encoder's space, words for their pieces, letters for their characters.

All of it is learned from bilingual labels.

Beside the layer of all pairs there is one for each fold that has not seen it. What is calibrated, and every figure of
the card, is of labels that the layer has not seen.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.evaluation.retrieval.collection import FOLDS
from ingest.training import mixing, sounds, wording
from ingest.training.bilingual import Pair
from ingest.training.mixing import Lesson
from ingest.training.ridge import ALPHA, STEPS, fitted
from kg.errors import ConfigError
from kg.index.analysis import fold
from kg.index.base import Encoder, Vectors
from kg.search.alignment import ALL, Card, Described, write
from kg.search.covered import CoveredNames
from kg.search.glossary import Glossary, Words, said, words
from kg.search.layer import Layer
from kg.search.mixing import LOOKED_AT, Compared, fit
from kg.search.ngrams import SLOTS
from kg.search.spelled import SpelledNames

PRECISE = 0.75
"""Share of right concepts from which a stretch of a query is taken for one."""
COSINES = tuple(round(0.5 + 0.01 * step, 2) for step in range(50))
SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.65)
NEARLY = 1e-3
"""Of shares whose words are as good as the best but for this the largest is taken."""
MEASURED = 1_000
"""Labels of each fold that are measured, by the digest of the name."""
GUESSED, SHORT = 300, 8
"""Labels of each fold on which is fitted how much vectors, pieces and spelling count, and their characters at most:
names that are searched for alone are short."""
_PAGE = 2_000
_DIGITS = 4

Progress = Callable[[str, int], None]
"""What is being done, and on how many pairs."""
_Made = tuple[Layer, dict[str, Words]]
_Floats = npt.NDArray[np.float64]


class _Unseen(msgspec.Struct, frozen=True):
    """Labels that a layer has not seen: cosine of the best name, whether that is right, place of the right one, and for
    each of ``SHARES`` how well the words fit."""

    best: _Floats
    right: npt.NDArray[np.bool_]
    place: _Floats
    words: _Floats


def train(
    labels: tuple[tuple[Pair, ...], dict[str, int]], encoder: Encoder, folder: Path, *,
    without: int | None = None, names: str = "", progress: Progress = lambda what, n: None,
) -> Card:  # fmt: skip
    """A new folder with an alignment; with ``without`` it has not seen that fold at all.

    ``labels``: see ``bilingual.pairs``. Raises ConfigError where there is nothing to learn from.
    """
    begun = time.perf_counter()
    every, families = labels
    english = sorted({pair.en for pair in every})
    taken = [pair for pair in every if pair.fold != without]
    held = sorted({pair.fold for pair in every}) if without is None else [without]
    if len({pair.fold for pair in taken}) < 2:
        raise ConfigError(where=folder.name, why="nothing-to-align")
    progress("encode", len(english))
    vectors = _encoded(encoder, english)
    at = {name: row for row, name in enumerate(english)}
    layers: dict[str, _Made] = {}
    told: list[_Unseen] = []
    lessons: list[Lesson] = []
    progress(ALL, len(taken))
    layers[ALL] = _layer(taken, vectors, at)
    for number in held:
        if without is None:
            known = [pair for pair in every if pair.fold != number]
            progress(f"without-{number}", len(known))
            layers[f"without-{number}"] = _layer(known, vectors, at)
        made = layers[ALL] if without is not None else layers[f"without-{number}"]
        unseen = [pair for pair in every if pair.fold == number]
        if unseen:
            told.append(_measured(made, unseen, vectors, at))
            lessons += _lessons(made[0], unseen, vectors, english)
    near, share, figures = _calibrated(told)
    figures |= _guessed(layers, lessons)
    card = Card(
        pairs=len(taken), concepts=len({pair.concept for pair in taken}),
        folds=tuple(sorted({pair.fold for pair in taken})), names=names, figures=figures,
        options={"alpha": ALPHA, "slots": SLOTS, "steps": STEPS, "folds": FOLDS},
        versions={"medkg": version("medkg"), "numpy": np.__version__},
        seconds=round(time.perf_counter() - begun, 1),
    )  # fmt: skip
    described = Described(
        name=folder.name, encoder=encoder.id, dimension=encoder.dimension, near=near, share=share,
        files={}, card=card,
    )  # fmt: skip
    write(folder, described, layers, families)
    return card


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    return np.concatenate([encoder.encode(texts[at : at + _PAGE]) for at in range(0, len(texts), _PAGE)])


def _layer(some: Iterable[Pair], vectors: Vectors, at: dict[str, int]) -> _Made:
    told = sorted(some)
    both = sorted({(pair.zh, pair.en) for pair in told})
    weights, idf = fitted([zh for zh, _ in both], vectors[[at[en] for _, en in both]])
    table = wording.table(told)
    spelt = sounds.counted((pair.zh, pair.en) for pair in told)
    return Layer(weights, idf, Glossary(table), spelt=spelt, morphemes=wording.morphemes(told)), table


def _measured(made: _Made, unseen: Iterable[Pair], vectors: Vectors, at: dict[str, int]) -> _Unseen:
    """Every English name that there is stands beside the right one."""
    layer, table = made
    chosen = sorted(unseen, key=_digest)[:MEASURED]
    scores = layer.vectors([pair.zh for pair in chosen]) @ vectors.T
    own = scores[np.arange(len(chosen)), [at[pair.en] for pair in chosen]]
    place = (scores > own[:, None] + 1e-6).sum(1)
    books = [Glossary(table, share) for share in SHARES]
    fits = [[_fit(book, pair) for book in books] for pair in chosen[: MEASURED // 4]]
    return _Unseen(scores.max(1).astype(np.float64), place == 0, place.astype(np.float64), np.array(fits))


def _fit(glossary: Glossary, pair: Pair) -> float:
    """How well the words that are told fit the English name."""
    return fit(said(glossary, fold(pair.zh)), words(pair.en))


def _lessons(layer: Layer, unseen: Iterable[Pair], vectors: Vectors, english: Sequence[str]) -> list[Lesson]:
    """What short labels that the layer has not seen teach about how much each thing counts."""
    names = Compared(CoveredNames(english, layer.morphemes), SpelledNames(english, layer.sounds))
    made = []
    for pair in _short(unseen):
        told = fold(pair.zh)
        cosines = (vectors @ layer.vectors([told])[0]).astype(np.float64)
        near = np.argpartition(-cosines, min(LOOKED_AT, len(cosines)) - 1)[:LOOKED_AT]
        looked = np.union1d(near, names.found(told))
        right = np.array([english[at] == pair.en for at in looked.tolist()])
        made.append(Lesson(pair.fold, names.features(told, cosines[looked], looked), right))
    return made


def _short(unseen: Iterable[Pair]) -> list[Pair]:
    """Short labels, of each vocabulary in turn: names of symptoms, which are most, spell less than those of drugs."""
    each: dict[str, list[Pair]] = defaultdict(list)
    for pair in sorted({pair.zh: pair for pair in unseen if len(pair.zh) <= SHORT}.values(), key=_digest):
        each[pair.concept.partition(":")[0]].append(pair)
    turns = zip_longest(*(some for _, some in sorted(each.items())))
    return [pair for turn in turns for pair in turn if pair is not None][:GUESSED]


def _guessed(layers: dict[str, _Made], lessons: Sequence[Lesson]) -> dict[str, float]:
    """Gives every layer what was fitted on folds that it is not asked of; figures are of the fold left out."""
    shares, right = [np.zeros(0)], [np.zeros(0, dtype=np.bool_)]
    for name, (layer, _) in layers.items():
        number = None if name == ALL else int(name.rpartition("-")[2])
        others = [one for one in lessons if one.fold != number]
        layer.mix = mixing.fitted(others)
        layer.alone = mixing.least(*mixing.judged(others, layer.mix)) if others else 0.0
        if held := [one for one in lessons if one.fold == number]:
            found = mixing.judged(held, layer.mix)
            shares.append(found[0])
            right.append(found[1])
    told = np.concatenate(right)
    return {"guessed": float(len(told)), "guessed@1": round(float(told.mean()), _DIGITS)} if len(told) else {}


def _digest(pair: Pair) -> bytes:
    return hashlib.sha256(pair.zh.encode()).digest()


def _calibrated(told: Sequence[_Unseen]) -> tuple[float, float, dict[str, float]]:
    """Cosine for a stretch, share of a word, and figures."""
    if not told:
        return COSINES[-1], SHARES[0], {}
    tops = np.concatenate([one.best for one in told])
    right = np.concatenate([one.right for one in told])
    place = np.concatenate([one.place for one in told])
    fits = np.concatenate([one.words for one in told]).mean(0)
    near = next((one for one in COSINES if (some := tops >= one).any() and right[some].mean() >= PRECISE), COSINES[-1])
    share = max(one for one, value in zip(SHARES, fits, strict=True) if value >= fits.max() - NEARLY)
    figures = {f"found@{n}": round(float((place < n).mean()), _DIGITS) for n in (1, 3, 10, 100)}
    figures |= {"labels": float(len(tops)), "taken": round(float((tops >= near).mean()), _DIGITS)}
    return near, share, figures | {"words": round(float(fits.max()), _DIGITS)}
