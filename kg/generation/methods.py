"""How each derived statement was made: a name with a version, and what it rests on.

``mkg:derivedGraph`` holds them all (ADR 2). A version is raised when the same asserted statements give others.
The predicates in the table are used for nothing else, so they never count as asserted.
"""

from __future__ import annotations

import msgspec

from kg import vocab
from kg.generation.chains import CHAIN_TERMS
from kg.generation.citations import CITED_BY
from kg.generation.listings import LISTED_IN
from kg.generation.standings import STANDING_TERMS
from kg.generation.tallies import TALLY_TERMS
from kg.mapping.assertions import ASSERTION_TERMS, COHORT_TERMS, CONFLICTS, SAME_COHORT
from kg.mapping.base import term
from kg.mapping.persons import PEOPLE_TERMS
from kg.mapping.works import WORK_TERMS
from kg.model.terms import Term, iri
from kg.query.named import named
from kg.query.quads import Quad
from kg.store.base import Reader
from kg.store.state import DERIVED_GRAPH

_SUBJECT = term(vocab.RDF, "subject")
_SAME_WORK = term(vocab.MEDKG, "sameWork")
DERIVED = iri(DERIVED_GRAPH)
MOST = 20
"""Statements that one derived statement rests on, as far as they are listed."""


class Method(msgspec.Struct, frozen=True):
    """``name`` with its version, as ``closure/1``; ``rests`` are the predicates of what it reads.

    Those in ``_INCOMING`` are read where what is derived is about the object.
    """

    name: str
    rests: tuple[Term, ...]


def _method(name: str, *rests: tuple[str, str]) -> Method:
    return Method(name, tuple(term(namespace, local) for namespace, local in rests))


_CLAIMS = _method("claims/1", (vocab.RDF, "subject"), (vocab.RDF, "predicate"), (vocab.RDF, "object"))
_COUNTS = _method("counts/1", (vocab.MEDKG, "mentions"), (vocab.SKOS, "broader"))
_VOID = _method("statistics/1")
_STANDING = _method("standing/1", (vocab.MEDKG, "standing"), (vocab.OWL, "sameAs"), (vocab.MEDKG, "source"))
_WORKS = _method(
    "works/1", (vocab.MEDKG, "id"), (vocab.DCTERMS, "title"), (vocab.DCTERMS, "creator"), (vocab.MEDKG, "year"),
    (vocab.DCTERMS, "isPartOf"), (vocab.BIBO, "volume"), (vocab.BIBO, "issue"), (vocab.BIBO, "pages"),
)  # fmt: skip
_PEOPLE = _method(
    "people/1", (vocab.FOAF, "familyName"), (vocab.FOAF, "givenName"), (vocab.MEDKG, "initials"),
    (vocab.MEDKG, "orcid"), (vocab.MEDKG, "affiliation"),
)  # fmt: skip
_ASSERTIONS = _method(
    "assertions/1", (vocab.RDF, "subject"), (vocab.RDF, "predicate"), (vocab.RDF, "object"), (vocab.MEDKG, "direction"),
    (vocab.MEDKG, "source"), (vocab.DCTERMS, "references"), (vocab.MEDKG, "studyDesign"), (vocab.MEDKG, "standing"),
)  # fmt: skip
_CONFLICTS = _method(
    "conflicts/1", (vocab.RDF, "subject"), (vocab.RDF, "predicate"), (vocab.RDF, "object"), (vocab.MEDKG, "direction")
)
_COHORTS = _method(
    "cohorts/1", (vocab.MEDKG, "id"), (vocab.DCTERMS, "abstract"), (vocab.DCTERMS, "creator"),
    (vocab.MEDKG, "sampleSize"), (vocab.MEDKG, "year"),
)  # fmt: skip
METHODS: dict[Term, Method] = {
    term(vocab.MEDKG, "broaderTransitive"): _method("closure/1", (vocab.SKOS, "broader")),
    term(vocab.MEDKG, "documentCount"): _COUNTS,
    term(vocab.MEDKG, "subtreeDocumentCount"): _COUNTS,
    **dict.fromkeys(CHAIN_TERMS, _method("chains/1", (vocab.SKOS, "broader"))),
    **dict.fromkeys(STANDING_TERMS, _STANDING),
    term(vocab.MEDKG, "laterVersion"): _method("versions/1", (vocab.MEDKG, "relation")),
    CITED_BY: _method("citations/1", (vocab.BIBO, "cites")),
    LISTED_IN: _method("listings/1", (vocab.BIBO, "issn"), (vocab.BIBO, "eissn"), (vocab.DCTERMS, "title")),
    **dict.fromkeys(WORK_TERMS, _WORKS),
    **dict.fromkeys(PEOPLE_TERMS, _PEOPLE),
    **dict.fromkeys(ASSERTION_TERMS, _ASSERTIONS),
    **dict.fromkeys(COHORT_TERMS, _COHORTS),
    CONFLICTS: _CONFLICTS,
    **dict.fromkeys(TALLY_TERMS, _method("tallies/1")),
    **{term(vocab.VOID, name): _VOID for name in (
        "triples", "classPartition", "class", "entities", "propertyPartition", "property",
    )},
}  # fmt: skip
"""Predicate -> how its statements are derived; edges between concepts have the predicates of the claims."""
_INCOMING = frozenset({term(vocab.MEDKG, "mentions"), term(vocab.BIBO, "cites")})
UNNAMED = Method("unnamed", ())
"""What stands in the derived graph and in no row of the table: a test finds it."""


def method_of(quad: Quad) -> Method:
    """How a quad of ``mkg:derivedGraph`` was made."""
    return METHODS.get(quad.predicate, _CLAIMS if quad.predicate.startswith(f"<{vocab.BIOLINK}") else UNNAMED)


def grounds(reader: Reader, quad: Quad) -> tuple[list[Quad], bool]:
    """The first statements that a derived one rests on, as far as statements tell, and whether there are more.

    Tallies tell of nothing: what they count is a query away.
    """
    method = method_of(quad)
    found: list[Quad] = []
    if method is _CLAIMS:
        bound = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
        rows = reader.select(named("lineage/claims"), bound)
        found = [Quad(row["s"], _SUBJECT, quad.subject, row["g"]) for row in rows]
    elif quad.predicate == _SAME_WORK:
        rows = reader.select(named("lineage/matches"), {"record": quad.object})
        found = [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]
    elif method is _ASSERTIONS:
        rows = reader.select(named("lineage/assertion"), {"assertion": quad.subject})
        found = [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]
    elif quad.predicate == SAME_COHORT:
        rows = reader.select(named("lineage/cohort"), {"first": quad.subject, "second": quad.object})
        found = [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]
    else:
        for predicate in method.rests:
            about = "o" if predicate in _INCOMING else "s"
            rows = reader.select(named("lineage/grounds"), {about: quad.subject, "p": predicate})
            found += [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]
    return found[:MOST], len(found) > MOST
