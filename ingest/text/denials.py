"""Which mentions a sentence denies, by weights; the rules' answer is one sign of many (``ingest.text.denial``).

::

    denials.zh.json, denials.zh.card.json   packaged: weights by feature and thresholds; where they were learned
    models/NAME/config.json, card.json      the same, made by ``medkg train attributes``

Weights are read as JSON only. A language without a table keeps what the rules say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from ingest.text.denial import FEATURES, Part, names
from ingest.text.models import CONFIG
from kg.errors import ModelRefused

FORMAT = "medkg-denials.v1"


class DenialWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Log-odds that a mention is denied: ``intercept`` and the weights of its features. From ``threshold`` on it is;
    where the rules say so, too, from ``ruled`` on, which is no higher, so that they stay where little speaks against.
    """

    format: str = FORMAT
    features: str = FEATURES
    name: str
    language: str
    intercept: float
    threshold: float
    ruled: float
    weights: dict[str, float]

    def probability(self, features: Iterable[str]) -> float:
        """In 0..1.

        >>> some = DenialWeights(name="x", language="en", intercept=-1.0, threshold=0.5, ruled=0.2,
        ...                      weights={"L=no": 1.0})
        >>> some.probability({"L=no", "unknown"})
        0.5
        """
        # The sum of a set must not hang on its order.
        odds = self.intercept + math.fsum(self.weights.get(name, 0.0) for name in features)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


class DenialJudge:
    """Weights, and what each part that has been met adds to the odds: parts hold no text, and there are few."""

    def __init__(self, weights: DenialWeights) -> None:
        self._weights = weights
        self._odds = lru_cache(maxsize=1 << 16)(self._sum)
        self._least = {True: _odds(weights.ruled), False: _odds(weights.threshold)}

    def judged(self, parts: Sequence[Part], ruled: bool) -> tuple[bool, str]:
        """Whether a mention is denied, of which the rules say so or not, and the side (``L``, ``R``) on which a sign
        says more that it is."""
        odds = [self._odds(part) for part in parts]
        left, right = odds[1:3]
        return self._weights.intercept + math.fsum(odds) >= self._least[ruled], "L" if left >= right else "R"

    def _sum(self, part: Part) -> float:
        return math.fsum(self._weights.weights.get(name, 0.0) for name in names(part))


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


@cache
def packaged(language: str) -> DenialJudge | None:
    """By the weights that come with medkg, None for a language without."""
    file = files("ingest.text") / f"denials.{language}.json"
    return DenialJudge(decoded(file.read_bytes(), Path(file.name))) if file.is_file() else None


def read(folder: Path) -> DenialWeights:
    """The weights in the folder of a model; raises ModelRefused."""
    path = folder / CONFIG
    if not path.is_file():
        raise ModelRefused(path=folder, why="model-missing")
    return decoded(path.read_bytes(), folder)


def decoded(content: bytes, path: Path) -> DenialWeights:
    """Raises ModelRefused for what is no JSON, or of another kind or set of features."""
    try:
        found = msgspec.json.decode(content)
        kind = f"{found.get('format')} {found.get('features', '')}".strip()
        if kind != f"{FORMAT} {FEATURES}":
            raise ModelRefused(path=path, why="model-version", found=kind[:60], expected=f"{FORMAT} {FEATURES}")
        return msgspec.convert(found, DenialWeights)
    except (msgspec.DecodeError, msgspec.ValidationError, AttributeError) as error:
        raise ModelRefused(path=path, why="model-config") from error
