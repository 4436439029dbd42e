"""Outcomes that are no card: cut, deliberately nothing, rules that pull apart, what nobody could know."""

from __future__ import annotations

import msgspec
import pytest

from kg.errors import DecisionTimeout
from kg.model.case import Case
from kg.model.rule import Rule
from kg.rules.allowance import Allowance
from kg.rules.decision import Decision
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed
from kg.rules.ruleset import Asked
from tests.kg.rules.known import NOW, TABLE, UNITS, engine, rule
from tests.kg.rules.test_ruleset import GOUT, WARFARIN, decide

NAME = {"zh": "例", "en": "example"}
IBUPROFEN = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-ibuprofen"]}
POTASSIUM = {
    "is": "measured", "tests": ["medkg:test-serum-potassium"], "range": {"unit": "mmol/L", "above": 5.5}, "days": 7,
}  # fmt: skip
CASE = {"event": "order-sign", "orders": [{"name": "warfarin"}], "medications": [], "patient": {"sex": "female"}}


def heavy(items: int, name: str = "test:heavy") -> Rule:
    """A score of very many items, no two alike, about a drug."""
    points = [
        {"points": 1, "name": NAME,
         "when": {"is": "either", "of": [{"is": "aged", "range": {"unit": "a", "above": number}}, {"is": "pregnant"}]}}
        for number in range(items)
    ]  # fmt: skip
    score = {"is": "scored", "name": NAME, "items": points, "range": {"unit": "1", "at_least": items}}
    return rule({"is": "all", "of": [WARFARIN, score]}, id=name)


@pytest.fixture(scope="module")
def laden() -> Rule:
    return heavy(20_000)


def asked(rules: tuple[Rule, ...], allowance: Allowance) -> tuple[Engine, Decision]:
    made = Engine([Firing(Installed("test", one), "active") for one in rules], TABLE, TABLE, UNITS, allowance)
    return made, made.decide(msgspec.convert(CASE, Case), Asked(), NOW)


def test_a_slow_rule_is_cut_and_named_and_the_others_answer(laden: Rule) -> None:
    made, found = asked((rule(WARFARIN), laden), Allowance(rule=0.005))
    assert [card.rule for card in found.cards] == ["test:one"]
    assert [(one.rule, one.pack) for one in found.cut] == [("test:heavy", "test")]
    assert (found.silent, found.insufficient) == (0, ())
    assert made.ruleset.slow.known() == {"test": ("test:heavy",)}
    (told,) = made.decide(msgspec.convert(CASE, Case), Asked(why=("test:heavy",)), NOW).explained
    assert (told.outcome, told.conditions) == ("cut", ())


def test_a_rule_that_was_cut_again_and_again_is_left_alone_and_then_tried(laden: Rule) -> None:
    made, _ = asked((laden,), Allowance(rule=0.005))
    case = msgspec.convert(CASE, Case)
    for _ in range(3):
        made.decide(case, Asked(), NOW)
    slow, (firing,) = made.ruleset.slow, made.ruleset.rules.values()
    assert slow.resting(firing)
    assert [one.rule for one in made.decide(case, Asked(), NOW).cut] == ["test:heavy"]
    slow.judged(firing)
    assert not slow.any


def test_an_answer_that_comes_too_late_is_an_error_and_never_fewer_cards(laden: Rule) -> None:
    with pytest.raises(DecisionTimeout):
        asked((rule(WARFARIN), laden), Allowance(rule=60, answer=0.005))


def test_a_rule_that_takes_long_and_not_too_long_is_judged() -> None:
    _, found = asked((heavy(200),), Allowance(rule=60))
    assert (found.cut, len(found.insufficient)) == ((), 1)


def test_experts_may_have_decided_to_recommend_nothing() -> None:
    found = decide(engine(rule(WARFARIN, no_recommendation=True)), Asked(explain=True),
                   orders=[{"name": "warfarin"}], medications=[])  # fmt: skip
    assert [card.no_recommendation for card in found.cards] == [True]
    assert [one.outcome for one in found.explained] == ["no-recommendation"]
    with pytest.raises(msgspec.ValidationError, match="nothing to suggest"):
        rule(WARFARIN, no_recommendation=True, suggestions=[{"label": NAME}])


def test_a_suggestion_that_another_rule_warns_about_is_told_and_both_are_shown() -> None:
    suggests = rule(WARFARIN, id="test:suggests", suggestions=[{"label": NAME, "concepts": ["medkg:drug-naproxen"]}])
    nsaid = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-class-nsaid"]}
    case = {"orders": [{"name": "warfarin"}, {"name": "ibuprofen"}], "medications": []}
    found = decide(engine(suggests, rule(nsaid, id="test:warns")), **case)
    assert [card.rule for card in found.cards] == ["test:suggests", "test:warns"]
    assert [(one.suggests, one.warns, one.concept) for one in found.contradictions] == [
        ("test:suggests", "test:warns", "medkg:drug-naproxen"),
    ]  # fmt: skip
    # Advice to take it is no warning; neither is a rule about another drug.
    informs = rule(nsaid, id="test:informs", tier="inform")
    assert decide(engine(suggests, informs), **case).contradictions == ()
    assert decide(engine(suggests, rule(IBUPROFEN, id="test:other")), **case).contradictions == ()


def test_rules_that_wait_for_a_result_that_is_not_there_are_counted_and_not_silent() -> None:
    made = engine(rule(POTASSIUM, id="test:a"), rule({"is": "either", "of": [POTASSIUM, GOUT]}, id="test:b"))
    found = decide(made, results=[], conditions=[])
    assert [(one.list, one.rules, one.gap) for one in found.unjudged] == [("results", 2, "absent")]
    assert found.silent == 0
    found = decide(made, conditions=[])
    assert [(one.list, one.rules, one.gap) for one in found.unjudged] == [("results", 2, "not-sent")]


def test_rules_that_only_what_was_not_understood_could_reach_are_counted_and_not_silent() -> None:
    made = engine(rule(WARFARIN, id="test:a"), rule(GOUT, id="test:b"), rule(IBUPROFEN, id="test:c"))
    case = {"orders": [{"name": "xyzzy"}, {"name": "ibuprofen"}], "medications": [], "conditions": []}
    found = decide(made, **case)
    assert [(one.list, one.rules, one.gap) for one in found.unjudged] == [("orders", 1, "not-understood")]
    assert (len(found.cards), found.silent) == (1, 1)


@pytest.mark.parametrize(
    ("patient", "place"),
    [
        ({"sex": "male", "pregnant": True}, "/patient/pregnant"),
        ({"sex": "male", "lactating": True}, "/patient/lactating"),
        ({"sex": "female", "pregnant": False, "gestation_weeks": 20}, "/patient/gestation_weeks"),
        ({"sex": "female", "pregnant": True, "age": {"value": 3, "unit": "a"}}, "/patient/pregnant"),
        ({"sex": "female", "pregnant": True, "age": {"value": 80, "unit": "a"}}, "/patient/pregnant"),
    ],
)
def test_what_contradicts_itself_is_told_and_unknown(patient: dict[str, object], place: str) -> None:
    found = decide(engine(rule({"is": "pregnant"}), rule({"is": "lactating"}, id="test:two")), patient=patient)
    assert (place, "contradiction") in [(one.place, one.reason) for one in found.problems]
    assert found.cards == ()
    assert found.insufficient
