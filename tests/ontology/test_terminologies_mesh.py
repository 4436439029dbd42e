"""MeSH XML: names by concept and term, trees, actions, mapped headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.reading.raw import describe
from ontology.terminologies.mesh import MeshXml
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "mesh-xml.v1"


class TestMeshXml(TerminologyContract):
    plugin = "mesh-xml.v1"
    file_name = "descriptors.xml"
    sample = (GOLDEN / "descriptors.xml").read_bytes()
    sure = 1.0


def concepts(path: Path) -> dict[str, Concept]:
    return {item.id: item for item in MeshXml().parse(describe(path), {}) if isinstance(item, Concept)}


def test_names_say_which_concept_they_belong_to() -> None:
    found = concepts(GOLDEN / "descriptors.xml")
    assert found["MESH:D999002"].labels == (
        Label("Demonstratin", "en"),
        Label("DMX", "en", "abbreviation"),
        Label("Demonstratin Sodium", "en", "narrow"),
        Label("Showmycin", "en", "brand"),
    )
    assert Label("Compounds, Illustrative", "en", "spelling") in found["MESH:D999001"].labels
    assert found["MESH:D999001"].definitions == (Label("Compounds made up for tests.", "en"),)


def test_parents_are_found_where_the_file_has_them() -> None:
    found = concepts(GOLDEN / "descriptors.xml")
    assert found["MESH:D999002"].parents == ("MESH:D999001",)
    assert found["MESH:D999002"].notations == ("D99.100.200", "D99.300.400", "ZZ99ZZ99ZZ")
    assert found["MESH:D999003"].category == "symptom"


def test_actions_are_claims_and_mapped_headings_are_broader() -> None:
    claims = [item for item in MeshXml().parse(describe(GOLDEN / "descriptors.xml"), {}) if isinstance(item, Claim)]
    assert [(claim.subject, claim.predicate, claim.object) for claim in claims] == [
        ("MESH:D999002", "biolink:has_chemical_role", "MESH:D999003")
    ]
    found = concepts(GOLDEN / "supplementary.xml")
    assert found["MESH:C999001"].xrefs == (
        Xref("CAS:1234567-89-0"),
        Xref("MESH:D999002", relation="broadMatch"),
        Xref("MESH:D999001", relation="relatedMatch"),
    )
    assert [concept.category for concept in found.values()] == ["chemical", "disease"]


def test_entities_are_refused_and_a_dtd_is_never_fetched(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE D [<!ENTITY a "x">]><DescriptorRecordSet>&a;</DescriptorRecordSet>')
    found = list(MeshXml().parse(describe(path), {}))
    assert [(item.reason, item.fatal) for item in found if isinstance(item, Reject)] == [("forbidden-xml", True)]


def test_a_record_without_identifier_is_rejected_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    whole = (GOLDEN / "supplementary.xml").read_text()
    path.write_text(whole.replace("<SupplementalRecordUI>C999001<", "<SupplementalRecordUI><"))
    found = list(MeshXml().parse(describe(path), {}))
    assert [type(item) for item in found] == [Reject, Concept]
    assert isinstance(found[0], Reject)
    assert (found[0].position, found[0].reason) == ("line 2", "unidentified")


@pytest.mark.data
def test_the_samples_of_nlm_are_read_whole(data_folder: Path) -> None:
    found = [
        item
        for name in ("desc-samples.xml", "supp-samples.xml")
        for item in MeshXml().parse(describe(data_folder / "mesh" / name), {})
    ]
    assert not [item for item in found if isinstance(item, Reject)]
    terms = {item.id: item for item in found if isinstance(item, Concept)}
    assert len(terms) == 62
    assert sum(isinstance(item, Claim) for item in found) == 23
    paracetamol = terms["MESH:D000082"]
    assert Label("Tylenol", "en", "brand") in paracetamol.labels
    assert Label("Paracetamol", "en", "exact") in paracetamol.labels


@pytest.mark.parametrize("hiding", [b"<!-- <TreeNumber>D99.100</TreeNumber> -->", b"<![CDATA[ ]]>"])
def test_tree_numbers_are_found_the_same_where_tags_may_be_hidden(hiding: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    whole = (GOLDEN / "descriptors.xml").read_bytes()
    path.write_bytes(whole)
    plain = concepts(path)
    path.write_bytes(whole.replace(b"<ConceptList>", hiding + b"<ConceptList>"))
    assert concepts(path) == plain
    path.write_bytes(whole.decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"', 1).encode("utf-16"))
    assert concepts(path) == plain
