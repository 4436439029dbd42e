"""The analytics lane over a real Virtuoso: the same answers, named in a header, and none lost when it is away."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.engine import use_engine
from api.settings import Settings
from api.sparql.endpoint import ENGINE
from api.wiring import Building
from benchmarks.virtuoso import PASSWORD, USER, Virtuoso
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.errors import StoreError
from kg.generation.copies import find_copy, make_copy, open_copy
from kg.generation.manifest import FILE
from kg.generation.pointer import Shelf
from kg.query.frames import Question
from kg.query.lane import HERE
from kg.query.named import PREFIXES
from kg.query.portable import portable
from kg.query.tables import written
from kg.store.remote import Remote
from tests.corpus import write_build

pytestmark = pytest.mark.slow
QUERIES = (
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isLiteral(?o)) }",
    "SELECT ?c ?label { ?c a skos:Concept ; skos:prefLabel ?label FILTER(LANG(?label) = 'en') }",
    "SELECT ?d ?title ?year { ?d mkg:year ?year OPTIONAL { ?d dcterms:title ?title } }",
    "SELECT ?c ?up { ?c a skos:Concept OPTIONAL { ?c skos:broader ?up } }",
    "SELECT ?c { ?c a skos:Concept MINUS { ?c skos:broader ?up } }",
    "SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?d mkg:mentions ?c } }",
    "SELECT ?d (COUNT(?c) AS ?n) { ?d mkg:mentions ?c } GROUP BY ?d HAVING(COUNT(?c) > 1)",
    "SELECT ?x ?y { { ?x skos:broader ?y } UNION { ?x mkg:mentions ?y } }",
    "SELECT ?s ?v { ?s mkg:illustrative ?v }",
    "SELECT * { ?s mkg:score ?v }",
)
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""Rows are made one by one here, and only counted there."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, virtuoso: Virtuoso) -> Iterator[Virtuoso]:
    """One of our own, because it is killed."""
    with Virtuoso(tmp_path_factory.mktemp("lane-engine"), megabytes=64) as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, engine: Virtuoso) -> Iterator[Settings]:
    """A built data folder, and the engine as its analytics lane, asked at once."""
    chosen = Settings(
        data=str(tmp_path / "data"), encoder="none", workers=1, analytics="second", analytics_after=0.0,
        remote_query=engine.endpoint, remote_update=engine.update_endpoint, remote_user=USER, remote_login="digest",
        remote_password=PASSWORD, remote_graphs=f"urn:x-lane-{tmp_path.name}:", query_budget_seconds=0,
        query_budget_errors=0, query_seconds=20,
    )  # fmt: skip
    Building(chosen).run(read_config(write_build(tmp_path / "in")), {}, Listener(), lambda *step: None)
    use_engine(chosen)
    yield chosen
    Remote.configure(None)


def rows(table: bytes) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(table)["results"]["bindings"])


def test_both_engines_answer_alike(settings: Settings) -> None:
    name = Shelf(settings.folder).find()
    snapshot = make_copy(settings.folder, name)
    assert make_copy(settings.folder, name) == find_copy(settings.folder, name) == snapshot
    copy = open_copy(snapshot)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        pool = client.app.state.library.current.pool  # type: ignore[attr-defined]
        for text in QUERIES:
            query = PREFIXES + text
            assert portable(query), text
            ours = rows(client.portal.call(pool.ask, Question(query)).first)  # type: ignore[union-attr]
            assert ours, text
            assert rows(written(*copy.table(query), "json")) == ours, text
        answer = client.get("/sparql", params={"query": LONG})
        assert (answer.status_code, answer.headers[ENGINE]) == (200, "second")
        assert int(rows(answer.content)[0].split('"value": "')[1].split('"')[0]) == copy.counts()[""] ** 3
        assert client.get("/sparql", params={"query": "ASK {}"}).headers[ENGINE] == HERE
    copy.close()


def test_a_copy_with_other_counts_is_not_used(settings: Settings) -> None:
    name = Shelf(settings.folder).find()
    path = Shelf(settings.folder).path(name) / FILE
    manifest = json.loads(path.read_bytes())
    manifest["counts"][""] += 1
    path.write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="other numbers"):
        make_copy(settings.folder, name)
    assert find_copy(settings.folder, name) is None


def test_a_killed_engine_is_not_missed(settings: Settings, engine: Virtuoso) -> None:
    make_copy(settings.folder, Shelf(settings.folder).find())
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        engines = set()
        for number in range(40):
            if number == 20:
                os.kill(engine.pid, signal.SIGKILL)
            answer = client.get("/sparql", params={"query": PREFIXES + QUERIES[number % len(QUERIES)]})
            assert answer.status_code == 200
            engines.add(answer.headers[ENGINE])
        assert HERE in engines
