"""Answers to cards over HTTP, the report of a month, its queue, and who asked."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.texts import text
from kg.workflow.alerts import Reason
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.api.test_cli import medkg
from tests.stewardship.conftest import changed
from tests.stewardship.month import fill
from tests.stewardship.test_cards import MANY, ask, kidney

NOW = datetime.now(UTC).strftime("%Y-%m")


@pytest.fixture(scope="module")
def given(shelf: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return changed(shelf, tmp_path_factory.mktemp("feedback"), count_unread=True)


@pytest.fixture(scope="module")
def service(given: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(given), raise_server_exceptions=False) as opened:
        fill(opened.app.state.stewardship.alerts)  # type: ignore[attr-defined]
        yield opened


@pytest.fixture(scope="module")
def reviewer(service: TestClient, given: Settings) -> TestClient:
    return Callers(service, given).of("reviewer")


def send(client: TestClient, *answers: dict[str, object]) -> Any:
    return client.post("/api/v1/rules/feedback", json={"answers": list(answers)})


def test_the_month_comes_to_what_its_table_says(reviewer: TestClient) -> None:
    found = reviewer.get("/api/v1/rules/stewardship?month=2026-10").json()
    report = found["report"]
    assert (report["shown"], report["accepted"], report["overridden"], report["ignored"]) == (185, 40, 110, 35)
    rows = {(row["rule"].partition(":")[2], row["version"], row["department"]): row for row in report["rows"]}
    ward = rows["warfarin-nsaid", "1", "心内科"]
    assert (ward["shown"], ward["ignored"], ward["override_rate"], ward["answer_rate"]) == (40, 6, 0.6471, 0.85)
    assert [(one["reason"], one["number"]) for one in ward["reasons"]] == [
        ("will-monitor", 14), ("benefit-outweighs", 6), ("other", 2)]  # fmt: skip
    assert rows["kidney", "1", "ICU"]["override_rate"] == 0.75
    assert rows["kidney", "2", "ICU"]["override_rate"] == 0.1429
    assert rows["potassium", "1", "ICU"]["mode"] == "shadow"
    (both,) = [row for row in found["rules"] if row["rule"] == "illustration:warfarin-nsaid"]
    assert (both["shown"], both["override_rate"], both["department"]) == (65, 0.7368, "")
    one = reviewer.get("/api/v1/rules/stewardship?month=2026-10&department=ICU").json()["report"]
    assert one["shown"] == 85


def test_a_table_for_spreadsheets_in_both_languages(reviewer: TestClient) -> None:
    for language, heading in (("zh", "规则"), ("en", "Rule")):
        answer = reviewer.get(
            "/api/v1/rules/stewardship?month=2026-10&format=csv", headers={"Accept-Language": language}
        )
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert (table[0][0], len(table)) == (heading, 7)
        assert text("rules.override.will-monitor", language) in table[4][-1] + table[3][-1] + table[2][-1]


def test_a_change_of_version_and_tier_before_and_after(reviewer: TestClient) -> None:
    url = "/api/v1/rules/stewardship/effect?rule=illustration:kidney&day=2026-10-15&days=14"
    found = reviewer.get(url).json()
    (before,), (after,) = found["before"], found["after"]
    assert (before["version"], before["tier"], before["override_rate"]) == ("1", "interrupt", 0.75)
    assert (after["version"], after["tier"], after["override_rate"]) == ("2", "inform", 0.1429)
    empty = reviewer.get(url.replace("10-15", "01-15")).json()
    assert (empty["before"], empty["after"]) == ([], [])
    problem(reviewer.get(url.replace("2026-10-15", "2026-02-30")), 422, "invalid-parameters")


def test_what_is_overridden_too_often_becomes_a_task_once(service: TestClient, given: Settings) -> None:
    curator = Callers(service, given).of("curator")
    url = "/api/v1/rules/stewardship/queue?month=2026-10&rate=0.9&least=40"
    assert [row["rule"] for row in curator.get(url).json()["items"]] == ["illustration:same-ingredient"]
    assert [curator.post(url).json()["entered"] for _ in range(2)] == [1, 0]
    tasks = curator.get("/api/v1/proposals?kind=task").json()["items"]
    (task,) = [one for one in tasks if one["form"] == "rule-overridden"]
    assert task["subject"] == "illustration:same-ingredient 1"
    assert "96%" in task["title"]
    assert service.post(url).status_code == 401


def test_answers_over_the_plain_door_are_counted_once(service: TestClient, reviewer: TestClient) -> None:
    def mine() -> dict[str, Any]:
        rows = reviewer.get(f"/api/v1/rules/stewardship?month={NOW}").json()["report"]["rows"]
        return next(row for row in rows if row["rule"] == "illustration:kidney")

    cards = [ask(service, kidney(200 + number))["items"][0]["uuid"] for number in range(4)]
    assert len(set(cards)) == 4
    answers = [{"card": cards[0], "outcome": "accepted", "comment": "canary-comment-1"},
               {"card": cards[1], "outcome": "overridden", "reason": "tolerated-before"},
               {"card": cards[2], "outcome": "overridden", "reason": "canary-reason-1",
                "at": "2026-11-01T00:00:00Z"}]  # fmt: skip
    assert send(service, *answers).json() == {"taken": 3, "dropped_comments": 1}
    assert send(service, answers[2]).json() == {"taken": 0, "dropped_comments": 0}
    row = mine()
    assert (row["department"], row["mode"], row["tier"]) == ("ICU", "demo", "interrupt")
    assert (row["shown"], row["accepted"], row["overridden"], row["ignored"]) == (4, 1, 2, 1)
    assert {one["reason"] for one in row["reasons"]} == {"tolerated-before", "other"}


def test_departments_that_were_not_set_are_others(service: TestClient, reviewer: TestClient) -> None:
    ask(service, kidney(300, department="canary-department-1"))
    rows = reviewer.get(f"/api/v1/rules/stewardship?month={NOW}").json()["report"]["rows"]
    assert "other" in {row["department"] for row in rows}
    assert "canary" not in json.dumps(rows)


def test_cards_that_nobody_was_shown(service: TestClient) -> None:
    uuid = str(uuid4())
    told = problem(send(service, {"card": uuid, "outcome": "accepted"}), 404, "unknown-cards")
    assert uuid in str(told["detail"])


@pytest.mark.parametrize(
    "answer",
    [
        {"card": "x", "outcome": "accepted"},
        {"card": str(uuid4()), "outcome": "seen"},
        {"card": str(uuid4()), "outcome": "accepted", "at": "canary-time-1"},
        {"card": str(uuid4()), "outcome": "accepted", "patient": "canary-patient-1"},
    ],
)
def test_answers_that_do_not_fit_are_refused_and_not_repeated(service: TestClient, answer: dict[str, object]) -> None:
    found = send(service, answer)
    problem(found, 422, "invalid-parameters")
    assert "canary" not in found.text


def test_every_reason_has_a_name_in_both_languages() -> None:
    for reason in get_args(Reason):
        assert text(f"rules.override.{reason}", "zh") != text(f"rules.override.{reason}", "en")


def test_codes_that_nobody_could_read_are_counted_and_texts_are_not(service: TestClient, reviewer: TestClient) -> None:
    codes = [{"system": "ATC", "code": "Z98XX98"}, {"system": "ATC", "code": "canary li ming"},
             {"system": "urn:of-nobody", "code": "A1"}, {"system": "ATC", "code": "13800138000"}]  # fmt: skip
    case = {"event": "order-sign", "orders": [{"codes": [code], "name": "canary-name-1"} for code in codes]}
    for _ in range(6):
        ask(service, case)
    found = reviewer.get(f"/api/v1/rules/stewardship/unread?month={NOW}").json()
    assert found == {"items": [{"month": NOW, "system": "ATC", "code": "Z98XX98", "number": 6}], "counted": True}


def test_who_asked_is_one_line_a_call_and_no_more(service: TestClient, given: Settings) -> None:
    admin = Callers(service, given).of("admin")
    before = len(admin.get("/api/v1/rules/questions?limit=1000").json()["items"])
    ask(service, MANY)
    service.post("/api/v1/rules/evaluate/batch", json={"cases": [MANY, MANY, {"orders": 7}]})
    service.post("/api/v1/rules/evaluate", json={"case": {"event": "canary-event"}})
    service.post("/cds-services/nothing", json={})
    items = admin.get("/api/v1/rules/questions?limit=1000").json()["items"]
    assert len(items) == before + 4
    fourth, third, second, first = items[:4]
    assert (first["door"], first["cases"], first["cards"], first["status"]) == (
        "POST /api/v1/rules/evaluate",
        1,
        10,
        200,
    )
    assert (second["cases"], second["cards"]) == (2, 20)
    assert (third["status"], third["cases"], third["rules"]) == (422, 0, "")
    assert (fourth["door"], fourth["status"]) == ("POST /cds-services/{id}", 404)
    assert first["rules"] == ask(service, MANY)["interpretation"]["rules"]
    assert first["role"] == "anonymous"
    assert "canary" not in json.dumps(items)
    older = admin.get(f"/api/v1/rules/questions?limit=2&below={items[1]['id']}").json()
    assert [one["id"] for one in older["items"]] == [one["id"] for one in items[2:4]]
    assert admin.get(f"/api/v1/rules/questions?until={items[0]['minute'][:10]}").json()["items"] == []


def test_at_the_command_line(service: TestClient, given: Settings) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return medkg(*arguments, "--data", given.data, language="zh", database=given.database)

    done = run("rules", "report", "--month", "2026-10")
    assert done.returncode == 0, done.stderr
    assert "2026-10：显示 185，采纳 40，未采纳 110，未回应 35。" in done.stdout
    whole = run("rules", "report", "--month", "2026-10", "--whole", "--format", "json")
    assert len(json.loads(whole.stdout)["rows"]) == 5
    lines = run("audit", "rules", "--limit", "3", "--json").stdout.splitlines()
    assert len([json.loads(line) for line in lines]) == 3
