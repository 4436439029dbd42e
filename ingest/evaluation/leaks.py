"""No document is measured on that something was trained on: corpora share documents, so they are joined by PMID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ingest.labelled import LabelledDocument
from kg.errors import TrainedOnEvaluated


class Kept(msgspec.Struct, frozen=True):
    """What is left to train on, and the ids of the documents that were removed."""

    documents: tuple[LabelledDocument, ...]
    removed: tuple[str, ...]


def without_evaluated(training: Iterable[LabelledDocument], evaluated: Iterable[LabelledDocument]) -> Kept:
    """Training documents that are in no evaluated part, each once; callers print ``len(removed)``."""
    measured = {one.id for one in evaluated}
    kept: dict[str, LabelledDocument] = {}
    removed: dict[str, None] = {}
    for one in training:
        if one.id in measured:
            removed[one.id] = None
        else:
            kept.setdefault(one.id, one)
    return Kept(tuple(kept.values()), tuple(removed))


def check_unseen(model: str, trained_on: Iterable[str], evaluated: Sequence[LabelledDocument]) -> None:
    """Raises TrainedOnEvaluated where one of the ids (``PMID:…``) that a model names is to be measured on."""
    seen = {one.id for one in evaluated}.intersection(trained_on)
    if seen:
        raise TrainedOnEvaluated(model=model, documents=len(seen), first=min(seen))
