"""Rules over HTTP and at the command line, with the example pack that ships; its own cases among them."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from fhirclient.models.plandefinition import PlanDefinition
from starlette.testclient import TestClient

from api.app import create_app
from api.bundles import Bundled, bundle
from api.cards import card_of
from api.decisions import Decisions, Evaluation
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.errors import IntegrityError
from kg.model.case import Case
from kg.model.rule import Condition, Rule
from kg.rules.bundle import Bundle, Term, write_bundle
from kg.rules.decision import Card
from kg.rules.ruleset import Asked
from kg.rules.standing import FILE, FOLDER, demonstrated
from tests.api.conftest import problem
from tests.api.test_cli import medkg

ROOT = Path(__file__).resolve().parents[2]
BUILD = """
[[input]]
name = "starter"
format = "starter.v1"
kind = "terminology"
paths = ["package:ontology/starter"]
version = "1"
licence = "Apache-2.0"
title = { zh = "词表", en = "Starter" }
[input.options.checks]
path = "checks.tsv"
[[input]]
name = "packs"
format = "rules.v1"
kind = "source"
paths = ["package:ingest/packs/medication.yaml"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = { zh = "示例规则包", en = "Example packs" }
[[input]]
name = "families"
format = "rule_table.v1"
kind = "source"
paths = ["package:ingest/packs/families.csv"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = { zh = "示例规则表", en = "Example table" }
[input.options]
pack = "example-families"
release = "1"
licence = "Apache-2.0"
"""
QUOTED = """
[[input]]
name = "{name}"
format = "rule_table.v1"
kind = "source"
paths = ["package:ingest/packs/{name}.csv"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = {{ zh = "示例规则表", en = "Example table" }}
[input.options]
pack = "example-{name}"
release = "1"
licence = "Apache-2.0"
"""
BUILD += "".join(QUOTED.format(name=name) for name in ("pharmacogenomics", "quoted-reports", "tests"))
HINTS = """
[[input]]
name = "coding-hints"
format = "coding_table.v1"
kind = "source"
paths = ["package:ingest/packs/coding-hints.csv"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = { zh = "示例编码提示", en = "Example hints" }
[input.options]
pack = "example-coding-hints"
release = "1"
licence = "Apache-2.0"
region = "illustration-region"
systems = "urn:medkg:illustration:diagnoses|urn:medkg:illustration:procedures"
"""
PACK = """
[[input]]
name = "{name}"
format = "rules.v1"
kind = "source"
paths = ["package:ingest/packs/{name}.yaml"]
version = "1"
licence = "Apache-2.0"
illustrative = true
annotate = false
title = {{ zh = "示例规则包", en = "Example pack" }}
"""
BUILD += HINTS + "".join(PACK.format(name=name) for name in ("laboratory", "review", "coding", "record", "stewardship"))
SLUGS = {400: "bad-request", 413: "body-too-large", 422: "invalid-parameters"}
CASE = {
    "event": "order-sign",
    "patient": {"token": "canary-7731"},
    "orders": [{"name": "布洛芬"}],
    "medications": [{"name": "warfarin"}],
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("rules")
    (root / "build.toml").write_text(BUILD, "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", people=False)
    Building(made).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    assert medkg("rules", "demo", "--data", settings.data).returncode == 0
    with TestClient(create_app(settings), base_url="http://localhost") as opened:
        yield opened


def evaluate(client: TestClient, case: object, **more: object) -> dict[str, object]:
    answer = client.post("/api/v1/rules/evaluate", json={"case": case, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_every_shipped_rule_passes_its_cases(settings: Settings, client: TestClient) -> None:
    done = medkg("rules", "test", "--json", "--data", settings.data)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(results) > 200
    assert [row for row in results if row["expected"] != row["found"] or row["problems"]] == []
    assert done.returncode == 0


def test_the_cases_notice_when_a_condition_is_turned_round(settings: Settings, client: TestClient) -> None:
    done = medkg("rules", "test", "--mutations", "--json", "--data", settings.data)
    weak = {json.loads(line)["rule"] for line in done.stdout.splitlines() if line.startswith("{")}
    every = client.get("/api/v1/rules?limit=100").json()["items"]
    assert len(weak) <= 0.05 * len(every), weak


def test_a_report_of_each_pack_tells_how_many_rules_have_a_quote(settings: Settings) -> None:
    told = medkg("rules", "test", "--data", settings.data).stderr.splitlines()
    assert "example-pharmacogenomics: 44 rules, 176 cases, 0 failing, 44 quoted" in told
    assert any(line.startswith("example-families: ") and line.endswith(", 0 quoted") for line in told)


def test_quotes_of_documents_that_are_not_here_are_told_and_fail_where_they_are_required(settings: Settings) -> None:
    nowhere = ("rules", "lint", "--files", "/nonexistent", "--data", settings.data)
    done = medkg(*nowhere)
    assert done.returncode == 0
    assert "102 quotes of 102 rules: 0 found, 0 wrong, 102 not looked at." in done.stderr
    assert "bc5cdr/CDR_TrainingSet.PubTator.txt is not in the folder" in done.stderr
    assert medkg(*nowhere, "--require").returncode == 1


def test_a_card_shows_the_sentence_with_what_kind_of_report_it_is(client: TestClient) -> None:
    case = {
        "event": "order-sign", "orders": [{"name": "氟康唑"}], "medications": [],
        "conditions": [{"name": "尖端扭转型室性心动过速"}],
    }  # fmt: skip
    cards = {card["rule"]: card for card in evaluate(client, case)["items"]}  # type: ignore[attr-defined]
    card = msgspec.convert(cards["example:quoted-fluconazole-torsades-de-pointes"], Card)
    detail = card_of(card, "zh", "https://example.org/")["detail"]
    assert "> OBJECTIVE: To present a case of fluconazole-associated torsade de pointes" in detail
    assert "PMID:11302406; case report, one patient" in detail


@pytest.mark.data
def test_every_quote_is_found_in_the_files_that_it_was_taken_from(settings: Settings, data_folder: Path) -> None:
    done = medkg("rules", "lint", "--require", "--files", str(data_folder), "--json", "--data", settings.data)
    states = {json.loads(line)["state"] for line in done.stdout.splitlines()}
    assert (done.returncode, states) == (0, {"found"}), done.stderr


def test_every_shipped_rule_has_a_case_of_each_kind_and_says_what_its_evidence_is(client: TestClient) -> None:
    items = client.get("/api/v1/rules?limit=100").json()["items"]
    for item in items:
        rule = client.get(f"/api/v1/rules/{item['id']}").json()
        assert {case["expect"] for case in rule["cases"]} >= {"fires", "silent", "insufficient"}, item["id"]
        assert all(one["basis"] == "quoted" or not one["grade"] for one in rule["evidence"])
        assert item["example"]


def test_a_case_gets_marked_cards_and_the_token_back(client: TestClient) -> None:
    found = evaluate(client, CASE, explain=True)
    (card,) = found["items"]  # type: ignore[misc]
    assert card["rule"] == "example:warfarin-nsaid"
    assert card["patient"] == "canary-7731"
    for text in (card["title"], card["message"]):
        assert text["zh"].startswith("示例，不可用于诊疗")
        assert text["en"].startswith("Example, not for care")
    assert found["demo"] is True
    assert found["generation"]
    path = next(fact["path"] for fact in card["facts"] if fact["place"] == "/orders/0")
    assert path[-1]["object"] == "medkg:drug-class-nsaid"


@pytest.mark.parametrize(
    "drug",
    [
        {"name": "warfarin"},
        {"name": "华法林"},
        {"codes": [{"code": "medkg:drug-warfarin"}]},
        {"codes": [{"system": "MESH", "code": "D014859"}]},
        {"codes": [{"system": "http://terminology.hl7.org/CodeSystem/MSH", "code": "D014859"}]},
    ],
)
def test_codes_and_names_lead_to_the_same_rule(client: TestClient, drug: object) -> None:
    found = evaluate(client, CASE | {"medications": [drug]})
    assert [card["rule"] for card in found["items"]] == ["example:warfarin-nsaid"]  # type: ignore[attr-defined]


def test_the_answer_is_never_bare(client: TestClient) -> None:
    found = evaluate(client, {"event": "order-sign", "orders": [{"name": "xyzzy"}]})
    reading = found["interpretation"]
    assert found["items"] == []
    assert reading["problems"] == [{"place": "/orders/0", "reason": "not-understood", "nearest": []}]  # type: ignore[index]
    assert all(reading["summary"][language] for language in ("zh", "en"))  # type: ignore[index]
    assert {row["list"] for row in reading["unjudged"]} >= {"medications"}  # type: ignore[index]


def test_the_same_case_gives_the_same_bytes(client: TestClient) -> None:
    body = {"case": CASE | {"at": "2026-11-01T10:00:00+08:00"}}
    answers = [client.post("/api/v1/rules/evaluate", json=body) for _ in range(3)]
    # But for the name that each showing of a card has of its own.
    names = {answer.json()["items"][0]["uuid"] for answer in answers}
    assert len(names) == 3
    assert len({re.sub(rb'"uuid":"[0-9a-f-]{36}"', b"", answer.content) for answer in answers}) == 1


def test_a_decision_can_be_asked_again(client: TestClient) -> None:
    first = evaluate(client, CASE)
    again = CASE | {"at": first["interpretation"]["at"]}  # type: ignore[index]
    url = f"/api/v1/rules/evaluate?as_of={first['generation']}"
    replayed = client.post(url, json={"case": again, "explain": True}).json()
    assert replayed["decision"] == first["decision"]
    changed = client.post(url, json={"case": again | {"medications": []}}).json()
    assert changed["decision"] != first["decision"]


def test_one_poisoned_case_of_many_stops_no_other(client: TestClient) -> None:
    cases = [CASE] * 999
    cases.insert(500, {"event": "order-sign", "orders": [{"name": 7}]})
    items = client.post("/api/v1/rules/evaluate/batch", json={"cases": cases}).json()["items"]
    assert [item["number"] for item in items if item["error"]] == [500]
    assert items[500]["error"] == "$.orders[0].name"
    assert sum(bool(item["evaluation"]) and len(item["evaluation"]["items"]) == 1 for item in items) == 999


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"case": {"patient": {"token": "\\ud800"}}}', 400),
        (b'{"case": {"event": "order-sign"}, "case": {}}', 400),
        (b'{"case": {"event": "sneeze"}}', 422),
        (b'{"case": {"orders": [{"name": "x", "dose": {"value": "much", "unit": "mg"}}]}}', 422),
        (b'{"case": {"at": "yesterday"}}', 422),
        (b'{"case": {}, "limit": 0}', 422),
        (b'{"case": {"secret-field-name": 1}}', 422),
        (b'{"case": {"orders": [' + b'{"name":"x"},' * 600 + b'{"name":"x"}]}}', 422),
        (b" " * 5_000_001, 413),
    ],
)
def test_bodies_that_do_not_fit_are_refused_with_their_place_and_not_repeated(
    client: TestClient, body: bytes, status: int
) -> None:
    answer = client.post("/api/v1/rules/evaluate", content=body, headers={"Content-Type": "application/json"})
    problem(answer, status, SLUGS[status])
    assert "secret-field-name" not in answer.text


@pytest.mark.parametrize("charset", ["gb18030", "GBK", '"gb2312"', "utf-8"])
def test_bodies_in_the_charsets_of_chinese_systems(client: TestClient, charset: str) -> None:
    data = json.dumps({"case": CASE}, ensure_ascii=False).encode(charset.strip('"'))
    headers = {"Content-Type": f"application/json; charset={charset}"}
    found = client.post("/api/v1/rules/evaluate", content=data, headers=headers).json()
    assert [card["rule"] for card in found["items"]] == ["example:warfarin-nsaid"]


def test_bytes_that_are_not_in_their_charset_are_refused(client: TestClient) -> None:
    for charset, data, status, slug in (
        ("gb18030", b'{"case": "\xff\xff"}', 400, "bad-request"), ("latin-1", b"{}", 415, "unsupported-media-type"),
    ):  # fmt: skip
        headers = {"Content-Type": f"application/json; charset={charset}"}
        problem(client.post("/api/v1/rules/evaluate", content=data, headers=headers), status, slug)


def test_look_up_by_concept_class_and_name(client: TestClient) -> None:
    def rules(concept: str) -> set[str]:
        answer = client.get("/api/v1/rules/lookup", params={"concept": concept, "limit": 100})
        assert answer.status_code == 200, answer.text
        return {item["id"] for item in answer.json()["items"]}

    assert "example:warfarin-nsaid" in rules("medkg:drug-ibuprofen")
    assert "example:warfarin-nsaid" in rules("布洛芬")
    assert "example:warfarin-nsaid" not in rules("medkg:drug-metformin")
    problem(client.get("/api/v1/rules/lookup?concept=nothing-of-this-name"), 404, "not-found")
    problem(client.get("/api/v1/rules/test:none"), 404, "not-found")


def test_every_rule_is_a_plan_definition_that_others_can_read(client: TestClient) -> None:
    for item in client.get("/api/v1/rules?limit=100").json()["items"]:
        answer = client.get(f"/api/v1/rules/{item['id']}", headers={"Accept": "application/fhir+json"})
        assert answer.headers["content-type"] == "application/fhir+json"
        read = PlanDefinition(json.loads(answer.content), strict=True)
        assert (read.version, read.status, read.experimental) == (item["version"], "draft", True)
        assert [one.name for one in read.action[0].trigger] == item["events"]
        tree = msgspec.json.decode(read.action[0].condition[-1].expression.expression, type=Condition)
        assert tree == msgspec.convert(client.get(f"/api/v1/rules/{item['id']}").json(), Rule).when
    problem(
        client.get("/api/v1/rules/example:warfarin-nsaid", headers={"Accept": "text/turtle"}), 406, "not-acceptable"
    )


def test_nothing_fires_before_it_is_shown_nor_where_others_can_reach_it(settings: Settings, client: TestClient) -> None:
    case = msgspec.json.decode(msgspec.json.encode(CASE))
    for changed in ({"host": "0.0.0.0"}, {"proxies": "10.0.0.0/8"}, {"oidc_issuer": "https://issuer.example"}):
        other = msgspec.structs.replace(settings, **changed)
        found = client.app.state.library.current  # type: ignore[attr-defined]
        assert Decisions(other).shelf(found).active == {}
    file = settings.folder / FOLDER / FILE
    kept = file.read_bytes()
    file.unlink()
    try:
        found_ = evaluate(client, case)
        assert found_["items"] == []
        assert found_["notice"]["en"].startswith("No rule may fire here")  # type: ignore[index]
    finally:
        file.write_bytes(kept)
    assert demonstrated(settings.folder).packs


def test_the_command_line_evaluates_a_file_and_names_what_does_not_fit(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")
    done = medkg("rules", "evaluate", str(file), "--data", settings.data)
    assert "华法林" in done.stdout or "Warfarin" in done.stdout
    file.write_text('{"event": "sneeze"}', "utf-8")
    assert medkg("rules", "evaluate", str(file), "--data", settings.data).returncode == 1
    assert medkg("rules", "demo", "no-such-pack", "--data", settings.data).returncode == 2


def test_the_items_of_prescription_review_are_answered_or_say_why_not(settings: Settings) -> None:
    done = medkg("rules", "review", "--json", "--data", settings.data)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [row["code"] for row in rows] == [
        *(f"1-{number}" for number in range(1, 16)), *(f"2-{number}" for number in range(1, 10)),
        *(f"3-{number}" for number in range(1, 5)),
    ]  # fmt: skip
    assert all(row["because"] for row in rows if row["coverage"] != "rules")
    assert {row["code"] for row in rows if row["coverage"] == "none"} == {
        "1-2", "1-3", "1-5", "1-9", "1-15", "2-4", "2-9", "3-2",
    }  # fmt: skip


def test_one_prescription_is_answered_by_item(settings: Settings, client: TestClient, tmp_path: Path) -> None:
    file = tmp_path / "prescription.json"
    sent = {
        "patient": {"sex": "male"}, "medications": [], "allergies": [],
        "orders": [
            {"name": "布洛芬", "dose": {"value": 0.3, "unit": "g"}, "per_day": 2, "days": 14, "route": "口服"},
            {"name": "祖传止痛散", "route": "遵医嘱"},
        ],
    }  # fmt: skip
    file.write_text(json.dumps(sent), "utf-8")
    done = medkg("rules", "review", str(file), "--json", "--data", settings.data)
    rows = {row["code"]: row for row in map(json.loads, done.stdout.splitlines())}
    fired = {code for code, row in rows.items() if row["fired"]}
    assert fired == {"1-1", "1-6", "1-7", "1-8", "1-12"}
    # Diagnoses were not sent: whether one is missing cannot be judged.
    assert rows["1-10"] == {
        "code": "1-10", "fired": [], "insufficient": ["example:review-1-10-diagnosis"],
    }  # fmt: skip
    assert "not for care" in done.stderr
    plain = medkg("rules", "review", str(file), "--data", settings.data).stdout
    assert "example:review-1-6-name" in plain


def test_a_bundle_answers_as_the_service_does_on_every_shipped_case(settings: Settings, client: TestClient,
                                                                    tmp_path: Path) -> None:  # fmt: skip
    library, decisions = client.app.state.library, client.app.state.decisions  # type: ignore[attr-defined]
    file = tmp_path / "rules.bundle"
    name = bundle(decisions, library.current, file)
    opened = Bundle(file, name)
    bundled = Bundled(opened, decisions.now)
    every = [one.case for known in decisions.shelf(library.current).every for one in known.rule.cases]
    odd = [{"orders": [{"name": "no such drug"}], "patient": {"sex": "male", "pregnant": True}},
           {"orders": [{"codes": [{"system": "MESH", "code": "D014859"}]}], "results": []}]  # fmt: skip
    every += [msgspec.convert(CASE | one, Case) for one in odd]
    assert len(every) > 200
    for case in every:
        asked = Asked(limit=3, shown=False)
        fixed = msgspec.structs.replace(case, at=case.at or "2026-11-01T00:00:00Z", notes=())
        ours, theirs = bundled.evaluate(fixed, asked), decisions.evaluate(library.current, fixed, asked)
        assert _nameless(ours) == _nameless(theirs)
    noted = msgspec.convert(CASE | {"notes": [{"text": "x"}]}, Case)
    assert "/notes/0" in [one.place for one in bundled.evaluate(noted, Asked()).interpretation.problems]
    again = tmp_path / "again.bundle"
    term = Term(datetime.fromisoformat(opened.manifest.issued))
    made = opened.manifest
    assert name == write_bundle(
        again, opened.content, generation=made.generation, base=made.base, rules=made.rules, term=term
    )  # fmt: skip
    assert again.read_bytes() == file.read_bytes()
    bundle(decisions, library.current, again)
    assert Bundle(again).manifest.parts == made.parts


def _nameless(told: Evaluation) -> object:
    """An answer without what is new each time that it is given, and without near codes, which no bundle holds."""
    reading = told.interpretation
    problems = tuple((one.place, one.reason) for one in reading.problems)
    cards = tuple(msgspec.structs.replace(card, uuid="") for card in told.items)
    plain = msgspec.structs.replace(reading, problems=())
    return cards, problems, plain, told.demo, told.notice, told.generation


def test_a_damaged_bundle_is_refused(client: TestClient, tmp_path: Path) -> None:
    library, decisions = client.app.state.library, client.app.state.decisions  # type: ignore[attr-defined]
    file = tmp_path / "rules.bundle"
    name = bundle(decisions, library.current, file)
    whole = file.read_bytes()
    with pytest.raises(IntegrityError):
        Bundle(file, name[::-1])
    for number in range(40):
        at = number * (len(whole) // 40)
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            file.write_bytes(damaged)
            try:
                assert Bundle(file, name).content == Bundle(_kept(tmp_path, whole), name).content
            except IntegrityError:
                continue
    file.write_bytes(whole)
    with zipfile.ZipFile(file) as archive:
        bodies = {one: archive.read(one) for one in archive.namelist()}
    for change in ({"firings.json": b"[]"}, {"firings.json": None}, {"manifest.json": b"{}"}):
        with zipfile.ZipFile(file, "w") as archive:
            for one, body in (bodies | change).items():
                if body is not None:
                    archive.writestr(one, body)
        with pytest.raises(IntegrityError):
            Bundle(file)
    done = medkg("rules", "bundle", "verify", str(file))
    assert done.returncode == 1
    assert "firings" in done.stderr or "manifest" in done.stderr


def _kept(folder: Path, body: bytes) -> Path:
    made = folder / "kept.bundle"
    made.write_bytes(body)
    return made


def test_a_bundle_at_the_command_line(settings: Settings, client: TestClient, tmp_path: Path) -> None:
    file, case = tmp_path / "rules.bundle", tmp_path / "case.json"
    case.write_text(json.dumps(CASE), "utf-8")
    written = medkg("rules", "bundle", "write", str(file), "--data", settings.data)
    assert written.returncode == 0, written.stderr
    told = medkg("rules", "bundle", "evaluate", str(file), str(case), "--id", written.stdout.strip())
    assert [card["rule"] for card in json.loads(told.stdout)["items"]] == ["example:warfarin-nsaid"]


def test_one_poison_among_a_thousand_is_one_located_error(client: TestClient) -> None:
    poison = {"event": "order-sign", "orders": [{"name": 7}]}
    cases = [CASE if number != 500 else poison for number in range(1_000)]
    items = client.post("/api/v1/rules/evaluate/batch", json={"cases": cases}).json()["items"]
    assert [item["number"] for item in items if item["error"]] == [500]
    assert "orders" in items[500]["error"]
    assert sum(item["evaluation"] is not None for item in items) == 999


def test_a_rule_that_nobody_has_cannot_be_explained(client: TestClient) -> None:
    problem(client.post("/api/v1/rules/evaluate", json={"case": CASE, "why": ["test:nowhere"]}), 404, "not-found")


def test_an_answer_that_comes_too_late_is_an_error(settings: Settings) -> None:
    hurried = msgspec.structs.replace(settings, decision_seconds=1e-6)
    with TestClient(create_app(hurried), base_url="http://localhost") as opened:
        assert opened.get("/api/v1/rules?limit=1").status_code == 200
        answer = opened.post("/api/v1/rules/evaluate", json={"case": CASE})
    assert answer.status_code == 504
    assert answer.headers["Retry-After"] == "1"
    assert "items" not in answer.json()
