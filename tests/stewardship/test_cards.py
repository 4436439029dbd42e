"""Cards over HTTP: how many, in which order, and which are not said again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.stewardship.conftest import changed

MANY = {"event": "order-sign", "orders": [{"name": "warfarin"}], "medications": []}


def kidney(value: float, token: str = "p1", department: str = "ICU") -> dict[str, object]:
    return {
        "event": "order-sign", "at": "2026-11-01T10:00:00Z", "orders": [{"name": "metformin"}], "medications": [],
        "results": [{"name": "creatinine", "value": {"value": value, "unit": "umol/L"}, "time": "2026-10-30"}],
        "patient": {"token": token}, "scope": {"department": department},
    }  # fmt: skip


def ask(client: TestClient, case: object, **more: object) -> dict[str, Any]:
    answer = client.post("/api/v1/rules/evaluate", json={"case": case, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rules(found: dict[str, Any]) -> list[str]:
    return [card["rule"].removeprefix("illustration:") for card in found["items"]]


def test_twenty_hits_give_ten_cards_in_an_order_that_is_explained(client: TestClient) -> None:
    found = ask(client, MANY)
    reading = found["interpretation"]
    assert (len(found["items"]), reading["folded"]) == (10, 10)
    assert [card["tier"] for card in found["items"]] == ["block", *["interrupt"] * 5, *["warn"] * 4]
    assert [place["rule"] for place in reading["order"]] == [card["rule"] for card in found["items"]]
    assert reading["order"][0] == {"severity": 0, "evidence": 2, "repeated": 0, "rule": "illustration:many-00"}
    assert all(reading["ordering"][language] for language in ("zh", "en"))
    assert "20 fired" in reading["summary"]["en"]


def test_cards_that_the_caller_has_shown_are_held_back_and_named(client: TestClient) -> None:
    first = ask(client, MANY)
    again = ask(client, MANY, recent=[card["id"] for card in first["items"]])
    assert rules(again) == ["many-00", *(f"many-{number}" for number in range(10, 19))]
    told = again["interpretation"]["suppressed"]
    assert {one["rule"] for one in told} == {card["rule"] for card in first["items"][1:]}
    assert {one["because"] for one in told} == {"recent"}
    assert again["interpretation"]["folded"] == 1
    assert "20 fired" in again["interpretation"]["summary"]["en"]
    assert again["decision"] != ""


def test_without_the_setting_nothing_is_remembered(client: TestClient) -> None:
    for _ in range(2):
        assert rules(ask(client, kidney(200))) == ["kidney"]


@pytest.fixture
def remembering(shelf: Settings, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(changed(shelf, tmp_path, suppress_hours=24.0))) as opened:
        yield opened


def test_the_second_identical_call_is_silent_and_another_value_fires(remembering: TestClient) -> None:
    first = ask(remembering, kidney(200))
    assert rules(first) == ["kidney"]
    second = ask(remembering, kidney(200))
    assert rules(second) == []
    (held,) = second["interpretation"]["suppressed"]
    assert (held["card"], held["because"]) == (first["items"][0]["id"], "shown-before")
    assert "1 fired" in second["interpretation"]["summary"]["en"]
    assert second["decision"] == first["decision"], "what the rules say is the same"
    assert rules(ask(remembering, kidney(250))) == ["kidney"], "it got worse"
    assert rules(ask(remembering, kidney(200, token="p2"))) == ["kidney"], "another patient"
    assert rules(ask(remembering, kidney(200, department="心内科"))) == ["kidney"], "other people"
    assert rules(ask(remembering, kidney(200, token=""))) == ["kidney"], "nobody knows who it is"


def test_what_nobody_sees_silences_nothing(remembering: TestClient) -> None:
    for _ in range(2):
        assert rules(ask(remembering, kidney(200), shown=False)) == ["kidney"]
    batch = {"cases": [kidney(200)] * 2}
    items = remembering.post("/api/v1/rules/evaluate/batch", json=batch).json()["items"]
    assert [len(item["evaluation"]["items"]) for item in items] == [1, 1]
    assert rules(ask(remembering, kidney(200))) == ["kidney"]


def test_an_answer_that_came_too_late_silences_nothing(
    shelf: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = changed(shelf, tmp_path, suppress_hours=24.0, decision_seconds=0.3)
    with TestClient(create_app(given)) as opened:
        desk = opened.app.state.stewardship  # type: ignore[attr-defined]
        ask(opened, MANY, shown=False)
        judged, late = desk.judged, [True]

        def slow(*parts: object) -> object:
            time.sleep(0.6 if late[0] else 0)
            return judged(*parts)

        monkeypatch.setattr(desk, "judged", slow)
        body = {"case": kidney(200)}
        assert opened.post("/api/v1/rules/evaluate", json=body).status_code == 504
        time.sleep(0.5)
        late[0] = False
        assert rules(ask(opened, kidney(200))) == ["kidney"]
        assert rules(ask(opened, kidney(200))) == []
        report = desk.report(datetime.now(UTC).strftime("%Y-%m"))
    assert report.shown == 1


def test_what_blocks_comes_again_unless_local_policy_says_otherwise(shelf: Settings, tmp_path: Path) -> None:
    case = {"event": "order-sign", "orders": [{"name": "warfarin"}], "medications": [], "patient": {"token": "p"}}
    for blocks, expected in ((False, ["many-00"]), (True, [])):
        folder = tmp_path / str(blocks)
        folder.mkdir()
        given = changed(shelf, folder, suppress_hours=1.0, suppress_blocks=blocks)
        with TestClient(create_app(given)) as opened:
            assert len(ask(opened, case, limit=100)["items"]) == 20
            assert rules(ask(opened, case, limit=100)) == expected


def test_over_cds_hooks_recent_cards_are_held_back_too(client: TestClient) -> None:
    def call(**extension: object) -> dict[str, Any]:
        order = {
            "resourceType": "MedicationRequest",
            "status": "draft",
            "medicationCodeableConcept": {"text": "warfarin"},
        }
        body = {
            "hook": "order-sign", "hookInstance": "i", "extension": {"org.medkg": extension},
            "context": {"patientId": "p", "userId": "Practitioner/u",
                        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": order}]}},
            "prefetch": {name: {"resourceType": "Bundle"}
                         for name in ("medications", "results", "allergies", "conditions")}
            | {"patient": {"resourceType": "Patient", "id": "p"}},
        }  # fmt: skip
        answer = client.post("/cds-services/order-sign", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    first = call()
    assert len(first["cards"]) == 10
    ids = [card["extension"]["org.medkg"]["id"] for card in first["cards"]]
    again = call(recent=ids)
    assert len(again["cards"]) == 10
    assert len(again["extension"]["org.medkg"]["suppressed"]) == 9
    assert again["extension"]["org.medkg"]["ordering"]
