"""The page of the simulator, and the command."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.stewardship import Stewardship
from tests.api.test_cli import medkg
from tests.api.test_pages import Checker


@pytest.mark.parametrize(
    ("language", "note", "drug"), [("zh", "示例，不可用于诊疗", "华法林"), ("en", "Example, not for care", "Warfarin")]
)
def test_a_patient_in_both_languages(client: TestClient, language: str, note: str, drug: str) -> None:
    answer = client.get("/simulator?patient=warfarin-knee", headers={"Accept-Language": language})
    assert answer.status_code == 200
    checker = Checker()
    checker.feed(answer.text)
    assert checker.open == []
    assert all(address.startswith(("/", "#")) for address in checker.addresses)
    assert "<script" not in answer.text
    assert "simulator." not in answer.text
    for said in (note, drug, "example:warfarin-nsaid", "ms" if language == "en" else "毫秒", "<details>"):
        assert said in answer.text


def test_the_patients_are_offered_before_one_is_chosen(client: TestClient) -> None:
    page = client.get("/simulator?lang=en").text
    assert page.count("<option") > 14
    assert "<section>" not in page


def test_one_event_alone(client: TestClient) -> None:
    page = client.get("/simulator?patient=hba1c-again&event=patient-view&lang=en").text
    assert page.count("<section>") == 1
    assert "example:guideline-diabetes-hba1c-interval" in page


@pytest.mark.parametrize(
    "query", ["patient=nobody", "patient=warfarin-knee&event=dinner", "patient=%00", "patient=%3Cscript%3E",
              "patient=warfarin-knee&event=encounter-start"]
)  # fmt: skip
def test_what_nobody_has_is_a_page_of_its_own(client: TestClient, query: str) -> None:
    answer = client.get(f"/simulator?{query}&lang=en")
    assert 400 <= answer.status_code < 500
    assert "<script" not in answer.text


def test_who_may_not_ask_the_rules_may_not_simulate(settings: Settings) -> None:
    with TestClient(create_app(msgspec.structs.replace(settings, anonymous="read"))) as closed:
        assert closed.get("/simulator").status_code == 401


def test_nothing_is_counted(client: TestClient) -> None:
    assert client.get("/simulator?patient=warfarin-knee").status_code == 200
    steward: Stewardship = client.app.state.stewardship  # type: ignore[attr-defined]
    month = datetime.now(UTC).strftime("%Y-%m")
    assert steward.report(month).shown == 0


@pytest.mark.slow
def test_the_command_lists_and_asks(settings: Settings, data_folder: Path, tmp_path: Path) -> None:
    listed = medkg("rules", "simulate", "--language", "zh", data=settings.data)
    assert listed.returncode == 0, listed.stderr
    assert len(listed.stdout.splitlines()) >= 12
    assert "服用华法林" in listed.stdout
    asked = medkg("rules", "simulate", "--patient", "warfarin-knee", "--event", "order-sign", "--language", "zh",
                  data=settings.data)  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.count("== order-sign") == 2
    for said in ("华法林与非甾体抗炎药合用", "无法判断", "用时", "依据 /orders/0"):
        assert said in asked.stdout
    bundle = data_folder / "synthea-fhir" / "r4-04.json.gz"
    filed = medkg("rules", "simulate", "--file", str(bundle), "--json", data=settings.data)
    assert filed.returncode == 0, filed.stderr
    (told,) = [json.loads(line) for line in filed.stdout.splitlines()]
    assert told["event"] == "patient-view"
    assert told["milliseconds"] > 0
    spoken = medkg("rules", "simulate", "--file", str(bundle), "--language", "zh", data=settings.data)
    assert "未采用：" in spoken.stdout
    assert "（未能理解）" in spoken.stdout
    assert told["answer"]["interpretation"]["summary"]["zh"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--patient", "nobody"], 2), (["--event", "dinner"], 2), (["--patient", "sleepless", "--file", "x.json"], 2),
     (["--file", "absent.json"], 1)],
)  # fmt: skip
def test_the_command_says_what_is_wrong(arguments: list[str], code: int, settings: Settings) -> None:
    done = medkg("rules", "simulate", *arguments, data=settings.data)
    assert done.returncode == code
    assert "medkg: " in done.stderr
    assert "Traceback" not in done.stderr
