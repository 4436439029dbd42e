"""Requests of the SPARQL protocol that the suites of the W3C do not hold, on the published endpoint and a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import problem
from tests.api.roles import Callers

ASK = "ASK {}"
QUERY = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WORKSPACE = "/workspaces/protocol/sparql"


@pytest.fixture(scope="module")
def curator(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        found = Callers(client, settings).of("curator")
        update = "INSERT DATA { GRAPH <a> { <s> <p> 1, 2 } GRAPH <b> { <s> <p> 2, 3 } }"
        answer = found.post(WORKSPACE, content=update, headers={"Content-Type": "application/sparql-update"})
        assert answer.status_code == 204, answer.text
        yield found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?default-graph-uri=urn:a", 400),
        ("/sparql?named-graph-uri=urn:a", 400),
        ("/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
        ("/sparql?query=ASK%20%7B%7D&using-graph-uri=urn:a", 400),
        ("/sparql?query=ASK%20%7B%7D&update=CLEAR%20ALL", 405),
        ("/sparql?update=CLEAR%20ALL", 405),
        ("/sparql?query=%FF", 400),
        ("/sparql?query=", 400),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=no%20iri", 400),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=relative", 400),
    ],
)
def test_requests_by_get_that_do_not_fit(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"query=ASK%20%7B%7D&using-graph-uri=urn:a", FORM["Content-Type"], 400),
        (b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM["Content-Type"], 400),
        (b"query=ASK%20%7B%7D&update=CLEAR%20ALL", FORM["Content-Type"], 400),
        (b"", FORM["Content-Type"], 400),
        (b"query=%FF", FORM["Content-Type"], 400),
        ("query=\u00e9".encode(), FORM["Content-Type"], 400),
        (b"ASK {}", "application/sparql-query; charset=ISO-8859-1", 415),
        (b"ASK {}", "text/turtle", 415),
        (b"\xff\xfeASK {}", "application/sparql-query", 400),
    ],
)
def test_requests_by_post_that_do_not_fit(client: TestClient, body: bytes, kind: str, status: int) -> None:
    assert client.post("/sparql", content=body, headers={"Content-Type": kind}).status_code == status


@pytest.mark.parametrize(
    "kind", ["application/sparql-query;charset=utf-8", 'Application/SPARQL-Query; charset="UTF-8"']
)
def test_a_charset_that_is_utf_8(client: TestClient, kind: str) -> None:
    assert client.post("/sparql", content=ASK, headers={"Content-Type": kind}).status_code == 200


def test_the_dataset_may_stand_in_the_address_of_a_post(curator: TestClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    base = "https://w3id.org/medkg/workspace/protocol/"
    graphs = [("default-graph-uri", f"{base}a"), ("default-graph-uri", f"{base}b")]
    fields = urlencode([*graphs, ("query", count)])
    answers = [
        curator.get(WORKSPACE, params=[*graphs, ("query", count)]),
        curator.post(WORKSPACE, params=graphs, content=count, headers=QUERY),
        curator.post(WORKSPACE, content=fields, headers=FORM),
        curator.post(WORKSPACE, content=count.replace("{", "FROM <a> FROM <b> {"), headers=QUERY),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == "3"


def test_head_is_a_get_without_its_body(client: TestClient, curator: TestClient) -> None:
    for door, asking in (("/sparql", client), (WORKSPACE, curator)):
        for params in ({"query": ASK}, {}):
            get, head = asking.get(door, params=params), asking.head(door, params=params)
            assert head.status_code == get.status_code == 200
            assert head.headers["content-type"] == get.headers["content-type"]
            assert head.content == b""


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/*;q=0.5, application/n-triples;q=0.4", "text/turtle; charset=utf-8"),
        ("*/*, text/turtle;q=0", "application/n-triples"),
        ("application/ld+json;q=0.9, application/rdf+xml;q=0.91", "application/rdf+xml"),
    ],
)
def test_graphs_by_weight(client: TestClient, accept: str, kind: str) -> None:
    text = "CONSTRUCT { <s> <http://example.org/p> 1 } {}"
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    (row,) = ox.parse(answer.content, format=ox.RdfFormat.from_media_type(kind))
    assert row.subject == ox.NamedNode("https://w3id.org/medkg/s")


def test_what_no_format_can_carry_is_an_error(client: TestClient) -> None:
    text = "CONSTRUCT { <s> <http://example.org/1> 1 } {}"
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": "application/rdf+xml"})
    problem(answer, 400, "query")
    assert client.get("/sparql", params={"query": text}).status_code == 200


def test_what_no_format_can_carry_from_a_graph_of_a_workspace(curator: TestClient) -> None:
    door = WORKSPACE.replace("/sparql", "/graphs/odd")
    answer = curator.put(door, content="<urn:s> <http://example.org/1> 1 .", headers={"Content-Type": "text/turtle"})
    assert answer.status_code == 201, answer.text
    problem(curator.get(door, headers={"Accept": "application/rdf+xml"}), 400, "graph-refused")
    assert curator.get(door, headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize("accept", ["image/png", "application/sparql-results+json;q=0"])
def test_formats_that_there_are_not(client: TestClient, accept: str) -> None:
    for params in ({"query": ASK}, {}):
        assert client.get("/sparql", params=params, headers={"Accept": accept}).status_code == 406


def test_relative_iris_do_not_depend_on_the_host(client: TestClient) -> None:
    text = "SELECT (STR(<x>) AS ?x) {}"
    found = {
        client.get("/sparql", params={"query": text}, headers={"Host": host}).text
        for host in ("localhost", "testserver")
    }
    assert len(found) == 1
    assert "https://w3id.org/medkg/x" in found.pop()


def test_the_columns_of_a_star(client: TestClient) -> None:
    text = "SELECT * { VALUES (?z ?a) { (1 2) } }"
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    assert answer.text.splitlines() == ["z,a", "1,2"]


def test_the_dataset_of_an_older_generation(client: TestClient, generations: list[str]) -> None:
    for name in generations:
        answer = client.get("/void", params={"as_of": name}, headers={"Accept": "application/n-triples"})
        assert f'<http://purl.org/dc/terms/identifier> "{name}"' in answer.text
    assert client.get("/void", params={"as_of": "none"}).status_code == 404
    assert client.get("/void", headers={"Accept": "image/png"}).status_code == 406


def test_the_registered_place_of_the_description(client: TestClient) -> None:
    answer = client.get("/.well-known/void", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/void")
