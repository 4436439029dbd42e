"""Contradictions in mappings of made-up concepts."""

from __future__ import annotations

import random

from kg.model.concept import ConceptMapping
from ontology.mapping.consistency import contradictions


def same(one: str, other: str, *, negative: bool = False) -> ConceptMapping:
    return ConceptMapping(one, "skos:exactMatch", other, negative=negative)


def broad(one: str, other: str) -> ConceptMapping:
    return ConceptMapping(one, "skos:broadMatch", other)


def found(*rows: ConceptMapping, **categories: str) -> list[tuple[str, tuple[str, ...]]]:
    known = {name.replace("_", ":"): value for name, value in categories.items()}
    return [(one.code, one.path) for one in contradictions(rows, known)]


def test_sound_mappings_have_no_findings() -> None:
    assert found(same("A:1", "B:1"), same("B:1", "C:1"), same("A:2", "B:2"), broad("A:1", "B:3")) == []


def test_two_concepts_of_a_system_on_a_chain_collapse() -> None:
    rows = (same("A:1", "B:1"), same("B:1", "C:1"), same("C:1", "A:2"))
    assert found(*rows) == [("mapping-collapse", ("A:1", "B:1", "C:1", "A:2"))]


def test_a_chain_between_categories_is_told_where_it_is_nearest() -> None:
    rows = (same("A:1", "B:1"), same("B:1", "C:1"))
    told = found(*rows, A_1="disease", B_1="disease", C_1="gene")
    assert told == [("mapping-category", ("B:1", "C:1"))]


def test_a_rejected_pair_that_a_detour_joins_is_told() -> None:
    rows = (same("A:1", "B:1"), same("B:1", "C:1"), same("A:1", "C:1", negative=True))
    assert found(*rows) == [("mapping-denied", ("A:1", "B:1", "C:1"))]


def test_a_rejected_link_is_no_step_of_a_chain() -> None:
    rows = (same("A:1", "B:1"), same("B:1", "A:2"), same("A:2", "B:1", negative=True))
    assert found(*rows) == [("mapping-disputed", ("A:2", "B:1"))]


def test_broader_matches_in_a_circle() -> None:
    rows = (broad("A:1", "B:1"), broad("B:1", "C:1"), ConceptMapping("A:1", "skos:narrowMatch", "C:1"))
    ((code, path),) = found(*rows)
    assert code == "mapping-cycle"
    assert path[0] == path[-1]
    assert set(path) == {"A:1", "B:1", "C:1"}


def test_what_is_the_same_is_a_step_of_a_circle() -> None:
    ((code, path),) = found(broad("A:1", "B:1"), same("B:1", "C:1"), broad("C:1", "A:1"))
    assert code == "mapping-cycle"
    assert set(path) == {"A:1", "B:1", "C:1"}


def test_broader_than_what_is_the_same_is_a_circle() -> None:
    assert [code for code, _ in found(same("A:1", "B:1"), broad("A:1", "B:1"))] == ["mapping-cycle"]


def test_the_order_of_mappings_does_not_matter() -> None:
    rows = [same(f"A:{n}", f"B:{n // 2}") for n in range(20)] + [broad(f"A:{n}", f"C:{n}") for n in range(5)]
    rows += [broad(f"C:{n}", f"A:{(n + 1) % 5}") for n in range(5)]
    first = found(*rows)
    random.Random(1).shuffle(rows)
    assert found(*rows) == first
    assert first


def test_findings_have_texts_in_both_languages() -> None:
    for one in contradictions([same("A:1", "B:1"), same("A:2", "B:1")]):
        assert "A:1" in one.text("en")
        assert "A:2" in one.text("zh")
