"""The id of a card stands for the facts that its rule used, with their values; so what changed is said again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from kg.model.case import Case
from kg.rules.ruleset import Asked
from tests.kg.rules.known import NOW, engine, rule
from tests.kg.rules.test_ruleset import GOUT, WARFARIN, decide

CREATININE = {"name": "creatinine", "time": "2026-10-31", "value": {"value": 300, "unit": "umol/L"}}
BASE: dict[str, Any] = {
    "orders": [{"name": "warfarin", "dose": {"value": 5, "unit": "mg"}}], "medications": [],
    "conditions": [{"name": "gout", "time": "2026-01-01"}], "results": [CREATININE],
    "patient": {"token": "p", "sex": "female", "age": {"value": 70, "unit": "a"}, "pregnant": True,
                "gestation_weeks": 20, "weight": {"value": 60, "unit": "kg"}},
}  # fmt: skip
WEEKS = {"is": "pregnant", "weeks": {"unit": "wk", "at_least": 10}}
CLEARANCE = {"is": "computed", "function": "creatinine-clearance", "range": {"unit": "mL/min", "below": 60}, "days": 90}
FILTRATION = CLEARANCE | {"function": "egfr-ckd-epi-2021", "range": {"unit": "mL/min/{1.73_m2}", "below": 60}}


def card(when: object, **change: object) -> str:
    (found,) = decide(engine(rule(when)), **(BASE | change)).cards
    return found.id


def patient(**change: object) -> dict[str, Any]:
    return {"patient": BASE["patient"] | change}


@pytest.mark.parametrize(
    ("when", "change", "other"),
    [
        (WEEKS, patient(gestation_weeks=21, age={"value": 40, "unit": "a"}), True),
        (CLEARANCE, patient(pregnant=False, weight={"value": 45, "unit": "kg"}), True),
        (CLEARANCE, patient(age={"value": 75, "unit": "a"}), True),
        (FILTRATION, {"results": [CREATININE | {"value": {"value": 400, "unit": "umol/L"}}]}, True),
        (WARFARIN, {"orders": [{"name": "warfarin", "dose": {"value": 10, "unit": "mg"}}]}, True),
        (GOUT, {"conditions": [{"name": "gout", "time": "2026-10-30"}]}, True),
        (WARFARIN, patient(weight={"value": 45, "unit": "kg"}), False),
        (FILTRATION, patient(weight={"value": 45, "unit": "kg"}), False),
        (GOUT, {"results": []}, False),
        (WARFARIN, patient(token="q"), False),
    ],
)
def test_a_card_is_another_one_where_a_fact_that_its_rule_used_is(when: object, change: Any, other: bool) -> None:
    base = patient(age={"value": 40, "unit": "a"}) if when is WEEKS else {}
    assert (card(when, **base) != card(when, **change)) is other


def test_a_rule_that_is_over_fires_for_nobody_who_names_an_old_day() -> None:
    made = engine(
        rule(WARFARIN, id="test:over", effective_to="2026-06-30"),
        rule(WARFARIN, id="test:since", effective_from="2026-11-01"),
    )
    for at, shown, cards in (
        ("2026-06-01T00:00:00Z", True, ["test:since"]), ("2026-06-01T00:00:00Z", False, ["test:over"]),
        ("", True, ["test:since"]), ("2027-06-01T00:00:00Z", True, ["test:since"]),
    ):  # fmt: skip
        body = {"event": "order-sign", "at": at, "orders": [{"name": "warfarin"}]}
        found = made.decide(msgspec.convert(body, Case), Asked(shown=shown), NOW)
        assert [one.rule for one in found.cards] == cards, (at, shown)
        assert found.not_in_force == 1
    # A day begins where who asks is, and not where the service is.
    early = datetime(2026, 10, 31, 18, tzinfo=UTC)
    for at, cards in (("2026-11-01T02:00:00+08:00", ["test:since"]), ("2026-10-31T18:00:00Z", [])):
        body = {"event": "order-sign", "at": at, "orders": [{"name": "warfarin"}]}
        found = made.decide(msgspec.convert(body, Case), Asked(), early)
        assert [one.rule for one in found.cards] == cards
