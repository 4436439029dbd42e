"""Concepts and mappings as statements: the shape of ADR 2, and the rules of SKOS."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import IdentifierError
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.crosswalk import mapping_statements
from kg.model.concept import Concept, ConceptMapping, Label, Xref

SKOS = "http://www.w3.org/2004/02/skos/core#"
MKG = "https://w3id.org/medkg/vocab#"


def facts(concept: Concept) -> set[tuple[str, str]]:
    """(short predicate, object) pairs."""
    found = set()
    for statement in concept_statements(concept, Context()):
        _, predicate, obj = statement.split(" ", 2)
        found.add((predicate[1:-1].replace(SKOS, "skos:").replace(MKG, "mkg:"), obj))
    return found


def concept(*labels: Label, **more: object) -> Concept:
    return Concept("DOID:9990001", "disease", labels, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "predicates"),
    [
        ("preferred", {"skos:prefLabel"}),
        ("exact", {"skos:altLabel"}),
        ("abbreviation", {"skos:altLabel", "mkg:abbreviation"}),
        ("brand", {"skos:altLabel", "mkg:brandName"}),
        ("lay", {"skos:altLabel", "mkg:layLabel"}),
        ("clinical", {"skos:altLabel", "mkg:clinicalLabel"}),
        ("old", {"skos:altLabel", "mkg:oldLabel"}),
        ("broad", {"mkg:broadSynonym"}),
        ("narrow", {"mkg:narrowSynonym"}),
        ("related", {"mkg:relatedSynonym"}),
        ("spelling", {"skos:hiddenLabel"}),
    ],
)
def test_each_kind_of_label_has_its_place(kind: str, predicates: set[str]) -> None:
    found = facts(concept(Label("名", "zh", kind)))  # type: ignore[arg-type]
    assert {predicate for predicate, obj in found if obj == '"名"@zh'} == predicates


def test_there_is_one_preferred_label_a_language_and_it_is_no_synonym() -> None:
    found = facts(concept(Label("a", "en"), Label("b", "en"), Label("a", "en", "abbreviation"), Label("甲", "zh")))
    assert {row for row in found if "Label" in row[0] or "abbrev" in row[0]} == {
        ("skos:prefLabel", '"a"@en'),
        ("skos:prefLabel", '"甲"@zh'),
        ("skos:altLabel", '"b"@en'),
        ("mkg:abbreviation", '"a"@en'),
    }


def test_what_nobody_confirmed_is_text_and_never_a_link() -> None:
    found = facts(
        concept(xrefs=(Xref("MESH:D999001", True), Xref("LOINC:9-9", False), Xref("OMIM:9", None, "closeMatch")))
    )
    assert ("mkg:unverifiedId", '"LOINC:9-9"') in found
    assert ("skos:exactMatch", "<http://id.nlm.nih.gov/mesh/D999001>") in found
    assert ("skos:closeMatch", "<http://identifiers.org/mim/9>") in found
    assert not [row for row in found if "loinc.org" in row[1]]


def test_attestation_is_said_only_where_somebody_looked() -> None:
    found = facts(
        concept(Label("甲", "zh", attested=True), Label("乙", "zh", "exact", attested=False), Label("丙", "zh", "lay"))
    )
    assert {row for row in found if "ttested" in row[0]} == {
        ("mkg:attestedLabel", '"甲"@zh'),
        ("mkg:unattestedLabel", '"乙"@zh'),
    }


def test_an_unknown_prefix_is_an_error_that_names_it() -> None:
    with pytest.raises(IdentifierError, match="NOPE"):
        concept_statements(concept(parents=("NOPE:1",)), Context())


LABELS = st.builds(
    Label, st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable()), st.sampled_from(["en", "zh"]),
    st.sampled_from(["preferred", "exact", "lay", "broad", "spelling", "brand"]),
)  # fmt: skip


@given(st.lists(LABELS, max_size=8))
def test_any_labels_give_sound_skos(labels: list[Label]) -> None:
    rows = concept_statements(concept(*labels), Context())
    assert len(rows) == len(set(rows))
    preferred = [row.split(" ", 2)[2] for row in rows if f"<{SKOS}prefLabel>" in row]
    assert len({text.rsplit("@", 1)[1] for text in preferred}) == len(preferred)
    assert not [row for row in rows if f"<{SKOS}altLabel>" in row and row.split(" ", 2)[2] in preferred]


def test_a_denied_mapping_gives_no_link() -> None:
    told = ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1", negative=True)
    assert not [row for row in mapping_statements(told, Context()) if row.startswith("<http://purl.obolibrary.org")]
    assert any('"Not"' in row for row in mapping_statements(told, Context()))


def test_every_field_of_a_mapping_counts_for_its_identity() -> None:
    base = ConceptMapping("DOID:1", "skos:exactMatch", "MESH:D1", subject_label="gout")
    others = [
        msgspec.structs.replace(base, negative=True),
        msgspec.structs.replace(base, confidence=0.5),
        msgspec.structs.replace(base, justification="semapv:LexicalMatching"),
        msgspec.structs.replace(base, author="A. Person"),
        msgspec.structs.replace(base, predicate="skos:closeMatch"),
        msgspec.structs.replace(base, object_label="Gout"),
    ]
    nodes = {mapping_statements(mapping, Context())[0].split(" ")[0] for mapping in [base, *others]}
    assert len(nodes) == 7


def test_a_bare_cross_reference_is_the_link_alone() -> None:
    bare = ConceptMapping("CAS:1-1-1", "skos:exactMatch", "CHEBI:1", "semapv:DatabaseCrossReference")
    assert len(mapping_statements(bare, Context())) == 1
    denied = msgspec.structs.replace(bare, negative=True)
    assert len(mapping_statements(denied, Context())) == 6
