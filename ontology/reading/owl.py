"""Words of OWL files in RDF: what is read of a class, its cross-references, and names of what has no prefix here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kg.model.concept import LabelKind, Xref
from kg.vocab import OBO, OBOINOWL, OWL, RDF, RDFS, SKOS
from ontology.prefixes import Match, identifier, match_of
from ontology.reading.rdf import Subject

SYNONYMS: dict[str, LabelKind] = {
    f"{OBOINOWL}hasExactSynonym": "exact",
    f"{OBOINOWL}hasBroadSynonym": "broad",
    f"{OBOINOWL}hasNarrowSynonym": "narrow",
    f"{OBOINOWL}hasRelatedSynonym": "related",
    f"{OBO}IAO_0000118": "exact",
    f"{SKOS}altLabel": "exact",
}
_MATCHES: tuple[Match, ...] = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
PREDICATES = {
    **{iri: f"synonym {kind}" for iri, kind in SYNONYMS.items()},
    **{f"{SKOS}{match}": match for match in _MATCHES},
    f"{RDF}type": "type",
    f"{RDFS}label": "label",
    f"{SKOS}prefLabel": "preferred",
    f"{OBO}IAO_0000115": "definition",
    f"{SKOS}definition": "definition",
    f"{RDFS}subClassOf": "parent",
    f"{OWL}deprecated": "deprecated",
    f"{OBO}IAO_0100001": "replaced",
    f"{OBOINOWL}hasDbXref": "xref",
    f"{OBOINOWL}hasAlternativeId": "alternative",
    f"{SKOS}notation": "notation",
    f"{OWL}onProperty": "property",
    f"{OWL}someValuesFrom": "filler",
    f"{OWL}annotatedSource": "source",
    f"{OWL}annotatedTarget": "target",
    f"{OBOINOWL}hasSynonymType": "synonym-type",
}
"""What is read: IRI -> name of ours."""


def xrefs(subject: Subject, found: str) -> Iterator[Xref]:
    """Typed matches as they are; ``hasDbXref`` strings as far as ``match_of`` trusts them."""
    given: dict[str, Match] = {}
    for match in _MATCHES:
        for text in subject.texts(match):
            if known := identifier(text):
                given.setdefault(known, match)
    untyped = list(dict.fromkeys(known for text in subject.texts("xref") if (known := identifier(text))))
    counts = Counter(known.partition(":")[0] for known in untyped)
    for known in untyped:
        given.setdefault(known, match_of(known, counts[known.partition(":")[0]]))
    return (Xref(target, relation=match) for target, match in given.items() if target != found)


def curie_of(iri: str) -> str:
    """The CURIE of an IRI, or the IRI itself where no prefix fits."""
    return identifier(iri) or iri


def local_name(iri: str) -> str:
    """The last part of an IRI, in OBO's spelling.

    >>> local_name("http://purl.obolibrary.org/obo/hp#layperson"), local_name("http://purl.obolibrary.org/obo/OMO_0003012")
    ('layperson', 'OMO:0003012')
    """
    tail = re.split(r"[#/]", iri)[-1]
    return re.sub(r"^([A-Z]+)_(\d+)$", r"\1:\2", tail)
