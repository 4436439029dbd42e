"""The same graph in the embedded store and in Virtuoso: the same records, rows, search results and generations."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from benchmarks.virtuoso import PASSWORD, USER, Virtuoso
from ingest.config import read_config
from ingest.pipeline import Listener
from kg import vocab
from kg.errors import NotFound, UnknownGeneration
from kg.generation.pages import about, numbered
from kg.generation.pointer import Shelf
from kg.generation.publish import publish
from kg.index.base import Card
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Term, iri
from kg.query.concepts import Concepts
from kg.query.documents import Documents
from kg.query.named import named
from kg.query.naming import Naming
from kg.query.resources import Resources
from kg.search.passages import passages_of
from kg.store.base import STORES, Reader, Snapshot
from kg.store.endpoint import Engine
from kg.store.remote import Remote
from kg.vocab import DEFAULT_BASE
from tests.corpus import record, write_build, write_records
from tests.kg.graph import CONCEPTS, DOCUMENTS, small_reader
from tests.kg.test_generation import planned

pytestmark = pytest.mark.slow
IDS = Ids(DEFAULT_BASE)


class NoCards:
    """A text index without cards: labels come from the graph alone."""

    def row(self, kind: str, curie: str) -> int | None:
        return None

    def card(self, kind: str, row: int) -> Card:
        raise AssertionError


def read(reader: Reader, curies: list[str]) -> dict[str, object]:
    """What the routes give about these concepts and documents."""
    naming = Naming(IDS, NoCards())  # type: ignore[arg-type]
    concepts, documents, resources = Concepts(reader, naming), Documents(reader, naming), Resources(reader)
    routes: dict[str, Callable[[str], object]] = {
        "concept": concepts.record,
        "neighbours": concepts.neighbours,
        "ancestors": concepts.ancestors,
        "children": concepts.children,
        "document": documents.record,
        "resource": lambda curie: resources.find(IDS.expand(curie)),
        "passages": lambda curie: passages_of(reader, IDS, [curie], curies),
    }
    found: dict[str, object] = {}
    for name, route in routes.items():
        for curie in curies:
            try:
                found[f"{name} {curie}"] = msgspec.to_builtins(route(curie))
            except NotFound:
                found[f"{name} {curie}"] = None
    return found


def rows(reader: Reader, nodes: list[Term]) -> dict[str, list[str]]:
    """Solutions of the named queries that read the whole graph or pages of it, in no order."""
    whole = {
        name: reader.select(named(name))
        for name in (
            "derive/broader", "derive/claims", "derive/classes", "derive/mentions", "derive/predicates",
            "derive/standing", "index/concepts", "index/documents",
        )
    }  # fmt: skip
    pages = {
        name: about(reader, name, nodes, nodes)
        for name in (
            "index/equivalents", "index/mentions", "index/mentions-of", "index/parents", "index/passages",
        )
    }  # fmt: skip
    pages["index/document-properties"] = [row for _, row in numbered(reader, "index/document-properties", nodes)]
    authorship = term(vocab.MEDKG, "authorship")
    pages["index/parts"] = [row for _, row in numbered(reader, "index/parts", nodes, authorship)]
    return {name: sorted(str(sorted(row.items())) for row in found) for name, found in (whole | pages).items()}


@pytest.mark.parametrize("how", ["remote", "loading"])
def test_the_small_graph_reads_the_same(how: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(how)
    curies = [concept.id for concept in CONCEPTS] + [document.id for document in DOCUMENTS]
    nodes = [iri(IDS.expand(curie)) for curie in curies]
    (tmp_path / "ox").mkdir()
    with_ours, with_theirs = small_reader(tmp_path / "ox"), small_reader(tmp_path / "vt", "remote")
    assert sorted(with_theirs.statements()) == sorted(with_ours.statements())
    assert with_theirs.counts() == with_ours.counts()
    expected = read(with_ours, curies)
    assert sum(value is not None for value in expected.values()) > 40
    assert read(with_theirs, curies) == expected
    assert rows(with_theirs, nodes) == rows(with_ours, nodes)


def opened(data: Path, name: str) -> Reader:
    store = Shelf(data).manifest(name).store
    return STORES.load(store).open(Snapshot(store=store, path=Shelf(data).path(name) / "store"))


@pytest.fixture
def two(tmp_path: Path, remote: Engine) -> tuple[Path, Path]:
    """Data folders with the same generation, embedded and remote."""
    config = write_build(tmp_path / "in")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    publish(planned(ours, config), None)
    shutil.copytree(ours, theirs)
    shutil.rmtree(theirs / "generations")
    (theirs / "current").unlink(missing_ok=True)
    publish(planned(theirs, config, store="remote"), None)
    return ours, theirs


def test_generations_are_published_step_by_step(two: tuple[Path, Path], tmp_path: Path) -> None:
    """Three generations: the engine keeps the newest two, and an older one is an error that says what there is."""
    readers = {}
    for year in (2020, 2022, 2024):
        if year > 2020:
            changed = [record(index, year=year) for index in range(4)]
            write_records(tmp_path / "in" / "records-00.jsonl", changed)
        for data, store in zip(two, ("oxigraph", "remote"), strict=True):
            publish(planned(data, tmp_path / "in" / "build.toml", store=store), None)
        ours, theirs = (opened(data, Shelf(data).find()) for data in two)
        assert theirs.counts() == ours.counts()
        for graph in ours.counts():
            assert sorted(theirs.statements(graph)) == sorted(ours.statements(graph)), graph
        curies = [f"{prefix}{number}" for prefix, number in (("DOID:", 9000002), ("DOID:", 9000003))]
        curies += [
            IDS.curie(node[1:-1]) for node in sorted({row["document"] for row in ours.select(named("index/documents"))})
        ]
        assert read(theirs, curies) == read(ours, curies)
        readers[year] = theirs
    # The one before stays for readers that have it open; it is as it was.
    years = "SELECT DISTINCT ?y { ?s <https://w3id.org/medkg/vocab#year> ?y }"
    assert {row["y"][1:5] for row in readers[2022].select(years)} == {"2020", "2022"}
    first, second, third = sorted(Shelf(two[1]).ids())
    opened(two[1], second).close()
    opened(two[1], third).close()
    with pytest.raises(UnknownGeneration, match=rf"named {first} .* Available: {second}, {third}\."):
        opened(two[1], first)


def test_the_service_says_that_the_engine_is_away(tmp_path: Path) -> None:
    """F14 over HTTP: 200 while the engine runs, 502 in time when it was killed."""
    config = read_config(write_build(tmp_path / "in"))
    path = "/api/v1/concepts/DOID:9000003"
    engine = Virtuoso(tmp_path / "engine", megabytes=64)
    with engine:
        settings = Settings(
            data=str(tmp_path / "data"), encoder="none", workers=1, store="remote", remote_query=engine.endpoint,
            remote_update=engine.update_endpoint, remote_user=USER, remote_login="digest", remote_password=PASSWORD,
        )  # fmt: skip
        Building(settings).run(config, {}, Listener(), lambda *step: None)
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            assert client.get(path).json()["label"]["en"] == "example nephropathy"
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 400
            begin = time.monotonic()
            os.kill(engine.pid, signal.SIGKILL)
            for _ in range(5):
                answer = client.get(path)
                assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (502, "engine")
                assert str(engine.http_port) not in answer.text
            assert time.monotonic() - begin < 2
    Remote.configure(None)


def test_a_snapshot_holds_no_password(two: tuple[Path, Path]) -> None:
    name = Shelf(two[1]).find()
    assert b"dba" in (Shelf(two[1]).path(name) / "store" / "remote.json").read_bytes()  # the user
    Remote.configure(None, "wrong")
    reader = opened(two[1], name)
    assert reader.counts()[""] > 0
    reader.close()
