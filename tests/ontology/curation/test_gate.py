"""The gate: each fault is found where it is brought in, told apart from what stood before, and in both languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg.messages import LANGUAGES
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.correction import Correction
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from kg.model.finding import Finding
from kg.model.ids import Ids
from ontology.curation.current import HeldConcepts
from ontology.curation.gate import gate
from ontology.curation.graph import GraphConcepts
from ontology.curation.quality import quality
from ontology.curation.survey import survey
from tests.ontology.curation.graphs import ALL, concept, graph

HELD = HeldConcepts(ALL)
IDS = Ids()
FEVER, CHILL, RASH, OLD, TOP = (f"DOID:900000{number}" for number in (1, 2, 3, 4, 0))


def label(value: str, language: str = "en", kind: str = "exact") -> Label:
    return Label(value, language, kind)  # type: ignore[arg-type]


def mapping(subject: str, name: str, other: str, **more: object) -> ConceptMapping:
    return ConceptMapping(subject, f"skos:{name}", other, **more)  # type: ignore[arg-type]


def new(*labels: Label, category: str = "disease", curie: str = "DOID:9000009", **more: object) -> NewConcept:
    more.setdefault("parents", (TOP,))
    more.setdefault("definitions", (label("Some made-up thing."),))
    return NewConcept(Concept(curie, category, labels, **more))  # type: ignore[arg-type]


CORRECTION = Correction(
    document="doc:1", passage="p", start=0, end=1, surface="a", verdict="missing", by="Curator A", concept="DOID:404"
)
GOOD = (label("sample cough", kind="preferred"), label("示例咳嗽", "zh", "preferred"))
CASES: list[tuple[str, str, Sequence[Edit]]] = [
    ("label-missing", "error", [new()]),
    ("label-empty", "error", [AddLabel(FEVER, label(" "))]),
    ("label-unprintable", "error", [AddLabel(FEVER, label("sample\u200bfever"))]),
    ("label-not-composed", "warning", [AddLabel(FEVER, label("sample fe\u0301ver"))]),
    ("label-mixed-scripts", "warning", [AddLabel(FEVER, label("sample fаtigue"))]),
    ("label-several-preferred", "error", [new(*GOOD, label("sample hack", kind="preferred"))]),
    ("label-twice", "warning", [new(*GOOD, label("sample cough"))]),
    ("label-conflict", "error", [AddLabel(RASH, label("Sample Fever", kind="preferred"))]),
    ("label-overlap", "warning", [AddLabel(RASH, label("made-up ague"))]),
    ("label-overlap", "warning", [AddLabel(RASH, label("示例熱", "zh"))]),
    ("label-twin", "warning", [new(*GOOD, label("sa\u0301mple")), AddLabel(RASH, label("s\u00e1mple"))]),
    ("label-look-alike", "warning", [AddLabel(RASH, label("sаmple fever"))]),
    ("label-elsewhere", "warning", [new(*GOOD, label("SAMPL1"))]),
    ("language-missing", "error", [AddLabel(FEVER, label("something", ""))]),
    ("language-invalid", "error", [AddLabel(FEVER, label("something", "english language"))]),
    ("language-invalid", "error", [AddLabel(FEVER, label("something", "xx"))]),
    ("language-gap", "warning", [new(GOOD[0])]),
    ("language-gap", "warning", [RemoveLabel(FEVER, label("示例热", "zh", "preferred"))]),
    ("notation-shared", "warning", [new(*GOOD, notations=("S1",))]),
    ("definition-missing", "warning", [new(*GOOD, definitions=())]),
    ("definition-empty", "error", [AddDefinition(FEVER, label("  ", "zh"))]),
    ("definition-language", "error", [AddDefinition(FEVER, label("Something.", ""))]),
    ("definition-repeats-name", "warning", [AddDefinition(FEVER, label("Sample fever."))]),
    ("definition-shared", "warning", [AddDefinition(FEVER, label("An invented state, number 9000003."))]),
    ("cycle", "error", [AddParent(FEVER, CHILL)]),
    ("cycle", "error", [AddParent(FEVER, FEVER)]),
    ("orphan", "warning", [new(*GOOD, parents=())]),
    ("becomes-top", "warning", [RemoveParent(FEVER, TOP)]),
    ("parent-unknown", "error", [AddParent(FEVER, "DOID:404")]),
    ("parent-deprecated", "warning", [Deprecate(FEVER, (RASH,))]),
    ("parent-category", "error", [AddParent(FEVER, "NCBIGENE:90001")]),
    ("parent-redundant", "warning", [AddParent(CHILL, TOP)]),
    ("replacement-unknown", "error", [Deprecate(FEVER, ("DOID:404",))]),
    ("replacement-cycle", "error", [Deprecate(RASH, (OLD,))]),
    ("match-several", "error", [AddMapping(mapping(FEVER, "exactMatch", "MESH:D900003"))]),
    ("match-several", "error", [AddMapping(mapping("NCBIGENE:90001", "exactMatch", FEVER)),
                                AddMapping(mapping("NCBIGENE:90001", "exactMatch", RASH))]),
    ("match-contradicts", "error", [AddMapping(mapping(FEVER, "broadMatch", "MESH:D900001"))]),
    ("match-itself", "error", [AddMapping(mapping(FEVER, "exactMatch", FEVER))]),
    ("match-deprecated", "warning", [AddMapping(mapping(FEVER, "closeMatch", OLD))]),
    ("match-category", "error", [AddMapping(mapping(FEVER, "exactMatch", "NCBIGENE:90001"))]),
    ("match-hierarchy", "error", [AddMapping(mapping(CHILL, "relatedMatch", TOP))]),
    ("match-same-system", "warning", [AddMapping(mapping(FEVER, "relatedMatch", RASH))]),
    ("id-unusable", "error", [new(*GOOD, curie="nobody:1")]),
    ("id-taken", "error", [new(*GOOD, curie=FEVER)]),
    ("category-unknown", "error", [new(*GOOD, category="weather")]),
    ("concept-unknown", "error", [AddLabel("DOID:404", label("x y"))]),
    ("concept-deprecated", "warning", [AddLabel(OLD, label("another rash"))]),
    ("not-there", "error", [RemoveLabel(FEVER, label("sample fever"))]),
    ("not-there", "error", [RemoveParent(FEVER, RASH)]),
    ("not-there", "error", [RemoveDefinition(FEVER, label("Never said."))]),
    ("not-there", "error", [RemoveMapping(mapping(FEVER, "exactMatch", "MESH:D900002"))]),
    ("already-there", "warning", [AddLabel(FEVER, label("made-up ague"))]),
    ("no-replacement", "warning", [Deprecate(RASH)]),
    ("target-unknown", "error", [Merge(FEVER, "DOID:404")]),
    ("target-unknown", "error", [AddMapping(mapping(FEVER, "closeMatch", "NCBIGENE:404"))]),
    ("target-unknown", "error", [Correct(CORRECTION)]),
    ("target-deprecated", "error", [AddParent(FEVER, OLD)]),
    ("target-deprecated", "error", [AddMapping(mapping(FEVER, "exactMatch", OLD))]),
    ("merge-itself", "error", [Merge(FEVER, FEVER)]),
    ("merge-category", "error", [Merge(FEVER, "NCBIGENE:90001")]),
    ("predicate-unusual", "warning", [AddMapping(ConceptMapping(FEVER, "owl:sameAs", "MESH:D900001"))]),
    ("not-statable", "error", [new(*GOOD, parents=("nobody:1",))]),
    ("shape", "error", [AddMapping(mapping(FEVER, "closeMatch", "MESH:D900009", confidence=7.0))]),
]  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> GraphConcepts:
    return graph(tmp_path_factory.mktemp("graph"), ALL)[2]


@pytest.mark.parametrize(("code", "severity", "edits"), CASES, ids=[f"{at}-{case[0]}" for at, case in enumerate(CASES)])
def test_each_fault_is_found(stored: GraphConcepts, code: str, severity: str, edits: Sequence[Edit]) -> None:
    verdict = gate(edits, HELD, IDS)
    found = [one for one in verdict.new if one.code == code]
    assert [one.severity for one in found] == [severity] * len(found)
    assert found, [one.text() for one in verdict.new]
    assert verdict.refused == any(one.severity == "error" for one in verdict.new)
    assert gate(edits, stored, IDS) == verdict


def test_every_code_has_a_case_and_texts_in_both_languages() -> None:
    from kg.messages import Catalogue

    codes = {key.removeprefix("finding.") for key in Catalogue("kg").tables["en"] if key.startswith("finding.")}
    codes = {code for code in codes if not code.startswith("mapping-")}  # of the life of mappings, tested there
    assert codes == {case[0] for case in CASES}
    for code in codes:
        texts = {
            language: Finding(code, "DOID:1", "X", path=("DOID:2", "DOID:3")).text(language) for language in LANGUAGES
        }
        assert len(set(texts.values())) == len(LANGUAGES) or code == "shape"
        assert all(texts.values())


@pytest.mark.parametrize(
    "edit",
    [
        AddLabel(FEVER, label("sample pyrexia")),
        AddLabel(FEVER, label("样例发热", "zh", "preferred")),
        AddDefinition(FEVER, label("编造的状态。", "zh")),
        AddMapping(mapping(CHILL, "exactMatch", "MESH:D900009")),
        AddMapping(mapping(FEVER, "exactMatch", "MESH:D900002", negative=True)),
        new(*GOOD),
    ],
)
def test_what_is_right_passes_without_a_word(edit: Edit) -> None:
    assert gate([edit], HELD, IDS).new == ()


def test_only_what_is_brought_in_refuses() -> None:
    bad = HeldConcepts([*ALL, concept(9000005, "sample fever", "另一种示例热", parents=(TOP,))])
    verdict = gate([AddLabel("DOID:9000005", label("sample heat"))], bad, IDS)
    assert verdict.new == ()
    assert not verdict.refused
    assert [one.code for one in verdict.stood if one.concept == "DOID:9000005"] == ["label-conflict"]
    mended = gate([RemoveLabel("DOID:9000005", label("sample fever", kind="preferred"))], bad, IDS)
    assert ("label-conflict", "DOID:9000005") in [(one.code, one.concept) for one in mended.gone]


def test_a_cycle_is_told_once_with_its_path() -> None:
    verdict = gate([AddParent(TOP, CHILL)], HELD, IDS)
    cycles = [one for one in verdict.new if one.code == "cycle"]
    assert [one.path for one in cycles] == [(TOP, CHILL, FEVER, TOP)]
    assert "DOID:9000000 → DOID:9000002 → DOID:9000001 → DOID:9000000" in cycles[0].text("zh")


def test_edits_are_held_against_those_before_them() -> None:
    edits: list[Edit] = [new(*GOOD), AddLabel("DOID:9000009", label("sample hack")), AddParent(CHILL, "DOID:9000009")]
    assert not gate(edits, HELD, IDS).refused
    assert gate(list(reversed(edits)), HELD, IDS).refused


def test_a_record_tells_both_languages() -> None:
    found = gate([AddParent(FEVER, "DOID:404")], HELD, IDS).new
    record = next(one for one in found if one.code == "parent-unknown").record()
    assert record.message == {
        "en": "DOID:9000001: its parent DOID:404 is not there.",
        "zh": "DOID:9000001：上位概念 DOID:404 不存在。",
    }


def test_the_survey_counts_what_the_list_finds() -> None:
    rows = [*ALL, concept(9000005, "sample fever", "示例热", parents=(TOP, "DOID:9000006")),
            concept(9000006, "sample loop", parents=("DOID:9000005",), xrefs=(Xref("LOINC:1-1", False),))]  # fmt: skip
    held = HeldConcepts(rows)
    found = survey(held)
    counts = {one.code: one.count for one in found.counts}
    assert counts["label-conflict"] == 4  # two names of two concepts
    assert counts["cycle"] == 1
    assert sum(counts.values()) == len(list(quality(held, held))) == found.errors + found.warnings
    doid = next(one for one in found.systems if one.system == "DOID")
    assert (doid.concepts, doid.deprecated, doid.tops, doid.named) == (6, 1, 1, {"en": 6, "zh": 6})
    assert all(len(one.samples) <= 5 for one in found.counts)
