"""A trained linker: what a name may mean that no dictionary name equals, and how probable that is.

::

    models/NAME/config.json   weights of features, thresholds by type, words that stand for each other
    models/NAME/card.json     what it was trained on; its documents are never measured on

JSON alone, and for any lexicon: the tables of its names are made when they are first needed.
"""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from ingest.text.models import CARD, CONFIG, ModelCard, digest, opened, read_card
from ingest.text.rivals import FEATURES, Rival, Rivals
from kg.errors import ModelRefused
from kg.model.evidence import Candidate
from ontology.lexicon import Lexicon
from ontology.scoring import Meaning

FORMAT = "medkg-linker.v1"
_MOST = 5


class LinkerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Log-odds of a concept: ``intercept`` and the weights of its features. From the threshold of its type on it is
    told. ``substitutes`` as in ``wording``."""

    format: str = FORMAT
    name: str
    intercept: float
    weights: dict[str, float]
    thresholds: dict[str, float]
    substitutes: dict[str, dict[str, float]]


class Ranking:
    """Concepts by how probable they are."""

    def __init__(self, intercept: float, weights: dict[str, float]) -> None:
        self._intercept = intercept
        self._weights = np.asarray([weights[name] for name in FEATURES])

    def ranked(self, rivals: list[Rival]) -> list[tuple[float, Rival]]:
        """The most probable first, equals in the order of concepts; probabilities have four digits."""
        rows = [(self._probability(one), one) for one in rivals]
        return sorted(rows, key=lambda row: (-row[0], row[1].concept))

    def _probability(self, one: Rival) -> float:
        odds = self._intercept + float(self._weights @ one.features)
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, odds)))), 4)


class Linker:
    """A model folder that ``medkg train linker`` wrote, for the names of one lexicon. Not picklable.

    Raises ModelRefused for a folder that is none, is of another version, or holds code or pickled data.
    """

    def __init__(self, folder: Path, lexicon: Lexicon) -> None:
        self._folder = folder
        self._lexicon = lexicon
        self._config = read(folder)
        self._ranking = Ranking(self._config.intercept, self._config.weights)
        self.method = f"{self._config.name}@{digest(folder / CONFIG)[:12]}"
        """The model's name and the first digits of its digest."""

    @property
    def seen(self) -> tuple[str, ...]:
        """Ids of the documents that it was trained on; raises ModelRefused without a card."""
        return read_card(self._folder).documents

    def meaning(self, surface: str, category: str, context: frozenset[str] = frozenset()) -> Meaning | None:
        """Concepts of that family, the most probable first, or None; ``context`` are those that the document names."""
        threshold = self._config.thresholds.get(category)
        if threshold is None:
            return None
        ranked = self._ranking.ranked(self._rivals.of(surface, category, context))[:_MOST]
        if not ranked or ranked[0][0] < threshold:
            return None
        candidates = tuple(Candidate(one.concept, score, f"linked·{one.name}") for score, one in ranked)
        return Meaning(ranked[0][1].category, candidates, candidates[0].score, candidates[0].score)

    @cached_property
    def _rivals(self) -> Rivals:
        return Rivals(self._lexicon, self._config.substitutes)


def write(folder: Path, config: LinkerConfig, card: ModelCard) -> None:
    """Makes the folder."""
    folder.mkdir(parents=True)
    for name, value in ((CARD, card), (CONFIG, config)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def read(folder: Path) -> LinkerConfig:
    """Raises ModelRefused."""
    try:
        config = msgspec.convert(opened(folder, FORMAT), LinkerConfig)
    except msgspec.ValidationError as error:
        raise ModelRefused(path=folder, why="model-config") from error
    if set(config.weights) != set(FEATURES):
        raise ModelRefused(path=folder, why="model-config")
    return config
