"""Candidates over small vocabularies of our own; concepts are illustrations, not clinical statements."""

from __future__ import annotations

import pytest

from kg.model.concept import Concept, ConceptMapping, Label, Xref
from ontology.mapping.borrowing import Links, borrowed
from ontology.mapping.candidate import MappingCandidate
from ontology.mapping.comparison import Comparison
from ontology.mapping.evidence import FEATURES, Evidence
from ontology.mapping.proposing import Proposer
from ontology.mapping.scorer import packaged
from ontology.mapping.vocabulary import Vocabulary, joined
from ontology.mapping.wording import worded
from ontology.mapping.worksheet import told


def concept(curie: str, *names: str, category: str = "disease", parents: tuple[str, ...] = ()) -> Concept:
    first, *others = names
    labels = (Label(first, "en"), *(Label(name, "en", "exact") for name in others))
    return Concept(curie, category, labels, parents=parents)


TARGETS = (
    concept("MESH:D1", "Neoplasms"),
    concept("MESH:D2", "Kidney Neoplasms", parents=("MESH:D1",)),
    concept("MESH:D3", "Carcinoma, Renal Cell", parents=("MESH:D2",)),
    concept("MESH:D4", "Gout"),
    concept("MESH:D5", "Gout Suppressants", category="drug"),
    concept("MESH:D6", "Diabetes Mellitus, Type 1"),
    concept("MESH:D7", "Diabetes Mellitus, Type 2"),
    concept("MESH:D8", "Lung Diseases"),
)
SOURCES = (
    concept("DOID:1", "cancer"),
    concept("DOID:2", "kidney cancer", parents=("DOID:1",)),
    concept("DOID:3", "renal cell carcinoma", "clear cell tumour of kidney", parents=("DOID:2",)),
    concept("DOID:4", "gout", "podagra"),
    concept("DOID:6", "type II diabetes mellitus"),
)


def first(proposer: Proposer, name: str) -> MappingCandidate:
    return proposer.candidates(name)[0]


@pytest.fixture(scope="module")
def proposer() -> Proposer:
    return Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS))


@pytest.mark.parametrize(
    ("source", "target"),
    [("DOID:1", "MESH:D1"), ("DOID:2", "MESH:D2"), ("DOID:3", "MESH:D3"), ("DOID:4", "MESH:D4"), ("DOID:6", "MESH:D7")],
)
def test_the_same_thing_in_other_words_comes_first(proposer: Proposer, source: str, target: str) -> None:
    assert first(proposer, source).object == target


def test_confidences_order_candidates_and_lie_between_0_and_1(proposer: Proposer) -> None:
    for name in ("DOID:2", "DOID:6"):
        sure = [one.confidence for one in proposer.candidates(name, 10)]
        assert sure == sorted(sure, reverse=True)
        assert all(0 <= value <= 1 for value in sure)


def test_every_candidate_says_why_in_both_languages(proposer: Proposer) -> None:
    for candidate in proposer.all():
        assert candidate.reasons, candidate
        assert candidate.justification.startswith("semapv:")
        for reason in candidate.reasons:
            assert told(reason, "en")
            assert any("\u4e00" <= char <= "\u9fff" for char in told(reason, "zh"))


def test_the_reason_names_the_labels_and_the_way(proposer: Proposer) -> None:
    names, above = first(proposer, "DOID:3").reasons[:2]
    assert (names.kind, names.subject, names.object) == ("name", "renal cell carcinoma", "Carcinoma, Renal Cell")
    assert (above.kind, above.subject, above.object) == ("above", "DOID:2", "MESH:D2")
    assert first(proposer, "DOID:3").justification == "semapv:CompositeMatching"


def test_a_category_that_cannot_be_is_blocked(proposer: Proposer) -> None:
    assert "MESH:D5" not in {one.object for one in proposer.candidates("DOID:4", 50)}
    loose = Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS), clashing=True)
    clashing = next(one for one in loose.candidates("DOID:4", 50) if one.object == "MESH:D5")
    assert any(reason.kind == "clash" for reason in clashing.reasons)


def test_what_was_rejected_is_never_proposed_again() -> None:
    for pair in (("DOID:4", "MESH:D4"), ("MESH:D4", "DOID:4")):
        proposer = Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS), rejected=[pair])
        assert "MESH:D4" not in {one.object for one in proposer.candidates("DOID:4", 50)}


def test_what_is_confirmed_gets_no_other_candidate() -> None:
    proposer = Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS), confirmed=[("DOID:4", "MESH:D8")])
    assert proposer.candidates("DOID:4") == []
    assert proposer.candidates("DOID:nothing") == []


def test_a_confirmed_parent_speaks_for_what_stands_below_it() -> None:
    sources = (concept("DOID:8", "alpha"), concept("DOID:9", "beta kidney thing", parents=("DOID:8",)))
    targets = (
        concept("MESH:A", "zeta"), concept("MESH:B", "kidney thing gamma", parents=("MESH:A",)),
        concept("MESH:C", "kidney thing delta"),
    )  # fmt: skip
    made = Proposer(Vocabulary(sources), Vocabulary(targets), confirmed=[("DOID:8", "MESH:A")])
    assert first(made, "DOID:9").object == "MESH:B"
    assert any(reason.kind == "above" for reason in first(made, "DOID:9").reasons)


def test_a_cross_reference_in_common_is_a_reason_with_its_path() -> None:
    source = Concept("DOID:7", "disease", (Label("pertussis", "en"),), xrefs=(Xref("NCIT:C1"),))
    target = concept("MESH:D9", "Whooping Cough")
    links = Links([ConceptMapping("MESH:D9", "skos:exactMatch", "NCIT:C1")], [source])
    made = Proposer(Vocabulary([source]), Vocabulary([target]), shared=links.shared(["DOID:7"], "MESH"))
    (candidate,) = made.candidates("DOID:7")
    assert candidate.reasons[0].path == ("DOID:7", "NCIT:C1", "MESH:D9")
    assert candidate.justification == "semapv:MappingChaining"


def test_a_link_that_somebody_rejected_leads_nowhere() -> None:
    rows = [
        ConceptMapping("MESH:D9", "skos:exactMatch", "NCIT:C1"),
        ConceptMapping("NCIT:C1", "skos:exactMatch", "MESH:D9", negative=True),
    ]
    assert Links(rows).near("NCIT:C1") == frozenset()


def test_a_chinese_name_finds_its_english_concept_by_a_third_vocabulary() -> None:
    bridge = Concept("medkg:x", "disease", (Label("痛风", "zh"), Label("gout", "en")))
    local = Concept("https://hospital.example/dx/1", "disease", (Label("痛風", "zh"),))
    target = Vocabulary(TARGETS, borrowed(TARGETS, Links(), [bridge]))
    found = first(Proposer(Vocabulary([local]), target), local.id)
    assert found.object == "MESH:D4"
    assert found.reasons[0].kind == "bilingual"
    assert found.reasons[0].path == ("medkg:x", "MESH:D4")


@pytest.mark.parametrize("name", ["lung worm of unheard of kind", "gout-like worm", "diabetes of snails type 7"])
def test_a_stranger_is_not_trusted_because_it_stands_alone(name: str) -> None:
    found = Proposer(Vocabulary([concept("X:1", name)]), Vocabulary(TARGETS)).candidates("X:1")
    assert all(one.confidence < 0.6 for one in found), found


def test_the_same_input_gives_the_same_candidates() -> None:
    one = [list(Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS)).all()) for _ in range(2)]
    turned = list(Proposer(Vocabulary(SOURCES), Vocabulary(TARGETS[::-1])).all())
    assert one[0] == one[1]
    assert {(c.subject, c.object, c.confidence) for c in turned} == {
        (c.subject, c.object, c.confidence) for c in one[0]
    }


def test_parts_of_a_concept_are_joined_and_deprecated_ones_left_out() -> None:
    parts = [concept("A:1", "gout"), concept("A:1", "podagra"), concept("A:2", "old")]
    parts.append(Concept("A:2", "disease", (), deprecated=True))
    (found,) = joined(parts)
    assert [label.value for label in found.labels] == ["gout", "podagra"]


def test_cycles_in_a_hierarchy_end() -> None:
    circle = Vocabulary([concept("A:1", "a", parents=("A:2",)), concept("A:2", "b", parents=("A:1",))])
    assert circle.above(0) == {0, 1}


def test_a_side_without_anything_has_no_candidates() -> None:
    assert list(Proposer(Vocabulary(SOURCES), Vocabulary([])).all()) == []
    assert list(Proposer(Vocabulary([]), Vocabulary(TARGETS)).all()) == []
    nameless = Vocabulary([Concept("A:1", "disease", ())])
    assert list(Proposer(nameless, Vocabulary(TARGETS)).all()) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tumours of the Kidney", "renal neoplasm"), ("Leukaemia, Lymphocytic", "lymphocytic leukemias"),
        ("Wegener's granulomatosis", "granulomatosis, Wegener"), ("慢性腎臟病", "慢性肾脏病"), ("Type I", "type 1"),
    ],
)  # fmt: skip
def test_names_that_say_the_same_have_the_same_words(one: str, other: str) -> None:
    said = [{word for word in worded(name).words if word not in ("of", "the")} for name in (one, other)]
    assert said[0] == said[1]


def test_figures_are_those_that_the_packaged_weights_know() -> None:
    figures = Evidence(Comparison(Vocabulary(SOURCES), Vocabulary(TARGETS))).of(0)
    assert all(set(row) == set(FEATURES) for row in figures.values())
    assert set(packaged().weights) <= set(FEATURES)
