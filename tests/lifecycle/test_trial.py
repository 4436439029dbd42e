"""Dry runs: what a draft would change, before and after, for shipped cases and for synthetic patients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from ingest.cases.chart import Unread
from ingest.cases.synthetic import bundle_cases, file_cases
from kg.errors import InputError
from tests.lifecycle.conftest import Service, World
from tests.lifecycle.packs import CONSENSUS, FEVER, NEPHROPATHY, OTHER, QUOTED, case, life, pack, rule
from tests.lifecycle.test_local import narrow, ward

ABOVE = "DOID:9000001"


def dry_run(service: Service, **sent: Any) -> dict[str, Any]:
    answer = service.ask("Li", "rule-author", "POST", "/dry-run", sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bundle(*codes: str) -> dict[str, Any]:
    conditions = [
        {"resource": {"resourceType": "Condition", "id": code, "subject": {"reference": "Patient/1"},
                      "code": {"coding": [{"code": code}]}}}
        for code in codes
    ]  # fmt: skip
    patient = {"resource": {"resourceType": "Patient", "id": "1", "birthDate": "1980-01-01", "gender": "female"}}
    return {"resourceType": "Bundle", "type": "collection", "entry": [patient, *conditions]}


def test_newly_firing_newly_silent_and_no_longer_judged_by_rule(service: Service) -> None:
    service.activate(CONSENSUS, QUOTED)
    draft = [
        rule(CONSENSUS, NEPHROPATHY, version="2"),
        rule(QUOTED, ABOVE, quoted=True),
        rule("draft:age", when={"is": "aged", "range": {"unit": "a", "at_least": 18}}, cases=[case()]),
    ]
    found = dry_run(service, pack="life", rules=draft, bundles=[bundle(FEVER), bundle(ABOVE)])["trial"]
    rows = {row["rule"]: row for row in found["rules"]}
    assert set(rows) == {CONSENSUS, QUOTED, "draft:age"}
    changed = rows[CONSENSUS]
    assert "bundles[0] patient-view" in changed["silent"]
    assert changed["firing"] == []
    assert rows[QUOTED]["firing"] == ["bundles[1] patient-view", f"draft {QUOTED}#0"]
    assert (rows["draft:age"]["before"], rows["draft:age"]["firing"]) == (
        0, ["bundles[0] patient-view", "bundles[1] patient-view"],
    )  # fmt: skip
    assert f"{CONSENSUS}#0" in rows["draft:age"]["unsure"]
    assert found["before"] == sum(row["before"] for row in rows.values())
    assert service.fired() == [CONSENSUS, QUOTED], "nothing comes into force by that"
    assert service.client.get("/api/v1/rules?pack=draft").json()["items"] == []


def test_a_whole_pack_a_change_and_the_report_in_both_languages(service: Service) -> None:
    service.activate(CONSENSUS, QUOTED)
    found = dry_run(service, pack="life", rules=[rule(QUOTED, quoted=True)], whole=True)
    rows = {row["rule"]: row for row in found["trial"]["rules"]}
    assert rows[CONSENSUS]["after"] == 0
    assert "Newly silent" in found["report"]["en"]
    assert "不再触发" in found["report"]["zh"]
    assert f"{CONSENSUS}#0" in found["report"]["en"]
    found = dry_run(service, pack="ward", overrides=[narrow()], bundles=[bundle(FEVER)])["trial"]
    row = next(row for row in found["rules"] if row["rule"] == CONSENSUS)
    assert ("draft local:narrow#1" in row["silent"], "bundles[0] patient-view" in row["silent"]) == (True, False)
    # Against the pack as it is installed, whatever stands.
    found = dry_run(service, pack="life", rules=[rule(OTHER, quoted=True)], against="installed")["trial"]
    assert {row["rule"]: row["before"] > 0 for row in found["rules"]} == {CONSENSUS: True, OTHER: True, QUOTED: True}


def test_what_does_not_fit_is_told_with_its_place(service: Service) -> None:
    for sent, place in (
        ({"rules": [rule("x:y") | {"tier": "loud"}]}, "$.rules[0].tier"),
        (
            {"bundles": [bundle() | {"entry": [{"resource": {"resourceType": "Patient", "birthDate": 3}}]}]},
            "bundles[0]",
        ),
        ({"events": []}, "$.events"),
        ({"overrides": [narrow() | {"cases": []}]}, "$.overrides[0]"),
    ):
        answer = service.ask("Li", "rule-author", "POST", "/dry-run", sent)
        assert answer.status_code == 422, answer.text
        assert place in answer.text
    assert service.ask("Wu", "reader", "POST", "/dry-run", {}).status_code == 403


def test_at_the_command_line_with_files(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_ENCODER", "none")
    (tmp_path / "new.jsonl").write_text(life(message={"zh": "新", "en": "new"}), "utf-8")
    (tmp_path / "patient.json").write_text(json.dumps(bundle(FEVER)), "utf-8")
    (tmp_path / "broken.jsonl").write_text(pack(rule("x:y") | {"tier": "loud"}), "utf-8")
    words = ["--patients", str(tmp_path / "patient.json"), "--data", world.settings.data]
    report = tmp_path / "report.md"
    done = CliRunner().invoke(
        app, ["rules", "try", str(tmp_path / "new.jsonl"), *words, "--json", "--report", str(report)]
    )
    assert done.exit_code == 0, done.output
    rows = {row["rule"]: row for row in json.loads(done.stdout.splitlines()[-1])["rules"]}
    assert "patient.json patient-view" in rows[CONSENSUS]["firing"]
    assert "# 试运行" in report.read_text("utf-8")
    assert "# Dry run" in report.read_text("utf-8")
    same = CliRunner().invoke(app, ["rules", "try", str(tmp_path / "new.jsonl"), *words, "--installed", "--json"])
    assert all(not row["firing"] for row in json.loads(same.stdout.splitlines()[-1])["rules"])
    for wrong in (["broken.jsonl"], ["none.jsonl"]):
        assert CliRunner().invoke(app, ["rules", "try", str(tmp_path / wrong[0]), *words]).exit_code != 0
    (tmp_path / "ward.jsonl").write_text(ward(narrow()), "utf-8")
    assert CliRunner().invoke(app, ["rules", "try", str(tmp_path / "ward.jsonl"), *words]).exit_code == 0


def test_files_that_are_no_patients(tmp_path: Path) -> None:
    for name, text in (("a.json", "{"), ("b.json", "[]"), ("c.json", '{"patient": 3}'), ("d.jsonl", '{}\n{"at": "x"}'),
                       ("e.json.gz", "no gzip")):  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(InputError):
            list(file_cases(tmp_path / name, ("patient-view",)))
    assert list(bundle_cases(json.dumps({"resourceType": "Bundle"}).encode(), ("patient-view",))) == []
    deep: dict[str, Any] = bundle(FEVER)
    for _ in range(6):
        deep = {"resourceType": "Bundle", "entry": [{"resource": deep}]}
    with pytest.raises(Unread):
        list(bundle_cases(json.dumps(deep).encode(), ("patient-view",)))


def test_the_four_synthetic_patients(data_folder: Path) -> None:
    files = sorted((data_folder / "synthea-fhir").glob("r4-*"))
    found = {path.name: list(file_cases(path, ("patient-view", "order-sign"))) for path in files}
    assert [len(cases) for cases in found.values()] == [0, 2, 2, 2, 2], "the first bundle holds practitioners"
    for first, second in list(found.values())[1:]:
        assert first.conditions
        assert first.results
        assert first.orders is None
        assert second.orders is not None
