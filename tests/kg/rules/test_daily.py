"""What is taken of an ingredient in a day is the sum over its orders, as far as that is known."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kg.model.case import Case
from kg.model.rule import Condition
from kg.rules.conditions import see
from kg.rules.facts import Facts
from kg.rules.seen import Seen
from tests.kg.rules.known import NOW, TABLE, UNITS, Table, facts

PARACETAMOL = "medkg:drug-paracetamol"
MORE = {"is": "has", "kind": "drug", "concepts": [PARACETAMOL], "daily": {"unit": "g", "above": 4}}
TABLET = {"name": "paracetamol", "dose": {"value": 1, "unit": "g"}, "per_day": 3}


def seen(condition: dict[str, Any], **case: Any) -> Seen:
    return see(msgspec.convert(condition, Condition), facts(**case))


def test_two_orders_of_one_ingredient_add_up() -> None:
    found = seen(MORE, orders=[TABLET], medications=[TABLET | {"dose": {"value": 500, "unit": "mg"}}])
    assert (found.truth, found.used) == (True, ("/orders/0", "/medications/0"))
    assert seen(MORE, orders=[TABLET], medications=[]).truth is False
    assert seen(MORE, orders=[TABLET, TABLET], medications=[]).truth is True


@pytest.mark.parametrize(
    ("other", "truth"),
    [
        ({"per_day": None}, None), ({"dose": None}, None), ({"dose": {"value": 2, "unit": "片/次"}}, None),
        ({"dose": {"value": 500, "unit": "毫克/次"}}, True), ({"dose": {"value": 500, "unit": "mg/日"}}, None),
        ({"dose": {"value": 1500, "unit": "mg/日"}, "per_day": None}, True),
        ({"dose": {"value": 1500, "unit": "mg/日"}, "per_day": 1}, True), ({"name": "metformin"}, False),
        ({"dose": {"value": 500, "unit": "MG"}}, True),
        ({"name": "ibuprofen", "dose": {"value": 9, "unit": "g"}}, False),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_worked_out_leaves_the_sum_open(other: dict[str, Any], truth: object) -> None:
    found = seen(MORE, orders=[TABLET], medications=[TABLET | other])
    assert found.truth is truth
    assert bool(found.missing) is (truth is None)


def test_what_is_known_may_be_too_much_by_itself_and_too_little_is_known_of_the_whole_alone() -> None:
    unknown = TABLET | {"dose": None}
    assert seen(MORE, orders=[TABLET | {"per_day": 5}, unknown], medications=[]).truth is True
    less = MORE | {"daily": {"unit": "g", "below": 4}}
    assert seen(less, orders=[TABLET, unknown], medications=[]).truth is None
    assert seen(less, orders=[TABLET, TABLET], medications=[]).truth is False
    assert seen(less, orders=[TABLET], medications=[]).truth is True


def test_a_class_does_not_add_up() -> None:
    class_ = MORE | {"concepts": ["medkg:drug-class-nsaid"]}
    two = [TABLET | {"name": name} for name in ("ibuprofen", "naproxen")]
    assert seen(class_, orders=two, medications=[]).truth is False


def test_an_order_that_is_on_both_lists_counts_once_and_a_refill_takes_the_place_of_what_is_taken() -> None:
    row = TABLET | {"id": "RX-1"}
    assert seen(MORE, orders=[row], medications=[row]).truth is False
    assert seen(MORE, orders=[row, row], medications=[]).truth is True
    assert seen(MORE, event="medication-refill", orders=[TABLET], medications=[TABLET]).truth is False
    assert seen(MORE, event="medication-refill", orders=[TABLET | {"per_day": 5}], medications=[TABLET]).truth is True


def test_what_is_ordered_comes_to_what_is_taken_and_what_is_taken_alone_is_no_order() -> None:
    orders = MORE | {"among": "orders"}
    assert seen(orders, orders=[TABLET], medications=[TABLET]).truth is True
    assert seen(orders, orders=[], medications=[TABLET | {"per_day": 5}]).truth is False
    assert seen(MORE | {"among": "current"}, orders=[TABLET], medications=[TABLET]).truth is False


def test_a_route_that_nobody_wrote_may_be_of_the_sum_or_not() -> None:
    oral = MORE | {"routes": ["oral"]}
    known = TABLET | {"route": "口服"}
    assert seen(oral, orders=[known, TABLET], medications=[]).truth is None
    assert seen(oral, orders=[known, TABLET | {"route": "iv"}], medications=[]).truth is False
    assert seen(oral, orders=[TABLET | {"per_day": 9}], medications=[]).truth is None


def test_codes_that_a_mapping_calls_the_same_are_one_ingredient_and_a_preparation_leaves_it_open() -> None:
    class Mapped(Table):
        """A hospital's code is the same as the ingredient; a mixture lies below it."""

        def of(self, concept: str) -> Any:
            found = super().of(concept)
            if concept == "his:para":
                return msgspec.structs.replace(found, same=frozenset({concept, PARACETAMOL}),
                                               within=found.within | {PARACETAMOL})  # fmt: skip
            return found

    table = Mapped({"paracetamol": PARACETAMOL, "扑示例痛": "his:para", "mixture": "his:mix"}, {"his:mix": PARACETAMOL})

    def truth(other: str, **more: Any) -> object:
        case = msgspec.convert({"orders": [TABLET], "medications": [TABLET | {"name": other} | more]}, Case)
        return see(msgspec.convert(MORE, Condition), Facts(case, table, table, UNITS, NOW)).truth

    assert truth("扑示例痛") is True
    assert truth("mixture") is None
    assert truth("扑示例痛", per_day=1) is False
    assert TABLE.of(PARACETAMOL).same == {PARACETAMOL}
