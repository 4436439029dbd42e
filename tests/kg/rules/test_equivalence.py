"""The engine against the plain way: whatever the rules and the case, every rule comes to the same."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.case import Case, Scope
from kg.model.rule import Rule
from kg.rules.engine import Engine
from kg.rules.facts import Facts
from kg.rules.firing import Firing, Installed
from kg.rules.ruleset import Asked
from tests.kg.rules.known import NOW, TABLE, UNITS, rule
from tests.kg.rules.naive import Expected

DRUGS = ["warfarin", "ibuprofen", "naproxen", "metformin", "paracetamol"]
CONCEPTS = [f"medkg:drug-{name}" for name in DRUGS] + ["medkg:drug-class-nsaid"]
TESTS = ["medkg:test-creatinine", "medkg:test-serum-potassium"]
AMONG = st.sampled_from(["any", "orders", "current"])


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


LEAVES = st.one_of(
    st.fixed_dictionaries({"is": st.just("has"), "kind": st.just("drug"), "concepts": some(CONCEPTS), "among": AMONG}),
    st.fixed_dictionaries({"is": st.just("has"), "kind": st.just("condition"),
                           "concepts": st.just(["medkg:disease-gout"])}, optional={"days": st.just(30)}),
    st.fixed_dictionaries({"is": st.just("has"), "kind": st.just("allergy"),
                           "concepts": st.just(["medkg:drug-class-penicillin"])}),
    st.fixed_dictionaries({"is": st.just("measured"), "tests": some(TESTS), "days": st.just(30),
                           "range": st.just({"unit": "umol/L", "above": 90})}),
    st.fixed_dictionaries({"is": st.just("howmany"), "kind": st.just("drug"), "concepts": some(CONCEPTS),
                           "among": AMONG, "range": st.sampled_from([{"unit": "1", "at_least": 2},
                                                                     {"unit": "1", "at_most": 1}])}),
    st.fixed_dictionaries({"is": st.just("sameingredient")}, optional={"concepts": some(CONCEPTS)}),
    st.fixed_dictionaries({"is": st.just("ofsex"), "sex": st.sampled_from(["female", "male"])}),
    st.sampled_from([{"is": "pregnant"}, {"is": "aged", "range": {"unit": "a", "at_least": 65}}]),
    st.fixed_dictionaries({"is": st.just("written"), "section": st.sampled_from(["orders", "conditions"]),
                           "field": st.just("name"), "state": st.sampled_from(["absent", "present"])},
                          optional={"concepts": some(CONCEPTS)}),
)  # fmt: skip
NAME = {"zh": "例", "en": "example"}
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"is": st.sampled_from(["all", "either"]),
                               "of": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"is": st.just("not"), "of": inner}),
        st.fixed_dictionaries({"is": st.just("atleast"), "count": st.integers(1, 2),
                               "of": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"is": st.just("scored"), "name": st.just(NAME),
                               "range": st.just({"unit": "1", "at_least": 2}),
                               "items": st.lists(st.fixed_dictionaries({"points": st.integers(-1, 2), "when": inner,
                                                                        "name": st.just(NAME)}),
                                                 min_size=1, max_size=3)}),
    ),
    max_leaves=5,
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {"when": TREES, "tier": st.sampled_from(["block", "warn", "inform"])},
    optional={"applies": TREES, "effective_to": st.just("2026-01-01"), "events": st.just(["patient-view"])},
)
ITEM = st.sampled_from([{"name": name} for name in (*DRUGS, "xyzzy")])
RESULT = st.fixed_dictionaries(
    {"name": st.sampled_from(["creatinine", "potassium", "xyzzy"]), "time": st.sampled_from(["2026-10-30", ""]),
     "value": st.fixed_dictionaries({"value": st.integers(50, 200), "unit": st.sampled_from(["umol/L", "xyzzy"])})}
)  # fmt: skip
ENTRY = st.fixed_dictionaries(
    {"name": st.sampled_from(["gout", "penicillin", "xyzzy"])},
    optional={"time": st.sampled_from(["2026-10-30", "2020-01-01", "2028-01-01"]), "ended": st.booleans(),
              "absent": st.booleans()},
)  # fmt: skip
CASES = st.fixed_dictionaries(
    {"event": st.just("order-sign")},
    optional={
        "orders": st.lists(ITEM, max_size=3), "medications": st.lists(ITEM, max_size=3),
        "conditions": st.lists(ENTRY, max_size=2), "allergies": st.lists(ENTRY, max_size=2),
        "results": st.lists(RESULT, max_size=3), "scope": st.sampled_from([{"site": "a"}, {"site": "b"}]),
        "patient": st.sampled_from([{}, {"sex": "female", "age": {"value": 70, "unit": "a"}}, {"sex": "male"}]),
    },
)  # fmt: skip
MODES = st.sampled_from([("active", ()), ("shadow", ()), ("pilot", (Scope(site="a"),))])


def firings(bodies: list[dict[str, object]], modes: list[tuple[str, tuple[Scope, ...]]]) -> list[Firing]:
    made: list[Rule] = [rule(id=f"test:{number}", **body) for number, body in enumerate(bodies)]
    return [Firing(Installed("test", one), mode, scopes)  # type: ignore[arg-type]
            for one, (mode, scopes) in zip(made, modes, strict=False)]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(BODIES, min_size=1, max_size=6), st.lists(MODES, min_size=6, max_size=6), CASES)
def test_every_rule_comes_to_what_it_comes_to_alone(
    bodies: list[dict[str, object]], modes: list[tuple[str, tuple[Scope, ...]]], body: dict[str, object]
) -> None:
    rules, case = firings(bodies, modes), msgspec.convert(body, Case)
    found = Engine(rules, TABLE, TABLE, UNITS).decide(case, Asked(limit=100, explain=True), NOW)
    wanted = Expected(rules, Facts(case, TABLE, TABLE, UNITS, NOW))
    assert {card.rule: tuple(one.place for one in card.facts) for card in found.cards} == wanted.fired
    assert {one.rule: one.missing for one in found.insufficient} == wanted.insufficient
    assert [one.rule for one in found.shadow] == wanted.shadow
    numbers = wanted.numbers
    assert (found.silent, found.outside, found.not_in_force) == (
        numbers["silent"], numbers["outside"], numbers["not-in-force"],
    )  # fmt: skip
    assert {(one.list, one.gap): one.rules for one in found.unjudged} == dict(wanted.unjudged)
    # Whatever is unknown is said: named, or counted under what was not sent, not understood, or absent.
    assert len(wanted.unknown) <= len(found.insufficient) + numbers["unjudged"]
    assert {one.rule for one in found.explained} == {*wanted.fired, *wanted.insufficient}


def test_the_answer_does_not_hang_on_what_was_asked_before() -> None:
    bodies: list[dict[str, object]] = [
        {"when": {"is": "has", "kind": "drug", "concepts": [concept]}} for concept in CONCEPTS
    ]
    engine = Engine(firings(bodies, [("active", ())] * len(bodies)), TABLE, TABLE, UNITS)
    cases = [msgspec.convert({"event": "order-sign", "orders": [{"name": name}], "medications": []}, Case)
             for name in DRUGS]  # fmt: skip
    at = datetime(2026, 11, 2, tzinfo=UTC)
    first = [engine.decide(case, Asked(), at) for case in cases]
    assert [engine.decide(case, Asked(), at) for case in reversed(cases)] == first[::-1]
