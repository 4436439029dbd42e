"""In which mode a rule fires: a shadow gives no card and changes no number, a pilot speaks to its scopes alone."""

from __future__ import annotations

import msgspec
import pytest

from kg.model.case import Case, Scope
from kg.model.rule import Rule
from kg.rules.decision import Decision
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed, Mode
from kg.rules.ruleset import Asked
from tests.kg.rules.known import NOW, TABLE, UNITS, rule
from tests.kg.rules.test_ruleset import GOUT, WARFARIN

CASE = {"event": "order-sign", "orders": [{"name": "warfarin"}], "medications": []}


def firing(made: Rule, mode: Mode, *scopes: Scope, **more: object) -> Firing:
    return msgspec.structs.replace(Firing(Installed("test", made), mode, scopes), **more)


def decide(*rules: Firing, **more: object) -> Decision:
    return Engine(rules, TABLE, TABLE, UNITS).decide(msgspec.convert(CASE | more, Case), Asked(), NOW)


def test_a_shadow_is_judged_and_nothing_else_of_the_answer_knows_of_it() -> None:
    active = firing(rule(WARFARIN, id="test:active"), "active")
    shadows = (
        firing(rule(WARFARIN, id="test:hit", loses_to=["test:active"]), "shadow"),
        firing(rule({"is": "all", "of": [WARFARIN, GOUT]}, id="test:lacking"), "shadow"),
        firing(rule(GOUT, id="test:unreached"), "shadow"),
    )
    found = decide(active, *shadows)
    assert [(one.rule, one.mode) for one in found.shadow] == [("test:hit", "shadow")]
    alone = decide(active)
    same = msgspec.structs.replace(found, shadow=(), rules=alone.rules)
    assert same == alone


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ({"department": "icu"}, True),
        ({"department": "icu", "role": "nurse", "site": "east"}, True),
        ({"department": "surgery"}, False),
        ({"site": "west"}, True),
        ({}, False),
    ],
)
def test_a_pilot_speaks_to_its_scopes(scope: dict[str, str], shown: bool) -> None:
    pilot = firing(rule(WARFARIN), "pilot", Scope(department="icu"), Scope(site="west"))
    found = decide(pilot, scope=scope)
    assert [card.mode for card in found.cards] == (["pilot"] if shown else [])
    assert [one.mode for one in found.shadow] == ([] if shown else ["pilot"])


def test_a_pilot_without_scopes_speaks_to_nobody() -> None:
    found = decide(firing(rule(WARFARIN), "pilot"))
    assert (found.cards, len(found.shadow), found.silent) == ((), 1, 0)


def test_tier_and_review_are_as_decided_here() -> None:
    found = decide(
        firing(rule(WARFARIN, id="test:a"), "active", tier="inform", under_review="source retracted"),
        firing(rule(WARFARIN, id="test:b"), "active"),
    )
    assert [(card.rule, card.tier, card.under_review) for card in found.cards] == [
        ("test:b", "warn", ""), ("test:a", "inform", "source retracted"),
    ]  # fmt: skip


def test_the_mark_of_the_rules_tells_modes_apart() -> None:
    made = rule(WARFARIN)
    kinds = (
        firing(made, "active"), firing(made, "shadow"), firing(made, "pilot", Scope(site="a")),
        firing(made, "pilot", Scope(site="b")), firing(made, "active", tier="block"),
        firing(made, "active", under_review="x"),
    )  # fmt: skip
    assert len({decide(one).rules for one in kinds}) == len(kinds)
