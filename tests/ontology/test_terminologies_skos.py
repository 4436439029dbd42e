"""SKOS and RDF: three syntaxes, OWL classes, MeSH RDF, hostile files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.skos import Skos
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "skos.v1"
SKOS = "http://www.w3.org/2004/02/skos/core#"


class TestTurtle(TerminologyContract):
    plugin = "skos.v1"
    file_name = "thesaurus.ttl"
    sample = (GOLDEN / "thesaurus.ttl").read_bytes()


class TestNTriples(TerminologyContract):
    plugin = "skos.v1"
    file_name = "mesh.nt"
    sample = (GOLDEN / "mesh.nt").read_bytes()


class TestRdfXml(TerminologyContract):
    plugin = "skos.v1"
    file_name = "ontology.rdf"
    sample = (GOLDEN / "ontology.rdf").read_bytes()


def read(path: Path, **options: object) -> list[TerminologyItem]:
    return list(Skos().parse(describe(path), options))


def concepts(path: Path, **options: object) -> dict[str, Concept]:
    return {item.id: item for item in read(path, **options) if isinstance(item, Concept)}


def test_labels_have_the_languages_that_medkg_writes() -> None:
    fever = concepts(GOLDEN / "thesaurus.ttl")["https://example.org/thesaurus/2"]
    assert set(fever.labels) == {
        Label("illustrative fever", "en"),
        Label("示例热", "zh"),
        Label("示例熱", "zh-hant"),
        Label("fièvre exemplaire", "fr"),
        Label("show fever", "en", "exact"),
        Label("demonstration fever", "en", "exact"),
        Label("ilustrative fever", "en", "spelling"),
        Label("演示发烧", "zh", "lay"),
    }
    assert fever.category == "disease"
    assert fever.parents == ("https://example.org/thesaurus/1",)
    assert Xref("MESH:D999003") in fever.xrefs
    assert Xref("DOID:9990002", relation="closeMatch") in fever.xrefs
    few = concepts(GOLDEN / "thesaurus.ttl", languages=["zh"])["https://example.org/thesaurus/2"]
    assert {label.language for label in few.labels} == {"zh"}


def test_schemes_and_blank_nodes_are_no_concepts() -> None:
    found = concepts(GOLDEN / "thesaurus.ttl")
    assert sorted(found) == [f"https://example.org/thesaurus/{number}" for number in (1, 2, 3)]
    assert found["https://example.org/thesaurus/3"].deprecated


def test_owl_classes_are_read_in_the_manner_of_obo() -> None:
    found = concepts(GOLDEN / "ontology.rdf")
    sign = found["HP:9990001"]
    assert sign.label("en") == "Illustrative sign"
    assert sign.label("zh") == "示例体征"
    assert sign.category == "symptom"
    assert Label("Demonstration", "en", "related") in sign.labels
    assert sign.xrefs == (Xref("UMLS:C9999003"),)
    assert found["HP:9990002"].parents == ("HP:9990001",)
    assert found["HP:9990003"].replaced_by == ("HP:9990002",)


def test_mesh_rdf_gives_labels_trees_and_actions() -> None:
    items = read(GOLDEN / "mesh.nt")
    found = {item.id: item for item in items if isinstance(item, Concept)}
    assert found["MESH:D999001"].notations == ("D99.100",)
    assert found["MESH:D999001"].category == "chemical"
    assert found["MESH:C999002"].category == "disease"
    assert found["MESH:C999002"].xrefs == (Xref("MESH:D999003", relation="broadMatch"),)
    assert [item.object for item in items if isinstance(item, Claim)] == ["MESH:D999001"]


@pytest.mark.parametrize("name", ["bomb.rdf", "bomb.ttl", "bomb.nt", "bomb.owl"])
def test_entities_are_refused_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a0 "ha">{lines}]>'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="{SKOS}">'
        '<skos:Concept rdf:about="http://e.org/x"><skos:prefLabel>&a11;</skos:prefLabel></skos:Concept></rdf:RDF>'
    )
    found = read(path)
    assert [(item.reason, item.fatal) for item in found if isinstance(item, Reject)] == [("forbidden-xml", True)]
    assert len(found) == 1


def test_a_broken_file_gives_what_stands_before_the_break(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f'<http://e.org/a> <{SKOS}prefLabel> "a"@en .\n<http://e.org/b> <{SKOS}prefLabel> "b')
    found = read(path)
    assert [type(item) for item in found] == [Concept, Reject]
    assert isinstance(found[1], Reject)
    assert (found[1].position, found[1].fatal) == ("line 2", True)


def test_triples_of_a_concept_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [f'<http://e.org/{number % 50:03}> <{SKOS}altLabel> "name {number}"@en .\n' for number in range(500)]
    types = [
        f"<http://e.org/{number:03}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SKOS}Concept> .\n"
        for number in range(50)
    ]
    path = tmp_path / "a.nt"
    path.write_text("".join(rows + types))
    found = [item for item in read(path) if isinstance(item, Concept)]
    assert len(found) == 50
    assert {len(concept.labels) for concept in found} == {10}


@pytest.mark.data
def test_mesh_samples_give_the_same_concepts_as_the_xml(data_folder: Path) -> None:
    found = concepts(data_folder / "mesh" / "samples.nt")
    assert len(found) == 62
    assert found["MESH:D015242"].label("en") == "Ofloxacin"
    assert found["MESH:D015242"].category == "chemical"
