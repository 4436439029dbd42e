"""``medkg train linker``: from terminologies and labelled corpora to a folder with a linker and its card.

Terminologies teach which words stand for each other (``substitution``); labelled names that no name of the
dictionary equals teach how much each feature of ``ingest.text.rivals`` says, and from which probability on an answer
is worth giving.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.leaks import without_evaluated
from ingest.evaluation.scoring import Score, counted
from ingest.labelled import LabelledDocument
from ingest.text.linker import LinkerConfig, Ranking, write
from ingest.text.models import ModelCard
from ingest.text.rivals import FEATURES, Rival, Rivals
from ingest.training.examples import Dictionary, Part
from ingest.training.substitution import substitutes
from kg.errors import ConfigError
from ontology.grounding import Grounder
from ontology.lessons import family
from ontology.lexicon import Lexicon

FOLDS = 5
_STRENGTH = 1.0
"""Inverse of the L2 penalty."""
_NEVER = 2.0
_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Of the best, where several are equal, the middle one is taken."""


class Question(msgspec.Struct, frozen=True):
    """A labelled name of one document: what it may mean, and which of that is right.

    ``known``: the dictionary has a name of that type for it, so a linker is not asked; ``right`` then has one truth
    value, none where the dictionary's concept has no id to compare.
    """

    document: int
    type: str
    known: bool
    rivals: tuple[Rival, ...]
    right: tuple[bool, ...]


class Sources(msgspec.Struct, frozen=True):
    """What is learned from: names and their exact matches, documents, and what the dictionary finds in one."""

    lexicon: Lexicon
    crosswalk: Crosswalk
    dictionary: Dictionary


def train(
    parts: Sequence[Part], evaluated: Sequence[LabelledDocument], types: Sequence[str], sources: Sources, folder: Path,
    *, seed: int = 1, names: str = "", progress: Callable[[str, int], None] = lambda *_: None,
) -> ModelCard:  # fmt: skip
    """Writes ``folder``, which must not be there, and gives its card; ``names`` says which dictionary was used.

    Documents of evaluated parts are taken out. Raises ConfigError for a folder that is there, and where no labelled
    name is left that the dictionary does not have.
    """
    began = time.perf_counter()
    if folder.exists():
        raise ConfigError(where=folder, why="model-taken")
    removed: set[str] = set()
    kept: dict[str, tuple[LabelledDocument, frozenset[str]]] = {}
    for part in parts:
        left = without_evaluated(part.documents, evaluated)
        removed.update(left.removed)
        for one in left.documents:
            kept.setdefault(one.id, (one, frozenset(part.types).intersection(types)))
    alike = substitutes(_names_of_concepts(sources, types))
    progress("substitutes", len(alike))
    questions = list(_questions(list(kept.values()), sources, Rivals(sources.lexicon, alike)))
    asked = [one for one in questions if not one.known]
    progress("unknown-names", len(asked))
    if len(kept) < FOLDS:
        raise ConfigError(where="corpora", why="nothing-to-train")
    thresholds, figures = _thresholds(questions, len(kept), types, seed)
    intercept, weights = _fitted(asked, seed)
    config = LinkerConfig(
        name=folder.name, intercept=intercept, weights=weights, thresholds=thresholds, substitutes=alike
    )
    card = ModelCard(
        corpora=tuple({"name": part.name, "sha256": part.digest, "types": list(part.types)} for part in parts),
        documents=tuple(sorted(kept)),
        held_out=(),
        removed=len(removed),
        encoder="",
        dictionary=names,
        options={"seed": seed, "folds": FOLDS, "strength": _STRENGTH, "names": len(asked)},
        versions={name: version(name) for name in ("medkg", "scikit-learn")},
        figures=figures,
        seconds=round(time.perf_counter() - began, 1),
    )
    write(folder, config, card)
    return card


def _names_of_concepts(sources: Sources, types: Sequence[str]) -> dict[str, list[str]]:
    """The names of each concept of the types' families; concepts that are exact matches are one."""
    made: defaultdict[str, list[str]] = defaultdict(list)
    for name, senses in zip(sources.lexicon.names, sources.lexicon.senses, strict=True):
        for sense in senses:
            # Variants by rule would teach the rules.
            if family(sense.category) in types and sense.form == "exact":
                made[f"{family(sense.category)} {min(sources.crosswalk.ids(sense.concept))}"].append(name)
    return made


def _questions(
    documents: Sequence[tuple[LabelledDocument, frozenset[str]]], sources: Sources, rivals: Rivals
) -> Iterator[Question]:
    """Each name of a document once for a type and the ids that are labelled."""
    grounder = Grounder(sources.lexicon)
    prefixes = sorted({_prefix(one) for document, _ in documents for m in document.mentions for one in m.ids})
    for number, (document, types) in enumerate(documents):
        context = frozenset(
            one.candidates[0].concept for one in sources.dictionary(document.document) if one.candidates
        )
        languages = {passage.key: passage.language for passage in document.passages}
        labelled = [one for one in document.mentions if one.type in types]
        asked = sorted({(document.surface(one), one.type, one.ids, languages[one.passage]) for one in labelled})
        for surface, kind, ids, language in asked:
            meaning = grounder.lookup(surface, language)
            if meaning is not None and family(meaning.category) == kind:
                told = (sources.crosswalk.within(one.concept, prefixes) for one in meaning.candidates)
                best = next(filter(None, told), frozenset())
                yield Question(number, kind, True, (), (bool(best & set(ids)),) if best else ())
                continue
            pairs = [
                (one, bool(theirs & set(ids)))
                for one in rivals.of(surface, kind, context)
                # Of a concept without an id in the corpus' terminologies nobody can say whether it is right.
                if (theirs := sources.crosswalk.within(one.concept, prefixes))
            ]
            yield Question(number, kind, False, tuple(one for one, _ in pairs), tuple(right for _, right in pairs))


def _fitted(questions: Iterable[Question], seed: int) -> tuple[float, dict[str, float]]:
    """Intercept and weights; raises ConfigError where all concepts near by are right, or none is."""
    rows = [row for one in questions for row in zip(one.rivals, one.right, strict=True)]
    right = np.asarray([is_right for _, is_right in rows])
    if len(set(right.tolist())) < 2:
        raise ConfigError(where="corpora", why="nothing-to-train")
    table = np.asarray([rival.features for rival, _ in rows])
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=1000, random_state=seed)
    model.fit(table, right)
    weights = {name: round(float(weight), 5) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    return round(float(model.intercept_[0]), 5), weights


def _thresholds(
    questions: Sequence[Question], documents: int, types: Sequence[str], seed: int
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """By type the threshold with the best F1 of all names, those that the dictionary knows included: an answer must be
    right more often than half of that F1 to be worth giving. Each document is answered by weights that have not seen
    it; but the threshold was chosen on the same answers, so the figures flatter a little. ``unknown``: the names that a
    linker is asked for; ``without``: no linker is asked."""
    fold = np.random.default_rng(seed).permutation(documents) % FOLDS
    answers: list[tuple[Question, float, bool]] = []
    for number in range(FOLDS):
        ranking = Ranking(*_fitted((one for one in questions if not one.known and fold[one.document] != number), seed))
        for one in questions:
            if not one.known and one.rivals and fold[one.document] == number:
                right = dict(zip((rival.concept for rival in one.rivals), one.right, strict=True))
                probability, best = ranking.ranked(list(one.rivals))[0]
                answers.append((one, probability, right[best.concept]))
    chosen: dict[str, float] = {}
    figures: dict[str, dict[str, float]] = {}
    for kind in types:
        some = [one for one in questions if one.type == kind]
        if not some:
            continue
        given = [(one.document, probability, right) for one, probability, right in answers if one.type == kind]
        unknown = [one for one in some if not one.known]
        f1 = {limit: _score(some, given, limit).f1 for limit in _THRESHOLDS}
        equal = [limit for limit in _THRESHOLDS if f1[limit] == max(f1.values())]
        chosen[kind] = equal[len(equal) // 2]
        figures[f"{kind}.unknown.folds"] = _score(unknown, given, chosen[kind]).figures()
        figures[f"{kind}.all.folds"] = _score(some, given, chosen[kind]).figures()
        figures[f"{kind}.all.without"] = _score(some, (), _NEVER).figures()
    return chosen, figures


def _score(some: Sequence[Question], given: Sequence[tuple[int, float, bool]], limit: float) -> Score:
    """Ids of names once a document: what the dictionary says of those it knows, and what is given from ``limit`` on."""
    rows: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in some:
        rows[one.document][2] += 1
        if one.known and one.right:
            rows[one.document][0] += one.right[0]
            rows[one.document][1] += 1
    for document, probability, right in given:
        if probability >= limit:
            rows[document][0] += right
            rows[document][1] += 1
    return counted([(right, told, labelled) for right, told, labelled in rows.values()])


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]
