"""Where statements come from, over HTTP and at the command line."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api import rawrecords, wiring
from api.app import create_app
from api.lineage import Lineage, LineageQuad
from api.rawrecords import raw_here
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.generation.methods import DERIVED, UNNAMED, method_of
from kg.model.terms import Term, iri, literal
from kg.query.quads import Quad
from kg.store.base import STORES, Reader, Snapshot
from kg.store.state import DERIVED_GRAPH
from kg.vocab import BIOLINK, DEFAULT_BASE
from tests.api.conftest import problem
from tests.api.roles import Callers
from tests.api.test_cli import medkg
from tests.corpus import record, write_build, write_records
from tests.golden_files import FOLDER

PATH = "/api/v1/lineage"
TITLE = "http://purl.org/dc/terms/title"
MORE = f"""
[[input]]
name = "closed"
format = "records.v1"
kind = "source"
paths = ["closed.jsonl"]
version = "1"

[[input]]
name = "counts"
format = "records.v1"
kind = "source"
paths = ["counts.jsonl"]
version = "1"
licence = "CC-BY-4.0"
small_count_limit = 5

[[input]]
name = "rights"
format = "jats.v1"
kind = "source"
paths = ["{FOLDER}/jats.v1/article.nxml"]
version = "1"
licence = "CC0-1.0"

[[input]]
name = "indications"
format = "table.v1"
kind = "curated"
paths = ["{FOLDER}/table.v1/indications.csv"]
version = "1"
licence = "CC0-1.0"
"""


def options(name: str) -> str:
    """The options of a golden case as they stand below an input."""
    rows = (FOLDER / f"{name}.toml").read_text("utf-8").splitlines()
    tables = [f"[input.options.{row[1:]}" if row.startswith("[") else row for row in rows]
    return "[input.options]\n" + "\n".join(tables) + "\n"


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    root = tmp_path_factory.mktemp("lineage")
    config = write_build(root / "in", files=2, size=5)
    config.write_text(config.read_text("utf-8") + MORE + options("table.v1/indications"), "utf-8")
    write_records(root / "in" / "closed.jsonl", [record(700), record(701)])
    write_records(root / "in" / "counts.jsonl", [record(800)])
    settings = Settings(
        data=str(root / "data"), encoder="none", workers=1, hosts="testserver", denials=1_000_000,
        query_budget_seconds=0,
    )  # fmt: skip
    Building(settings).run(read_config(config), {"config": str(config)}, Listener(), lambda *step: None)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield Callers(client, settings)


@pytest.fixture(scope="module")
def reader(callers: Callers) -> Iterator[Reader]:
    kept = wiring.shelf(callers.settings)
    manifest = kept.manifest(kept.find())
    opened = STORES.load(manifest.store).open(Snapshot(manifest.store, kept.path(manifest.id) / "store"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lineage(callers: Callers, reader: Reader) -> Lineage:
    kept = wiring.shelf(callers.settings)
    settings = callers.settings
    return Lineage(reader, kept.manifest(kept.find()), settings.folder, wiring.jobs(settings).making)


def ask(client: TestClient, **params: object) -> list[dict[str, object]]:
    answer = client.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


def first_raw(client: TestClient, subject: str) -> dict[str, object]:
    (item,) = ask(client, subject=subject, predicate="mkg:year", raw=True)
    raw: dict[str, object] = item["records"][0]["raw"]  # type: ignore[index]
    return raw


def quads_of(reader: Reader, graph: str, number: int) -> list[Quad]:
    rows = sorted(reader.statements(graph))
    chosen = random.Random(graph).sample(rows, min(number, len(rows)))
    return [Quad(*map(Term, row.split(" ", 2)), iri(graph)) for row in chosen]


def test_any_quad_of_a_generation_has_a_lineage(lineage: Lineage, reader: Reader) -> None:
    graphs = [*sorted(filter(None, reader.counts())), DERIVED_GRAPH]
    told: dict[str, set[str]] = {}
    for graph in graphs:
        for quad in quads_of(reader, graph, 4):
            (traced,) = lineage.trace([quad])
            told.setdefault(graph.split("/graph/")[-1].split("/")[0], set()).add(traced.shown.told)
            if traced.shown.told != "records":
                continue
            line = f"{quad.statement} <{graph}> .\n".encode()
            assert all(line in stating.quads for stating in traced.stating)
            raw = raw_here(lineage, traced).records[0].raw
            assert raw is not None
            assert raw.state == "found"
            assert raw.text
            assert traced.shown.source is not None
            assert all(one.file in traced.shown.source.files for one in traced.shown.records)
            assert all(one.job is not None and one.job.medkg for one in traced.shown.records)
    assert told.pop("https:") == {"derived"}
    assert told.pop("provenance") == {"described"}
    assert set(told) == {"terminology", "source", "annotation", "curated"}
    assert set.union(*told.values()) == {"records"}


def test_every_derived_statement_has_a_method(reader: Reader) -> None:
    rows = reader.statements(DERIVED_GRAPH)
    predicates = {row.split(" ", 2)[1]: row for row in rows}
    assert len(predicates) > 8
    for row in predicates.values():
        assert method_of(Quad(*map(Term, row.split(" ", 2)), DERIVED)) is not UNNAMED, row


def test_a_quad_leads_to_source_record_batch_and_job(callers: Callers) -> None:
    (item,) = ask(callers.of("reader"), subject="doc:T00001", predicate="dcterms:title", object='"示例记录 1"@zh')
    assert item["told"] == "records"
    assert item["quad"]["object"] == '"示例记录 1"@zh'  # type: ignore[index]
    source = item["source"]
    assert (source["label"]["en"], source["licence"]) == ("Illustrative records", "CC0-1.0")  # type: ignore[index]
    (one,) = item["records"]  # type: ignore[misc]
    assert (one["key"], one["file"]["name"], one["format"]) == ("doc:T00001", "records-00.jsonl", "records.v1")
    part = callers.settings.folder / "batches" / one["batch"] / one["part"]
    assert "示例记录 1" in part.read_bytes()[one["offset"] :][: one["length"]].decode()
    assert (one["job"]["kind"], one["job"]["state"]) == ("build", "done")
    assert one["raw"] is None
    assert str(callers.settings.folder.parent) not in json.dumps(item)


def test_a_derived_statement_leads_to_what_it_rests_on(callers: Callers) -> None:
    client = callers.of("reader")
    (item,) = ask(client, subject="DOID:9000002", predicate="mkg:broaderTransitive")
    assert (item["told"], item["records"]) == ("derived", [])
    derived = item["derived"]
    assert derived["method"] == "closure/1"  # type: ignore[index]
    (ground,) = derived["statements"]  # type: ignore[index]
    assert ground["predicate"] == "<http://www.w3.org/2004/02/skos/core#broader>"
    (asserted,) = ask(client, **{name: ground[name] for name in ("subject", "predicate", "object", "graph")})
    assert asserted["told"] == "records"
    (counted,) = ask(client, subject="DOID:9000002", predicate="mkg:documentCount")
    assert counted["derived"]["more"] is False  # type: ignore[index]
    assert len(counted["derived"]["statements"]) > 10  # type: ignore[index]


def test_an_edge_rests_on_claims(callers: Callers, reader: Reader) -> None:
    edge = next(row for row in reader.statements(DERIVED_GRAPH) if row.split()[1].startswith(f"<{BIOLINK}"))
    subject, predicate, value = edge.split(" ", 2)
    (item,) = ask(callers.of("reader"), subject=subject, predicate=predicate, object=value)
    derived = item["derived"]
    assert derived["method"] == "claims/1"  # type: ignore[index]
    claim = derived["statements"][0]  # type: ignore[index]
    assert (claim["predicate"], claim["object"]) == ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#subject>", subject)


def test_pages_go_through_all_quads_of_a_subject(callers: Callers) -> None:
    client = callers.of("reader")
    seen: list[str] = []
    params: dict[str, object] = {"subject": "doc:T00001", "limit": 7}
    while True:
        found = client.get(PATH, params=params).json()
        seen += [json.dumps(item["quad"]) for item in found["items"]]
        if not found["next"]:
            break
        params["cursor"] = found["next"]
    assert len(seen) == len(set(seen)) > 14
    assert len(ask(client, subject="doc:T00001", limit=100)) == len(seen)


def test_the_raw_record_is_given_where_its_licence_lets_it(callers: Callers) -> None:
    reader, curator = callers.of("reader"), callers.of("curator")
    raw = first_raw(reader, "doc:T00001")
    assert (raw["state"], raw["encoding"], raw["withheld"]) == ("found", "utf-8", "")
    assert json.loads(str(raw["text"]))["id"] == "T00001"
    for subject, why in (("doc:T00700", "licence"), ("doc:T00800", "small-counts")):
        raw = first_raw(reader, subject)
        assert (raw["state"], raw["text"], raw["withheld"]) == ("found", None, why)
        assert raw["length"]
        assert json.loads(str(first_raw(curator, subject)["text"]))["id"] == subject.removeprefix("doc:")


def test_a_record_under_a_closed_licence_of_its_own_is_not_copied(lineage: Lineage, reader: Reader) -> None:
    rows = [row for row in reader.statements(f"{_base(reader)}source/rights/1") if "dcterms" in row or "license" in row]
    quad = Quad(*map(Term, rows[0].split(" ", 2)), iri(f"{_base(reader)}source/rights/1"))
    (traced,) = lineage.trace([quad])
    (stating,) = traced.stating
    assert rawrecords.withheld(stating, traced.described) == ""
    closed = f"<x> <http://purl.org/dc/terms/license> {literal('All rights reserved')} <g> .\n".encode()
    other = msgspec.structs.replace(stating, quads=stating.quads + closed)
    assert rawrecords.withheld(other, traced.described) == "licence"


def _base(reader: Reader) -> str:
    return next(graph for graph in reader.counts() if "/graph/" in graph).split("/graph/")[0] + "/graph/"


def test_raw_records_come_in_small_pages(callers: Callers) -> None:
    found = callers.of("reader").get(PATH, params={"subject": "doc:T00001", "raw": True, "limit": 50}).json()
    assert len(found["items"]) == 3
    assert found["next"]


def test_what_is_not_stated_is_a_problem(callers: Callers) -> None:
    client = callers.of("reader")
    for params in (
        {"subject": "doc:T99999"},
        {"subject": "doc:T00001", "predicate": "skos:broader"},
        {"subject": "doc:T00001", "object": '"no such text"'},
        {"subject": "doc:T00001", "graph": "https://example.org/graph"},
        {"subject": f"{DEFAULT_BASE}graph/source/records/1", "predicate": "mkg:state"},
    ):
        problem(client.get(PATH, params=params), 404, "not-stated")


@pytest.mark.parametrize(
    ("params", "status", "slug"),
    [
        ({}, 422, "invalid-parameters"),
        ({"subject": "nowhere:1"}, 400, "identifier"),
        ({"subject": '"text"'}, 400, "identifier"),
        ({"subject": "<a b>"}, 400, "identifier"),
        ({"subject": "doc:T00001", "predicate": '"title"'}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"open'}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"a" . <b'}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"a"@not_a_tag'}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"\\uD800"'}, 400, "identifier"),
        ({"subject": "http://a:b:c"}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"a"^^<>'}, 400, "identifier"),
        ({"subject": "doc:T00001", "object": '"a"^^<x>'}, 400, "identifier"),
        (
            {"subject": "doc:T1", "object": '"a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>'},
            400,
            "identifier",
        ),
        ({"subject": "doc:T00001", "cursor": "x"}, 400, "query"),
        ({"subject": "doc:T00001", "limit": 0}, 422, "invalid-parameters"),
    ],
)
def test_bad_input_is_a_problem(callers: Callers, params: dict[str, object], status: int, slug: str) -> None:
    problem(callers.of("reader").get(PATH, params=params), status, slug)


def test_a_file_that_is_gone_or_changed_is_told(callers: Callers) -> None:
    client = callers.of("curator")
    file = callers.settings.folder.parent / "in" / "closed.jsonl"
    same = file.read_bytes()
    try:
        file.write_bytes(same + b"\n")
        assert first_raw(client, "doc:T00700")["state"] == "file-changed"
        file.unlink()
        raw = first_raw(client, "doc:T00700")
        assert (raw["state"], raw["text"], raw["offset"]) == ("file-gone", None, None)
    finally:
        file.write_bytes(same)


def test_slow_and_crashed_reading_is_told(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    client = callers.of("reader")
    monkeypatch.setattr(rawrecords, "SECONDS", 0.0)
    assert first_raw(client, "doc:T00001")["state"] == "too-slow"
    monkeypatch.undo()
    monkeypatch.setattr(rawrecords.sys, "executable", "/bin/false")
    assert first_raw(client, "doc:T00001")["state"] == "unreadable"
    monkeypatch.setattr(rawrecords, "MOST_WAITING", 0)
    answer = client.get(PATH, params={"subject": "doc:T00001", "raw": True})
    problem(answer, 503, "overloaded")


def test_a_generation_without_its_batches_tells_of_sources_only(
    callers: Callers, reader: Reader, tmp_path: Path
) -> None:
    kept = wiring.shelf(callers.settings)
    manifest = kept.manifest(kept.find())
    alone = Lineage(reader, manifest, tmp_path, lambda batch: None)
    quad = quads_of(reader, next(graph for graph in reader.counts() if "/source/records/" in graph), 1)[0]
    shown: LineageQuad = alone.trace([quad])[0].shown
    assert (shown.told, shown.records) == ("not-here", ())
    assert shown.source is not None
    assert [file.name for file in shown.source.files] == ["records-00.jsonl", "records-01.jsonl"]
    damaged = tmp_path / "damaged"
    shutil.copytree(callers.settings.folder / "batches", damaged / "batches")
    for file in (damaged / "batches").glob("*/records.sqlite"):
        file.unlink()
    shown = Lineage(reader, manifest, damaged, lambda batch: None).trace([quad])[0].shown
    assert (shown.told, len(shown.batches)) == ("not-indexed", 1)


def test_the_command_line_says_the_same(callers: Callers) -> None:
    data = callers.settings.data
    done = medkg("lineage", "doc:T00001", "dcterms:title", '"示例记录 1"@zh', "--raw", "--data", data)
    assert done.returncode == 0, done.stderr
    for text in ("Illustrative records", "doc:T00001 in records-00.jsonl", "job: 1 (build)", '"id": "T00001"'):
        assert text in done.stdout
    done = medkg("lineage", "DOID:9000002", "mkg:broaderTransitive", "--data", data, language="zh")
    assert "推导方法：closure/1" in done.stdout
    done = medkg("lineage", "doc:T00001", "--limit", "2", "--json", "--data", data)
    assert [json.loads(line)["told"] for line in done.stdout.splitlines()] == ["records", "records"]
    assert "--skip 2" in done.stderr
    done = medkg("lineage", "doc:T99999", "--data", data)
    assert (done.returncode, done.stdout) == (2, "")
    done = medkg("lineage", "doc:T00001", "mkg:year", '"open', "--data", data)
    assert (done.returncode, done.stdout) == (2, "")


def test_an_unknown_licence_is_said_wherever_a_document_is_shown(callers: Callers) -> None:
    client = callers.of("reader")
    unknown = {"licence": "unknown", "access": "unknown"}
    lists = [
        client.get("/api/v1/search", params={"q": "sample fever"}).json()["items"],
        client.get("/api/v1/strategy", params={"q": "ti:sample"}).json()["items"],
        client.get("/api/v1/concepts/DOID:9000002/documents").json()["items"],
    ]
    ours = [next(item for item in items if item["id"].startswith("doc:T")) for items in lists]
    for shown in (client.get("/api/v1/documents/doc:T00001").json(), *ours):
        assert {name: shown[name] for name in unknown} == unknown
    (concept, *_) = client.get("/api/v1/search", params={"q": "sample fever", "kind": "concept"}).json()["items"]
    assert (concept["licence"], concept["access"]) == (None, None)
    table = client.get("/api/v1/references", params={"id": "doc:T00001", "format": "csv"}).text
    (row,) = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert {name: row[name] for name in unknown} == unknown
    page = client.get("/document/doc:T00001", params={"lang": "en"}, headers={"Accept": "text/html"}).text
    assert "open access: unknown" in page


def test_a_stated_licence_is_said_in_lists(callers: Callers, reader: Reader) -> None:
    rows = reader.statements(f"{DEFAULT_BASE}graph/source/rights/1")
    stated = {row.split('"')[1] for row in rows if " <http://purl.org/dc/terms/license> " in row}
    assert stated
    items = callers.of("reader").get("/api/v1/strategy", params={"q": "py:1900-", "limit": 100}).json()["items"]
    assert {item["licence"] for item in items} == {"unknown", *stated}
