"""``medkg train names``: from labelled corpora to what the dictionary learns of them, and how good that is.

::

    names/NAME/lessons.json   names, stops and words; the next build of the data folder uses them
    names/NAME/card.json      what they were learned from, for people and for the check that nothing is measured on it
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from ingest.evaluation.leaks import Kept
from ingest.evaluation.scoring import Score, score
from ingest.labelled import LabelledDocument, as_type
from ingest.text.annotate import Annotator
from ingest.text.models import CARD
from ingest.training.names import Plan, lessons
from kg.errors import ConfigError
from ontology.lessons import FILE, Lessons, taught
from ontology.lexicon import Lexicon

FOLDS = 5

_Place = tuple[str, str, int, int]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """Where lessons come from. ``documents`` are the ids (``PMID:…``) of all that they have seen."""

    corpora: tuple[str, ...]
    types: tuple[str, ...]
    documents: tuple[str, ...]
    removed: int
    lexicon: str
    plan: Plan
    versions: dict[str, str]
    counts: dict[str, int]
    figures: dict[str, dict[str, float]]


def folds(documents: Sequence[LabelledDocument], number: int = FOLDS) -> Iterator[tuple[list[LabelledDocument], ...]]:
    """(to learn from, to measure on) of each fold; documents are dealt by the digest of their id."""
    dealt = sorted(documents, key=lambda one: hashlib.sha256(one.id.encode()).hexdigest())
    for fold in range(number):
        yield (
            [one for at, one in enumerate(dealt) if at % number != fold],
            [one for at, one in enumerate(dealt) if at % number == fold],
        )


def crossed(
    lexicon: Lexicon,
    documents: Sequence[LabelledDocument],
    types: Sequence[str],
    plan: Plan | None = None,
    number: int = FOLDS,
) -> dict[str, Score]:
    """Scores of exact spans by type, of documents that nothing was learned from: names, stops, words and groups are
    learned anew for each fold."""  # fmt: skip
    found = [
        one
        for learned, measured in folds([only(one, types) for one in documents], number)
        for one in spans(taught(lexicon, lessons(lexicon, learned, types, plan)), measured, types)
    ]
    return scores(found, types)


_Spans = tuple[dict[str, set[_Place]], dict[str, set[_Place]]]


def spans(lexicon: Lexicon, documents: Iterable[LabelledDocument], types: Sequence[str]) -> Iterator[_Spans]:
    """(labelled, found) places of each document by type."""
    annotator = Annotator(lexicon, with_sentences=False)
    for one in documents:
        labelled: dict[str, set[_Place]] = {kind: set() for kind in types}
        ours: dict[str, set[_Place]] = {kind: set() for kind in types}
        for mention in one.mentions:
            labelled[mention.type].add((one.id, mention.passage, mention.start, mention.end))
        for found in annotator.document(one.document):
            if kind := as_type(found.category, types):
                ours[kind].add((one.id, found.passage, found.start, found.end))
        yield labelled, ours


def scores(found: Sequence[_Spans], types: Sequence[str]) -> dict[str, Score]:
    """By type, with intervals over documents."""
    return {kind: score([labelled[kind] for labelled, _ in found], [ours[kind] for _, ours in found]) for kind in types}


class Made(msgspec.Struct, frozen=True):
    """What is written for a name."""

    lessons: Lessons
    card: Card


def taught_by(
    lexicon: Lexicon, kept: Kept, corpora: Iterable[str], types: Sequence[str], figures: Mapping[str, Score],
    plan: Plan | None = None,
) -> Made:  # fmt: skip
    """What the documents that are left teach; only mentions of ``types``, which all of them label, count."""
    documents = [only(one, types) for one in kept.documents]
    learned = lessons(lexicon, documents, types, plan)
    card = Card(
        corpora=tuple(corpora),
        types=tuple(types),
        documents=tuple(sorted({one.id for one in documents})),
        removed=len(kept.removed),
        lexicon=lexicon.digest,
        plan=plan or Plan(),
        versions={"medkg": version("medkg")},
        counts={name: len(getattr(learned, name)) for name in ("names", "stops", "groups", "kept")},
        figures={f"{kind}.crossed": one.figures() for kind, one in figures.items()},
    )
    return Made(learned, card)


def only(document: LabelledDocument, types: Sequence[str]) -> LabelledDocument:
    """A document with the mentions of these types alone."""
    mentions = tuple(one for one in document.mentions if one.type in types)
    return msgspec.structs.replace(document, mentions=mentions)


def write(folder: Path, made: Made) -> None:
    """Raises ConfigError where ``folder`` is there."""
    if folder.exists():
        raise ConfigError(where=folder, why="model-taken")
    folder.mkdir(parents=True)
    for name, value in ((CARD, made.card), (FILE, made.lessons)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
