"""Tallies: how many claims, mappings, mentions and concepts there are of each kind, counted once at publishing.

A count over the whole graph takes the engine from 80 ms to a second; as statements the same answer takes
3 ms. Each number is a node of its own, named after what it counts and of which kind; what is counted is
named by ``mkg:tallyOf``, and a kind with no member has no node.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import digest
from kg.model.terms import Statement, Term, iri

_OF = term(vocab.MEDKG, "tallyOf")
_TALLY = term(vocab.MEDKG, "tally")


class Kinds(msgspec.Struct, frozen=True):
    """What one query counts: members of ``of``, by the variables named here, each with its predicate."""

    of: Term
    by: dict[str, Term]


_CATEGORY = term(vocab.MEDKG, "tallyCategory")
_RELATION = term(vocab.MEDKG, "tallyRelation")
_ANNOTATION = term(vocab.OA, "Annotation")
_CONCEPT = term(vocab.SKOS, "Concept")
KINDS: dict[str, Kinds] = {
    "tally-claims": Kinds(
        term(vocab.MEDKG, "Claim"), {"method": term(vocab.MEDKG, "tallyMethod"), "relation": _RELATION}
    ),
    "tally-mappings": Kinds(
        term(vocab.SSSOM, "Mapping"),
        {"relation": _RELATION, "justification": term(vocab.MEDKG, "tallyJustification")},
    ),
    "tally-mentions": Kinds(_ANNOTATION, {"category": term(vocab.MEDKG, "tallyMentionCategory")}),
    "tally-surfaces": Kinds(_ANNOTATION, {"surface": term(vocab.MEDKG, "tallySurface")}),
    "tally-concepts": Kinds(_CONCEPT, {"category": _CATEGORY}),
    "tally-labels": Kinds(_CONCEPT, {"category": _CATEGORY, "language": term(vocab.MEDKG, "tallyLanguage")}),
}
"""By the name of the query in ``kg/query/derive``."""
TALLY_TERMS = frozenset({_OF, _TALLY, *(predicate for kinds in KINDS.values() for predicate in kinds.by.values())})


def tallies(name: str, rows: list[dict[str, Term]], base: str) -> Iterator[Statement]:
    """The statements of one query's answer."""
    kinds = KINDS[name]
    for row in rows:
        # rdflib gives one row without a group where nothing fits; SPARQL 1.1, section 18.5.1, gives none.
        if row.keys() <= {"count"}:
            continue
        node = iri(f"{base}tally/{digest(name, *(row[variable] for variable in kinds.by))}")
        yield Statement(f"{node} {_OF} {kinds.of}")
        for variable, predicate in kinds.by.items():
            yield Statement(f"{node} {predicate} {row[variable]}")
        yield Statement(f"{node} {_TALLY} {row['count']}")
