"""The terms that the graph is written in, explained in both languages: our own, and others' as used here."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from typing import Literal

import msgspec

from kg.vocab import MEDKG, NAMESPACES, OWL, RDF, RDFS
from ontology.reading.rdf import Triples

OWN = "medkg.ttl"
REUSED = "reused.ttl"
_PREDICATES = {
    f"{RDF}type": "type",
    f"{RDFS}label": "label",
    f"{RDFS}comment": "comment",
    f"{RDFS}domain": "domain",
    f"{RDFS}range": "range",
    f"{MEDKG}usageLabel": "label",
    f"{MEDKG}usage": "comment",
}
Kind = Literal["class", "property", "graph", "service", "reused"]


class VocabularyTerm(msgspec.Struct, frozen=True):
    """``name`` is prefixed (``mkg:score``); ``label`` and ``comment`` by language, ``en`` and ``zh``."""

    iri: str
    name: str
    kind: Kind
    label: dict[str, str]
    comment: dict[str, str]
    domain: str = ""
    range: str = ""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, VocabularyTerm]:
    """IRI -> term, our own first, each part in alphabetical order.

    >>> vocabulary()["https://w3id.org/medkg/vocab#Claim"].label["zh"]
    '论断'
    """
    return {term.iri: term for name in (OWN, REUSED) for term in _read(name)}


def text(name: str) -> bytes:
    """The Turtle source: ``OWN`` or ``REUSED``."""
    return (files("ontology") / name).read_bytes()


def _read(name: str) -> list[VocabularyTerm]:
    with as_file(files("ontology") / name) as path:
        triples = Triples(path, _PREDICATES, "turtle", "")
        found = list(triples.subjects())
    if triples.damage is not None:
        raise triples.damage
    return [
        VocabularyTerm(
            iri=subject.iri,
            name=prefixed(subject.iri),
            kind=_kind(subject.iri, subject.texts("type")),
            label={value.language or "": value.text for value in subject.values["label"]},
            comment={value.language or "": value.text for value in subject.values["comment"]},
            domain=prefixed(next(iter(subject.texts("domain")), "")),
            range=prefixed(next(iter(subject.texts("range")), "")),
        )
        for subject in found
        if "label" in subject.values and "comment" in subject.values
    ]


def _kind(iri: str, types: list[str]) -> Kind:
    if not iri.startswith(MEDKG):
        return "reused"
    if f"{OWL}Class" in types:
        return "class"
    if f"{OWL}DatatypeProperty" in types or f"{OWL}ObjectProperty" in types:
        return "property"
    return "graph" if iri.endswith("Graph") else "service"


def prefixed(iri: str) -> str:
    """An IRI as people read it; unchanged where no prefix fits.

    >>> prefixed("http://www.w3.org/2004/02/skos/core#broader")
    'skos:broader'
    """
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
