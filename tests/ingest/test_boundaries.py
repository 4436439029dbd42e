"""Limits of the example packs against the words of their own rules, and rules that must not stop an order."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest

from benchmarks.rule_packs import packs
from kg.model.case import Case
from kg.model.rule import Range, Rule
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed
from kg.rules.mutation import survivors
from kg.rules.ruleset import Asked
from kg.rules.testing import run_cases
from tests.ingest.test_clinical_packs import KNOWN, RULES, fired
from tests.kg.rules.known import NOW, UNITS

EVERY = {rule.id.removeprefix("example:"): rule for pack in packs() for rule in pack.rules}
NUMBER = r"(?<![\d.])0*{}(?![\d.]*\d)"
SAYS_OUT = r"(below|under|above|more than|over|beyond|fewer than)\b(?! or)[^.;:]{{0,40}}?" + NUMBER
SAYS_IN = NUMBER + r"[^.;:]{{0,12}}or (more|less)|(at least|from about week|from week) " + NUMBER


def ranges(value: object) -> Iterator[Range]:
    """Every range that stands anywhere in a condition."""
    if isinstance(value, Range):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from ranges(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from ranges(part)


def limits(rule: Rule) -> Iterator[tuple[str, bool]]:
    """Each limit as text, and whether a value that is the limit itself is meant."""
    for one in ranges((rule.applies, rule.when)):
        for bound in (one.above, one.at_least, one.below, one.at_most):
            if bound is not None:
                yield f"{bound:g}", one.holds(bound)


def said(rule: Rule, limit: str) -> bool | None:
    """Whether the words of a rule mean the limit itself, too; None where they do not speak of it so."""
    text, number = f"{rule.title.en}. {rule.message.en}", re.escape(limit)
    out, inside = (re.search(how.format(*[number] * 2), text, re.IGNORECASE) for how in (SAYS_OUT, SAYS_IN))
    return None if bool(out) == bool(inside) else bool(inside)


GOALS = {"guideline-stroke-blood-pressure-before-thrombolysis", "guideline-pneumonia-short-course"}
"""Rules whose words say how it ought to be, and that fire where it is not so."""


def test_a_limit_is_meant_as_the_words_of_the_rule_say() -> None:
    judged = [(name, limit, holds, said(rule, limit)) for name, rule in EVERY.items() for limit, holds in limits(rule)]
    told = [row for row in judged if row[3] is not None]
    assert len(told) >= 80
    assert [row for row in told if row[2] is not (row[3] != (row[0] in GOALS))] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("clearance-eplerenone-30", [("30", True)]),
        ("clearance-rivaroxaban-15", [("15", False)]),
        ("metformin-renal", [("30", False)]),
        ("guideline-diabetes-statin", [("40", True), ("76", False)]),
        ("guideline-hypertension-albuminuria-raas", [("30", True)]),
        ("guideline-copd-noninvasive-ventilation", [("7.35", True), ("45", True)]),
        ("guideline-stroke-coagulation-before-thrombolysis", [("100", False), ("1.7", False)]),
        ("guideline-stroke-blood-pressure-before-thrombolysis", [("185", True), ("110", True)]),
        ("score-curb-65", [("3", True), ("7", False), ("30", True), ("90", False), ("60", True), ("65", True)]),
        ("score-qsofa", [("2", True), ("22", True), ("100", True)]),
        ("test-potassium-high", [("6.2", False)]),
        ("test-potassium-low", [("2.8", False)]),
    ],
)
def test_limits_that_were_read_one_by_one(name: str, values: list[tuple[str, bool]]) -> None:
    found = list(limits(EVERY[name]))
    assert [row for row in values if row not in found] == []


def test_a_clearance_of_just_thirty_is_not_given_eplerenone() -> None:
    # 140 - 40 years, 72 kg and 100/30 mg/dL give 30 mL/min by Cockcroft and Gault, by hand.
    rule = EVERY["clearance-eplerenone-30"]
    engine = Engine([Firing(Installed("p", rule), "active")], KNOWN, KNOWN, UNITS)
    for years, fires in ((39, False), (40, True)):
        creatinine = {"codes": [{"code": "medkg:test-creatinine"}], "time": "2026-10-31",
                      "value": {"value": 100 / 30, "unit": "mg/dL"}}  # fmt: skip
        body = {"event": "order-sign", "orders": [{"codes": [{"code": "medkg:drug-eplerenone"}]}],
                "patient": {"sex": "male", "age": {"value": years, "unit": "a"}, "weight": {"value": 72, "unit": "kg"}},
                "results": [creatinine]}  # fmt: skip
        found = engine.decide(msgspec.convert(body, Case), Asked(), NOW)
        assert bool(found.cards) is fires, years


EXCEPTIONS = """
    pregnancy-warfarin pregnancy-methotrexate pregnancy-gnrh pregnancy-mycophenolate lactation-methotrexate
    contraindication-verapamil-hfref contraindication-beta-blocker-heart-block contraindication-verapamil-heart-block
    contraindication-amiodarone-heart-block contraindication-estrogen-breast-cancer
    contraindication-tranexamic-acid-thrombosis contraindication-pioglitazone-bladder-cancer
    contraindication-anticholinergic-glaucoma contraindication-diazepam-myasthenia-gravis
    contraindication-ace-inhibitor-angioedema contraindication-mefloquine-psychiatric
    contraindication-suxamethonium-hyperkalemia contraindication-thrombolytic-bleeding-risk hepatic-leflunomide
    hepatic-isoniazid clearance-dabigatran-30 clearance-zoledronic-acid-35 minimum-age-sulfonamide-2-months
    iv-compatibility-ceftriaxone-calcium interaction-ketorolac-nsaid allergy-platinum allergy-nsaid-aspirin
    allergy-nsaid-nsaid guideline-pneumonia-daptomycin
"""


@pytest.mark.parametrize("name", EXCEPTIONS.split())
def test_what_its_own_source_has_exceptions_for_that_a_record_does_not_show_does_not_block(name: str) -> None:
    assert EVERY[name].tier == "interrupt"


def test_only_what_a_label_names_is_what_a_rule_names() -> None:
    plain = {"allergies": "", "medications": "", "results": []}

    def about(drug: str, disease: str) -> dict[str, str]:
        names = fired(orders=drug, conditions=disease, **plain)
        return {name: EVERY[name].tier for name in names if name.startswith("contraindication-")}

    assert about("drug-miglitol", "disease-liver-cirrhosis") == {}
    assert about("drug-acarbose", "disease-liver-cirrhosis") == {"contraindication-acarbose-cirrhosis": "block"}
    assert about("drug-liraglutide", "disease-multiple-endocrine-neoplasia") == {
        "contraindication-glp1-multiple-endocrine-neoplasia": "warn",
    }  # fmt: skip
    assert about("drug-liraglutide", "disease-medullary-thyroid-carcinoma") == {
        "contraindication-glp1-medullary-thyroid-carcinoma": "block",
    }  # fmt: skip
    assert about("drug-alteplase", "disease-intracranial-hemorrhage") == {
        "contraindication-thrombolytic-intracranial-hemorrhage": "block",
    }  # fmt: skip
    # A cream is no tablet; without a route nobody knows.
    for route, cards in (("外用", set()), ("口服", {"hepatic-ketoconazole"}), ("", set())):
        orders = [{"codes": [{"code": "medkg:drug-ketoconazole"}], "route": route}]
        assert {name for name in fired(orders=orders, conditions="disease-liver-cirrhosis", **plain)
                if name.startswith("hepatic")} == cards  # fmt: skip


def test_biotin_is_asked_for_where_an_immunoassay_is_ordered() -> None:
    rule = Installed("p", EVERY["test-biotin-immunoassay"])
    assert [one for one in run_cases([rule], KNOWN, KNOWN, UNITS, NOW) if not one.passed] == []
    assert list(survivors([rule], KNOWN, KNOWN, UNITS, NOW)) == []
    engine = Engine([Firing(rule, "active")], KNOWN, KNOWN, UNITS)
    for test, taken, fires in (
        ("thyroid-stimulating-hormone", "biotin", True), ("high-sensitivity-cardiac-troponin-t", "biotin", True),
        ("thyroid-stimulating-hormone", "folic-acid", False), ("serum-potassium", "biotin", False),
    ):  # fmt: skip
        body = {"event": "order-sign", "orders": [{"kind": "test", "codes": [{"code": f"medkg:test-{test}"}]}],
                "medications": [{"codes": [{"code": f"medkg:drug-{taken}"}]}]}  # fmt: skip
        assert bool(engine.decide(msgspec.convert(body, Case), Asked(), NOW).cards) is fires


def test_a_rule_that_blocks_leaves_no_passing_state_to_the_reader() -> None:
    """Who was stopped by a rule must not have to find out whether it is meant: such words belong to softer tiers."""
    told = [rule.id for rules in RULES.values() for rule in rules
            if rule.tier == "block" and re.search(r"\b(check whether|check what|check which|may be an exception)\b",
                                                  rule.message.en, re.IGNORECASE)]  # fmt: skip
    assert told == []
