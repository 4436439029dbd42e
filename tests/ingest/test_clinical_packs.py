"""The example packs of clinical families against the starter's concepts: their own cases, and patients beside those.

Hierarchy and codes come from the starter's tables, so no generation is built.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec
import pytest

from benchmarks.rule_packs import packs
from ingest.rules.families import FAMILIES
from kg.model.case import Case, Code, Entry, Order
from kg.model.rule import Rule, Scored
from kg.rules.base import Meaning, PathStep, Resolved
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed
from kg.rules.mutation import survivors
from kg.rules.ruleset import Asked
from kg.rules.testing import run_cases
from ontology.attestation import STARTER, read_pack
from tests.kg.rules.known import NOW, UNITS

GUIDELINES = ("hypertension", "diabetes", "stroke", "acs", "airways", "pneumonia")
OURS = ("families", "scores", "stewardship", *(f"guideline-{name}" for name in GUIDELINES))
CJK = re.compile(r"[\u3400-\u9fff]").search


class Starter:
    """Codes and meanings of the starter's concepts, by every path upwards."""

    def __init__(self) -> None:
        self._broader = {entry.id: entry.broader for entry in read_pack(STARTER)}
        self._above: dict[str, frozenset[str]] = {}

    def code(self, code: Code) -> Resolved:
        known = code.code.removeprefix("medkg:") in self._broader and not code.system
        return Resolved((code.code,) if known else ())

    def name(self, name: str, kind: str) -> Resolved:
        return Resolved()

    def of(self, concept: str) -> Meaning:
        return Meaning(frozenset({concept}), self._within(concept))

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        return ()

    def _within(self, concept: str) -> frozenset[str]:
        if concept not in self._above:
            above = (f"medkg:{name}" for name in self._broader[concept.removeprefix("medkg:")])
            self._above[concept] = frozenset({concept}).union(*(self._within(one) for one in above))
        return self._above[concept]


KNOWN = Starter()
RULES: dict[str, list[Rule]] = {
    pack.name: list(pack.rules) for pack in packs() if pack.name.removeprefix("example-") in OURS
}
EVERY = [rule for rules in RULES.values() for rule in rules]
ENGINE = Engine([Firing(Installed("p", rule), "active") for rule in EVERY], KNOWN, KNOWN, UNITS)


@pytest.mark.parametrize("pack", RULES)
def test_every_rule_passes_its_cases_which_guard_each_condition(pack: str) -> None:
    rules = [Installed(pack, rule) for rule in RULES[pack]]
    assert [one for one in run_cases(rules, KNOWN, KNOWN, UNITS, NOW) if not one.passed] == []
    assert list(survivors(rules, KNOWN, KNOWN, UNITS, NOW)) == []


def test_there_are_as_many_as_were_promised() -> None:
    assert set(RULES) == {f"example-{name}" for name in OURS}
    assert len(EVERY) >= 300
    assert {name: len(RULES[f"example-guideline-{name}"]) for name in GUIDELINES if
            len(RULES[f"example-guideline-{name}"]) < 8} == {}  # fmt: skip
    families = Counter(rule.family for rule in RULES["example-families"])
    assert families.keys() <= FAMILIES.keys()
    assert len(families) >= 19
    assert min(families[name] for name in ("interaction", "contraindication", "allergy", "pregnancy", "food")) >= 15
    assert sum("scored" in msgspec.json.encode(rule.when).decode() for rule in RULES["example-scores"]) >= 8


def test_rules_say_the_same_things_in_both_languages_and_name_a_source() -> None:
    assert [name for name, count in Counter(rule.id for rule in EVERY).items() if count > 1] == []
    for rule in EVERY:
        assert {case.expect for case in rule.cases} >= {"fires", "silent", "insufficient"}, rule.id
        for text in (rule.title, rule.message):
            assert CJK(text.zh), rule.id
            assert text.en, rule.id
            assert not CJK(text.en), rule.id
        assert all(one.organisation and one.title for one in rule.evidence)
        assert {(one.basis, one.quote, one.grade) for one in rule.evidence} == {
            ("paraphrase, not checked against the source", "", "")
        }


def fired(**case: object) -> set[str]:
    """The rules that fire for a case; concepts of the starter stand for codes, without their prefix."""
    body: dict[str, object] = {"event": "order-sign", "at": "2026-11-01T08:00:00Z"}
    for section, value in case.items():
        if isinstance(value, str) and section in ("orders", "medications", "conditions", "allergies"):
            value = [{"codes": [{"code": f"medkg:{name}"}]} for name in value.split()]
        body[section] = value
    decision = ENGINE.decide(msgspec.convert(body, Case), Asked(limit=50), NOW)
    assert decision.problems == ()
    return {card.rule.removeprefix("example:") for card in decision.cards}


def test_a_class_that_was_not_tolerated_warns_of_what_cross_reacts() -> None:
    found = fired(orders="drug-meropenem", allergies="drug-cefaclor", conditions="", medications="", results=[])
    assert "allergy-carbapenem-penicillin" in found
    found = fired(orders="drug-meropenem", allergies="drug-erythromycin", conditions="", medications="", results=[])
    assert {name for name in found if name.startswith("allergy-")} == set()


@pytest.mark.parametrize(("weeks", "fires"), [(12, False), (20, True), (36, True)])
def test_an_nsaid_in_pregnancy_is_a_matter_of_weeks(weeks: int, fires: bool) -> None:
    patient = {"sex": "female", "pregnant": True, "gestation_weeks": weeks}
    found = fired(orders="drug-ibuprofen", patient=patient, allergies="", conditions="", medications="", results=[])
    assert ("pregnancy-nsaid-20-weeks" in found) is fires


def test_aspirin_is_no_nsaid_where_a_small_dose_is_meant() -> None:
    found = fired(orders="drug-aspirin", conditions="disease-heart-failure disease-acute-coronary-syndrome",
                  medications="drug-apixaban drug-enalapril", allergies="", results=[])  # fmt: skip
    assert {name for name in found if "nsaid" in name} == set()


def test_two_drugs_in_one_line_need_a_vein() -> None:
    calcium = {"codes": [{"code": "medkg:drug-calcium-gluconate"}], "route": "静脉注射"}
    for route, fires in (("静脉滴注", True), ("im", False)):
        orders = [{"codes": [{"code": "medkg:drug-ceftriaxone"}], "route": route}, calcium]
        assert ("iv-compatibility-ceftriaxone-calcium" in fired(orders=orders)) is fires


@pytest.mark.parametrize(
    ("onset", "fires"),
    [("2026-11-01T02:00:00Z", {"guideline-stroke-window-over"}), ("2026-11-01T04:00:00Z", set()),
     ("2026-10-31T23:00:00+08:00", {"guideline-stroke-window-over"})],
)  # fmt: skip
def test_the_window_of_thrombolysis_counts_hours(onset: str, fires: set[str]) -> None:
    stroke = [{"codes": [{"code": "medkg:disease-acute-ischemic-stroke"}], "time": onset}]
    found = fired(orders="drug-alteplase", conditions=stroke, medications="", results=[])
    assert {name for name in found if name.startswith("guideline-stroke-window")} == fires


def test_a_score_adds_up_what_is_known() -> None:
    rule = next(rule for rule in RULES["example-scores"] if rule.id == "example:score-cha2ds2-vasc")
    (score,) = [part for part in rule.when.of if isinstance(part, Scored)]  # type: ignore[union-attr]
    assert sum(item.points for item in score.items) == 10  # the two ages exclude each other: nine at most
    case = {"event": "patient-view", "orders": "", "medications": "", "patient": {"age": {"value": 72, "unit": "a"}}}
    # Without the sex the score is one or two.
    assert "score-cha2ds2-vasc" not in fired(**case, conditions="disease-atrial-fibrillation")
    both = "disease-paroxysmal-atrial-fibrillation disease-essential-hypertension"
    assert "score-cha2ds2-vasc" in fired(**case, conditions=both)


def test_a_disease_that_is_over_counts_where_it_counts_for_life() -> None:
    def fired(drug: str, disease: str, **more: object) -> set[str]:
        case = Case(
            event="order-sign", at="2026-11-01T00:00:00Z",
            orders=(Order(codes=(Code(code=f"medkg:drug-{drug}"),)),), medications=(), allergies=(),
            conditions=(Entry(codes=(Code(code=f"medkg:disease-{disease}"),), ended=True, **more),),  # type: ignore[arg-type]
        )  # fmt: skip
        decision = ENGINE.decide(case, Asked(limit=100), NOW)
        return {one.rule.removeprefix("example:") for one in (*decision.cards, *decision.insufficient)}

    for drug, disease, rule in (
        ("prasugrel", "stroke", "prasugrel-stroke"), ("enalapril", "angioedema", "ace-inhibitor-angioedema"),
        ("raloxifene", "venous-thromboembolism", "raloxifene-vte"),
        ("heparin", "heparin-induced-thrombocytopenia", "heparin-hit"),
        ("suxamethonium", "malignant-hyperthermia", "suxamethonium-malignant-hyperthermia"),
    ):  # fmt: skip
        assert f"contraindication-{rule}" in fired(drug, disease, time="2015")
        # Without a time it is at least told that it could not be judged.
        assert f"contraindication-{rule}" in fired(drug, disease)
    assert fired("propafenone", "cardiogenic-shock", time="2015") == set()
