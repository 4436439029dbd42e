"""The tasks of ``medkg eval``: each names a corpus, reads it, and measures one thing on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from ingest.evaluation.corpora import BY_HAND, JUDGED, LABELS, LEARNED, NAMED, Corpus, Part, corpus, read
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.leaks import check_unseen
from ingest.evaluation.linking import linking
from ingest.evaluation.marking import KINDS, marking
from ingest.evaluation.ner import ner
from ingest.evaluation.relations import relations
from ingest.evaluation.result import Evaluation
from ingest.evaluation.tagging import Model, dictionary
from ingest.labelled import LabelledDocument
from ingest.text.attributes import VERSION
from ingest.text.claims.classifier import RelationModel
from ingest.text.claims.ledger import METHOD
from kg.errors import UnknownName


class Asked(msgspec.Struct, frozen=True):
    """What is to be measured: ``folder`` and ``labels`` as in ``corpora``, ``sealed`` the other half of own sets.

    ``relations``: the folder of a trained classifier of relations, beside cues. ``learned``: attributes are asked
    for as they are told beside a trained network.
    """

    task: str
    corpus: str
    folder: Path
    part: Part = "development"
    labels: Path = LABELS
    sealed: bool = False
    relations: Path | None = None
    learned: bool = False


class Report(msgspec.Struct, frozen=True):
    """What is printed and written down; ``generation`` is empty where no names were used."""

    task: str
    corpus: str
    n: int
    figures: dict[str, float]
    model: str
    generation: str


Known = Callable[[], Knowledge]
Made = Callable[[Knowledge], Model]
_Documents = tuple[LabelledDocument, ...]
_Told = tuple[Evaluation, str, str]


def evaluate(asked: Asked, known: Known, made: Made | None = None) -> tuple[Report, Evaluation]:
    """``known`` is called where the task needs names, ``made`` then gives the model: the dictionary by default.

    Raises UnknownName for a task, corpus or part, TrainedOnEvaluated for a model that has seen what is measured,
    and what ``corpora.read`` raises.
    """
    if asked.task not in TASKS:
        raise UnknownName(kind="task", name=asked.task, known=", ".join(TASKS))
    spec = corpus(asked.corpus, asked.folder, asked.labels)
    documents = read(asked.corpus, asked.folder, asked.part, labels=asked.labels, sealed=asked.sealed)
    found, model, generation = TASKS[asked.task](asked, spec, documents, known, made or _dictionary)
    part = "sealed" if asked.sealed else "" if asked.part == "development" else asked.part
    name = f"{asked.corpus}:{part}" if part else asked.corpus
    return Report(asked.task, name, found.n, found.figures, model, generation), found


def _dictionary(known: Knowledge) -> Model:
    return dictionary(known.lexicon)


def _model(made: Made, knowledge: Knowledge, documents: _Documents) -> Model:
    model = made(knowledge)
    check_unseen(model.name, model.trained_on, documents)
    return model


def _ner(_: Asked, spec: Corpus, documents: _Documents, known: Known, made: Made) -> _Told:
    knowledge = known()
    model = _model(made, knowledge, documents)
    return ner(documents, model.tagger, spec.types), model.name, knowledge.name


def _linking(_: Asked, spec: Corpus, documents: _Documents, known: Known, made: Made) -> _Told:
    knowledge = known()
    model = _model(made, knowledge, documents)
    return linking(documents, model.tagger, spec, knowledge), model.name, knowledge.name


def _attributes(asked: Asked, spec: Corpus, documents: _Documents, known: Known, made: Made) -> _Told:
    if not spec.by_hand or spec.name in NAMED:
        raise UnknownName(kind="corpus with attributes", name=spec.name, known=", ".join((*BY_HAND, *LEARNED, *JUDGED)))
    model = f"learned {VERSION}" if asked.learned else VERSION
    return marking(documents, spec.kinds or KINDS, learned=asked.learned), model, ""


def _relations(asked: Asked, spec: Corpus, documents: _Documents, known: Known, made: Made) -> _Told:
    if not any(one.relations for one in documents):
        raise UnknownName(kind="corpus with relations", name=spec.name, known="bc5cdr")
    classifier = RelationModel(asked.relations) if asked.relations else None
    if classifier:
        check_unseen(classifier.name, classifier.seen, documents)
    knowledge = known()
    model = _model(made, knowledge, documents)
    found = relations(documents, model.tagger, spec, knowledge.crosswalk, classifier, asked.folder)
    name = " ".join([METHOD, *([classifier.name] if classifier else []), model.name])
    return found, name, knowledge.name


TASKS: Mapping[str, Callable[[Asked, Corpus, _Documents, Known, Made], _Told]] = {
    "ner": _ner,
    "linking": _linking,
    "attributes": _attributes,
    "relations": _relations,
}
