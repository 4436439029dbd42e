"""Mentions by type: exact spans, and the different names of each document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ingest.evaluation.result import Evaluation, Mistake, around, ordered, unread
from ingest.evaluation.scoring import score
from ingest.evaluation.tagging import Found, Tagged, Tagger, tagged
from ingest.labelled import LabelledDocument, LabelledMention

ALL = "all"
_Any = TypeVar("_Any", LabelledMention, Found)


def ner(documents: Iterable[LabelledDocument], tagger: Tagger, types: Sequence[str]) -> Evaluation:
    """Scores by type and, where there are several, of all: ``span`` (passage, start, end and type are the same) and
    ``document`` (each name, small letters, once a document)."""
    rows = list(tagged(documents, tagger, types))
    scores = {}
    for name in [*types, *([ALL] if len(types) > 1 else [])]:
        kinds = types if name == ALL else (name,)
        labelled = [[one for one in row.labelled.mentions if one.type in kinds] for row in rows]
        found = [[one for one in row.found if one.type in kinds] for row in rows]
        if name == ALL or any(labelled) or any(found):
            scores[f"{name}.span"] = score([{_place(one) for one in some} for some in labelled],
                                           [{_place(one) for one in some} for some in found])  # fmt: skip
            names = [
                {(one.type, row.labelled.surface(one).lower()) for one in some}
                for row, some in zip(rows, labelled, strict=True)
            ]
            ours = [{(one.type, one.surface.lower()) for one in some} for some in found]
            scores[f"{name}.document"] = score(names, ours)
    shares = unread(row.labelled for row in rows)
    return Evaluation(len(rows), scores, shares, ordered(types, (one for row in rows for one in _mistakes(row))))


def _place(one: LabelledMention | Found) -> tuple[str, int, int, str]:
    return one.passage, one.start, one.end, one.type


def _mistakes(row: Tagged) -> Iterator[Mistake]:
    """Each labelled mention that is not found as it is, once; each found one that touches none."""
    document = row.labelled
    right = {_place(one) for one in document.mentions} & {_place(one) for one in row.found}
    for one in document.mentions:
        if _place(one) not in right:
            other = next(iter(sorted(_touching(one, row.found), key=lambda it: _distance(one, it))), None)
            words = document.surface(one)
            if other is None:
                category = "missed"
            else:
                category = "wrong-type" if (one.start, one.end) == (other.start, other.end) else "wrong-span"
            told = f"{other.surface} ({other.type})" if other else ""
            place = around(document, one.passage, one.start, one.end)
            yield Mistake(category, one.type, document.id, words, f"{words} ({one.type})", told, place)
    for found in row.found:
        if _place(found) not in right and not any(_touching(found, document.mentions)):
            place = around(document, found.passage, found.start, found.end)
            told = f"{found.surface} ({found.type})"
            yield Mistake("spurious", found.type, document.id, found.surface, "", told, place)


def _touching(one: LabelledMention | Found, others: Sequence[_Any]) -> Iterator[_Any]:
    for other in others:
        if other.passage == one.passage and other.start < one.end and one.start < other.end:
            yield other


def _distance(one: LabelledMention, other: Found) -> tuple[int, bool, int]:
    """How far apart two spans end, the same type first where that is equal."""
    return abs(one.start - other.start) + abs(one.end - other.end), one.type != other.type, other.start
