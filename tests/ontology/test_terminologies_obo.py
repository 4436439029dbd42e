"""OBO: clauses of every kind, tolerance, and the real ontologies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.obo import Obo
from tests.contract.terminology import TerminologyContract

SAMPLE = Path(__file__).resolve().parents[1] / "golden" / "obo.v1" / "terms.obo"


class TestObo(TerminologyContract):
    plugin = "obo.v1"
    file_name = "terms.obo"
    sample = SAMPLE.read_bytes()


def read(path: Path, text: str, options: Mapping[str, object] | None = None) -> list[TerminologyItem]:
    path.write_text(text, encoding="utf-8")
    return list(Obo().parse(describe(path), options or {}))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id: item for item in items if isinstance(item, Concept)}


@pytest.fixture
def found() -> list[TerminologyItem]:
    return list(Obo().parse(describe(SAMPLE), {}))


def test_names_and_synonyms_keep_their_kind(found: list[TerminologyItem]) -> None:
    assert concepts(found)["DOID:9990002"].labels == (
        Label("illustrative fever, type 1", "en"),
        Label("IF1", "en", "abbreviation"),
        Label("show fever", "en", "lay"),
        Label("ilustrative fever", "en", "spelling"),
        Label("illustrative fever", "en", "broad"),
        Label("illustrative fever with rash", "en", "narrow"),
        Label("illustrative heat", "en", "related"),
        Label("demonstration fever", "en", "exact"),
    )


def test_escapes_in_definitions_are_resolved(found: list[TerminologyItem]) -> None:
    assert concepts(found)["DOID:9990001"].definitions[0].value == (
        'A disease made up to show the "OBO" reader.\nIt has two lines.'
    )


def test_cross_references_are_only_as_close_as_the_source_can_mean(found: list[TerminologyItem]) -> None:
    fever = concepts(found)["DOID:9990002"]
    assert {xref.curie: xref.relation for xref in fever.xrefs} == {
        "MESH:D999001": "exactMatch",
        "UMLS:C9999001": "closeMatch",
        "UMLS:C9999002": "closeMatch",
        "SNOMED:999000001": "exactMatch",
        "ICD10CM:Z99.999": "closeMatch",
        "OMIM:999001": "broadMatch",
    }
    assert all(xref.verified is None for xref in fever.xrefs)
    assert fever.notations == ("CSP:9999-0001",)


def test_withdrawn_terms_point_to_what_replaces_them(found: list[TerminologyItem]) -> None:
    terms = concepts(found)
    assert terms["DOID:9990003"].deprecated
    assert terms["DOID:9990003"].replaced_by == ("DOID:9990002",)
    assert terms["DOID:9990102"] == Concept(
        "DOID:9990102", "disease", (), deprecated=True, replaced_by=("DOID:9990002",)
    )


def test_withdrawn_terms_keep_their_plain_name(found: list[TerminologyItem]) -> None:
    assert concepts(found)["DOID:9990003"].labels == (Label("illustrative cough", "en"),)


def test_relationships_are_claims(found: list[TerminologyItem]) -> None:
    claims = [item for item in found if isinstance(item, Claim)]
    assert [(claim.predicate, claim.object, claim.qualifiers) for claim in claims] == [
        ("biolink:located_in", "UBERON:9990001", ()),
        ("biolink:related_to", "DOID:9990001", (("relation", "demonstrates"),)),
    ]


def test_a_bad_clause_is_told_and_the_term_kept(tmp_path: Path) -> None:
    clauses = ["id: DOID:1", "name: a", "synonym: broken EXACT []", "is_a: NOPE:1", "no colon here"]
    text = "[Term]\n" + "\n".join(clauses) + "\n\n[Term]\nname: lost\n\n[Term]\nid: X:1\n"
    items = read(tmp_path / "a.obo", text)
    assert [item.id for item in items if isinstance(item, Concept)] == ["DOID:1"]
    assert [(item.position, item.reason) for item in items if isinstance(item, Reject)] == [
        ("line 4", "bad-clause"),
        ("line 5", "unknown-prefix"),
        ("line 6", "bad-clause"),
        ("line 8", "unidentified"),
        ("line 11", "unknown-prefix"),
    ]


def test_names_of_a_newer_release_win_over_those_of_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text("id\tlabel\nDOID:1\tnew name\nDOID:2\tsame\n")
    text = "[Term]\nid: DOID:1\nname: old name\n\n[Term]\nid: DOID:2\nname: same\n\n[Term]\nid: DOID:3\nname: gone\n"
    options = {"names": {"path": "names.tsv", "key": "id", "result": "label"}}
    terms = concepts(read(tmp_path / "a.obo", text, options))
    assert terms["DOID:1"].labels == (Label("old name", "en", "exact"),)
    assert terms["DOID:2"].labels == ()
    assert terms["DOID:3"].labels == (Label("gone", "en", "preferred"),)
    assert Obo().companions(describe(tmp_path / "a.obo"), options) == (tmp_path / "names.tsv",)


def test_categories_come_from_options_or_prefixes(tmp_path: Path) -> None:
    text = "[Term]\nid: DOID:1\nname: a\n\n[Term]\nid: SO:1\nname: b\n"
    assert [item.category for item in concepts(read(tmp_path / "a.obo", text)).values()] == ["disease", "other"]
    chosen = concepts(read(tmp_path / "a.obo", text, {"categories": {"SO": "variant"}}))
    assert chosen["SO:1"].category == "variant"
    with pytest.raises(ConfigError, match="illness"):
        read(tmp_path / "a.obo", text, {"category": "illness"})


@pytest.mark.data
def test_the_disease_ontology_is_read_whole(data_folder: Path) -> None:
    path = data_folder / "doid" / "doid-2016-03-04.obo"
    found = list(Obo().parse(describe(path), {}))
    terms = [item for item in found if isinstance(item, Concept)]
    assert not [item for item in found if isinstance(item, Reject)]
    assert len(terms) == 9_243 + 1_602
    assert sum(concept.deprecated for concept in terms) == 2_369 + 1_602
    diabetes = next(concept for concept in terms if concept.id == "DOID:9352")
    assert diabetes.parents == ("DOID:9351",)
    assert Xref("MESH:D003924") in diabetes.xrefs
    assert Obo().release(path.read_bytes()[:4096]) == "2016-03-04"


@pytest.mark.data
def test_famplex_is_read_although_it_leaves_the_grammar(data_folder: Path) -> None:
    found = list(Obo().parse(describe(data_folder / "famplex" / "famplex.obo"), {}))
    assert Counter(type(item) for item in found) == {Concept: 784}
    assert all(item.category == "gene-family" for item in found if isinstance(item, Concept))
