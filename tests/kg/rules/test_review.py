"""Prescription review by items: which rules answer one, and what an answer holds."""

from __future__ import annotations

from kg.rules.review import Answer, answers, coverage, items
from tests.kg.rules.known import rule

WHEN = {"is": "pregnant"}
REVIEW = {"events": ["prescription-review"]}


def test_there_are_28_items_each_with_rules_or_with_a_reason() -> None:
    assert len(items()) == 28
    assert len({item.code for item in items()}) == 28
    assert all(item.rules or item.families or item.because for item in items())
    assert {row.coverage for row in coverage([])} == {"none"}


def test_rules_answer_by_their_ids_and_families_and_at_reviews_alone() -> None:
    dose = rule(WHEN, id="example:review-1-7-dose", **REVIEW)
    other = rule(WHEN, id="example:review-1-7-unit", events=["order-sign"])
    pair = rule(WHEN, id="local:pair", family="interaction", **REVIEW)
    rows = {row.item.code: row for row in coverage([pair, other, dose])}
    assert rows["1-7"].rules == ("example:review-1-7-dose",)
    assert rows["1-7"].coverage == "in part"
    assert (rows["2-8"].rules, rows["2-8"].coverage) == (("local:pair",), "rules")
    assert rows["2-7"].coverage == "none"


def test_what_fired_stands_beside_what_could_not_be_judged() -> None:
    rules = [rule(WHEN, id=f"example:review-1-8-{name}", **REVIEW) for name in ("route", "vague")]
    found = answers(rules, ["example:review-1-8-vague", "local:none"], ["example:review-1-8-route"])
    assert found == [Answer("1-8", ("example:review-1-8-vague",), ("example:review-1-8-route",))]
    assert answers(rules, [], []) == []
