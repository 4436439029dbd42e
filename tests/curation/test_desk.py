"""The desk over HTTP: forms, states, conflicts, locking, what nobody else may see, feedback, tables and patches."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.releasing import Releasing
from kg.workflow.proposals import Person
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.curation.conftest import settings_of

FEVER, NEPHRO, DISEASE = "DOID:9000002", "DOID:9000003", "DOID:9000001"
P = "/api/v1/proposals"
PATCH = {"Content-Type": "application/rdf-patch"}
CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def callers(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    data = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(library / "data", data)
    settings = settings_of(data, query_budget_seconds=0, query_budget_errors=0, denials=10_000)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Callers(client, settings)


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


@pytest.fixture(scope="module")
def reviewer(callers: Callers) -> TestClient:
    return callers.of("reviewer")


def propose(client: TestClient, **fields: object) -> dict[str, Any]:
    answer = client.post(P, json={"title": "illustrative", "reason": "a test", "fields": fields})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


FORMS: list[dict[str, object]] = [
    {"form": "concept", "concept": {"category": "disease", "labels": [{"value": "Form made", "language": "en"}],
                                    "parents": [DISEASE]}},
    {"form": "label", "concept": FEVER, "value": "示例热", "language": "zh"},
    {"form": "synonym", "concept": FEVER, "value": "illustrative pyrexia", "language": "en", "kind": "lay"},
    {"form": "definition", "concept": FEVER, "value": "A fever for illustration.", "language": "en"},
    {"form": "parent", "concept": NEPHRO, "parent": DISEASE},
    {"form": "merge", "concept": NEPHRO, "into": FEVER},
    {"form": "split", "concept": FEVER, "parts": [
        {"category": "disease", "labels": [{"value": name, "language": "en"}], "parents": [DISEASE]}
        for name in ("Early sample fever", "Late sample fever")]},
    {"form": "deprecate", "concept": FEVER, "replaced_by": [NEPHRO]},
    {"form": "mapping", "subject": FEVER, "object": "MESH:D999001"},
    {"form": "synonym", "concept": FEVER, "value": "SF", "language": "en", "kind": "abbreviation", "remove": True},
]  # fmt: skip


@pytest.mark.parametrize("fields", FORMS, ids=lambda fields: str(fields["form"]))
def test_every_form_makes_a_draft(curator: TestClient, fields: dict[str, object]) -> None:
    made = propose(curator, **fields)
    assert made["proposal"]["state"] == "draft"
    assert made["proposal"]["form"] == fields["form"]
    assert made["edits"]
    assert (made["conflicts"], made["misfit"]) == ([], None)
    assert [one["action"] for one in made["history"]] == ["create"]


def test_forms_have_schemas(curator: TestClient) -> None:
    found = {row["name"]: row["schema"] for row in curator.get(f"{P}/forms").json()["items"]}
    assert set(found) == {str(fields["form"]) for fields in FORMS} | {"correction"}
    assert all("$ref" in schema and schema["$defs"] for schema in found.values())


def test_the_way_of_a_proposal(curator: TestClient, reviewer: TestClient, callers: Callers) -> None:
    number = propose(curator, form="label", concept=FEVER, value="样本热", language="zh")["proposal"]["id"]
    problem(reviewer.post(f"{P}/{number}/accept"), 409, "not-in-state")
    problem(reviewer.post(f"{P}/{number}/submit"), 403, "forbidden")
    assert curator.post(f"{P}/{number}/submit").json()["proposal"]["state"] == "submitted"
    problem(curator.post(f"{P}/{number}/accept"), 403, "forbidden")
    assert reviewer.post(f"{P}/{number}/take").json()["proposal"]["state"] == "in-review"
    assert reviewer.post(f"{P}/{number}/comments", json={"text": "一个问题"}).status_code == 201
    taken = reviewer.post(f"{P}/{number}/reject", json={"note": "not now"}).json()
    assert (taken["proposal"]["state"], taken["proposal"]["reviewer"]) == ("rejected", "test reviewer")
    assert curator.post(f"{P}/{number}/revise").json()["proposal"]["state"] == "draft"
    assert curator.post(f"{P}/{number}/withdraw").json()["proposal"]["state"] == "withdrawn"
    history = "/api/v1/curation/history"
    past = [one["action"] for one in curator.get(history, params={"proposal": number}).json()["items"]]
    assert past == ["withdraw", "revise", "reject", "comment", "take", "submit", "create"]
    about = curator.get(history, params={"concept": FEVER, "person": "test reviewer"}).json()["items"]
    assert {one["action"] for one in about} >= {"take", "reject"}
    assert curator.get(history, params={"until": "2020-01-01"}).json()["items"] == []
    told = [entry.action for entry in wiring.audit(callers.settings).entries(0, 10_000)]
    assert f"proposal {number} reject rejected" in told
    assert list(wiring.audit(callers.settings).check()) == []


def test_nobody_accepts_the_own_proposal(callers: Callers) -> None:
    admin = callers.of("admin")
    number = propose(admin, form="label", concept=FEVER, value="自审", language="zh")["proposal"]["id"]
    admin.post(f"{P}/{number}/submit")
    problem(admin.post(f"{P}/{number}/accept"), 403, "own-proposal")
    assert admin.get(f"{P}/{number}").json()["proposal"]["state"] == "submitted"


def test_what_does_not_pass_the_gate_is_not_accepted(curator: TestClient) -> None:
    labels = [{"value": "sample fever", "language": "en"}]
    concept = {"category": "disease", "labels": labels, "id": "DOID:9000008", "parents": [DISEASE]}
    made = propose(curator, form="concept", concept=concept)
    errors = [one for one in made["findings"] if one["severity"] == "error"]
    assert errors
    assert set(errors[0]["message"]) == {"zh", "en"}
    document = problem(
        curator.post(f"{P}/{made['proposal']['id']}/submit", headers={"Accept-Language": "zh"}), 422, "gate-refused"
    )
    assert errors[0]["message"]["zh"] in str(document["detail"])
    assert curator.get(f"{P}/{made['proposal']['id']}").json()["proposal"]["state"] == "draft"


def test_of_two_who_write_one_draft_the_second_is_told(curator: TestClient, callers: Callers) -> None:
    made = propose(curator, form="label", concept=FEVER, value="甲热", language="zh")
    number, path = made["proposal"]["id"], f"{P}/{made['proposal']['id']}"
    tag = curator.get(path).headers["etag"]
    again = {"fields": {"form": "label", "concept": FEVER, "value": "乙热", "language": "zh"}}
    problem(curator.put(path, json=again), 428, "precondition-required")
    assert curator.put(path, json=again, headers={"If-Match": tag}).status_code == 200
    problem(curator.put(path, json=again, headers={"If-Match": tag}), 412, "precondition-failed")
    assert curator.get(path, headers={"If-None-Match": curator.get(path).headers["etag"]}).status_code == 304
    other = callers.of("admin")
    problem(other.put(path, json=again, headers={"If-Match": "*"}), 403, "others-proposal")
    assert curator.get(path).json()["edits"][0]["label"]["value"] == "乙热"
    assert number


def test_the_queue_and_what_is_unseen(curator: TestClient, reviewer: TestClient) -> None:
    number = propose(curator, form="label", concept=NEPHRO, value="示例肾病", language="zh")["proposal"]["id"]
    unseen = {"unseen": "true", "concept": NEPHRO}
    assert number in [row["id"] for row in reviewer.get(P, params=unseen).json()["items"]]
    assert reviewer.put(f"{P}/{number}/seen").status_code == 204
    assert number not in [row["id"] for row in reviewer.get(P, params=unseen).json()["items"]]
    curator.post(f"{P}/{number}/submit")
    assert number in [row["id"] for row in reviewer.get(P, params=unseen).json()["items"]]
    first = reviewer.get(P, params={"limit": 1}).json()
    second = reviewer.get(P, params={"limit": 1, "cursor": first["next"]}).json()
    assert second["items"][0]["id"] < first["items"][0]["id"]
    assert {row["state"] for row in reviewer.get(P, params={"state": "submitted"}).json()["items"]} == {"submitted"}


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"form": "label", "concept": "DOID:404", "value": "x", "language": "en"}, "edit-refused"),
        ({"form": "merge", "concept": FEVER, "into": FEVER}, "edit-refused"),
        ({"form": "synonym", "concept": FEVER, "value": "nowhere", "language": "en", "remove": True}, "edit-refused"),
        ({"form": "parent", "concept": NEPHRO, "parent": FEVER}, "edit-refused"),
        ({"form": "label", "concept": FEVER, "value": " ", "language": "en"}, "invalid-parameters"),
        ({"form": "nothing", "concept": FEVER}, "invalid-parameters"),
        ({"form": "label", "concept": FEVER, "value": "x", "language": "en", "more": 1}, "invalid-parameters"),
    ],
)
def test_what_cannot_be_proposed(curator: TestClient, fields: dict[str, object], slug: str) -> None:
    problem(curator.post(P, json={"fields": fields}), 422, slug)


TABLE = """Id,Class,Chinese,Also,Above,Wrong
ID,CATEGORY,A skos:prefLabel@zh,A skos:altLabel@en SPLIT=|,SC %,- A mkg:abbreviation@en
DOID:9000002,,表格热,table fever|tabular fever,,SF
,disease,表格病,table disease,DOID:9000001,
DOID:9000003,,,example nephropathy,DOID:9000002,
"""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{P}/undo", {"release": "\u0007no release"}),
        (f"{P}/undo", {"proposals": [2**63]}),
        ("/api/v1/releases", {"version": "1", "proposals": [2**63]}),
        ("/api/v1/releases", {"version": "1", "proposals": [0]}),
    ],
)
def test_numbers_and_versions_that_cannot_be_are_the_callers_fault(
    callers: Callers, path: str, body: dict[str, object]
) -> None:
    problem(callers.of("admin").post(path, json=body), 422, "invalid-parameters")


def test_a_table_becomes_one_proposal(curator: TestClient) -> None:
    answer = curator.post(P, params={"title": "t"}, content=TABLE.encode(), headers=CSV)
    assert answer.status_code == 201, answer.text
    edits = answer.json()["edits"]
    assert [edit["edit"] for edit in edits] == [
        "addlabel", "addlabel", "addlabel", "removelabel", "newconcept", "addlabel", "addparent", "addlabel"
    ]  # fmt: skip
    book = Workbook()
    for row in TABLE.strip().split("\n"):
        book.active.append(row.split(","))
    data = BytesIO()
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    again = curator.post(P, content=data.getvalue(), headers={"Content-Type": kind})
    assert again.json()["edits"] == edits


def test_places_of_a_table_that_cannot_be_used_are_named(curator: TestClient) -> None:
    bad = TABLE + "DOID:404,,,x,,\n,nothing,坏,,,\nDOID:9000003,,,,DOID:404,\nDOID:9000003,,,,,nowhere\n"
    document = problem(curator.post(P, content=bad.encode(), headers=CSV), 422, "edit-table")
    errors = [(row["position"], row["column"], row["why"]) for row in document["errors"]]  # type: ignore[attr-defined]
    assert errors == [
        ("line 6", "Id", "edit-unknown-concept"),
        ("line 7", "Class", "row-category"),
        ("line 8", "Above", "edit-unknown-target"),
        ("line 9", "Wrong", "edit-changes-nothing"),
    ]
    assert curator.post(P, content=b"a,b\n1,2\n", headers=CSV).status_code == 422
    assert curator.post(P, content=b"", headers=CSV).status_code == 422
    book = Workbook()
    for row in TABLE.strip().split("\n")[:3]:
        book.active.append(row.split(","))
    book.active["C3"] = "=A1"
    data = BytesIO()
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    document = problem(curator.post(P, content=data.getvalue(), headers={"Content-Type": kind}), 422, "edit-table")
    assert [row["why"] for row in document["errors"]] == ["row-cell"]  # type: ignore[attr-defined]


def test_a_patch_goes_out_and_comes_in_again(curator: TestClient) -> None:
    made = propose(curator, form="label", concept=FEVER, value="补丁热", language="zh")
    text = curator.get(f"{P}/{made['proposal']['id']}/patch").text
    node = "<http://purl.obolibrary.org/obo/DOID_9000002>"
    assert f'A {node} <http://www.w3.org/2004/02/skos/core#prefLabel> "补丁热"@zh .' in text.splitlines()
    again = curator.post(P, content=text.encode(), headers=PATCH)
    assert again.status_code == 201, again.text
    assert again.json()["edits"] == made["edits"]
    gone = f'D {node} <https://w3id.org/medkg/vocab#abbreviation> "SF"@en .\nA {node} <x:nothing> <x:y> .\n'
    document = problem(curator.post(P, content=gone.encode(), headers=PATCH), 422, "edit-table")
    assert [row["position"] for row in document["errors"]] == ["line 2"]  # type: ignore[attr-defined]
    for row in (f'A {node} <http://www.w3.org/2004/02/skos/core#altLabel> "a@en .', "A", "\x00", 'A <x y> <z> "a"@en .',
                f'A {node} <http://www.w3.org/2004/02/skos/core#broader> "a"@en .'):  # fmt: skip
        problem(curator.post(P, content=row.encode(), headers=PATCH), 422, "edit-table")
    problem(curator.post(P, content=b"\xff\xfe", headers=PATCH), 400, "input")
    removed = curator.post(P, content=gone.split("\n")[0].encode(), headers=PATCH).json()
    assert [edit["edit"] for edit in removed["edits"]] == ["removelabel"]


def test_drafts_are_seen_by_nobody_else(callers: Callers, curator: TestClient) -> None:
    anybody = callers.of("anonymous")
    secret = "zzqdraftword"
    asked = [
        f"/api/v1/search?q={secret}", f"/api/v1/autocomplete?q={secret}", f"/api/v1/concepts/{FEVER}", "/void",
        f"/api/v1/concepts/{FEVER}/tree", "/api/v1/concepts/medkg:zzqdraftword", f"/concept/{FEVER}",
        f"/id/concept/{secret}", "/sparql?query=" + "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }".replace(" ", "%20"),
        "/sparql?query=" + f'SELECT ?s {{ ?s ?p ?o FILTER(CONTAINS(STR(?o),"{secret}")) }}'.replace(" ", "%20"),
        "/api/v1/generations", "/ready",
    ]  # fmt: skip

    def state() -> list[tuple[int, str | None, bytes]]:
        answers = [anybody.get(path) for path in asked]
        return [(one.status_code, one.headers.get("etag"), _timeless(one.content)) for one in answers]

    before = state()
    number = propose(
        curator, form="concept", concept={"category": "disease", "labels": [{"value": secret, "language": "en"}],
                                          "parents": [DISEASE]},
    )["proposal"]["id"]  # fmt: skip
    curator.post(f"{P}/{number}/submit")
    propose(curator, form="synonym", concept=FEVER, value=secret, language="en")
    assert state() == before
    for path in (P, f"{P}/{number}", f"{P}/{number}/patch", f"{P}/{number}/comments", "/api/v1/curation/history",
                 "/api/v1/releases"):  # fmt: skip
        problem(anybody.get(path), 401, "unauthenticated")
        problem(callers.of("reader").get(path), 403, "forbidden")


def _timeless(content: bytes) -> bytes:
    """Without request ids, which differ by themselves."""
    return re.sub(rb'"request":"[0-9a-f-]+"', b"", content)


def test_feedback_is_answered_in_the_queue(callers: Callers, reviewer: TestClient, curator: TestClient) -> None:
    anybody = callers.of("anonymous")
    problem(anybody.post("/api/v1/feedback", json={"record": "DOID:404", "text": "x"}), 404, "not-found")
    sent = anybody.post("/api/v1/feedback", json={"record": FEVER, "text": "名称有误"})
    assert sent.status_code == 201, sent.text
    receipt, number = sent.json()["receipt"], sent.json()["number"]
    queue = reviewer.get(P, params={"kind": "feedback", "subject": FEVER}).json()["items"]
    assert [row["id"] for row in queue] == [number]
    assert curator.post(f"{P}/{number}/comments", json={"text": "inner"}).status_code == 201
    assert reviewer.post(f"{P}/{number}/comments", json={"text": "已更正", "answer": True}).status_code == 201
    assert reviewer.post(f"{P}/{number}/accept").status_code == 200
    answer = anybody.get(f"/api/v1/feedback/{receipt}").json()
    assert (answer["state"], [one["text"] for one in answer["answers"]]) == ("accepted", ["已更正"])
    problem(anybody.get(f"/api/v1/feedback/{'a' * 32}"), 404, "not-found")
    for lang, word in (("zh", "意见反馈"), ("en", "Your opinion")):
        page = anybody.get(f"/concept/{FEVER}", params={"lang": lang}).text
        assert word in page
        assert 'action="/feedback' in page
        made = anybody.post("/feedback", params={"lang": lang}, data={"record": FEVER, "text": "<b>x</b>"})
        assert made.status_code == 201, made.text
        assert "&lt;b&gt;x&lt;/b&gt;" in made.text
        assert word in made.text
    assert anybody.post("/feedback", data={"record": FEVER, "text": ""}).status_code == 422
    assert anybody.post("/feedback", data={"record": "DOID:404", "text": "x"}).status_code == 404


def test_feedback_is_limited(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library / "data", tmp_path / "data")
    settings = settings_of(tmp_path / "data", feedback_an_hour=2)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for _ in range(2):
            assert client.post("/api/v1/feedback", json={"record": FEVER, "text": "x"}).status_code == 201
        problem(client.post("/api/v1/feedback", json={"record": FEVER, "text": "x"}), 429, "feedback-spent")


def test_conflicts_are_shown_and_must_be_confirmed(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library / "data", tmp_path / "data")
    settings = settings_of(tmp_path / "data", query_budget_seconds=0)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        callers = Callers(client, settings)
        curator, reviewer = callers.of("curator"), callers.of("reviewer")
        first = propose(curator, form="label", concept=FEVER, value="先到热", language="zh")["proposal"]["id"]
        late = propose(curator, form="synonym", concept=FEVER, value="late fever", language="en")["proposal"]["id"]
        lost = propose(
            curator, form="synonym", concept=FEVER, value="先到热", language="zh", kind="exact"
        )["proposal"]["id"]  # fmt: skip
        curator.post(f"{P}/{first}/submit")
        reviewer.post(f"{P}/{first}/accept")
        made = Releasing(settings).run("2026.11", Person("Chen", "admin"))
        assert made.state == "released"
        for _ in range(100):
            if client.get("/ready").json()["generation"] == made.generation:
                break
            time.sleep(0.1)
        shown = curator.get(f"{P}/{late}").json()
        assert shown["conflicts"] == [
            {"concept": FEVER, "fields": [{"field": "labels", "gone": [], "come": ["先到热@zh (preferred)"]}],
             "appeared": False, "vanished": False}
        ]  # fmt: skip
        problem(curator.post(f"{P}/{late}/submit"), 409, "edits-conflict")
        assert curator.post(f"{P}/{late}/submit", json={"confirm": True}).status_code == 200
        assert reviewer.post(f"{P}/{late}/accept").status_code == 200
        assert lost
        released = reviewer.get("/api/v1/releases").json()["items"]
        assert [(row["version"], row["state"]) for row in released] == [("2026.11", "released")]
        assert len(reviewer.get("/api/v1/releases/2026.11/edits").json()["items"]) == 1
        undo = curator.post(f"{P}/undo", json={"proposals": [first]})
        assert undo.status_code == 201, undo.text
        assert [edit["edit"] for edit in undo.json()["edits"]] == ["removelabel"]
        back = curator.post(f"{P}/undo", json={"release": "2026.11"})
        problem(back, 409, "not-in-state")
        started = reviewer.post("/api/v1/releases", json={"version": "2026.12", "note": "second"})
        assert started.status_code == 202, started.text
        job = started.json()["job"]
        for _ in range(300):
            state = callers.of("admin").get(f"/api/v1/jobs/{job}").json()["state"]
            if state not in ("waiting", "running"):
                break
            time.sleep(0.1)
        assert state == "done"
        for _ in range(100):  # the row follows the build
            rows = [row["state"] for row in reviewer.get("/api/v1/releases").json()["items"]]
            if rows == ["released", "released"]:
                break
            time.sleep(0.05)
        assert rows == ["released", "released"]
