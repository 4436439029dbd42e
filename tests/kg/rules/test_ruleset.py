"""The engine: which rules are reached, what each comes to, and what an answer tells beside its cards."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ConfigError
from kg.model.case import Case
from kg.model.rule import Condition, Rule
from kg.rules.anchors import anchor
from kg.rules.conditions import see
from kg.rules.decision import Decision
from kg.rules.engine import Engine
from kg.rules.ruleset import Asked, Installed
from kg.rules.standing import demonstrate
from tests.kg.rules.known import NOW, engine, facts, rule

WARFARIN = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-warfarin"]}
NSAID = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-class-nsaid"]}
GOUT = {"is": "has", "kind": "condition", "concepts": ["medkg:disease-gout"]}
BOTH = {"is": "all", "of": [WARFARIN, NSAID]}


def decide(made: Engine, asked: Asked = Asked(), **case: object) -> Decision:  # noqa: B008 - a frozen value
    body = {"event": "order-sign"} | case
    return made.decide(msgspec.convert(body, Case), asked, NOW)


def test_a_card_says_on_what_it_rests_and_how() -> None:
    found = decide(
        engine(rule(BOTH)), Asked(explain=True), orders=[{"name": "ibuprofen"}], medications=[{"name": "华法林"}],
        patient={"token": "p-1"},
    )  # fmt: skip
    (card,) = found.cards
    assert (card.rule, card.version, card.patient, card.pack) == ("test:one", "1", "p-1", "test")
    assert {fact.place for fact in card.facts} == {"/orders/0", "/medications/0"}
    steps = next(fact.path for fact in card.facts if fact.place == "/orders/0")
    assert [(step.subject, step.object) for step in steps] == [("medkg:drug-ibuprofen", "medkg:drug-class-nsaid")]
    (told,) = found.explained
    assert (told.outcome, [part.truth for part in told.conditions[0].of]) == ("fired", [True, True])


def test_every_outcome_is_told_apart() -> None:
    applies = {"is": "aged", "range": {"unit": "a", "at_least": 18}}
    rules = (
        rule(WARFARIN, id="test:fires"),
        rule({"is": "all", "of": [WARFARIN, GOUT]}, id="test:unjudged"),
        rule({"is": "all", "of": [WARFARIN, {"is": "not", "of": GOUT}]}, id="test:lacking"),
        rule(WARFARIN, id="test:outside", applies=applies),
        rule(WARFARIN, id="test:over", effective_to="2020-01-01"),
        rule(WARFARIN, id="test:elsewhere", events=["patient-view"]),
        rule({"is": "all", "of": [WARFARIN, {"is": "ofsex", "sex": "male"}]}, id="test:silent"),
        rule(NSAID, id="test:not-reached"),
    )
    found = decide(engine(*rules), orders=[{"name": "warfarin"}], medications=[],
                   patient={"sex": "female", "age": {"value": 5, "unit": "a"}})  # fmt: skip
    assert [card.rule for card in found.cards] == ["test:fires"]
    assert {one.rule: one.missing for one in found.insufficient} == {
        "test:unjudged": ("conditions",), "test:lacking": ("conditions",),
    }  # fmt: skip
    assert (found.outside, found.not_in_force, found.silent) == (1, 1, 2)


def test_rules_that_nobody_could_reach_are_counted_under_the_list_that_is_missing() -> None:
    found = decide(engine(rule(GOUT), rule(WARFARIN, id="test:two")), orders=[])
    assert [(one.list, one.rules) for one in found.unjudged] == [("conditions", 1), ("medications", 1)]
    assert (found.cards, found.insufficient) == ((), ())


def test_cards_are_ranked_and_folded_but_what_blocks_is_not() -> None:
    tiers = ("inform", "warn", "interrupt", "block", "block")
    rules = [rule(WARFARIN, id=f"test:{number}", tier=tier) for number, tier in enumerate(tiers)]
    found = decide(engine(*rules), Asked(limit=1), orders=[{"name": "warfarin"}], medications=[])
    assert [card.tier for card in found.cards] == ["block", "block"]
    assert found.folded == 3


def test_of_two_rules_that_disagree_the_loser_is_shown_as_such() -> None:
    rules = (rule(WARFARIN, id="test:base", loses_to=["test:local"]), rule(WARFARIN, id="test:local"))
    found = decide(engine(*rules), orders=[{"name": "warfarin"}], medications=[])
    assert [card.rule for card in found.cards] == ["test:local"]
    assert [(one.winner, one.loser) for one in found.conflicts] == [("test:local", "test:base")]


def test_what_is_weaker_never_hides_what_is_stronger() -> None:
    rules = (rule(WARFARIN, id="test:base", tier="block", loses_to=["test:local"]), rule(WARFARIN, id="test:local"))
    found = decide(engine(*rules), orders=[{"name": "warfarin"}], medications=[])
    assert [card.rule for card in found.cards] == ["test:base", "test:local"]
    assert [(one.winner, one.loser) for one in found.conflicts] == [("test:local", "test:base")]


def test_packs_that_share_a_rule_are_not_shown_together(tmp_path: Path) -> None:
    known = [Installed(pack, rule(WARFARIN)) for pack in ("one", "two")]
    with pytest.raises(ConfigError, match="test:one"):
        demonstrate(tmp_path, known, ())
    assert demonstrate(tmp_path, known, ["two"]).packs == ("two",)


def test_what_was_not_understood_is_told_with_what_comes_nearest() -> None:
    found = decide(
        engine(rule(WARFARIN)), orders=[{"name": "warfarlin"}, {"codes": [{"code": "X", "system": "local"}]}]
    )
    assert [(one.place, one.reason) for one in found.problems] == [
        ("/orders/0", "not-understood"), ("/orders/1", "not-understood"),
    ]  # fmt: skip
    assert "medkg:drug-warfarin" in found.problems[0].nearest


def test_why_a_rule_is_silent() -> None:
    found = decide(engine(rule(BOTH)), Asked(why=("test:one", "test:none")), orders=[{"name": "warfarin"}],
                   medications=[])  # fmt: skip
    told, unknown = found.explained
    assert (unknown.rule, unknown.outcome) == ("test:none", "not-active")
    assert (told.rule, told.outcome, [part.truth for part in told.conditions[0].of]) == (
        "test:one", "silent", [True, False],
    )  # fmt: skip


def test_the_same_facts_give_the_same_card_and_other_values_another() -> None:
    made = engine(rule(WARFARIN))
    drug = {"name": "warfarin"}
    first = decide(made, orders=[drug], medications=[]).cards[0].id
    assert decide(made, orders=[{"name": "华法林"}], medications=[]).cards[0].id == first
    dose = decide(made, orders=[drug | {"dose": {"value": 3, "unit": "mg"}}], medications=[]).cards[0].id
    assert dose != first


@pytest.mark.parametrize("place", ["orders", "medications"])
def test_absurd_amounts_are_told_and_not_used(place: str) -> None:
    drug = {"name": "warfarin", "dose": {"value": -3, "unit": "mg"}}
    found = decide(engine(rule(WARFARIN)), **{place: [drug]})
    assert [(one.place, one.reason) for one in found.problems] == [(f"/{place}/0/dose", "absurd")]
    assert len(found.cards) == 1


LEAVES = st.sampled_from([
    WARFARIN, NSAID, GOUT, {"is": "ofsex", "sex": "female"}, {"is": "pregnant"}, {"is": "sameingredient"},
    {"is": "howmany", "kind": "drug", "concepts": ["medkg:drug-class-nsaid"], "range": {"unit": "1", "at_least": 2}},
    {"is": "howmany", "kind": "drug", "concepts": ["medkg:drug-class-nsaid"], "range": {"unit": "1", "at_most": 2}},
])  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda parts: (
        st.builds(lambda of: {"is": "all", "of": of}, st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda of: {"is": "either", "of": of}, st.lists(parts, min_size=1, max_size=3))
        | st.builds(lambda of: {"is": "not", "of": of}, parts)
        | st.builds(lambda of, n: {"is": "atleast", "count": min(n, len(of)), "of": of},
                    st.lists(parts, min_size=1, max_size=3), st.integers(1, 3))
    ),
    max_leaves=6,
)  # fmt: skip
DRUGS = st.none() | st.lists(st.sampled_from(["warfarin", "ibuprofen", "naproxen", "metformin"]), max_size=3)


@settings(max_examples=300)
@given(TREES, DRUGS, DRUGS, st.none() | st.lists(st.just("gout"), max_size=1), st.sampled_from(["female", "unknown"]))
def test_no_rule_that_is_true_is_missed_by_the_index(
    tree: dict[str, object], orders: list[str] | None, current: list[str] | None, conditions: list[str] | None, sex: str
) -> None:
    case: dict[str, object] = {"event": "order-sign", "patient": {"sex": sex}}
    for name, rows in (("orders", orders), ("medications", current), ("conditions", conditions)):
        if rows is not None:
            case[name] = [{"name": row} for row in rows]
    truth = see(msgspec.convert(tree, Condition), facts(**case)).truth
    found = decide(engine(rule(tree)), **case)
    assert bool(found.cards) is (truth is True)


def test_anchors_of_what_may_be_true_without_any_fact() -> None:
    def of(condition: object) -> object:
        found = anchor(msgspec.convert(condition, Condition))
        return found.keys if found else None

    assert of({"is": "not", "of": WARFARIN}) is None
    assert of({"is": "either", "of": [WARFARIN, {"is": "pregnant"}]}) is None
    assert of({"is": "either", "of": [WARFARIN, GOUT]}) == {
        ("drug", "medkg:drug-warfarin"), ("condition", "medkg:disease-gout"),
    }  # fmt: skip
    assert of({"is": "all", "of": [GOUT, WARFARIN, {"is": "pregnant"}]}) == {("drug", "medkg:drug-warfarin")}


@pytest.mark.parametrize(
    "change",
    [
        {"when": {"is": "has", "kind": "drug", "concepts": []}},
        {"when": {"is": "aged", "range": {"unit": "a"}}},
        {"when": {"is": "vibes"}},
        {"evidence": [{"organisation": "x", "title": "y", "quote": "z"}]},
        {"evidence": [{"organisation": "x", "title": "y", "grade": "A"}]},
        {"evidence": []},
        {"cases": []},
        {"tier": "shout"},
        {"effective_to": "2026"},
        {"id": "no colon"},
    ],
)
def test_rules_that_do_not_fit_are_refused(change: dict[str, object]) -> None:
    body = msgspec.to_builtins(rule(WARFARIN)) | change
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, Rule)
