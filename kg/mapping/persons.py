"""What publishing says about the people and organisations behind authorships (ADR 8). No source is rewritten.

The terms are used for nothing else, so that they can be told from what was asserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.mapping.base import Context, term
from kg.model.terms import Statement, Term, integer, iri, literal

SAME_PERSON = term(vocab.MEDKG, "samePerson")
MAYBE_SAME_PERSON = term(vocab.MEDKG, "maybeSamePerson")
NAME_KEY = term(vocab.MEDKG, "nameKey")
_MATCHED = term(vocab.MEDKG, "matchedAuthorship")
_CANDIDATE = term(vocab.MEDKG, "candidateAuthorship")
_REASON = term(vocab.MEDKG, "personReason")
_EVIDENCE = term(vocab.MEDKG, "personEvidence")
_CROWDED = term(vocab.MEDKG, "crowdedName")
_CROWD = term(vocab.MEDKG, "crowdSize")
_NAME = term(vocab.MEDKG, "organisationName")
_LINE = term(vocab.MEDKG, "affiliationLine")
_ID = term(vocab.MEDKG, "organisationId")

PEOPLE_TERMS = frozenset(
    {
        SAME_PERSON,
        MAYBE_SAME_PERSON,
        NAME_KEY,
        _MATCHED,
        _CANDIDATE,
        _REASON,
        _EVIDENCE,
        _CROWDED,
        _CROWD,
        _NAME,
        _LINE,
        _ID,
    }
)


def same_person(canonical: Term, authorship: Term) -> Statement:
    """Both authorships are of one person, whose canonical authorship the first is."""
    return Statement(f"{canonical} {SAME_PERSON} {authorship}")


def name_key(canonical: Term, key: str) -> Statement:
    """The person is listed under this key (``zhang wei``, ``zhang w``)."""
    return Statement(f"{canonical} {NAME_KEY} {literal(key)}")


def person_match(a: Term, b: Term, reason: str, evidence: Iterable[str], context: Context) -> Iterator[Statement]:
    """Why two authorships were brought together: a node named after the pair."""
    return _pair("person-match", _MATCHED, a, b, reason, evidence, context)


def person_candidate(a: Term, b: Term, reason: str, evidence: Iterable[str], context: Context) -> Iterator[Statement]:
    """Two authorships, canonical for their people, that may be one person's, and why."""
    yield Statement(f"{a} {MAYBE_SAME_PERSON} {b}")
    yield from _pair("person-candidate", _CANDIDATE, a, b, reason, evidence, context)


def _pair(
    kind: str, link: Term, a: Term, b: Term, reason: str, evidence: Iterable[str], context: Context
) -> Iterator[Statement]:
    node = iri(context.ids.mint(kind, *sorted((a, b))))
    yield Statement(f"{node} {link} {a}")
    yield Statement(f"{node} {link} {b}")
    yield Statement(f"{node} {_REASON} {literal(reason)}")
    for item in evidence:
        yield Statement(f"{node} {_EVIDENCE} {literal(item)}")


def crowded_name(name: str, people: int, context: Context) -> Iterator[Statement]:
    """So many people have this name that not all of them were compared."""
    node = iri(context.ids.mint("name", name))
    yield Statement(f"{node} {_CROWDED} {literal(name)}")
    yield Statement(f"{node} {_CROWD} {integer(people)}")


def organisation(
    names: Iterable[str], lines: Iterable[str], ids: Iterable[str], context: Context
) -> Iterator[Statement]:
    """One organisation: its names in one spelling, and the affiliation lines that name it."""
    names = tuple(names)
    node = iri(context.ids.mint("organisation", *names))
    for predicate, values in ((_NAME, names), (_LINE, lines), (_ID, ids)):
        for value in values:
            yield Statement(f"{node} {predicate} {literal(value)}")
