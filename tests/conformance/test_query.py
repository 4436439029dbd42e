"""W3C SPARQL 1.1 Query, result formats and federation: every test on a workspace, over HTTP.

Literals are compared by value, because the store keeps them in canonical form. A test that fails is
listed in ``known.toml`` with its reason; one that is listed and passes fails here, so that the list stays true.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.api.roles import Callers
from tests.conformance.conftest import Recorder
from tests.conformance.queries import QueryTest, manifests, query_tests, read, read_result_set, same, same_graph

PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
MANIFESTS = {
    "query": "manifest-sparql11-query.ttl",
    "results": "manifest-sparql11-results.ttl",
    "federation": "manifest-sparql11-fed.ttl",
}
ABSENT = {"query": ["aggregates", "property-path"], "results": [], "federation": []}
COUNTS = {"query": (328, 248), "results": (10, 10), "federation": (10, 10)}
"""Of the whole suite, and of a copy that leaves out the folders in ABSENT."""
DOOR = "/workspaces/w3c-query/sparql"
FORMATS = {".srx": "application/sparql-results+xml", ".srj": "application/sparql-results+json",
           ".csv": "text/csv", ".tsv": "text/tab-separated-values"}  # fmt: skip
NAMES = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}
KNOWN: dict[str, str] = tomllib.loads((Path(__file__).parent / "known.toml").read_text("utf-8"))["failing"]


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


@pytest.fixture(scope="module")
def base(curator: TestClient) -> str:
    """What relative IRIs are resolved against in a query of this workspace."""
    _update(curator, "CLEAR ALL")
    answer = curator.get(DOOR, params={"query": "SELECT (STR(<x>) AS ?x) {}"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["results"]["bindings"][0]["x"]["value"])[:-1]


@pytest.mark.parametrize("suite", MANIFESTS)
def test_the_suite_is_there(suite: str, data_folder: Path) -> None:
    tests = query_tests(MANIFESTS[suite])
    assert len({test.iri for test in tests}) == len(tests)
    absent = [path.parent.name for path in manifests(MANIFESTS[suite]) if not path.is_file()]
    whole, part = COUNTS[suite]
    assert (len(tests), absent) in ((whole, []), (part, ABSENT[suite]))


def test_known_failures_are_tests() -> None:
    known = {test.iri for main in MANIFESTS.values() for test in query_tests(main)}
    assert not known or set(KNOWN) <= known


def _cases() -> Iterator[object]:
    for suite, main in MANIFESTS.items():
        for test in query_tests(main):
            yield pytest.param(suite, test, id=test.iri.removeprefix(PREFIX))


@pytest.mark.parametrize(("suite", "test"), list(_cases()))
def test_query(suite: str, test: QueryTest, curator: TestClient, base: str, record_conformance: Recorder) -> None:
    outcome, reason = _run(curator, base, test)
    if suite == "federation":
        record_conformance(suite, test.iri, outcome, reason)
        assert outcome == "refused", reason
        return
    if test.iri in KNOWN:
        record_conformance(suite, test.iri, outcome, KNOWN[test.iri])
        assert outcome == "failed", f"{test.iri} passes now: take it off known.toml"
        return
    record_conformance(suite, test.iri, outcome, reason)
    assert outcome == "passed", reason


def _run(client: TestClient, base: str, test: QueryTest) -> tuple[str, str]:
    """``passed``, ``refused`` or ``failed``, and why."""
    _load(client, base, test)
    suffix = test.result.suffix if test.result else ""
    answer = client.post(
        DOOR,
        content=test.text.read_bytes(),
        headers={
            "Content-Type": "application/sparql-query",
            "Accept": FORMATS.get(suffix, "application/sparql-results+json, application/n-triples"),
        },
    )
    kind = "" if answer.status_code == 200 else answer.json()["type"].rpartition("/")[2]
    if kind == "query-refused":
        return "refused", answer.json()["detail"]
    if not test.valid:
        return ("passed", "") if kind == "query-syntax" else ("failed", f"taken, though no SPARQL: {kind}")
    if kind and (test.result or kind == "query-syntax"):
        return "failed", answer.json()["detail"]
    if test.result is None:
        return "passed", ""
    if suffix in NAMES:
        fits = same(
            read(test.result.read_bytes(), NAMES[suffix]), read(answer.content, NAMES[suffix]), ordered=suffix == ".csv"
        )
    else:
        expected = _ntriples(test.result, base)
        table = read_result_set(expected)
        fits = same(table, read(answer.content, "json")) if table else same_graph(expected, answer.content)
    return ("passed", "") if fits else ("failed", f"another answer: {answer.text[:2000]}")


def _load(client: TestClient, base: str, test: QueryTest) -> None:
    """The data of a test in the empty workspace; graphs are named as the queries name them."""
    if test.result is None:
        return
    parts = [_ntriples(path, base) for path in test.default]
    data = b"".join(parts).decode()
    for path in test.named:
        data += f"GRAPH <{base}{path.name}> {{\n{_ntriples(path, base).decode()}}}\n"
    _update(client, f"DROP ALL ; INSERT DATA {{\n{data}}}")


def _update(client: TestClient, text: str) -> None:
    answer = client.post(DOOR, content=text.encode(), headers={"Content-Type": "application/sparql-update"})
    assert answer.status_code == 204, answer.text


def _ntriples(path: Path, base: str) -> bytes:
    rows = ox.parse(path=path, base_iri=f"{base}{path.name}", rename_blank_nodes=True)
    return ox.serialize((row.triple for row in rows), format=ox.RdfFormat.N_TRIPLES) or b""
