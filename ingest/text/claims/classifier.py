"""A trained classifier of relations between chemicals and diseases: a table of weights in JSON, nothing else.

::

    models/NAME/config.json   format, weights by feature, threshold
    models/NAME/card.json     what it was trained on; its documents are never measured on
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from ingest.text.claims.pairs import FEATURES
from ingest.text.models import CARD, CONFIG, ModelCard, digest, read_card
from kg.errors import ModelRefused

FORMAT = "medkg-relations.v1"


class RelationConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Log-odds of a pair: ``intercept`` and the weights of its features. From ``threshold`` on it is told."""

    format: str = FORMAT
    features: str = FEATURES
    name: str
    predicate: str = "biolink:causes"
    languages: tuple[str, ...]
    intercept: float
    threshold: float
    weights: dict[str, float]


class RelationModel:
    """A model in a folder; raises ModelRefused for one of another kind, format or set of features."""

    def __init__(self, folder: Path) -> None:
        self._config = read(folder)
        self.seen = read_card(folder).documents
        self.name = f"{self._config.name}@{digest(folder / CONFIG)[:12]}"
        self.predicate = self._config.predicate
        self.languages = self._config.languages
        self.threshold = self._config.threshold

    def probability(self, features: Mapping[str, float]) -> float:
        """How probable it is that the pair with these features is related."""
        return probability(self._config, features)


def probability(config: RelationConfig, features: Iterable[str]) -> float:
    """In 0..1.

    >>> config = RelationConfig(name="x", languages=("en",), intercept=-1.0, threshold=0.5, weights={"nearest": 1.0})
    >>> probability(config, {"nearest": 1.0, "unknown": 1.0})
    0.5
    """
    odds = config.intercept + sum(config.weights.get(name, 0.0) for name in features)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def write(folder: Path, config: RelationConfig, card: ModelCard) -> None:
    """Makes the folder."""
    folder.mkdir(parents=True)
    for name, value in ((CARD, card), (CONFIG, config)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def read(folder: Path) -> RelationConfig:
    """Raises ModelRefused."""
    path = folder / CONFIG
    if not path.is_file():
        raise ModelRefused(path=folder, why="model-missing")
    try:
        found = msgspec.json.decode(path.read_bytes())
        kind = f"{found.get('format')} {found.get('features', '')}".strip()
        if kind != f"{FORMAT} {FEATURES}":
            raise ModelRefused(path=folder, why="model-version", found=kind[:60], expected=f"{FORMAT} {FEATURES}")
        return msgspec.convert(found, RelationConfig)
    except (msgspec.DecodeError, msgspec.ValidationError, AttributeError) as error:
        raise ModelRefused(path=folder, why="model-config") from error
