"""Classification: against the completion algorithm written down plainly, and the grounds of each result."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model.inference import Inference
from kg.model.source import Reject
from ontology.reading.raw import describe
from ontology.reasoning.axioms import (
    All,
    Axiom,
    DisjointClasses,
    EquivalentClasses,
    Some,
    SubClassOf,
    SubPropertyOf,
    TransitiveProperty,
)
from ontology.reasoning.classification import classified
from ontology.reasoning.justification import Modules, follows, justification
from ontology.reasoning.reading import read
from ontology.terminologies.owl_inferred import OwlInferred
from tests.golden_files import FOLDER

LUNGS = FOLDER / "owl-inferred.v1" / "lungs.ttl"
CLASSES = [f"C:{number}" for number in range(4)]
ROLES = ["R:1", "R:2"]
_CLASS, _ROLE = st.sampled_from(CLASSES), st.sampled_from(ROLES)
_AXIOMS = st.lists(
    st.one_of(
        st.builds(SubClassOf, _CLASS, _CLASS),
        st.builds(SubClassOf, st.builds(lambda a, b: All((a, b)), _CLASS, _CLASS), _CLASS),
        st.builds(SubClassOf, _CLASS, st.builds(Some, _ROLE, _CLASS)),
        st.builds(SubClassOf, st.builds(Some, _ROLE, _CLASS), _CLASS),
        st.builds(DisjointClasses, _CLASS, _CLASS),
        st.builds(lambda a, b: SubPropertyOf((a,), b), _ROLE, _ROLE),
        st.builds(lambda a, b, c: SubPropertyOf((a, b), c), _ROLE, _ROLE, _ROLE),
        st.builds(TransitiveProperty, _ROLE),
    ),
    min_size=4,
    max_size=14,
)


def completed(axioms: list[Axiom]) -> tuple[dict[str, set[str]], set[str]]:
    """The completion rules of EL over axioms in the forms above, one after the other until nothing comes."""
    sub = {name: {name} for name in CLASSES}
    links: set[tuple[str, str, str]] = set()
    bottom: set[str] = set()
    size = -1
    while size != (size := sum(map(len, sub.values())) + len(links) + len(bottom)):
        for axiom in axioms:
            match axiom:
                case SubClassOf(str(a), str(b)):
                    for above in sub.values():
                        above |= {b} if a in above else set()
                case SubClassOf(All((a, b)), c):
                    for above in sub.values():
                        above |= {c} if {a, b} <= above else set()
                case SubClassOf(str(a), Some(r, b)):
                    links |= {(x, r, b) for x in CLASSES if a in sub[x]}
                case SubClassOf(Some(r, a), b):
                    for x, role, y in links:
                        if role == r and a in sub[y]:
                            sub[x].add(b)
                case DisjointClasses(a, b):
                    bottom |= {x for x in CLASSES if {a, b} <= sub[x]}
                case SubPropertyOf((r,), s):
                    links |= {(x, s, y) for x, role, y in links if role == r}
                case SubPropertyOf((r, s), t):
                    links |= {(x, t, z) for x, one, y in links for w, two, z in links if (one, two, w) == (r, s, y)}
                case TransitiveProperty(r):
                    links |= {(x, r, z) for x, one, y in links for w, two, z in links if one == two == r and w == y}
        bottom |= {x for x, _, y in links if y in bottom}
    return sub, bottom


@settings(max_examples=200)
@given(_AXIOMS)
def test_it_is_what_the_completion_rules_give(axioms: list[Axiom]) -> None:
    found, (expected, bottom) = classified(axioms), completed(axioms)
    assert found.empty == bottom.intersection(found.above)
    for name, above in found.above.items():
        if name not in bottom:
            assert above == expected[name] - {name}, name
    for name in set(CLASSES) - found.above.keys():
        assert expected[name] == {name}


@settings(max_examples=40)
@given(_AXIOMS)
def test_the_grounds_are_enough_and_none_can_be_left_out(axioms: list[Axiom]) -> None:
    axioms = list(dict.fromkeys(axioms))
    found = classified(axioms)
    modules = Modules(axioms, found)
    for lower in sorted(found.above)[:2]:
        for upper in sorted(found.above[lower])[:2]:
            holds = follows(lower, upper)
            why = justification(modules.of(lower), holds)
            assert why is not None
            assert holds(why)
            assert not any(holds([one for one in why if one is not left]) for left in why)


START = SubClassOf("C:0", Some("R:1", "C:1"))
SECOND = SubClassOf("C:1", Some("R:2", "C:2"))
THIRD = SubClassOf("C:2", Some("R:2", "C:3"))


@pytest.mark.parametrize(
    "axioms",
    [
        [START, SubClassOf("C:1", "C:2"), SubClassOf(Some("R:1", "C:2"), "C:5")],
        [START, SubPropertyOf(("R:1",), "R:2"), SubClassOf(Some("R:2", "C:1"), "C:5")],
        [START, SECOND, SubPropertyOf(("R:1", "R:2"), "R:3"), SubClassOf(Some("R:3", "C:2"), "C:5")],
        [START, SECOND, THIRD, SubPropertyOf(("R:1", "R:2"), "R:1"), SubClassOf(Some("R:1", "C:3"), "C:5")],
        [START, SECOND, THIRD, SubPropertyOf(("R:1", "R:2", "R:2"), "R:3"), SubClassOf(Some("R:3", "C:3"), "C:5")],
        [
            START, SECOND, THIRD, TransitiveProperty("R:2"), SubPropertyOf(("R:1",), "R:2"),
            SubClassOf(Some("R:2", "C:3"), "C:5"),
        ],
        [START, SubClassOf(Some("R:1", "C:1"), "C:4"), SubClassOf(All(("C:0", "C:4")), "C:5")],
        [START, SubClassOf(Some("R:1", "owl:Thing"), "C:5")],
        [SubClassOf("C:0", All(("C:1", Some("R:1", All(("C:2", "C:3")))))), SubClassOf(Some("R:1", "C:3"), "C:5")],
    ],
)  # fmt: skip
def test_every_rule_is_there_and_every_axiom_is_needed(axioms: list[Axiom]) -> None:
    assert "C:5" in classified(axioms).above["C:0"]
    why = justification(axioms, follows("C:0", "C:5"))
    assert why == tuple(axioms)


def test_what_can_have_no_instance() -> None:
    axioms: list[Axiom] = [START, SubClassOf("C:1", All(("C:2", "C:3"))), DisjointClasses("C:2", "C:3")]
    assert classified(axioms).empty == {"C:0", "C:1"}
    assert justification(axioms, follows("C:0", "owl:Thing")) == tuple(axioms)


def test_nested_expressions_and_definitions() -> None:
    fever = EquivalentClasses("D:fever", All(("D:disease", Some("R:in", Some("R:of", "U:lung")))))
    axioms: list[Axiom] = [
        fever,
        SubClassOf("D:1", All(("D:disease", Some("R:in", All(("U:lobe", "U:left")))))),
        SubClassOf("U:lobe", Some("R:of", "U:lung")),
    ]
    found = classified(axioms)
    assert found.above["D:1"] == {"D:disease", "D:fever"}
    assert found.above["D:fever"] == {"D:disease"}
    assert justification(axioms, follows("D:1", "D:fever")) == tuple(axioms)
    assert justification(axioms, follows("D:disease", "D:fever")) is None


def test_a_file_gives_what_it_does_not_say() -> None:
    items = list(OwlInferred().parse(describe(LUNGS), {}))
    (found,) = [item for item in items if isinstance(item, Inference)]
    assert (found.subject, found.predicate, found.object) == ("DOID:9100003", "skos:broader", "DOID:9100002")
    assert found.reasoner.startswith("reasonable ")
    assert len(found.axioms) == 6
    assert any(axiom.startswith("EquivalentClasses(DOID:9100002") for axiom in found.axioms)
    assert any("ObjectPropertyChain" in axiom for axiom in found.axioms)
    (refused,) = [item for item in items if isinstance(item, Reject)]
    assert (refused.key, refused.reason) == ("DOID:9100006", "unsatisfiable")
    assert "DisjointClasses" in refused.detail


def test_what_lies_outside_of_the_profile_is_counted() -> None:
    assert read(LUNGS).outside == {"allValuesFrom": 1}


@pytest.mark.parametrize(
    "text",
    [
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:a> owl:equivalentClass [ owl:intersectionOf _:l ] .\n"
        "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> <urn:b> ; "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n_:d a owl:AllDisjointClasses ; owl:members _:nothing .",
        "<urn:r> <http://www.w3.org/2002/07/owl#propertyChainAxiom> <urn:no-list> .",
    ],
)
def test_damaged_lists_are_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ttl").write_text(text, "utf-8")
    assert read(tmp_path / "a.ttl").axioms == ()


def test_damage_is_one_fatal_reject(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(LUNGS.read_text("utf-8")[:1500], "utf-8")
    with pytest.raises(InputError):
        read(tmp_path / "a.ttl")
    (found,) = OwlInferred().parse(describe(tmp_path / "a.ttl"), {})
    assert isinstance(found, Reject)
    assert found.fatal
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rdf:RDF/>'
    (tmp_path / "a.owl").write_text(bomb, "utf-8")
    (refused,) = OwlInferred().parse(describe(tmp_path / "a.owl"), {})
    assert isinstance(refused, Reject)
    assert refused.reason == "forbidden-xml"
