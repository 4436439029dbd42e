"""OWL: classes, typed synonyms, restrictions, and what leads nowhere; entities are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Notice, Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.owl import Owl
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "owl.v1"


class TestOwl(TerminologyContract):
    plugin = "owl.v1"
    file_name = "illustration.owl"
    sample = (GOLDEN / "illustration.owl").read_bytes()
    sure = 0.9


def read(path: Path = GOLDEN / "illustration.owl", **options: object) -> list[TerminologyItem]:
    return list(Owl().parse(describe(path), options))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id: item for item in items if isinstance(item, Concept)}


def test_a_class_is_a_concept_with_typed_names() -> None:
    found = concepts(read())["HP:9999001"]
    assert found.labels == (
        Label("Illustrative sign", "en"),
        Label("示例体征", "zh"),
        Label("Sign of the show", "en", "lay"),
        Label("ISX", "en", "abbreviation"),
        Label("Showing", "en", "related"),
    )
    assert found.definitions == (Label("A sign made up for tests.", "en"),)
    assert found.xrefs == (Xref("MESH:D999002", relation="closeMatch"), Xref("UMLS:C9999001"), Xref("MESH:D999001"))
    assert (found.category, found.parents) == ("symptom", ())


def test_restrictions_are_claims() -> None:
    found = read()
    assert concepts(found)["HP:9999002"].parents == ("HP:9999001",)
    claims = [(item.predicate, item.object, item.qualifiers) for item in found if isinstance(item, Claim)]
    assert claims == [
        ("biolink:part_of", "UBERON:9999001", ()),
        ("biolink:related_to", "HP:9999001", (("relation", "RO:9999001"),)),
    ]
    assert not [item for item in read(relations=False) if isinstance(item, Claim)]


def test_deprecated_classes_and_alternative_ids_lead_on() -> None:
    found = concepts(read())
    assert (found["HP:9999003"].deprecated, found["HP:9999003"].replaced_by) == (True, ("HP:9999001",))
    assert found["HP:9999003"].labels[0].value == "Illustrative sign of old"
    assert found["HP:9999009"].replaced_by == ("HP:9999001",)


def test_classes_of_others_are_left_out_where_prefixes_are_given() -> None:
    assert set(concepts(read(prefixes=["UBERON"]))) == {"UBERON:9999001"}
    chinese = concepts(read(languages=["zh"], prefixes=["HP"]))["HP:9999001"]
    assert [label.language for label in chinese.labels] == ["zh"]


def test_circles_and_unknown_parents_are_told_and_left_out() -> None:
    found = read(GOLDEN / "circles.ttl")
    assert [(item.key, item.reason) for item in found if isinstance(item, Notice)] == [
        ("HP:9999012", "cycle"),
        ("HP:9999013", "unknown-parent"),
    ]
    known = concepts(found)
    assert (known["HP:9999011"].parents, known["HP:9999012"].parents) == (("HP:9999012",), ())
    rejects = [(item.key, item.reason) for item in found if isinstance(item, Reject) and not isinstance(item, Notice)]
    assert rejects == [("HP:9999014", "no-label")]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#">'
    '<owl:Class rdf:about="http://purl.obolibrary.org/obo/HP_1"/></rdf:RDF>'
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "forbidden-xml"),
        ('<?xml version="1.0"?><Ontology xmlns="http://www.w3.org/2002/07/owl#"/>', "owl-syntax"),
        ("Prefix(owl:=<http://www.w3.org/2002/07/owl#>)\nOntology(<http://x>)\n", "owl-syntax"),
    ],
)
def test_bombs_and_other_syntaxes_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.owl"
    path.write_text(text)
    (reject,) = read(path)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.fatal) == (reason, True)


@pytest.mark.parametrize("options", [{"category": "illness"}, {"syntax": "manchester"}])
def test_a_wrong_option_is_named(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"owl\.v1"):
        read(**options)
