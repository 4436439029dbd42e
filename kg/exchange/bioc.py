"""BioC in JSON, the form that PubTator and its kin exchange (https://bioc.sourceforge.net/, Comeau 2013).

A text is a document of one passage. Offsets count code points from the beginning of the document, which is where the
passage begins; lengths are code points, too. Every value in ``infons`` is text, as in BioC's XML.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kg.exchange.annotated import AnnotatedText, Origin
from kg.model.evidence import Claim, Mention, Place

Infons = dict[str, str]


class _Location(msgspec.Struct, frozen=True):
    offset: int
    length: int


class _Annotation(msgspec.Struct, frozen=True):
    id: str
    infons: Infons
    text: str
    locations: tuple[_Location]


class _Node(msgspec.Struct, frozen=True):
    refid: str
    role: str


class _Relation(msgspec.Struct, frozen=True):
    id: str
    infons: Infons
    nodes: tuple[_Node, _Node]


class _Passage(msgspec.Struct, frozen=True):
    offset: int
    infons: Infons
    text: str
    annotations: tuple[_Annotation, ...]
    sentences: tuple[()] = ()
    relations: tuple[()] = ()


class _Document(msgspec.Struct, frozen=True):
    id: str
    infons: Infons
    passages: tuple[_Passage]
    relations: tuple[_Relation, ...]
    annotations: tuple[()] = ()


class _Collection(msgspec.Struct, frozen=True):
    """``date`` is empty: the same texts give the same bytes on any day. ``key`` would name a file that explains it."""

    source: str
    date: str
    key: str
    infons: Infons
    documents: tuple[_Document, ...]


def write(texts: Sequence[AnnotatedText], origin: Origin) -> str:
    """One collection, a document a text."""
    infons = {"generation": origin.generation, "pipeline": origin.pipeline, "offsets": "code points"}
    documents = tuple(_document(text, origin) for text in texts)
    return msgspec.json.encode(_Collection("medkg", "", "", infons, documents)).decode()


def _document(item: AnnotatedText, origin: Origin) -> _Document:
    numbers = {_place(mention): str(number) for number, mention in enumerate(item.mentions, 1)}
    annotations = tuple(
        _Annotation(
            numbers[_place(mention)],
            _of_mention(mention, item.text, origin),
            mention.surface,
            (_Location(mention.start, mention.end - mention.start),),
        )
        for mention in item.mentions
    )
    relations = tuple(_relation(f"R{number}", claim, numbers) for number, claim in enumerate(item.claims, 1))
    return _Document(item.id, {"language": item.language}, (_Passage(0, {}, item.text, annotations),), relations)


def _place(place: Mention | Place) -> tuple[int, int, str]:
    return place.start, place.end, place.category


def _of_mention(mention: Mention, text: str, origin: Origin) -> Infons:
    """The best concept under ``identifier``; others that are meant perhaps are listed under ``candidates``. What the
    sentence says is named by its kind (``negated``), with the words that say so and where they begin. ``nested``: the
    mention stands within a longer one."""
    infons = {"type": mention.category}
    if mention.candidates:
        best, *others = mention.candidates
        infons |= {"identifier": best.concept, "iri": origin.ids.expand(best.concept)}
        infons |= {"score": str(best.score), "reason": best.reason}
        if others:
            infons["candidates"] = " ".join(other.concept for other in others)
    if mention.sentence:
        infons["sentence"] = " ".join(map(str, mention.sentence))
    for told in mention.attributes:
        infons |= {told.kind: text[told.start : told.end], f"{told.kind}_offset": str(told.start)}
    if mention.method:
        infons["method"] = mention.method
    if mention.nested:
        infons["nested"] = "yes"
    return infons


def _relation(number: str, claim: Claim, numbers: dict[tuple[int, int, str], str]) -> _Relation:
    assert claim.ends, "read from a text"
    infons = {
        "type": claim.predicate, "direction": claim.direction, "subject": claim.subject, "object": claim.object,
        "sentence": claim.sentence, "sentence_offset": str(claim.start), "method": claim.method,
    } | dict(claim.qualifiers)  # fmt: skip
    if claim.directness:
        infons["directness"] = claim.directness
    if claim.score is not None:
        infons["score"] = str(claim.score)
    subject, target = (numbers[_place(end)] for end in claim.ends)
    return _Relation(number, infons, (_Node(subject, "subject"), _Node(target, "object")))
