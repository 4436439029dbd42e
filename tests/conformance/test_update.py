"""W3C SPARQL 1.1 Update: every test on a workspace, over HTTP; datasets are compared as RDF datasets."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.api.roles import Callers
from tests.conformance.conftest import Recorder
from tests.conformance.manifests import State, UpdateTest, included, update_tests
from tests.conftest import ROOT

SUITE = "update"
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
NAME = "w3c-update"
"""One workspace for all tests, emptied before each: the process of a workspace takes a fifth of a second to start."""


def _folder() -> Path:
    data = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    return data / "rdf-tests" / "sparql" / "sparql11"


def _manifests() -> list[Path]:
    """Manifests of the suite; those that the data folder does not hold are looked for in MEDKG_RDF_TESTS."""
    main = _folder() / "manifest-sparql11-update.ttl"
    if not main.is_file():
        return []
    other = os.environ.get("MEDKG_RDF_TESTS")
    found = []
    for path in included(main):
        if path.is_file() or other is None:
            found.append(path)
        else:
            found.append(Path(other) / path.parent.name / path.name)
    return found


def _tests() -> list[UpdateTest]:
    return [test for path in _manifests() if path.is_file() for test in update_tests(path)]


def _id(test: UpdateTest) -> str:
    return test.iri.removeprefix(PREFIX)


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


def test_the_suite_is_there(data_folder: Path) -> None:
    tests = _tests()
    assert len({test.iri for test in tests}) == len(tests)
    absent = sorted(path.parent.name for path in _manifests() if not path.is_file())
    # The suite of 157 tests less the 17 of the one folder that copies of the data folder have left out.
    assert (len(tests), absent) in ((157, []), (140, ["delete-insert"]))


@pytest.mark.parametrize("test", _tests(), ids=_id)
def test_update(test: UpdateTest, curator: TestClient, record_conformance: Recorder) -> None:
    _empty(curator, NAME)
    _load(curator, NAME, test.before)
    text = test.text.read_text("utf-8")
    answer = curator.post(
        f"/workspaces/{NAME}/sparql", content=text.encode(), headers={"Content-Type": "application/sparql-update"}
    )
    kind = "" if answer.status_code == 204 else answer.json()["type"].rpartition("/")[2]
    if kind == "query-refused" and "LOAD" in text:
        record_conformance(SUITE, test.iri, "refused", "LOAD never fetches anything")
        assert _dataset(curator, NAME) == _expected(test.before)
        return
    failed = ""
    if test.after is not None:
        if answer.status_code != 204:
            failed = f"status {answer.status_code} {kind}"
        elif _dataset(curator, NAME) != _expected(test.after):
            failed = "another dataset than expected"
    elif test.valid and kind in ("query-syntax", "query-refused"):
        failed = f"a valid text was refused: {kind}"
    elif not test.valid and kind != "query-syntax":
        failed = f"a text that is not valid was taken: {answer.status_code} {kind}"
    record_conformance(SUITE, test.iri, "failed" if failed else "passed", failed)
    assert not failed, answer.text


def _empty(client: TestClient, name: str) -> None:
    path = f"/workspaces/{name}/sparql"
    answer = client.post(path, content=b"DROP ALL", headers={"Content-Type": "application/sparql-update"})
    assert answer.status_code == 204, answer.text
    left = "ASK { { ?s ?p ?o } UNION { GRAPH ?g {} } }"
    assert client.get(path, params={"query": left}).json()["boolean"] is False


def _load(client: TestClient, name: str, state: State | None) -> None:
    if state is None:
        return
    client.put(f"/workspaces/{name}/graphs?default", content="", headers={"Content-Type": "text/turtle"})
    graphs = [({"default": ""}, state.default)] if state.default else []
    graphs += [({"graph": graph}, path) for graph, path in state.named]
    for params, path in graphs:
        # POST, because a test may give the same graph in several files.
        answer = client.post(
            f"/workspaces/{name}/graphs",
            params=params,
            content=_ntriples(path),
            headers={"Content-Type": "application/n-triples"},
        )
        assert answer.status_code in (201, 204), answer.text


def _ntriples(path: Path) -> bytes:
    rows = (row.triple for row in ox.parse(path=path, base_iri=path.as_uri()))
    return ox.serialize(rows, format=ox.RdfFormat.N_TRIPLES) or b""


def _dataset(client: TestClient, name: str) -> ox.Dataset:
    """Everything in the workspace, through its own doors."""
    found = ox.Dataset()
    rows = client.get(
        f"/workspaces/{name}/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}
    ).json()["results"]["bindings"]
    graphs: list[tuple[dict[str, str], ox.NamedNode | ox.DefaultGraph]] = [({"default": ""}, ox.DefaultGraph())]
    graphs += [({"graph": row["g"]["value"]}, ox.NamedNode(row["g"]["value"])) for row in rows]
    for params, graph in graphs:
        answer = client.get(
            f"/workspaces/{name}/graphs", params=params, headers={"Accept": "application/n-triples"}
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        for row in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES):
            found.add(ox.Quad(row.subject, row.predicate, row.object, graph))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _expected(state: State | None) -> ox.Dataset:
    # Through a store, so that literals are compared in the form that the engine keeps them in.
    store = ox.Store()
    if state is not None:
        graphs: list[tuple[ox.NamedNode | ox.DefaultGraph, Path]] = [(ox.NamedNode(g), path) for g, path in state.named]
        if state.default is not None:
            graphs.append((ox.DefaultGraph(), state.default))
        for graph, path in graphs:
            store.load(_ntriples(path), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    found = ox.Dataset(store)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found
