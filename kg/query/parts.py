"""The parts of a document, each from the properties of its nodes."""

from __future__ import annotations

from collections.abc import Iterable

from kg import vocab
from kg.mapping.base import VALUE, term
from kg.mapping.evidence import passage_key
from kg.model.terms import Term, language, lexical
from kg.query.concepts import Properties, flag, number, texts
from kg.query.naming import Naming
from kg.query.records import (
    AuthorRecord,
    GrantRecord,
    HeadingRecord,
    LabelPair,
    MentionRecord,
    PassageRecord,
    QualifierRecord,
    ReferenceRecord,
    RelationRecord,
)

Parts = dict[Term, Properties]

_ORDER = term(vocab.MEDKG, "order")
_CONCEPT = term(vocab.MEDKG, "concept")
_LABEL = term(vocab.RDFS, "label")
_MAJOR = term(vocab.MEDKG, "major")
_TARGET = term(vocab.MEDKG, "target")
_CITATION = term(vocab.MEDKG, "citation")
_BODY = term(vocab.OA, "hasBody")
_EXACT = term(vocab.OA, "exact")


def _own(name: str) -> Term:
    return term(vocab.MEDKG, name)


def _text(found: Properties, name: Term) -> str:
    return next(iter(texts(found, name)), "")


def _ordered(parts: Parts) -> list[tuple[Term, Properties]]:
    """By the order that the source gives, else by the number at the end of the IRI."""
    return sorted(parts.items(), key=lambda item: (number(item[1], _ORDER), len(item[0]), item[0]))


def authors(parts: Parts) -> tuple[AuthorRecord, ...]:
    return tuple(
        AuthorRecord(
            family=_text(found, term(vocab.FOAF, "familyName")),
            given=_text(found, term(vocab.FOAF, "givenName")),
            initials=_text(found, _own("initials")),
            suffix=_text(found, _own("suffix")),
            collective=_text(found, _own("collectiveName")),
            orcid=_text(found, _own("orcid")).rpartition("/")[2],
            role=_text(found, _own("role")) or "author",
            affiliations=texts(found, _own("affiliation")),
        )
        for _, found in _ordered(parts)
    )


def headings(parts: Parts, qualifiers: dict[Term, Parts], naming: Naming) -> tuple[HeadingRecord, ...]:
    return tuple(
        HeadingRecord(
            id=curie,
            label=naming.label(curie) if curie else LabelPair(),
            name=_text(found, _LABEL),
            kind=_text(found, _own("headingKind")),
            major=flag(found, _MAJOR),
            machine=flag(found, _own("machine")),
            qualifiers=tuple(
                QualifierRecord(_concept(below, naming), _text(below, _LABEL), flag(below, _MAJOR))
                for _, below in _ordered(qualifiers.get(node, {}))
            ),
        )
        for node, found in _ordered(parts)
        for curie in [_concept(found, naming)]
    )


def _concept(found: Properties, naming: Naming) -> str | None:
    return next((naming.curie(value) for value in found.get(_CONCEPT, ())), None)


def grants(parts: Parts) -> tuple[GrantRecord, ...]:
    return tuple(
        GrantRecord(*(_text(found, _own(name)) for name in ("number", "agency", "acronym", "country")))
        for _, found in _ordered(parts)
    )


def references(parts: Parts, naming: Naming) -> tuple[ReferenceRecord, ...]:
    return tuple(
        ReferenceRecord(_text(found, _CITATION), tuple(naming.curie(value) for value in found.get(_TARGET, ())))
        for _, found in _ordered(parts)
    )


def relations(parts: Parts, naming: Naming) -> tuple[RelationRecord, ...]:
    return tuple(
        RelationRecord(
            kind=_text(found, _own("relationKind")),
            id=next((naming.curie(value) for value in found.get(_TARGET, ())), None),
            citation=_text(found, _CITATION),
        )
        for _, found in _ordered(parts)
    )


def passages(parts: Parts, mentions: dict[Term, Parts], naming: Naming) -> tuple[PassageRecord, ...]:
    return tuple(
        PassageRecord(
            key=passage_key(lexical(node)),
            name=_text(found, _own("passageName")),
            kind=_text(found, _own("passageKind")),
            heading=_text(found, _own("passageLabel")),
            language=language(found[VALUE][0]) if VALUE in found else "",
            text=_text(found, VALUE),
            mentions=tuple(_mentions(mentions.get(node, {}).values(), naming)),
        )
        for node, found in _ordered(parts)
    )


def _mentions(found: Iterable[Properties], naming: Naming) -> list[MentionRecord]:
    return sorted((_mention(one, naming) for one in found), key=lambda mention: (mention.start, -mention.end))


def _mention(found: Properties, naming: Naming) -> MentionRecord:
    best = next((naming.curie(value) for value in found.get(_BODY, ())), None)
    score = _text(found, _own("score"))
    return MentionRecord(
        start=number(found, _own("start")),
        end=number(found, _own("end")),
        surface=_text(found, _EXACT),
        category=_text(found, _own("mentionCategory")),
        id=best,
        label=naming.label(best) if best else LabelPair(),
        score=float(score) if score else None,
        candidates=tuple(naming.curie(value) for value in found.get(_own("candidate"), ())),
    )
