"""Files sent by curators: kept, read in a process of their own, published, and told about."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.ingests import MOST_WAITING
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.store.lock import writer_lock
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.corpus import record, write_build

PATIENCE = 120.0


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    root = tmp_path_factory.mktemp("ingest")
    settings = Settings(
        data=str(root / "data"), encoder="none", workers=1, upload_bytes=20_000, hosts="testserver", denials=1_000_000
    )
    Building(settings).run(read_config(write_build(root / "in")), {}, Listener(), lambda *step: None)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Callers(client, settings)


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def sent(client: TestClient, data: bytes, **options: str) -> str:
    """Where the job of a file is told about."""
    answer = client.post("/api/v1/ingest", params={"file": "读者.jsonl", **options}, content=data)
    assert answer.status_code == 202, answer.text
    assert answer.json()["files"] == [options.get("file", "读者.jsonl")]
    return str(answer.headers["location"])


def ended(client: TestClient, address: str) -> dict[str, object]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        job: dict[str, object] = client.get(address).json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_a_file_becomes_part_of_the_graph(curator: TestClient) -> None:
    title = {"zh": "读者寄来的示例记录"}
    data = lines(record(501, title=title, language="zh"), {"id": "no-title", "title": {}})
    job = ended(curator, sent(curator, data))
    assert (job["state"], job["kind"]) == ("rejects", "ingest")
    assert (job["format"], job["encoding"]) == ("records.v1", "utf-8")
    (row,) = job["inputs"]  # type: ignore[misc]
    assert (row["read"], row["stored"], row["rejected"]) == (2, 1, 1)
    left = curator.get(f"/api/v1/jobs/{job['id']}/rejects", headers={"Accept-Language": "zh"}).json()["items"]
    assert [(one["file"], one["position"], one["reason"]) for one in left] == [("读者.jsonl", "line 2", "bad-record")]
    assert "记录" in left[0]["detail"]
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = curator.get("/api/v1/documents/doc:T00501")
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    assert answer.headers["medkg-generation"] == job["generation"]
    assert curator.get("/api/v1/jobs").json()["items"][0]["id"] == job["id"]


@pytest.mark.slow
def test_files_called_alike_stand_side_by_side(curator: TestClient) -> None:
    for number in (601, 602):
        assert ended(curator, sent(curator, lines(record(number))))["state"] == "done"
    for number in (603, 604):
        assert ended(curator, sent(curator, lines(record(number)), name="one-source"))["state"] == "done"
    end = time.monotonic() + PATIENCE
    while curator.get("/api/v1/documents/doc:T00604").status_code != 200 and time.monotonic() < end:
        time.sleep(0.1)
    found = {number: curator.get(f"/api/v1/documents/doc:T00{number}").status_code for number in range(601, 605)}
    assert found == {601: 200, 602: 200, 603: 404, 604: 200}


def test_a_list_of_retractions_flags_what_is_held(curator: TestClient) -> None:
    paper = "TY  - JOUR\nTI  - 已撤稿的示例论文\nDO  - 10.5555/retracted.1\nPY  - 2019\nER  - \n".encode()
    assert ended(curator, sent(curator, paper, file="held.ris"))["state"] == "done"
    notice = "10.5555/retracted.1,0,Retraction,10.5555/notice.1,0,+Error in Data;\n10.5555/elsewhere,0,Retraction,,0,\n"
    head = "OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,RetractionDOI,RetractionPubMedID,Reason\n"
    job = ended(curator, sent(curator, (head + notice).encode(), file="watch.csv"))
    assert (job["state"], job["format"]) == ("done", "retractions.v1")
    end = time.monotonic() + PATIENCE
    while not curator.get("/api/v1/standing").json()["items"] and time.monotonic() < end:
        time.sleep(0.1)
    (only,) = curator.get("/api/v1/standing", params={"flag": "retracted", "kind": "document"}).json()["items"]
    assert (only["id"], only["flag"], only["text"]) == ("DOI:10.5555/retracted.1", "retracted", "已撤稿的示例论文")
    (ground,) = only["grounds"]
    assert ground["notices"] == [{"kind": "Retraction", "id": "DOI:10.5555/notice.1", "reasons": ["Error in Data"]}]
    assert curator.get("/api/v1/documents/DOI:10.5555%2Fretracted.1").json()["standing"] == "retracted"
    assert curator.get("/api/v1/standing", params={"flag": "concern"}).json()["items"] == []
    problem(curator.get("/api/v1/standing", params={"flag": "wrong"}), 422, "invalid-parameters")


@pytest.mark.parametrize(
    ("params", "data", "status", "slug"),
    [
        ({"file": "x.bin"}, b"\x00\x01nothing that we know", 400, "input"),
        ({"file": "x.jsonl"}, b"", 400, "bad-request"),
        ({"file": "x.jsonl"}, b"x" * 20_001, 413, "body-too-large"),
        ({"file": "../x.jsonl"}, b"{}", 422, "invalid-parameters"),
        ({"file": ".hidden"}, b"{}", 422, "invalid-parameters"),
        ({"file": "a\x00b"}, b"{}", 422, "invalid-parameters"),
        ({}, b"{}", 422, "invalid-parameters"),
        ({"file": "x.jsonl", "name": "a/b"}, b"{}", 422, "invalid-parameters"),
    ],
)
def test_what_is_not_taken(curator: TestClient, params: dict[str, str], data: bytes, status: int, slug: str) -> None:
    before = curator.get("/api/v1/jobs").json()["items"]
    found = problem(curator.post("/api/v1/ingest", params=params, content=data), status, slug)
    assert "uploads" not in str(found)
    assert curator.get("/api/v1/jobs").json()["items"] == before


def test_an_unknown_format(curator: TestClient) -> None:
    answer = curator.post("/api/v1/ingest", params={"file": "x.jsonl", "format": "nope.v1"}, content=lines(record(1)))
    problem(answer, 404, "unknown-name")


def test_only_curators_send(callers: Callers) -> None:
    for role, status in (("anonymous", 401), ("reader", 403), ("reviewer", 403)):
        client = callers.of(role)
        assert client.post("/api/v1/ingest", params={"file": "x.jsonl"}, content=b"{}").status_code == status
        assert client.get("/api/v1/jobs").status_code == status
    problem(callers.of("admin").get("/api/v1/jobs/999"), 404, "unknown-name")


def test_it_waits_for_another_build_and_its_folders_stay_inside(callers: Callers, curator: TestClient) -> None:
    with writer_lock(callers.settings.folder):
        address = sent(curator, lines(record(701)))
        time.sleep(2)
        assert curator.get(address).json()["state"] == "waiting"
    assert ended(curator, address)["state"] == "done"
    assert callers.settings.data not in curator.get(address).text


@pytest.mark.slow
def test_a_full_queue_and_a_service_that_ends(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path / "data"), encoder="none", workers=1, hosts="testserver", denials=1_000_000)
    Building(settings).run(read_config(write_build(tmp_path / "in")), {}, Listener(), lambda *step: None)
    with writer_lock(settings.folder), TestClient(create_app(settings), raise_server_exceptions=False) as client:
        curator = Callers(client, settings).of("curator")
        for number in range(MOST_WAITING):
            sent(curator, lines(record(number)))
        answer = curator.post("/api/v1/ingest", params={"file": "x.jsonl"}, content=lines(record(99)))
        problem(answer, 503, "overloaded")
    assert {job.state for job in wiring.jobs(settings).list() if job.kind == "ingest"} == {"interrupted"}
