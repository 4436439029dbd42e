"""CDS Hooks 2.0 and Infobutton over the same engine: discovery, calls, feedback, knowledge, and what is refused."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from lxml import etree
from starlette.testclient import TestClient

from api.app import create_app
from api.cards import card_of
from api.decisions import _marked
from api.routes.cdshooks import templates
from api.settings import Settings
from api.wiring import Building
from ingest.cases.chart import Chart, Unread, resources
from ingest.cases.hooks import HookCall, Lacking, case_of
from ingest.config import read_config
from ingest.pipeline import Listener
from ingest.sources.rule_table import RuleTable
from ingest.sources.rules import Rules
from kg.model.rule import PackedRule
from kg.model.source import RawFile
from kg.rules.decision import Card
from tests.api.conftest import problem
from tests.api.test_cli import medkg
from tests.api.test_rules import BUILD
from tests.conftest import ROOT

ATC = "http://www.whocc.no/atc"
MESH = "http://terminology.hl7.org/CodeSystem/MSH"
EMPTY = {"resourceType": "Bundle", "type": "searchset"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("hooks")
    (root / "build.toml").write_text(BUILD, "utf-8")
    # Nothing here is about time: a loaded machine must not turn an answer into an error.
    settings = Settings(data=str(root / "data"), encoder="none", people=False, decision_seconds=30.0, rule_seconds=5.0)
    Building(settings).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
    assert medkg("rules", "demo", "--data", settings.data).returncode == 0
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://localhost") as opened:
        yield opened


def bundle(*found: dict[str, object]) -> dict[str, object]:
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in found]}


def drug(name: str, **more: object) -> dict[str, object]:
    return {"resourceType": "MedicationRequest", "id": "m1", "status": "draft",
            "medicationCodeableConcept": {"text": name}, **more}  # fmt: skip


def request(**changes: object) -> dict[str, Any]:
    body: dict[str, Any] = {
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
    assert "prefetch" not in by_id["appointment-book"]
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
    (same,) = again["cards"]
    assert same.pop("uuid") != card.pop("uuid")  # each showing has its own, so that answers to it tell it from others
    assert same == card


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
    prefetch = dict(body["prefetch"])
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
        ("order-sign", {"context": {"draftOrders": bundle(drug("x"))}}, 422, "invalid-parameters"),
    ],
)
def test_bad_calls_are_refused_with_their_place(
    client: TestClient, path: str, change: dict[str, object], status: int, slug: str
) -> None:
    problem(client.post(f"/cds-services/{path}", json=request(**change)), status, slug)


def test_a_first_page_is_not_the_whole_list(client: TestClient) -> None:
    body = request()
    page = EMPTY | {"link": [{"relation": "next", "url": "https://ehr.example/next"}]}
    prefetch = dict(body["prefetch"]) | {"conditions": page}
    document = problem(client.post("/cds-services/order-sign", json=body | {"prefetch": prefetch}), 412, "data-missing")
    assert "conditions" in str(document["detail"])


def test_odd_shapes_are_refused_or_passed_over_and_never_repeated(client: TestClient) -> None:
    body = request()
    prefetch = dict(body["prefetch"])
    passed = body | {"prefetch": prefetch | {"canary-key": {"resourceType": 7}}, "fhirAuthorization": 7}
    assert client.post("/cds-services/order-sign", json=passed).status_code == 200
    for wrong in ({"resourceType": []}, {"resourceType": "Patient", "birthDate": "canary"}):
        changed = body | {"prefetch": prefetch | {"patient": wrong}}
        answer = client.post("/cds-services/order-sign", json=changed)
        problem(answer, 422, "invalid-parameters")
        assert "canary" not in answer.text
    moment = {"hook": "appointment-book", "hookInstance": "1", "context": {"patientId": "1"}, "prefetch": None}
    assert client.post("/cds-services/appointment-book", json=moment).status_code == 200


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
    answer = client.post("/cds-services/order-sign", json=request(context={"patientId": "1", "draftOrders": orders}))
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


SPECIFIED = (
    "patient-view", "order-select", "order-sign", "order-dispatch", "encounter-start", "encounter-discharge",
    "allergyintolerance-create", "problem-list-item-create", "medication-refill", "appointment-book",
)  # fmt: skip
WARFARIN = drug("warfarin", id="w1")
IBUPROFEN = drug("布洛芬", id="i1")


def sent(client: TestClient, body: dict[str, Any]) -> httpx.Response:
    return client.post(f"/cds-services/{body['hook'].rpartition('.')[2]}", json=body)


def rules_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [card["source"]["topic"]["code"] for card in answer.json()["cards"]]


def prefetched(**changes: object) -> dict[str, Any]:
    return dict(request()["prefetch"]) | changes


def test_every_moment_has_a_service_and_own_hooks_their_own_names(client: TestClient) -> None:
    services = {one["id"]: one["hook"] for one in client.get("/cds-services").json()["services"]}
    assert {hook for hook in services.values() if "." not in hook} == set(SPECIFIED)
    own = {id_: hook for id_, hook in services.items() if "." in hook}
    assert own == {name: f"org.medkg.{name}" for name in ("result-received", "prescription-review", "note-saved")}
    short = request(hook="prescription-review")
    problem(client.post("/cds-services/prescription-review", json=short), 400, "bad-request")


def test_templates_hold_root_level_fields_alone(client: TestClient) -> None:
    """2.0, Prefetch tokens and Prefetch query restrictions."""
    tokens = re.compile(r"\{\{(.*?)\}\}")
    for service in client.get("/cds-services").json()["services"]:
        assert len(set(service.get("prefetch", {}).values())) == len(service.get("prefetch", {}))
        for template in service.get("prefetch", {}).values():
            assert set(tokens.findall(template)) <= {"context.patientId", "context.order"}
            search = template.partition("?")[2]
            assert all(re.fullmatch(r"(patient|status)=[^:]+", part) for part in search.split("&") if part), template


def test_a_template_of_a_dispatched_order_is_there_where_rules_need_orders() -> None:
    assert templates("order-dispatch", {"orders", "patient"}) == {
        "patient": "Patient/{{context.patientId}}", "order": "{{context.order}}"}  # fmt: skip
    assert templates("order-sign", {"orders"}) == {}


def test_no_answer_holds_anything_empty(client: TestClient) -> None:
    """2.0, Null and empty JSON elements; an empty array of cards is the one exception."""

    def empty(value: Any, place: str) -> Iterator[str]:
        if value in (None, "", [], {}):
            yield place
        for key, inner in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            yield from empty(inner, f"{place}/{key}")

    silent = request(context={"patientId": "canary-991", "draftOrders": bundle(drug("对乙酰氨基酚"))})
    answers = [client.get("/cds-services"), sent(client, request()), sent(client, silent)]
    found = [place for answer in answers for place in empty(answer.json(), "")]
    assert found == ["/cards"]


@pytest.mark.parametrize(
    ("selections", "fires"),
    [(["MedicationRequest/i1"], True), (["i1"], True), (["MedicationRequest/w1", "MedicationRequest/i1"], True),
     (["MedicationRequest/p1"], False), (None, True)],
    ids=["one", "by its bare id", "both", "another", "not told"],
)  # fmt: skip
def test_order_select_judges_what_is_selected_beside_what_is_drafted(
    client: TestClient, selections: list[str] | None, fires: bool
) -> None:
    context: dict[str, Any] = {"patientId": "canary-991",
                               "draftOrders": bundle(WARFARIN, IBUPROFEN, drug("对乙酰氨基酚", id="p1"))}  # fmt: skip
    if selections is not None:
        context["selections"] = selections
    body = request(hook="order-select", context=context, prefetch=prefetched(medications=EMPTY))
    assert ("example:warfarin-nsaid" in rules_of(sent(client, body))) is fires


@pytest.mark.parametrize("selections", [["MedicationRequest/none"], "i1", [7], [""]])
def test_a_selection_that_is_no_draft_is_located(client: TestClient, selections: object) -> None:
    context = {"patientId": "1", "draftOrders": bundle(IBUPROFEN), "selections": selections}
    document = problem(sent(client, request(hook="order-select", context=context)), 422, "invalid-parameters")
    assert "$.context.selections" in str(document["detail"])


def test_what_is_dispatched_is_found_among_what_was_prefetched(client: TestClient) -> None:
    unknown = drug("xyzzy", status="active")
    for context in ({"order": "MedicationRequest/m1"}, {"dispatchedOrders": ["MedicationRequest/m1"]}):
        for prefetch in ({"order": unknown}, {"medications": bundle(unknown)}):
            body = request(hook="order-dispatch", context={"patientId": "1", **context}, prefetch=prefetch)
            answer = sent(client, body)
            assert answer.status_code == 200, answer.text
            (row,) = answer.json()["extension"]["org.medkg"]["notUnderstood"]
            assert row["place"] == "/orders/0"
    problem(sent(client, request(hook="order-dispatch", context={"patientId": "1"})), 422, "invalid-parameters")


def test_a_dispatched_order_that_rules_need_and_nobody_sent_is_lacking() -> None:
    def asked(prefetch: object) -> HookCall:
        context = {"patientId": "1", "order": "MedicationRequest/m1"}
        body = {"hook": "order-dispatch", "hookInstance": "1", "context": context, "prefetch": prefetch}
        return msgspec.json.decode(json.dumps(body), type=HookCall)

    with pytest.raises(Lacking, match="order"):
        case_of("order-dispatch", asked({"medications": EMPTY}), {"orders", "medications"})
    found = case_of("order-dispatch", asked({"medications": bundle(drug("x"))}), {"orders", "medications"})
    assert len(found.case.orders or ()) == 1
    device = {"resourceType": "DeviceRequest", "id": "m1"}
    other = msgspec.structs.replace(asked({"order": device}), context={
        "patientId": msgspec.Raw(b'"1"'), "order": msgspec.Raw(b'"DeviceRequest/m1"')})  # fmt: skip
    assert case_of("order-dispatch", other, {"orders"}).case.orders == ()


@pytest.mark.parametrize("wrapped", [True, False])
def test_an_allergy_is_read_as_it_is_or_within_a_resource(client: TestClient, wrapped: bool) -> None:
    """The table of the hook has the one, its published example the other."""
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": "active",
        "code": {"text": "xyzzy"},
    }
    context = {"patientId": "1", "allergyIntolerance": {"resource": allergy} if wrapped else allergy}
    answer = sent(client, request(hook="allergyintolerance-create", context=context))
    assert answer.json()["extension"]["org.medkg"]["notUnderstood"][0]["place"] == "/allergies/0"
    lost = {"patientId": "1", "allergyIntolerance": {"allergy": allergy}}
    problem(sent(client, request(hook="allergyintolerance-create", context=lost)), 422, "invalid-parameters")


@pytest.mark.parametrize(
    ("hook", "context"),
    [("order-sign", {}), ("order-sign", {"patientId": ""}), ("order-sign", {"patientId": None}),
     ("order-sign", {"patientId": 7}), ("order-sign", {"patientId": "1"}),
     ("order-sign", {"patientId": "1", "draftOrders": None}),
     ("order-select", {"patientId": "1"}), ("allergyintolerance-create", {"patientId": "1"}),
     ("problem-list-item-create", {"patientId": "1", "conditions": {}}), ("medication-refill", {"patientId": "1"}),
     ("org.medkg.result-received", {"patientId": "1"}),
     ("org.medkg.note-saved", {"patientId": "1"}), ("patient-view", {"userId": "Practitioner/1"})],
)  # fmt: skip
def test_a_context_without_what_its_hook_is_about_is_located(
    client: TestClient, hook: str, context: dict[str, Any]
) -> None:
    document = problem(sent(client, request(hook=hook, context=context)), 422, "invalid-parameters")
    assert "$.context." in str(document["detail"])


def test_a_note_is_read_as_the_plain_door_reads_it() -> None:
    def asked(notes: object) -> HookCall:
        body = {"hook": "org.medkg.note-saved", "hookInstance": "1", "context": {"patientId": "1", "notes": notes}}
        return msgspec.json.decode(json.dumps(body), type=HookCall)

    found = case_of("note-saved", asked([{"text": "否认青霉素过敏。", "time": "2026-11-22"}]), ())
    assert [one.text for one in found.case.notes] == ["否认青霉素过敏。"]
    for wrong, place in (([{"words": "x"}], "[0]"), ("x", ""), ([{"text": 7}], "[0].text"), ([], "")):
        with pytest.raises(Unread) as misfit:
            case_of("note-saved", asked(wrong), ())
        assert misfit.value.place.startswith(f"$.context.notes{place}")


def test_prefetched_data_of_another_patient_are_refused(client: TestClient) -> None:
    patient = {"resourceType": "Patient", "id": "canary-992", "gender": "female"}
    answer = sent(client, request(prefetch=prefetched(patient=patient)))
    assert "$.prefetch.patient" in str(problem(answer, 422, "invalid-parameters")["detail"])
    assert "canary" not in answer.text
    theirs = {
        "resourceType": "Condition",
        "subject": {"reference": "https://ehr.example/Patient/2"},
        "code": {"text": "gout"},
    }
    answer = sent(client, request(prefetch=prefetched(conditions=bundle(theirs))))
    assert "$.prefetch.conditions/entry/0" in str(problem(answer, 422, "invalid-parameters")["detail"])
    for same in ("Patient/canary-991", "https://ehr.example/Patient/canary-991", "urn:uuid:1", "#p", None):
        own = theirs | {"subject": {"reference": same}}
        assert sent(client, request(prefetch=prefetched(conditions=bundle(own)))).status_code == 200


def test_drafts_that_name_another_patient_are_told(client: TestClient) -> None:
    """Published requests do so; what is ordered is ordered for the patient in context."""
    draft = IBUPROFEN | {"subject": {"reference": "Patient/2"}}
    answer = sent(client, request(context={"patientId": "canary-991", "draftOrders": bundle(draft)}))
    assert answer.json()["extension"]["org.medkg"]["otherPatient"] == ["$.context.draftOrders/entry/0/resource"]


def test_the_servers_of_callers_are_never_asked_nor_kept(client: TestClient, settings: Settings) -> None:
    """A1 and A10: no connection, and neither address nor token in an answer or in the data folder."""
    hits: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        httpx.get(f"http://127.0.0.1:{server.server_port}/control")
        more = {"fhirServer": f"http://127.0.0.1:{server.server_port}/canary-fhir", "fhirAuthorization": {
            "access_token": "canary-token", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read",
            "subject": "canary-subject"}}  # fmt: skip
        for body in (request(**more), request(**more, prefetch=None)):
            assert "canary" not in sent(client, body).text
    finally:
        server.shutdown()
        server.server_close()
    assert hits == ["/control"]
    time.sleep(1.2)  # what is taken down of cards is written within a second
    for path in settings.folder.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path


def test_who_asks_may_say_from_where(client: TestClient) -> None:
    scope = {"org.medkg": {"scope": {"site": "main", "department": "ward-7"}}}
    assert sent(client, request(extension=scope)).status_code == 200
    for wrong in ({"org.medkg": 7}, {"org.medkg": {"scope": {"ward": "7"}}}):
        problem(sent(client, request(extension=wrong)), 422, "invalid-parameters")
    found = case_of(
        "patient-view",
        msgspec.json.decode(
            json.dumps(
                {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "1"}, "extension": scope}
            ),
            type=HookCall,
        ),
        (),
    )
    assert found.case.scope.department == "ward-7"


def test_an_outcome_beside_hits_counts_by_its_severity(client: TestClient) -> None:
    """2.0: services SHOULD check prefetched data for OperationOutcomes."""
    for severity, status in (("information", 200), ("warning", 200), ("error", 412), ("fatal", 412), (None, 412)):
        outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "incomplete"}]}
        answer = sent(client, request(prefetch=prefetched(conditions=bundle(outcome))))
        assert answer.status_code == status, severity


def test_five_megabytes_of_prefetch_are_read(client: TestClient) -> None:
    rows = [{"resourceType": "Observation", "status": "final", "code": {"text": f"test {number % 40}"},
             "note": [{"text": "x" * 900}], "effectiveDateTime": "2026-01-01",
             "valueQuantity": {"value": 1, "code": "g"}}
            for number in range(4_400)]  # fmt: skip
    body = request(prefetch=prefetched(results=bundle(*rows)))
    assert 4_500_000 < len(json.dumps(body)) < 5_000_000
    assert rules_of(sent(client, body)) == ["example:warfarin-nsaid"]


def pages(data_folder: Path) -> dict[str, dict[str, Any]]:
    """Every request of the test data: those of the Inferno kit, and those in blocks of the specification's pages."""
    found = {path.name: json.loads(path.read_text("utf-8"))
             for path in sorted((data_folder / "cds-hooks").glob("crd-*_request.json"))}  # fmt: skip
    context = json.loads((data_folder / "cds-hooks" / "crd-order_select_context.json").read_text("utf-8"))
    found["crd-order_select_context.json"] = {"hook": "order-select", "hookInstance": str(uuid4()), "context": context}
    for path in sorted((data_folder / "cds-hooks").glob("hooks-*.md")):
        hook = path.stem.removeprefix("hooks-")
        for number, block in enumerate(re.findall(r"```json\n(.*?)```", path.read_text("utf-8"), re.DOTALL)):
            text = block.strip() if block.strip().startswith("{") else "{" + block + "}"
            try:
                read = json.loads(text)
            except json.JSONDecodeError:
                continue  # a block that is no JSON as it stands there
            if "context" in read:
                found[f"{path.name} {number}"] = {"hook": hook, "hookInstance": str(uuid4())} | read
    return found


def test_every_request_of_the_test_data_is_answered(client: TestClient, data_folder: Path) -> None:
    services = {one["id"]: one.get("prefetch", {}) for one in client.get("/cds-services").json()["services"]}
    found = pages(data_folder)
    assert len(found) > 15
    assert {body["hook"] for body in found.values()} == set(SPECIFIED)
    for name, body in found.items():
        patient = {"resourceType": "Patient", "id": body["context"]["patientId"], "gender": "female"}
        whole = {key: patient if key == "patient" else EMPTY for key in services[body["hook"]]}
        bare = sent(client, {**body, "prefetch": body.get("prefetch", {})})
        assert bare.status_code == (412 if whole else 200), (name, bare.text)
        answer = sent(client, {**body, "prefetch": body.get("prefetch", {}) | whole})
        assert answer.status_code == 200, (name, answer.text)
        assert isinstance(answer.json()["cards"], list)


def broken(card: dict[str, Any]) -> list[str]:
    """Which rules of a card do not hold: the invariants cds-resp-1 to -7 of the implementation guide, and what the
    server suite of Inferno's CRD kit checks of a card."""
    suggestions, links = card.get("suggestions", []), card.get("links", [])
    actions = [action for one in suggestions for action in one.get("actions", [])]
    reasons = card.get("overrideReasons", [])
    checks = {
        "resp-1": card.get("selectionBehavior") != "at-most-one"
        or sum(one.get("isRecommended", False) for one in suggestions) <= 1,
        "resp-2": all("resourceId" in one and "resource" not in one for one in actions if one["type"] == "delete"),
        "resp-3": all("appContext" not in one for one in links if one["type"] != "smart"),
        "resp-4": all(one.get("display") for one in reasons),
        "resp-5": all(one.get("description") for one in actions),
        "resp-6": bool(suggestions) <= ("selectionBehavior" in card),
        "resp-7": card.get("selectionBehavior", "any") in ("at-most-one", "any"),
        "summary": isinstance(card.get("summary"), str) and 0 < len(card["summary"]) < 140,
        "indicator": card.get("indicator") in ("info", "warning", "critical"),
        "source": bool(card.get("source", {}).get("label")),
        "source url": re.match("https?://", card["source"].get("url", "http://")) is not None,
        "topic": {"code", "system"} <= card["source"].get("topic", {}).keys(),
        "suggestion": all(one.get("label") for one in suggestions),
        "actions": all(one.get("actions", [{}]) for one in suggestions),
        "link": all(one.get("label") and one.get("type") in ("absolute", "smart") and one.get("url") for one in links),
        "reasons": all(one.get("code") and one.get("system") for one in reasons),
        "uuid": UUID(card["uuid"]).version == 4,
        "markdown": not re.search(r"(?<!\\)[<\[*_`#|~]", card.get("detail", "")),
    }  # fmt: skip
    return [name for name, holds in checks.items() if not holds]


def shipped_rules() -> Iterator[PackedRule]:
    """Every rule that is shipped within medkg, whichever build takes it in."""
    for path in sorted((ROOT / "ingest" / "packs").iterdir()):
        raw = RawFile(path, "0" * 64, path.stat().st_size)
        if path.suffix == ".yaml":
            items = Rules().parse(raw, {})
        elif path.suffix == ".csv":
            items = RuleTable().parse(raw, {"pack": path.stem, "release": "1", "licence": "Apache-2.0"})
        else:
            continue
        yield from (item for item in items if isinstance(item, PackedRule))


def test_all_cards_of_all_shipped_rules_keep_every_rule_of_the_specification() -> None:
    shipped = list(shipped_rules())
    assert len(shipped) >= 60
    for packed in shipped:
        rule = packed.rule
        made = Card(
            id="1", uuid=str(uuid4()), rule=rule.id, version=rule.version, pack=packed.pack, mode="demo",
            tier=rule.tier,
            title=rule.title, message=rule.message, facts=(), evidence=rule.evidence, suggestions=rule.suggestions,
            override_reasons=rule.override_reasons,
        )  # fmt: skip
        for language in ("en", "zh"):
            found = card_of(_marked(made, {}), language, "https://cds.example.org/")
            assert broken(found) == [], (rule.id, language)


def test_the_checks_of_cards_find_faults() -> None:
    """The control."""
    good = {
        "uuid": str(uuid4()),
        "summary": "x",
        "indicator": "info",
        "source": {"label": "x", "topic": {"code": "1", "system": "x"}},
    }
    assert broken(good) == []
    action = {"type": "delete", "resource": {}}
    faults: dict[str, dict[str, Any]] = {
        "resp-1": {"selectionBehavior": "at-most-one", "suggestions": [{"label": "x", "isRecommended": True}] * 2},
        "resp-2": {"suggestions": [{"label": "x", "actions": [action]}], "selectionBehavior": "any"},
        "resp-3": {"links": [{"label": "x", "url": "x", "type": "absolute", "appContext": "x"}]},
        "resp-4": {"overrideReasons": [{"code": "1", "system": "x"}]},
        "resp-6": {"suggestions": [{"label": "x"}]}, "resp-7": {"selectionBehavior": "all"},
        "summary": {"summary": "x" * 140},
        "indicator": {"indicator": "hard-stop"},
        "source": {"source": {"label": "", "topic": {"code": "1", "system": "x"}}},
        "markdown": {"detail": "<script>"}, "link": {"links": [{"label": "x", "url": "x", "type": "relative"}]},
        "reasons": {"overrideReasons": [{"code": "1", "display": "x"}]},
        "suggestion": {"suggestions": [{}], "selectionBehavior": "any"},
    }  # fmt: skip
    for name, fault in faults.items():
        assert name in broken(good | fault), name


def shown(client: TestClient) -> dict[str, Any]:
    (card,) = sent(client, request()).json()["cards"]
    return dict(card)


def said(uuid: str, **more: object) -> dict[str, Any]:
    return {"feedback": [{"card": uuid, "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:05:31Z"} | more]}


def answer_to(client: TestClient, body: object) -> httpx.Response:
    return client.post("/cds-services/order-sign/feedback", json=body)


def test_feedback_is_taken_once(client: TestClient) -> None:
    card = shown(client)
    reason = card["overrideReasons"][0]
    body = said(card["uuid"], overrideReason={"reason": {"code": reason["code"], "system": reason["system"]},
                                              "userComment": "canary-comment 张三"})  # fmt: skip
    assert answer_to(client, body).json() == {"changed": 1}
    assert answer_to(client, body).json() == {"changed": 0}
    later = said(card["uuid"], outcome="accepted", outcomeTimestamp="2026-11-22T11:00:00Z",
                 acceptedSuggestions=[{"id": str(uuid4())}])  # fmt: skip
    assert answer_to(client, later).json() == {"changed": 1}


def test_what_people_write_is_dropped(client: TestClient, settings: Settings) -> None:
    card = shown(client)
    body = said(
        card["uuid"], overrideReason={"userComment": "canary-comment", "reason": {"code": "canary-code", "system": "x"}}
    )
    answer = answer_to(client, body)
    assert (answer.status_code, answer.json()) == (200, {"changed": 1})
    for path in settings.folder.rglob("*"):
        assert not path.is_file() or b"canary-co" not in path.read_bytes(), path


def test_feedback_on_cards_that_nobody_was_shown_is_told(client: TestClient) -> None:
    card, stranger = shown(client), str(uuid4())
    both = {"feedback": said(card["uuid"])["feedback"] + said(stranger)["feedback"]}
    document = problem(answer_to(client, both), 404, "unknown-cards")
    assert stranger in str(document["detail"])
    assert card["uuid"] not in str(document["detail"])
    assert answer_to(client, said(card["uuid"])).json() == {"changed": 0}  # the other was taken


@pytest.mark.parametrize(
    "change",
    [{"card": "no uuid"}, {"card": None}, {"outcome": "ignored"}, {"outcomeTimestamp": "yesterday"},
     {"outcomeTimestamp": "2026-11-22T10:05:31"}, {"outcomeTimestamp": "0001-01-01T00:00:00+14:00"},
     {"acceptedSuggestions": [{"id": "x"}]}, {"overrideReason": {"reason": {}}}],
)  # fmt: skip
def test_feedback_that_does_not_fit_is_located(client: TestClient, change: dict[str, object]) -> None:
    problem(answer_to(client, said(str(uuid4()), **change)), 422, "invalid-parameters")


def test_bodies_that_are_no_feedback_are_refused(client: TestClient) -> None:
    for body in ({}, {"feedback": []}, {"feedback": None}, []):
        problem(answer_to(client, body), 422, "invalid-parameters")
    problem(client.post("/cds-services/sneeze/feedback", json=said(str(uuid4()))), 404, "no-such-path")


OID = "2.16.840.1.113883.6.177"
ASKED = {"mainSearchCriteria.v.c": "D014859", "mainSearchCriteria.v.cs": OID}
_ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client: TestClient, **params: str) -> dict[str, Any]:
    answer = client.get("/infobutton", params={**params, "_format": "json"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["feed"])


def kinds(found: dict[str, Any]) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for entry in found["entry"]:
        rows.setdefault(entry["category"][0]["term"], []).append(entry["title"]["_value"])
    return rows


def state(found: dict[str, Any]) -> str:
    return str(next(one["term"] for one in found["category"] if one["scheme"].endswith("id/infobutton")))


@pytest.mark.parametrize(
    "params",
    [ASKED, ASKED | {"mainSearchCriteria.v.cs": f"urn:oid:{OID}"}, {"mainSearchCriteria.v.dn": "华法林"},
     ASKED | {"mainSearchCriteria.v.cs": "http://terminology.hl7.org/CodeSystem/MSH"},
     {"mainSearchCriteria.v.ot": "warfarin"},
     {"mainSearchCriteria.v.c": "HIS-7", "mainSearchCriteria.v.cs": "1.2.3", "mainSearchCriteria.v.dn": "warfarin"}],
    ids=["oid", "urn", "name", "uri", "original text", "unknown code beside a name"],
)  # fmt: skip
def test_a_drug_by_code_or_name(client: TestClient, params: dict[str, str]) -> None:
    found = feed(client, **params)
    assert state(found) == "understood"
    rows = kinds(found)
    assert len(rows["concept"]) == 1
    assert "Warfarin with a non-steroidal anti-inflammatory drug" in rows["rule"]
    assert all(entry["link"][0]["href"].startswith("http://localhost/") for entry in found["entry"])
    rule = next(one for one in found["entry"] if one["category"][0]["term"] == "rule")
    assert "examples and not for care" in rule["summary"]["_value"]
    assert client.get(rule["link"][0]["href"]).status_code == 200


def test_atom_says_the_same_as_json(client: TestClient) -> None:
    answer = client.get("/infobutton", params=ASKED)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    tree = etree.fromstring(answer.content)
    found = feed(client, **ASKED)
    assert tree.xpath("a:entry/a:title/text()", namespaces=_ATOM) == [one["title"]["_value"] for one in found["entry"]]
    assert tree.xpath("a:entry/a:link/@href", namespaces=_ATOM) == [one["link"][0]["href"] for one in found["entry"]]
    for name in ("id", "title", "updated"):
        assert len(tree.findall(f"a:{name}", _ATOM)) == 1
        assert all(len(entry.findall(f"a:{name}", _ATOM)) == 1 for entry in tree.findall("a:entry", _ATOM))
    assert tree.findall("a:author/a:name", _ATOM)


def test_the_language_of_who_asks(client: TestClient) -> None:
    zh = feed(client, **ASKED, **{"informationRecipient.languageCode.c": "zh-CN"})
    assert "华法林与非甾体抗炎药合用" in kinds(zh)["rule"]
    assert kinds(zh)["concept"] == ["华法林"]


def test_rules_that_do_not_speak_of_such_patients_are_counted(client: TestClient) -> None:
    drug = {"mainSearchCriteria.v.dn": "metformin"}
    child, adult = ({**drug, "age.v.v": age, "age.v.u": "a"} for age in ("9", "40"))
    fewer, more = (set(kinds(feed(client, **params)).get("rule", [])) for params in (child, adult))
    assert fewer < more, "the rule on kidneys speaks of adults alone"
    schemes = [one["scheme"] for one in feed(client, **child)["category"]]
    assert any(scheme.endswith("rules-about-others") for scheme in schemes)


@pytest.mark.parametrize(
    ("params", "nearest"),
    [({"mainSearchCriteria.v.c": "D01485", "mainSearchCriteria.v.cs": OID}, None),
     ({"mainSearchCriteria.v.c": "x", "mainSearchCriteria.v.cs": "9.9.9"}, []),
     ({"mainSearchCriteria.v.dn": "xyzzy"}, [])],
)  # fmt: skip
def test_what_is_not_understood_is_told(client: TestClient, params: dict[str, str], nearest: list[str] | None) -> None:
    found = feed(client, **params)
    assert state(found) == "not-understood"
    assert set(kinds(found)) <= {"nearest"}
    assert nearest is None or kinds(found).get("nearest", []) == nearest


def test_requests_that_do_not_fit(client: TestClient) -> None:
    problem(client.get("/infobutton"), 422, "invalid-parameters")
    problem(client.get("/infobutton", params=ASKED | {"_format": "text/html"}), 406, "not-acceptable")
    problem(client.get("/infobutton", params=ASKED, headers={"Accept": "image/png"}), 406, "not-acceptable")
    for age in ("-1", "x", "1e400", "nan"):
        assert client.get("/infobutton", params={**ASKED, "age.v.v": age}).status_code == 422, age
    odd = {
        "mainSearchCriteria.v.dn": "a\x00\x07<b>",
        "subTopic.v.dn": "]]>",
        "informationRecipient.languageCode.c": "!!",
    }
    answer = client.get("/infobutton", params=odd)
    assert answer.status_code == 200, answer.text
    etree.fromstring(answer.content)


@pytest.mark.parametrize("named", ["application/json", "json", "application/atom+xml", "xml"])
def test_formats_by_name(client: TestClient, named: str) -> None:
    answer = client.get("/infobutton", params=ASKED | {"knowledgeResponseType": named})
    assert answer.headers["content-type"].startswith(
        "application/json" if "json" in named else "application/atom+xml"
    )  # fmt: skip


def test_nothing_of_the_patient_comes_back(client: TestClient) -> None:
    params = {**ASKED, "age.v.v": "87", "patientPerson.administrativeGenderCode.c": "F"}
    assert "87" not in [one["term"] for one in feed(client, **params)["category"]]
