"""SPARQL over HTTP, in process: forms of request, formats, limits."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import problem
from tests.kg.test_query_gate import CALLS, bombs

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <http://www.w3.org/2004/02/skos/core#Concept> }"
CONCEPTS = 3 + 301 + 2


def test_the_three_forms_of_a_query(client: TestClient) -> None:
    answers = [
        client.get("/sparql", params={"query": COUNT}),
        client.post("/sparql", data={"query": COUNT}),
        client.post("/sparql", content=COUNT, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.headers["medkg-generation"]
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == str(CONCEPTS)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.1", "text/tab-separated-values; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
    ],
)
def test_tables_by_accept(client: TestClient, accept: str, kind: str) -> None:
    answer = client.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    assert str(CONCEPTS) in answer.text


@pytest.mark.parametrize(
    ("accept", "format_"),
    [("text/turtle", "TURTLE"), ("application/n-triples", "N_TRIPLES"), ("application/ld+json", "JSON_LD")],
)
def test_graphs_by_accept(client: TestClient, accept: str, format_: str) -> None:
    text = "DESCRIBE <http://purl.obolibrary.org/obo/DOID_9000002>"
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert len(list(ox.parse(answer.content, format=getattr(ox.RdfFormat, format_)))) > 5


def test_rows_as_csv(client: TestClient) -> None:
    text = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "SELECT ?id ?name { ?c dcterms:identifier ?id ; skos:prefLabel ?name }"
    )
    answer = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["id", "name"]
    assert ["medkg:drug-demonstratin", "示例素"] in rows


def test_named_graphs_and_the_protocol_dataset(client: TestClient) -> None:
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    found = [row["g"]["value"] for row in client.get("/sparql", params={"query": graphs}).json()["results"]["bindings"]]
    terms = next(graph for graph in found if "/terminology/terms/" in graph)
    one = client.get("/sparql", params={"query": COUNT, "default-graph-uri": terms}).json()
    assert one["results"]["bindings"][0]["n"]["value"] == "304"


def test_too_many_rows_is_an_error(client: TestClient) -> None:
    document = problem(client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"}), 422, "query-too-large")
    assert document["limit"] == 500


def test_running_out_of_time_or_memory_is_an_error(client: TestClient) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
    problem(client.get("/sparql", params={"query": cross}), 504, "query-timeout")
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize("query", CALLS)
def test_calls_are_refused(client: TestClient, query: str) -> None:
    answer = client.post("/sparql", data={"query": query.replace("U", "http://127.0.0.1:9/")})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", list(bombs(0)))
def test_bombs_are_refused(client: TestClient, name: str) -> None:
    text = bombs(1)[name]
    answer = client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == (400 if len(text) <= 100_000 else 413)
