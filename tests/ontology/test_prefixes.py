"""Crosswalk conventions: spellings of identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.ids import Ids
from kg.vocab import CATEGORIES, CURIE_PREFIXES
from ontology import prefixes
from ontology.prefixes import curie, identifier, match_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MSH:D003924", "MESH:D003924"),
        ("UMLS_CUI:C0011860", "UMLS:C0011860"),
        ("SNOMEDCT_US_2015_03_01:44054006", "SNOMED:44054006"),
        ("NCI2009_04D:C9298", "NCIT:C9298"),
        ("MIM:PS267700", "OMIM:PS267700"),
        ("ORDO:75374", "Orphanet:75374"),
        ("Orphanet:ORPHA2608", "Orphanet:2608"),
        ("HGNC:HGNC:5", "HGNC:5"),
        ("CHEBI:CHEBI:135495", "CHEBI:135495"),
        ("http://purl.obolibrary.org/obo/DOID_9352", "DOID:9352"),
        ("<http://id.nlm.nih.gov/mesh/D003924>", "MESH:D003924"),
        ("https://example.org/x", "https://example.org/x"),
        ("CSP:1248-5305", None),
        ("no identifier", None),
        ("MESH:", None),
        ("MESH:D1 D2", None),
    ],
)
def test_spellings(written: str, meant: str | None) -> None:
    assert identifier(written) == meant


def test_a_classification_of_one_country_is_not_that_of_another() -> None:
    assert curie("ICD10CM", "E11") != curie("ICD10", "E11")


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_is_given_back_can_always_be_expanded(prefix: str, local: str) -> None:
    found = curie(prefix, local)
    if found is not None:
        assert Ids().expand(found).startswith("http")


def test_the_tables_use_prefixes_and_categories_that_exist() -> None:
    assert set(prefixes.ALIASES.values()) <= set(CURIE_PREFIXES)
    assert set(prefixes.CATEGORY_OF_PREFIX) <= set(CURIE_PREFIXES)
    assert {*prefixes.CATEGORY_OF_PREFIX.values(), *prefixes.MESH_TREES.values()} <= set(CATEGORIES)
    assert set(CURIE_PREFIXES) >= prefixes.STATISTICAL
    assert match_of("ICD10:E11", 1) == "closeMatch"


@pytest.mark.parametrize(
    ("written", "read"),
    [("ordo:_11", "Orphanet:11"), ("Orphanet:ORPHA2608", "Orphanet:2608"), ("HGNC:HGNC:5", "HGNC:5"), ("MSH:", None),
     (" msh:D1 ", "MESH:D1"), ("MESH:D 1", None), ("MESH:<D1>", "MESH:<D1"), ("https://example.org/x", "https://example.org/x")],
)  # fmt: skip
def test_what_is_written_in_a_usual_way_is_read_as_by_the_long_way(written: str, read: str | None) -> None:
    """The short way of ``identifier`` takes nothing that needs the long one."""
    assert identifier(written) == read
