"""CDS Hooks 2.0 over the same engine: discovery, calls with FHIR R4 resources, and what is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.cases.chart import Chart, resources
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.api.conftest import problem
from tests.api.test_cli import medkg
from tests.api.test_rules import BUILD

ATC = "http://www.whocc.no/atc"
MESH = "http://terminology.hl7.org/CodeSystem/MSH"
EMPTY = {"resourceType": "Bundle", "type": "searchset"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("hooks")
    (root / "build.toml").write_text(BUILD, "utf-8")
    settings = Settings(data=str(root / "data"), encoder="none", people=False)
    Building(settings).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
    assert medkg("rules", "demo", "--data", settings.data).returncode == 0
    with TestClient(create_app(settings), base_url="http://localhost") as opened:
        yield opened


def bundle(*found: dict[str, object]) -> dict[str, object]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in found]}


def drug(name: str, **more: object) -> dict[str, object]:
    return {"resourceType": "MedicationRequest", "id": "m1", "status": "draft",
            "medicationCodeableConcept": {"text": name}, **more}  # fmt: skip


def request(**changes: object) -> dict[str, object]:
    body: dict[str, object] = {
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "canary-991", "draftOrders": bundle(drug("布洛芬"))},
        "prefetch": {
            "patient": {"resourceType": "Patient", "gender": "female", "birthDate": "1950-01-01"},
            "conditions": EMPTY, "allergies": EMPTY, "results": EMPTY, "procedures": EMPTY,
            "medications": bundle(drug("warfarin", status="active",
                                       medicationCodeableConcept={"coding": [{"system": MESH, "code": "D014859"}]})),
        },
    }  # fmt: skip
    return body | changes


def test_discovery_asks_for_the_least(client: TestClient) -> None:
    services = client.get("/cds-services").json()["services"]
    for service in services:
        assert {"hook", "id", "title", "description"} <= service.keys()
    by_id = {service["id"]: service for service in services}
    assert set(by_id["order-sign"]["prefetch"]) == {"patient", "conditions", "allergies", "medications", "results"}
    assert "prefetch" not in by_id["patient-view"]
    assert by_id["order-sign"]["prefetch"]["patient"] == "Patient/{{context.patientId}}"
    zh = client.get("/cds-services", headers={"Accept-Language": "zh"}).json()["services"]
    assert all(one["title"] != other["title"] for one, other in zip(services, zh, strict=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cards_keep_the_rules_of_the_specification(client: TestClient, language: str) -> None:
    answer = client.post("/cds-services/order-sign", json=request(), headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    (card,) = found["cards"]
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] in ("info", "warning", "critical")
    assert card["source"]["label"]
    assert card["source"]["topic"]["code"] == "example:warfarin-nsaid"
    assert all(reason["code"] and reason["system"] and reason["display"] for reason in card["overrideReasons"])
    assert all(link["type"] == "absolute" and link["url"].startswith("http://") for link in card["links"])
    assert ("selectionBehavior" in card) == ("suggestions" in card)
    mark = "示例，不可用于诊疗" if language == "zh" else "Example, not for care"
    assert card["summary"].startswith(mark)
    assert card["detail"].startswith(mark)
    assert found["extension"]["org.medkg"]["demo"] is True
    assert "canary-991" not in answer.text
    again = client.post("/cds-services/order-sign", json=request(), headers={"Accept-Language": language}).json()
    assert again["cards"] == found["cards"]


def test_the_plain_door_gives_the_same_rules(client: TestClient) -> None:
    hooks = client.post("/cds-services/order-sign", json=request()).json()
    case = {
        "event": "order-sign", "patient": {"sex": "female", "birth_date": "1950-01-01"},
        "orders": [{"name": "布洛芬"}], "medications": [{"codes": [{"system": MESH, "code": "D014859"}]}],
        "conditions": [], "allergies": [], "results": [], "procedures": [],
    }  # fmt: skip
    plain = client.post("/api/v1/rules/evaluate", json={"case": case}).json()
    assert [card["source"]["topic"]["code"] for card in hooks["cards"]] == [item["rule"] for item in plain["items"]]


@pytest.mark.parametrize("missing", ["absent", None, {"resourceType": "OperationOutcome", "issue": []}])
def test_data_that_cannot_be_had_are_named(client: TestClient, missing: object) -> None:
    body = request()
    prefetch = dict(body["prefetch"])  # type: ignore[call-overload]
    if missing == "absent":
        del prefetch["allergies"]
    else:
        prefetch["allergies"] = missing
    document = problem(client.post("/cds-services/order-sign", json=body | {"prefetch": prefetch}), 412, "data-missing")
    assert "allergies" in str(document["detail"])


@pytest.mark.parametrize(
    ("path", "change", "status", "slug"),
    [
        ("sneeze", {}, 404, "no-such-path"),
        ("order-sign", {"hook": "patient-view"}, 400, "bad-request"),
        ("order-sign", {"context": 7}, 422, "invalid-parameters"),
        ("order-sign", {"hookInstance": None}, 422, "invalid-parameters"),
        ("order-sign", {"context": {"draftOrders": bundle(drug("x", status=7))}}, 422, "invalid-parameters"),
        ("order-sign", {"context": {"draftOrders": {"resourceType": "Bundle", "entry": 3}}}, 422, "invalid-parameters"),
    ],
)
def test_bad_calls_are_refused_with_their_place(
    client: TestClient, path: str, change: dict[str, object], status: int, slug: str
) -> None:
    problem(client.post(f"/cds-services/{path}", json=request(**change)), status, slug)


def test_a_first_page_is_not_the_whole_list(client: TestClient) -> None:
    body = request()
    page = EMPTY | {"link": [{"relation": "next", "url": "https://ehr.example/next"}]}
    prefetch = dict(body["prefetch"]) | {"conditions": page}  # type: ignore[call-overload]
    document = problem(client.post("/cds-services/order-sign", json=body | {"prefetch": prefetch}), 412, "data-missing")
    assert "conditions" in str(document["detail"])


def test_odd_shapes_are_refused_or_passed_over_and_never_repeated(client: TestClient) -> None:
    body = request()
    prefetch = dict(body["prefetch"])  # type: ignore[call-overload]
    passed = body | {"prefetch": prefetch | {"canary-key": {"resourceType": 7}}, "fhirAuthorization": 7}
    assert client.post("/cds-services/order-sign", json=passed).status_code == 200
    for wrong in ({"resourceType": []}, {"resourceType": "Patient", "birthDate": "canary"}):
        changed = body | {"prefetch": prefetch | {"patient": wrong}}
        answer = client.post("/cds-services/order-sign", json=changed)
        problem(answer, 422, "invalid-parameters")
        assert "canary" not in answer.text
    moment = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "1"}, "prefetch": None}
    assert client.post("/cds-services/patient-view", json=moment).status_code == 200


@pytest.mark.parametrize(
    ("event", "field", "resource"),
    [
        ("problem-list-item-create", "conditions", bundle({"resourceType": "Condition", "code": {"text": "xyzzy"}})),
        ("allergyintolerance-create", "allergyIntolerance",
         {"resourceType": "AllergyIntolerance", "code": {"text": "xyzzy"}}),
        ("medication-refill", "medications", bundle(drug("xyzzy"))),
    ],
)  # fmt: skip
def test_what_is_being_written_down_is_looked_at(
    client: TestClient, event: str, field: str, resource: dict[str, object]
) -> None:
    body = request(hook=event, context={"patientId": "1", field: resource})
    answer = client.post(f"/cds-services/{event}", json=body)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["extension"]["org.medkg"]["notUnderstood"]) == 1


def test_a_body_of_more_than_five_megabytes_is_refused(client: TestClient) -> None:
    big = request(context={"note": "x" * 5_000_001})
    problem(client.post("/cds-services/order-sign", json=big), 413, "body-too-large")


def test_nothing_of_markup_survives_in_a_card(client: TestClient) -> None:
    orders = bundle(drug("<script>alert(1)</script>"), drug("布洛芬"))
    answer = client.post("/cds-services/order-sign", json=request(context={"draftOrders": orders}))
    assert "<script" not in answer.text
    places = [one["place"] for one in answer.json()["extension"]["org.medkg"]["notUnderstood"]]
    assert places == ["/orders/0"]


def test_real_bundles_are_read(data_folder: Path) -> None:
    counts = []
    for name in ("r4-02.json.gz", "r4-03.json.gz", "r4-04.json.gz", "r4-05.json.gz"):
        data = gzip.decompress((data_folder / "synthea-fhir" / name).read_bytes())
        chart = Chart("patient-view")
        for _, resource in resources(data, "$"):
            chart.take(resource)
        case = chart.case()
        whole = json.loads(data)["entry"]
        kinds = [one["resource"]["resourceType"] for one in whole]
        assert len(case.conditions or ()) == kinds.count("Condition")
        assert case.patient.birth_date
        counts.append(len(case.results or ()))
    assert min(counts) > 0
