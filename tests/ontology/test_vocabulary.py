"""The own vocabulary: complete, in both languages, and used as it is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef

from kg.vocab import MEDKG

ROOT = Path(__file__).resolve().parents[2]
MKG = Namespace(MEDKG)
SERVICE = URIRef("http://www.w3.org/ns/sparql-service-description#Service")
_CALL = re.compile(r"vocab\.MEDKG,\s*f?\"([A-Za-z{}]+)\"").findall
_BARE = re.compile(r"\bmkg:([A-Za-z]+)").findall
_IRI = re.compile(re.escape(MEDKG) + r"([A-Za-z]+)>").findall


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(ROOT / "ontology" / "medkg.ttl", format="turtle")


def declared(vocabulary: Graph) -> set[str]:
    return {str(term).removeprefix(MEDKG) for term in vocabulary.subjects(RDF.type) if str(term).startswith(MEDKG)}


def used_in_mapping() -> set[str]:
    found = set()
    for path in (ROOT / "kg" / "mapping").glob("*.py"):
        found.update(_CALL(path.read_text("utf-8")))
    # Dates are named after the event: ``f"{event}Date"``.
    events = ("epub", "received", "accepted", "revised", "indexed")
    return (found - {"{event}Date"}) | ({f"{event}Date" for event in events} if "{event}Date" in found else set())


def test_every_term_of_the_mappings_is_declared(vocabulary: Graph) -> None:
    used = used_in_mapping()
    assert len(used) > 50
    assert used - declared(vocabulary) == set()


def test_every_term_of_the_graph_s_description_is_declared(vocabulary: Graph) -> None:
    text = (ROOT / "docs" / "adr" / "0002-graph-shape.md").read_text("utf-8")
    assert set(_BARE(text)) - declared(vocabulary) == set()


def test_every_term_in_queries_shapes_and_golden_files_is_declared(vocabulary: Graph) -> None:
    found: dict[str, str] = {}
    for path in [*(ROOT / "kg").rglob("*.rq"), *(ROOT / "kg" / "shapes").glob("*.ttl")]:
        found |= {name: path.name for name in _BARE(path.read_text("utf-8")) if not name.endswith("Shape")}
    for path in (ROOT / "tests" / "golden").rglob("*.nq"):
        found |= dict.fromkeys(_IRI(path.read_text("utf-8")), path.name)
    assert {name: where for name, where in found.items() if name not in declared(vocabulary)} == {}


def test_every_term_is_explained_in_both_languages(vocabulary: Graph) -> None:
    for name in sorted(declared(vocabulary)):
        for predicate in (RDFS.label, RDFS.comment):
            texts = {text.language: str(text) for text in vocabulary.objects(MKG[name], predicate)}  # type: ignore[attr-defined]
            assert set(texts) == {"en", "zh"}, (name, predicate)
            assert re.search(r"[\u4e00-\u9fff]", texts["zh"]) or texts["zh"].isupper(), name


def test_terms_are_classes_or_properties_and_ranges_exist(vocabulary: Graph) -> None:
    for name in declared(vocabulary):
        types = set(vocabulary.objects(MKG[name], RDF.type))
        if name[0].isupper():
            assert types == {OWL.Class}, name
        elif not name.endswith("Graph") and types != {SERVICE}:
            assert len(types & {OWL.DatatypeProperty, OWL.ObjectProperty}) == 1, name
        for predicate in (RDFS.domain, RDFS.range):
            for target in vocabulary.objects(MKG[name], predicate):
                assert isinstance(target, URIRef)
                if str(target).startswith(MEDKG):
                    assert str(target).removeprefix(MEDKG) in declared(vocabulary)
