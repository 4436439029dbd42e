"""Canaries through every route: nothing that is sent to ask is found again on disk, in the logs or in an error."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.access.rights import WRITES
from api.access.table import TABLE
from api.app import create_app
from api.settings import Settings
from kg.model.case import Case
from kg.rules.engine import Engine
from tests.api.serving import MEDKG, environment, free_port
from tests.stewardship.conftest import changed

CANARY = "canary7319"
KEEPING = {("POST", "/api/v1/feedback"), ("POST", "/feedback")}
"""What anybody may send to have it kept. Here it is sent about records that are not there, and nothing is kept."""
_DEPTH = 6


def searched(*places: Path) -> list[str]:
    """Files in which the canary is, in any spelling of its letters."""
    found = []
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and CANARY.encode() in path.read_bytes().lower():
                found.append(str(path))
    return found


class Running(msgspec.Struct, frozen=True):
    """A server of its own with everything that it may write to."""

    client: httpx.Client
    key: str
    places: tuple[Path, ...]
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def running(shelf: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("privacy")
    data, temporary, logs = root / "data", root / "tmp", root / "logs"
    shutil.copytree(shelf.folder, data)
    temporary.mkdir()
    # Before the server is there: what it asks with is not to be in its logs either.
    key = wiring.keys(msgspec.structs.replace(shelf, data=str(data), database="")).create("reviewer", "reviewer").text
    logs.mkdir()
    port = free_port()
    settings = {"encoder": "none", "query_budget_seconds": 0, "query_budget_errors": 0, "denials": 1_000_000,
                "decision_seconds": 30, "rule_seconds": 30, "suppress_hours": 24, "count_unread": True,
                "departments": "ICU", "database": ""}  # fmt: skip
    with (logs / "out").open("wb") as out, (logs / "err").open("wb") as err:
        process = subprocess.Popen(
            [*MEDKG, "serve", "--data", str(data), "--port", str(port)], stdout=out, stderr=err,
            env=environment(**settings) | {"TMPDIR": str(temporary)},
        )  # fmt: skip
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _ in range(300):
                try:
                    if client.get("/ready").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield Running(client, key, (data, temporary, logs), process)
        process.terminate()
        process.wait(30)


def filled(schema: Any, whole: Any, depth: int = 0) -> Any:
    """A body that fits a schema as far as it says, with the canary in every text."""
    if depth > _DEPTH or not isinstance(schema, dict):
        return CANARY
    if "$ref" in schema:
        return filled(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], whole, depth + 1)
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return filled(next((one for one in schema[name] if one.get("type") != "null"), {}), whole, depth + 1)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            return {name: filled(one, whole, depth + 1) for name, one in schema.get("properties", {}).items()} or {
                CANARY: CANARY
            }
        case "array":
            return [filled(schema.get("items", {}), whole, depth + 1)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case _:
            return "" if "pattern" in schema else CANARY


def order(name: str) -> dict[str, object]:
    return {"resourceType": "MedicationRequest", "id": CANARY, "status": "draft", "note": [{"text": CANARY}],
            "subject": {"display": CANARY}, "medicationCodeableConcept": {"text": name, "coding": [
                {"system": "http://www.whocc.no/atc", "code": CANARY, "display": CANARY}]}}  # fmt: skip


CASE = {
    "event": "order-sign", "at": "2026-11-01", "patient": {"token": CANARY, "birth_date": "1980-02-03"},
    "orders": [{"name": "metformin", "id": CANARY, "codes": [{"system": CANARY, "code": CANARY}]},
               {"name": CANARY, "codes": [{"system": "ATC", "code": CANARY}], "route": CANARY},
               {"name": "warfarin", "dose": {"value": 1, "unit": CANARY}}],
    "medications": [], "conditions": [{"name": CANARY}], "allergies": [{"name": "青霉素", "id": CANARY}],
    "results": [{"name": "creatinine", "value": {"value": 300, "unit": "umol/L"}, "time": "2026-10-30", "id": CANARY}],
    "notes": [{"text": f"{CANARY} 患者对青霉素过敏。{CANARY}"}],
    "scope": {"site": CANARY, "department": CANARY, "role": CANARY},
}  # fmt: skip
HOOK = {
    "hook": "order-sign", "hookInstance": CANARY, "fhirServer": f"http://{CANARY}.example",
    "fhirAuthorization": {"access_token": CANARY, "token_type": "Bearer", "expires_in": 1,
                          "scope": CANARY, "subject": "s"},
    "context": {"patientId": CANARY, "userId": f"Practitioner/{CANARY}",
                "draftOrders": {"resourceType": "Bundle", "entry": [
                    {"resource": order("warfarin")}, {"resource": order(CANARY)}]}},
    "prefetch": {"patient": {"resourceType": "Patient", "id": CANARY, "name": [{"text": CANARY}], "gender": "female"}}
    | {name: {"resourceType": "Bundle", "entry": []}
       for name in ("conditions", "allergies", "medications", "results", "procedures")},
}  # fmt: skip
DOORS: list[tuple[str, object]] = [
    ("/api/v1/rules/evaluate", {"case": CASE, "explain": True, "recent": [CANARY], "why": ["illustration:heart"]}),
    ("/api/v1/rules/evaluate/batch", {"cases": [CASE, {"event": CANARY}, {CANARY: 1}], "shown": True}),
    ("/cds-services/order-sign", HOOK),
    ("/api/v1/annotate", {"texts": [f"{CANARY} 青霉素"], "claims": True}),
]
BAD = (
    (b'{"' + CANARY.encode(), "application/json"),
    (b'{"case": {"' + CANARY.encode() + b'": 1}}', "application/json"),
    (b'{"case": {"event": "' + CANARY.encode() + b'"}}', "application/json"),
    (b'{"case": {"orders": "' + CANARY.encode() + b'"}}', "application/json"),
    (CANARY.encode() * 600_000, "application/json"),
    (b'{"case": "' + CANARY.encode() + b'\xff\xfe"}', "application/json"),
    (CANARY.encode(), "application/json; charset=" + CANARY),
    (CANARY.encode(), f"text/{CANARY}"),
    (f"<a><{CANARY}/>".encode(), "application/xml"),
    (f"MSH|^~\\&|{CANARY}\rPID|1||{CANARY}".encode(), "application/hl7-v2"),
)


def requests(whole: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each route of the table in each way: paths, queries, headers and bodies with canaries in them."""
    for method, template in TABLE:
        if method not in ("GET", "POST", "PUT", "DELETE"):
            continue
        path = template
        described = whole["paths"].get(template.replace(":path", ""), {}).get(method.lower(), {})
        for name in {part.split("}")[0] for part in template.split("{")[1:]}:
            path = path.replace("{" + name + "}", "1" if name == "number" else CANARY)
        query = {one["name"]: CANARY for one in described.get("parameters", ()) if one.get("in") == "query"}
        headers = {"X-Request-ID": CANARY, "User-Agent": CANARY, "Referer": f"http://x/{CANARY}", "X-Patient": CANARY}
        yield method, path, {"params": query | {CANARY: CANARY}, "headers": headers}
        yield method, path, {"headers": {"Authorization": f"Bearer {CANARY}"}}
        if method in ("POST", "PUT"):
            for media, content in described.get("requestBody", {}).get("content", {"application/json": {}}).items():
                body = filled(content.get("schema", {}), whole)
                sent = json.dumps(body) if "json" in media else f"{CANARY}={CANARY}"
                yield method, path, {"content": sent.encode(), "headers": {"Content-Type": media}}
            for data, media in BAD[:2]:
                yield method, path, {"content": data, "headers": {"Content-Type": media}}


def test_nothing_that_is_asked_is_kept_anywhere(running: Running) -> None:
    client = running.client
    whole = client.get("/openapi.json").json()
    sent, statuses = 0, set[int]()
    for method, path, parts in requests(whole):
        answer = client.request(method, path, **parts)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (method, path, answer.text[:300])
        sent += 1
        if answer.status_code == 401 and "Authorization" not in parts.get("headers", {}):
            # What only members may ask, a reviewer asks; what writes is refused to her, too, or finds nothing.
            named = parts | {"headers": parts.get("headers", {}) | {"Authorization": f"Bearer {running.key}"}}
            again = client.request(method, path, **named)
            statuses.add(again.status_code)
            assert again.status_code < 500, (method, path, again.text[:300])
    cards: list[str] = []
    for path, body in DOORS:
        answer = client.post(path, json=body)
        assert answer.status_code == 200, (path, answer.text[:300])
        if path == "/api/v1/rules/evaluate":
            items = answer.json()["items"]
            assert {card["patient"] for card in items} == {CANARY}, "the token comes back"
            cards = [card["uuid"] for card in items]
        for data, media in BAD:
            bad = client.post(path, content=data, headers={"Content-Type": media})
            assert 400 <= bad.status_code < 500, (path, media, bad.status_code)
            # A charset or media type that is refused may be named; what was in the body may not.
            assert CANARY in media or CANARY not in bad.text, (path, bad.text)
    # The name of a rule that is not there is told to who asked for it, and to nobody else.
    assert client.post("/api/v1/rules/evaluate", json={"case": {}, "why": [CANARY]}).status_code in (200, 404)
    feedback = {"answers": [{"card": cards[0], "outcome": "overridden", "reason": CANARY, "comment": CANARY}]}
    assert client.post("/api/v1/rules/feedback", json=feedback).status_code == 200
    hooks = {"feedback": [{"card": cards[1], "outcome": "overridden", "outcomeTimestamp": "2026-11-01T00:00:00Z",
             "overrideReason": {"reason": {"code": CANARY, "system": CANARY}, "userComment": CANARY}}]}  # fmt: skip
    assert client.post("/cds-services/order-sign/feedback", json=hooks).status_code == 200
    assert sent > len(TABLE)
    assert {200, 401, 404, 422} <= statuses
    # What is written behind is written within a second.
    time.sleep(1.5)
    assert searched(*running.places) == []


def test_what_is_meant_to_be_kept_is_found(running: Running) -> None:
    """Positive control: the search does find what somebody sends to have it kept."""
    answer = running.client.post("/api/v1/feedback", json={"record": "medkg:drug-warfarin", "text": CANARY.upper()})
    assert answer.status_code == 201, answer.text
    # What SQLite has not yet moved stands in its write-ahead log.
    found = {Path(path).name for path in searched(*running.places)}
    assert found & {"workflow.sqlite", "counts.sqlite"}


def test_every_route_is_of_a_right_that_is_thought_of() -> None:
    """What anybody may call is asked with canaries; the rest is refused to them, and writes by purpose."""
    open_ = {"health", "read", "annotate", "evaluate", "query", "export", "feedback"}
    inside = {"workspace-read", "operate"}
    assert {right for pair, right in TABLE.items() if pair not in KEEPING} <= open_ | inside | WRITES


def test_an_error_of_ours_tells_no_payload(
    shelf: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def failing(self: Engine, case: Case, *more: object) -> None:
        raise RuntimeError(f"fault that was put in: {case}")

    monkeypatch.setattr(Engine, "decide", failing)
    with TestClient(create_app(changed(shelf, tmp_path)), raise_server_exceptions=False) as client:
        for path, body in DOORS[:3]:
            answer = client.post(path, json=body)
            # Of a batch the other cases are answered.
            assert (answer.status_code == 500) is not path.endswith("/batch"), (path, answer.text)
            assert CANARY not in answer.text
    told = capfd.readouterr()
    assert CANARY not in told.out + told.err + caplog.text
    assert searched(tmp_path) == []
