"""Families of rules that a row of a table makes: conditions, and the cases that every rule of the family must pass.

The cases follow from the condition, so they show that a row was read as it was meant, not that it is true.
"""

from __future__ import annotations

from collections.abc import Callable

from ingest.rules import laboratory
from ingest.rules.genes import tested, untested
from ingest.rules.pairs import (
    accumulation,
    allergy,
    contraindication,
    duplicate,
    history,
    interaction,
    iv_compatibility,
)
from ingest.rules.patients import (
    clearance,
    clearance_up_to,
    lactation,
    oldest,
    pregnancy,
    renal,
    result_above,
    result_below,
    youngest,
)
from ingest.rules.prescriptions import daily_dose, duration, food, route
from ingest.rules.rows import Cells, Made

FAMILIES: dict[str, Callable[[Cells], Made]] = {
    "interaction": interaction, "accumulation": accumulation, "iv-compatibility": iv_compatibility,
    "contraindication": contraindication, "hepatic": contraindication, "history": history,
    "allergy": allergy, "duplicate": duplicate,
    "pregnancy": pregnancy, "lactation": lactation, "minimum-age": youngest, "maximum-age": oldest, "elderly": oldest,
    "renal": renal, "clearance": clearance, "clearance-up-to": clearance_up_to,
    "result-above": result_above, "result-below": result_below,
    "daily-dose": daily_dose, "duration": duration, "route": route, "food": food,
    "reported-harm": contraindication, "gene-tested": tested, "gene-untested": untested,
    "test-asked-for": laboratory.asked_for, "test-repeat": laboratory.repeat,
    "test-without-result": laboratory.without_result, "test-twice": laboratory.both_ordered,
    "test-interference": laboratory.interference, "critical-high": laboratory.critical_high,
    "critical-low": laboratory.critical_low,
}  # fmt: skip
NEEDS_OTHERS = frozenset(
    {"interaction", "iv-compatibility", "contraindication", "hepatic", "history", "reported-harm", "result-above",
     "result-below", "test-without-result", "test-twice", "test-interference", "gene-tested", "gene-untested"}
)  # fmt: skip
NEEDS_VALUE = frozenset(
    {"accumulation", "minimum-age", "maximum-age", "elderly", "renal", "clearance", "clearance-up-to", "result-above",
     "result-below", "daily-dose", "duration", "test-repeat", "test-without-result", "critical-high", "critical-low"}
)  # fmt: skip
NEEDS_UNIT = frozenset({"daily-dose", "result-above", "result-below", "critical-high", "critical-low"})
NEEDS_ROUTES = frozenset({"route"})
