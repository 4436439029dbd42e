"""How much each signal counts: weights fitted for each type of query, in a file of their own.

::

    {"format": "medkg-ranker.v1", "name": …,
     "weights": {type: {signal: weight}},       fitted on everything that the card lists; only ``TYPES`` must be there
     "without": [weights, …],                   five, each fitted without one fold; none where a fold was left out
     "card": {"collections": [{"name", "folds", "questions"}, …], …}}

Ranking reads the weights only. Who measures takes those that have not seen what they are measured on.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kg.errors import ModelRefused, TrainedOnEvaluated
from kg.search.base import SIGNALS

FORMAT = "medkg-ranker.v1"
FILE = "ranker.json"
FOLDS = 5
QueryType = Literal["name", "text-en", "text-zh"]
"""``name``: concepts cover (nearly) the whole query; else by its language."""
TYPES: tuple[QueryType, ...] = get_args(QueryType)
CROSSED = "crossed"
"""Chinese questions that are asked in English words (``kg.search.crossing``) may have weights of their own: what a
glossary says is less sure than what somebody wrote. Without them they are ranked as English is."""
TEXT_EN = "text-en"
ASKED = "asked"
"""English texts that ask, as people do, and not as titles tell: vectors know more of them than words do."""
EXACT, NARROWER = "name-exact", "name-narrower"
"""Names of which the caller says whether narrower concepts are asked for, too. In words both are the same, so a name of
which nothing is said is ranked by weights that serve both."""
KINDS = (*TYPES, CROSSED, ASKED, EXACT, NARROWER)
_ASKS = re.compile(
    r"(what|which|who|whom|whose|when|where|why|how|do|does|did|is|are|was|were|has|have|had|can|could|may|might|must"
    r"|shall|should|will|would)\b|.*\?\s*$",
    re.IGNORECASE | re.DOTALL,
).match
NAMED = 0.9
"""Share of a query's letters that concepts cover from which it is a name, or several."""

Weights = dict[str, dict[str, float]]
"""Type of query -> signal -> weight."""


def query_type(language: str, coverage: float) -> QueryType:
    """
    >>> query_type("zh", 1.0), query_type("zh", 0.3), query_type("en", 0.3)
    ('name', 'text-zh', 'text-en')
    """
    if coverage >= NAMED:
        return "name"
    return "text-zh" if language == "zh" else "text-en"


def asks(text: str) -> bool:
    """Whether an English text is a question, by its first word or its mark.

    >>> asks("Does lithium harm the kidneys of people who have taken it for years?"), asks("PAX6 mutations aniridia")
    (True, False)
    """
    return bool(_ASKS(text.lstrip()))


def kind_of(language: str, kind: str, narrower: bool | None = None, *, asked: bool = False) -> str:
    """The kind of weights for a query in a language, of a type; ``narrower``: what its caller says, None for nothing;
    ``asked``: whether its text asks.

    >>> kind_of("zh", "text-en"), kind_of("en", "text-en"), kind_of("zh", "name")
    ('crossed', 'text-en', 'name')
    >>> kind_of("en", "name", True), kind_of("en", "name", False), kind_of("en", "text-en", True)
    ('name-narrower', 'name-exact', 'text-en')
    >>> kind_of("en", "text-en", asked=True), kind_of("zh", "text-en", asked=True), kind_of("en", "name", asked=True)
    ('asked', 'crossed', 'name')
    """
    if kind == "name" and narrower is not None:
        return NARROWER if narrower else EXACT
    if kind != "text-en":
        return kind
    return CROSSED if language == "zh" else ASKED if asked else kind


def weighed(
    weights: Weights, language: str, kind: str, narrower: bool | None = None, *, asked: bool = False
) -> tuple[str, dict[str, float]]:
    """The kind of weights for a query in a language, of a type, and signal -> weight; the type and those of it where
    its kind has none.

    >>> weighed({"text-en": {"text": 1.0}}, "en", "text-en", asked=True)
    ('text-en', {'text': 1.0})
    """
    own = kind_of(language, kind, narrower, asked=asked)
    return (own, weights[own]) if weights.get(own) else (kind, weights[kind])


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions of a collection, or of a family of collections, that weights were fitted on: those of these folds."""

    name: str
    folds: tuple[int, ...]
    questions: int


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a ranker was fitted on and how. ``figures``: TYPE.MEASURE of the weights on what they were fitted on, and
    (``unseen``) of those of each fold on the questions that they have not seen."""

    collections: tuple[Seen, ...]
    figures: dict[str, float] = {}
    options: dict[str, str | int | float] = {}
    versions: dict[str, str] = {}
    seconds: float = 0.0


class Ranker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Weights with their card. Weights are not negative; those of one type need not sum to one."""

    format: str = FORMAT
    name: str
    weights: Weights
    without: tuple[Weights, ...] = ()
    card: Card

    def unseen(self, collection: str, fold: int, question: str) -> Weights:
        """Weights that were fitted without a fold of a collection. Raises TrainedOnEvaluated, which names the
        ``question``, where there are none."""
        if not any(one.name == collection and fold in one.folds for one in self.card.collections):
            return self.weights
        if self.without:
            return self.without[fold]
        seen = sum(one.questions for one in self.card.collections if one.name == collection)
        raise TrainedOnEvaluated(model=self.name, documents=seen, first=question)


def read(path: Path) -> Ranker:
    """The ranker in a file, or in a folder that holds one. Raises ModelRefused."""
    file = path / FILE if path.is_dir() else path
    try:
        return decoded(file.read_bytes(), file)
    except OSError as error:
        raise ModelRefused(path=path, why="ranker-missing") from error


def write(folder: Path, ranker: Ranker) -> None:
    """The one file of a new folder."""
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(ranker), indent=1) + b"\n")


def decoded(data: bytes, path: object) -> Ranker:
    """Raises ModelRefused for what is no ranker."""
    try:
        found = msgspec.json.decode(data, type=Ranker)
    except msgspec.MsgspecError as error:
        raise ModelRefused(path=path, why="ranker-unreadable", found=str(error)[:200]) from error
    if found.format != FORMAT:
        raise ModelRefused(path=path, why="model-version", found=found.format[:40], expected=FORMAT)
    if found.without and len(found.without) != FOLDS:
        raise ModelRefused(path=path, why="ranker-unreadable", found=f"without: {len(found.without)}")
    for weights in (found.weights, *found.without):
        for kind in (*TYPES, *(one for one in weights if one not in TYPES)):
            given = weights.get(kind, {}) if kind in KINDS else {}
            if not sum(given.values()) > 0 or not all(
                name in SIGNALS and weight >= 0 for name, weight in given.items()
            ):
                raise ModelRefused(path=path, why="ranker-unreadable", found=kind)
    return found


@cache
def packaged() -> Ranker:
    """The ranker that comes with medkg."""
    file = files("kg.search").joinpath(FILE)
    return decoded(file.read_bytes(), FILE)
