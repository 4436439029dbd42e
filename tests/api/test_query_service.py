"""What stands around a query: budgets of clients, explanations, HEAD, the log, what /ready says."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import keys
from tests.api.conftest import problem

CONCEPTS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?c ?l { ?c a skos:Concept ; skos:prefLabel ?l }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
MANY = "SELECT * { ?a ?b ?c }"


def key_of(settings: Settings, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys(settings).create(role, role).text}"}


@pytest.fixture
def tight(settings: Settings) -> Iterator[TestClient]:
    """A service of its own that gives each client three errors and half a second of work a minute."""
    limits = msgspec.structs.replace(settings, query_budget_errors=3, query_budget_seconds=0.5)
    with TestClient(create_app(limits), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def patient(settings: Settings) -> Iterator[TestClient]:
    """A service with time enough to load the other parser on a busy machine."""
    with TestClient(create_app(msgspec.structs.replace(settings, query_seconds=5.0))) as opened:
        yield opened


def test_errors_of_a_client_are_limited(tight: TestClient) -> None:
    for query in ("ASK {", "DROP ALL", "SELECT * { SERVICE <http://127.0.0.1/> {} }"):
        assert tight.get("/sparql", params={"query": query}).status_code == 400
    for language, word in (("en", "Ask again in"), ("zh", "秒后再试")):
        answer = tight.get("/sparql", params={"query": "ASK {}"}, headers={"Accept-Language": language})
        document = problem(answer, 429, "budget-spent")
        assert word in str(document["detail"])
        wait = document["seconds"]
        assert isinstance(wait, float)
        assert 0 < wait <= 20
        assert 0 <= int(answer.headers["retry-after"]) - wait < 1
    assert tight.get("/api/v1/concepts/DOID:9000002").status_code == 200
    assert tight.post("/sparql/explain", data={"query": "ASK {}"}).status_code == 429


def test_seconds_of_a_client_are_limited(tight: TestClient) -> None:
    assert tight.get("/sparql", params={"query": CROSS}).status_code == 504
    answer = tight.get("/sparql", params={"query": "ASK {}"})
    problem(answer, 429, "budget-spent")
    assert int(answer.headers["retry-after"]) <= 90


def test_admins_have_no_limit_and_keys_one_each(settings: Settings, tight: TestClient) -> None:
    assert tight.get("/sparql", params={"query": CROSS}).status_code == 504
    assert tight.get("/sparql", params={"query": "ASK {}"}).status_code == 429
    reader, admin = key_of(settings, "reader"), key_of(settings, "admin")
    for headers, status in ((reader, 429), (admin, 504)):
        for _ in range(2):
            last = tight.get("/sparql", params={"query": CROSS}, headers=headers).status_code
        assert last == status


def test_many_small_queries_spend_little(settings: Settings) -> None:
    usual = Settings()
    limits = msgspec.structs.replace(
        settings, query_budget_errors=usual.query_budget_errors, query_budget_seconds=usual.query_budget_seconds
    )
    with TestClient(create_app(limits)) as client:
        assert {client.get("/sparql", params={"query": "ASK {}"}).status_code for _ in range(100)} == {200}


def test_an_explanation_says_what_a_query_does(patient: TestClient) -> None:
    found = patient.get("/sparql/explain", params={"query": CONCEPTS + " LIMIT 7"}).json()
    assert found["generation"]
    assert found["run"] == found["run"] | {"rows": 7, "outcome": "ok"}
    assert found["limits"]["rows"] == 500
    explanation = found["explanation"]
    assert explanation["gate"]["patterns"] == 2
    assert explanation["gate"]["depth"] == 1
    assert found["gate_limits"]["patterns"] == 200
    counts = {row["pattern"].split()[1]: row["statements"] for row in explanation["patterns"]}
    assert counts["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"] == 306
    assert counts["<http://www.w3.org/2004/02/skos/core#prefLabel>"] > 306
    assert explanation["algebra"]["p"]["operator"] == "Slice"


def test_an_explanation_comes_also_for_what_fails(patient: TestClient) -> None:
    for query, outcome in ((CROSS, "query-timeout"), (MANY, "query-too-large")):
        found = patient.post("/sparql/explain", data={"query": query}).json()
        assert found["run"]["outcome"] == outcome
        assert found["run"]["rows"] is None
        assert found["explanation"]["patterns"][0]["statements"] > 500


def test_an_explanation_counts_where_the_query_looks(patient: TestClient) -> None:
    graphs = patient.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}).json()
    names = [row["g"]["value"] for row in graphs["results"]["bindings"]]
    graph = next(name for name in names if "/terminology/terms/" in name)
    inside = f"SELECT * {{ GRAPH <{graph}> {{ ?s a ?c }} }}"
    ((row,), (merged,)) = (
        patient.get("/sparql/explain", params={"query": query}).json()["explanation"]["patterns"]
        for query in (inside, f"SELECT * FROM <{graph}> {{ ?s a ?c }}")
    )
    assert row["graph"] == f"<{graph}>"
    assert row["statements"] == merged["statements"] == 305
    path = patient.get("/sparql/explain", params={"query": "ASK { ?s a/a* ?o }"}).json()["explanation"]
    assert path["patterns"][0]["statements"] is None
    assert path["gate"]["path_steps"] == 2


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("ASK {", 400, "query-syntax"),
        ("ASK { ?s }", 400, "query-syntax"),
        ("SELECT * { SERVICE <http://127.0.0.1/> {} }", 400, "query-refused"),
    ],
)
def test_a_wrong_text_is_not_explained(patient: TestClient, query: str, status: int, slug: str) -> None:
    problem(patient.get("/sparql/explain", params={"query": query}), status, slug)


def test_what_rdflib_cannot_read_has_no_algebra(patient: TestClient) -> None:
    deep = "ASK { FILTER" + "(" * 50 + "1" + ")" * 50 + "}"
    for query in (deep, "SELECT * { ?s ?p ?o LATERAL { ?o ?q ?x } } LIMIT 1"):
        found = patient.get("/sparql/explain", params={"query": query}).json()
        assert found["explanation"]["algebra"] is None
        assert found["explanation"]["patterns"] == []
        assert found["run"]["outcome"] == "ok"


def test_head_is_get_without_its_body(client: TestClient) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/health", "/api/v1/concepts/DOID:9000002", "/", "/sparql?query=ASK"):
        head, get = client.head(path), client.get(path)
        assert head.status_code == get.status_code
        assert head.content == b""
        for name in ("content-type", "medkg-generation", "vary"):
            assert head.headers.get(name) == get.headers.get(name)
    assert client.head("/nothing").status_code == 404
    assert client.head("/api/v1/annotate").status_code == 405


def test_every_query_has_its_line_without_its_text(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    canary = "Wang0815Wu"
    queries = [
        f'SELECT ?{canary} {{ ?{canary} <urn:{canary}> "{canary}" }} # {canary}',
        f"ASK {{ ?s ?p '{canary}'@{canary}",
        f"SELECT * {{ SERVICE <http://{canary}/> {{}} }}",
        f"SELECT * {{ ?a ?b ?c FILTER(?c != '{canary}') }}",
        f'ASK {{ ?s ?p "{canary}" }} #' + "x" * 5_000,
    ]
    statuses = [client.get("/sparql", params={"query": query, canary: canary}).status_code for query in queries]
    assert statuses == [200, 400, 400, 422, 200]
    lines = [record.getMessage() for record in caplog.records if record.name == "medkg.query"]
    outcomes = [line.split("outcome=")[1].split()[0] for line in lines]
    assert outcomes == ["ok", "query-syntax", "query-refused", "query-too-large", "ok"]
    assert all("generation=g0" in line for line in lines)
    assert (
        canary.lower()
        not in "\n".join(record.getMessage() for record in caplog.records if "httpx" not in record.name).lower()
    )


def test_ready_says_whether_a_search_would_wait(client: TestClient) -> None:
    found = client.get("/ready").json()
    assert found["search"] == "text"
    assert set(found["walls"]) == {"network_namespace", "system_call_filter"}
