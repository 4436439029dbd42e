"""Attributes of mentions, which are given: what their sentence says of them, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from ingest.evaluation.result import Evaluation, Mistake, around, ordered
from ingest.evaluation.scoring import counted
from ingest.labelled import LabelledDocument
from ingest.text.attributes import attributes
from kg.model.attribute import AttributeKind

KINDS: tuple[str, ...] = get_args(AttributeKind)


def marking(
    documents: Iterable[LabelledDocument], kinds: Sequence[str] = KINDS, *, learned: bool = False
) -> Evaluation:
    """Scores by kind of labelled sentences, each one passage; ``kinds`` are those that are labelled in them.

    ``learned``: as beside a trained network.
    """
    rows = list(documents)
    told = [_told(one, True if learned else None) for one in rows]
    scores = {}
    for kind in kinds:
        counts = [_counts(row, some, kind) for row, some in zip(rows, told, strict=True)]
        if any(found or labelled for _, found, labelled in counts):
            scores[kind] = counted(counts)
    mistakes = (one for row, some in zip(rows, told, strict=True) for one in _mistakes(row, some, kinds))
    return Evaluation(len(rows), scores, {}, ordered(kinds, mistakes))


def _counts(row: LabelledDocument, told: list[frozenset[str]], kind: str) -> tuple[int, int, int]:
    """Right, found, labelled."""
    pairs = ((one, ours) for one, ours in zip(row.mentions, told, strict=True) if one.counted)
    marks = [(kind in one.attributes, kind in ours) for one, ours in pairs]
    return sum(map(all, marks)), sum(ours for _, ours in marks), sum(labelled for labelled, _ in marks)


def _told(row: LabelledDocument, weighs: bool | None) -> list[frozenset[str]]:
    passage = row.passages[0]
    spans = [(one.start, one.end, one.type) for one in row.mentions]
    found = attributes(passage.text, (0, len(passage.text)), spans, passage.language, weighs=weighs)
    return [frozenset(one.kind for one in some) for some in found]


def _mistakes(row: LabelledDocument, told: list[frozenset[str]], kinds: Sequence[str]) -> Iterator[Mistake]:
    for mention, ours in zip(row.mentions, told, strict=True):
        place = around(row, mention.passage, mention.start, mention.end)
        labelled, found = " ".join(mention.attributes), " ".join(sorted(ours))
        for kind in sorted((ours ^ set(mention.attributes)).intersection(kinds) if mention.counted else ()):
            category = "spurious" if kind in ours else "missed"
            yield Mistake(category, kind, row.id, row.surface(mention), labelled, found, place)
