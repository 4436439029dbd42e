"""The same bad input through every door: no card rests on it, and the answer says what could not be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api.decisions import Decisions
from api.questions import EvaluateRequest
from api.settings import Settings
from ingest.cases import twin
from kg.model.case import Case
from tests.api.conftest import problem
from tests.doors import messages

URL = "/api/v1/rules/evaluate"
DRUG = {"codes": [{"system": "ATC", "code": "Z99AA01"}]}
NOTHING: dict[str, list[Any]] = {"medications": [], "conditions": [], "allergies": [], "procedures": []}
YESTERDAY, BEFORE = ((datetime.now(UTC) - timedelta(days=days)).date().isoformat() for days in (1, 2))
Told = tuple[list[str], list[str], list[tuple[str, str]]]
"""Rules with a card, rules that could not be judged, and (place, reason) of what was not used."""


def plain(client: TestClient, case: Case) -> Told:
    body = msgspec.json.encode(EvaluateRequest(case))
    return _told(client.post(URL, content=body, headers={"Content-Type": "application/json"}))


def xml(client: TestClient, case: Case) -> Told:
    headers = {"Content-Type": "application/xml", "Accept": "application/json"}
    return _told(client.post(URL, content=twin.written(EvaluateRequest(case)), headers=headers))


def v2(client: TestClient, case: Case) -> Told:
    body = messages.v2(case).encode()
    return _told(
        client.post(f"{URL}/hl7v2?event=order-sign", content=body, headers={"Content-Type": "application/hl7-v2"})
    )


def cda(client: TestClient, case: Case) -> Told:
    headers = {"Content-Type": "application/xml", "Accept": "application/json"}
    return _told(client.post(f"{URL}/cda?event=order-sign", content=messages.cda(case).encode(), headers=headers))


def hooks(client: TestClient, case: Case) -> Told:
    answer = client.post("/cds-services/order-sign", json=messages.hooks(case))
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.content)
    more = found["extension"]["org.medkg"]
    return ([one["source"]["topic"]["code"] for one in found["cards"]], [one["rule"] for one in more["insufficient"]],
            [(one["place"], one["reason"]) for one in more.get("notUnderstood", ())])  # fmt: skip


def _told(answer: Any) -> Told:
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.content)
    found = found.get("evaluation", found)
    reading = found["interpretation"]
    return ([one["rule"] for one in found["items"]], [one["rule"] for one in reading["insufficient"]],
            [(one["place"], one["reason"]) for one in reading["problems"]])  # fmt: skip


Door = Callable[[TestClient, Case], Told]
DOORS: list[Door] = [plain, xml, v2, cda, hooks]


def result(value: float, unit: str, time: str) -> dict[str, Any]:
    return {"codes": [{"system": "LOINC", "code": "99999-9"}], "value": {"value": value, "unit": unit}, "time": time}


def case(**more: Any) -> Case:
    return msgspec.convert({"event": "order-sign", "orders": [DRUG]} | more, Case)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("newest", "told"),
    [
        (result(-3.5, "mmol/L", YESTERDAY), ("/results/1/value", "absurd")),
        (result(3.5, "xyzzy", YESTERDAY), ("/results/1/value", "unit")),
        (result(3.5, "片/次", YESTERDAY), ("/results/1/value", "unit")),
        (result(3.5, "kg", YESTERDAY), None),
        (result(3.5, "mmol/L", "2999-01-01"), ("/results/1/time", "future")),
    ],
    ids=["negative", "unknown unit", "tablets", "another quantity", "future"],
)  # fmt: skip
def test_a_bad_result_lets_no_older_one_decide(
    client: TestClient, door: Door, newest: dict[str, Any], told: tuple[str, str] | None
) -> None:
    cards, lacking, problems = door(client, case(**NOTHING, results=[result(3.5, "mmol/L", BEFORE), newest]))
    assert "test:level" not in cards
    assert "test:level" in lacking
    assert told is None or told in problems


@pytest.mark.parametrize("door", DOORS)
def test_a_result_in_capitals_is_read(client: TestClient, door: Door) -> None:
    assert "test:level" in door(client, case(**NOTHING, results=[result(3.5, "MMOL/L", YESTERDAY)]))[0]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("unit", "fires"), [("MG", True), ("毫克/次", True), ("片/次", False), ("MU", False)])
def test_doses_of_two_orders_add_up_where_their_units_are_read(
    client: TestClient, door: Door, unit: str, fires: bool
) -> None:
    row = DRUG | {"per_day": 2, "route": "口服"}
    orders = [row | {"id": str(number), "dose": {"value": 3, "unit": one}} for number, one in enumerate(("mg", unit))]
    cards, lacking, problems = door(client, case(**NOTHING, orders=orders, results=[result(1, "mmol/L", YESTERDAY)]))
    assert ("test:daily" in cards) is fires
    assert ("test:daily" in lacking) is not fires
    assert (("/orders/1/dose", "unit") in problems) is not fires


@pytest.mark.parametrize("door", [plain, xml, v2, cda])
def test_a_pregnant_man_is_told_and_unknown(client: TestClient, door: Door) -> None:
    patient = {"sex": "male", "birth_date": "1990-01-02", "pregnant": True}
    cards, lacking, problems = door(client, case(patient=patient))
    assert "test:pregnancy" not in cards
    assert "test:pregnancy" in lacking
    assert ("/patient/pregnant", "contradiction") in problems


def test_null_is_not_sent_and_where_it_cannot_be_it_is_located(client: TestClient) -> None:
    unsent = dict.fromkeys([*NOTHING, "results"])
    answer = client.post(URL, json={"case": {"event": "order-sign", "orders": [DRUG]} | unsent})
    gaps = {(one["list"], one["gap"]) for one in answer.json()["interpretation"]["unjudged"]}
    assert ("allergies", "not-sent") in gaps or answer.json()["interpretation"]["insufficient"]
    for body, where in (
        ({"patient": {"sex": None}}, "$.case.patient.sex"),
        ({"orders": [None]}, "$.case.orders[0]"),
        ({"results": [{"value": {"value": None, "unit": "mg"}}]}, "$.case.results[0].value.value"),
    ):
        found = problem(client.post(URL, json={"case": body}), 422, "invalid-parameters")
        assert where in str(found["detail"])


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0])
def test_numbers_at_the_ends_of_what_there_is_are_judged_or_told(client: TestClient, value: float) -> None:
    cards, lacking, problems = plain(client, case(**NOTHING, results=[result(value, "mmol/L", YESTERDAY)]))
    if value < 0:
        assert "test:level" in lacking
        assert ("/results/0/value", "absurd") in problems
    else:
        assert ("test:level" in cards) is (value > 2)


def test_separators_without_end_are_refused_before_they_are_taken_apart(client: TestClient) -> None:
    head = "MSH|^~\\&|HIS|H|||20261101||ORU^R01|1|P|2.5\r"
    headers = {"Content-Type": "application/hl7-v2"}
    for row, where in (
        ("OBX|1|NM|X^Y^L||" + "1~" * 200_000, "200000 separators"),
        ("OBX|1|NM|X^Y^L||" + "1~" * 501, "OBX[1]: more than 500 repeats"),
        ("PID|||" + "1^" * 2_400_000, "200000 separators"),
        ("OBX|1|TX|X^Y^L||" + "\\E\\" * 1_500_000, "200000 separators"),
    ):
        found = problem(client.post(f"{URL}/hl7v2", content=head + row, headers=headers), 422, "invalid-parameters")
        assert where in str(found["detail"])
    answer = client.post(f"{URL}/hl7v2", content=f"{head}OBX|1|NM|X^Y^L||{'1~' * 499}1\rZZZ|1~2|x\r", headers=headers)
    assert answer.status_code == 200
    assert len(answer.json()["case"]["results"]) == 500
    assert {"place": "ZZZ[1]", "reason": "ignored"} in answer.json()["notes"]


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({}, True), ({"hosts": "localhost"}, True), ({"hosts": "127.0.0.1, [::1]"}, True),
        ({"hosts": "testserver"}, True), ({"hosts": "cdss.hospital.example"}, False), ({"hosts": "*"}, False),
        ({"hosts": "localhost, 10.1.2.3"}, False), ({"cds_address": "https://cds.hospital.example/"}, False),
        ({"hosts": "[2001:db8::1]"}, False), ({"cds_address": "http://127.0.0.1:8000"}, True),
    ],
)  # fmt: skip
def test_examples_are_not_shown_under_a_public_name(
    settings: Settings, client: TestClient, changed: dict[str, str], shown: bool
) -> None:
    found = client.app.state.library.current  # type: ignore[attr-defined]
    assert bool(Decisions(msgspec.structs.replace(settings, **changed)).shelf(found).active) is shown
