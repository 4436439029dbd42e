"""Sentences that curators looked at, as labelled documents: training data in the form of the corpora.

A sentence with a correction counts as read by its curator: what is corrected there is as corrected, and what the
program found besides, and nobody objected to, counts as right. Other sentences of the document count for nothing, so
they are not in the labelled document; each sentence is a passage of it. Documents keep their ids, so that those of
evaluated parts are left out of training like any others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingest.labelled import LabelledDocument, LabelledMention
from ingest.text.sentences import Span, sentences
from kg.model.correction import Correction
from kg.model.document import Document, Passage
from kg.model.evidence import Claim, Mention

CAUSES, LABEL = "biolink:causes", "CID"
"""A predicate, and what classifiers of relations learn it as (``ingest.training.relations``)."""


def looked_at(
    document: Document, mentions: Sequence[Mention], claims: Sequence[Claim], corrections: Iterable[Correction]
) -> LabelledDocument | None:
    """The sentences of a document around corrections, with the mentions and claims that hold in them; None without
    any."""
    rows = list(corrections)
    passages: list[Passage] = []
    labelled: list[LabelledMention] = []
    relations: dict[tuple[str, str, str], None] = {}
    for passage in document.passages:
        own = [one for one in rows if one.passage == passage.key]
        for number, (start, end) in enumerate(_spans(passage.text, own)):
            name = f"{passage.name}.sentence.{number}"
            made = Passage(name, "section", passage.language, passage.text[start:end])
            passages.append(made)
            labelled += _mentions(made.key, passage.key, (start, end), mentions)
            for relation in _relations(passage.key, (start, end), claims, own):
                relations[relation] = None
    if not passages:
        return None
    return LabelledDocument(document.id, tuple(passages), tuple(sorted(labelled)), tuple(relations))


def _spans(text: str, rows: Sequence[Correction]) -> Iterator[Span]:
    """Whole sentences, those that a correction reaches across as one."""
    begin = finish = -1
    for start, end in sentences(text) if rows else ():
        if not any(one.start < end and start < one.end for one in rows):
            continue
        if finish >= 0 and any(one.start < finish and start < one.end for one in rows):
            finish = end
            continue
        if finish >= 0:
            yield begin, finish
        begin, finish = start, end
    if finish >= 0:
        yield begin, finish


def _mentions(key: str, passage: str, span: Span, mentions: Iterable[Mention]) -> Iterator[LabelledMention]:
    start, end = span
    for one in mentions:
        if one.passage == passage and start <= one.start < one.end <= end:
            ids = (one.candidates[0].concept,) if one.candidates else ()
            kinds = tuple(attribute.kind for attribute in one.attributes)
            yield LabelledMention(key, one.start - start, one.end - start, one.category, ids, kinds)


def _relations(
    passage: str, span: Span, claims: Iterable[Claim], rows: Iterable[Correction]
) -> Iterator[tuple[str, str, str]]:
    """Claims that nobody called wrong, and those that a curator calls right."""
    for one in claims:
        if one.passage == passage and span[0] <= one.start < span[1] and one.direction == "supports":
            yield one.subject, _label(one.predicate), one.object
    for row in rows:
        if row.verdict == "right" and row.predicate and row.start < span[1] and span[0] < row.end:
            yield row.subject, _label(row.predicate), row.object


def _label(predicate: str) -> str:
    return LABEL if predicate == CAUSES else predicate
