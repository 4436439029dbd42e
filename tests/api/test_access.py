"""Who may do what: every route with every role (A5), credentials, hosts, refusals, and the record of it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import Mount
from starlette.testclient import TestClient

from api import wiring
from api.access.rights import ROLES, anonymous_rights
from api.access.table import TABLE, routes
from api.app import create_app
from api.settings import Settings
from kg.errors import ConfigError
from kg.workflow.audit import Entry
from tests.api.conftest import problem
from tests.api.roles import Callers

MAY: dict[str, set[str]] = {
    "health": {
        "anonymous",
        "clinician-system",
        "reader",
        "reviewer",
        "curator",
        "rule-author",
        "rule-approver",
        "admin",
    },
    "read": {"anonymous", "clinician-system", "reader", "reviewer", "curator", "rule-author", "rule-approver", "admin"},
    "annotate": {
        "anonymous",
        "clinician-system",
        "reader",
        "reviewer",
        "curator",
        "rule-author",
        "rule-approver",
        "admin",
    },
    "query": {
        "anonymous",
        "clinician-system",
        "reader",
        "reviewer",
        "curator",
        "rule-author",
        "rule-approver",
        "admin",
    },
    "export": {"reader", "reviewer", "curator", "rule-author", "rule-approver", "admin"},
    "workspace-read": {"reviewer", "curator", "rule-author", "rule-approver", "admin"},
    "workspace-write": {"curator", "admin"},
    "propose": {"curator", "admin"},
    "comment": {"reviewer", "curator", "rule-author", "rule-approver", "admin"},
    "review": {"reviewer", "admin"},
    "release": {"reviewer", "admin"},
    "evaluate": {
        "anonymous",
        "clinician-system",
        "reader",
        "reviewer",
        "curator",
        "rule-author",
        "rule-approver",
        "admin",
    },
    "feedback": {
        "anonymous",
        "clinician-system",
        "reader",
        "reviewer",
        "curator",
        "rule-author",
        "rule-approver",
        "admin",
    },
    "ingest": {"curator", "admin"},
    "operate": {"admin"},
    "keys": {"admin"},
    "rule-propose": {"rule-author", "admin"},
    "rule-approve": {"rule-approver", "admin"},
    "rule-kill": {"rule-author", "rule-approver", "admin"},
}
"""Written out here once more: a change of the roles must be meant."""
EVERYBODY = ("anonymous", *ROLES)
LITERAL = {"name": "none", "number": "999999"}


@pytest.fixture(scope="module")
def callers(settings: Settings) -> Iterator[Callers]:
    given = msgspec.structs.replace(settings, denials=1_000_000)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield Callers(client, given)


@pytest.fixture(scope="module")
def clients(callers: Callers) -> dict[str, TestClient]:
    return {role: callers.of(role) for role in EVERYBODY}


def url(template: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: LITERAL.get(found[1], "x:1"), template)


def entries(settings: Settings) -> list[Entry]:
    log = wiring.audit(settings)
    return log.entries(max(log.head()[0] - 50, 0), 50)


def test_roles_have_these_rights() -> None:
    found = ROLES | {"anonymous": anonymous_rights(Settings().listed("anonymous"))}
    assert {right: {role for role in found if right in found[role]} for right in MAY} == MAY


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize(("method", "template"), list(TABLE))
def test_every_route_with_every_role(clients: dict[str, TestClient], method: str, template: str, role: str) -> None:
    path = url(template)
    for sent in (method, "HEAD") if method == "GET" else (method,):
        answer = clients[role].request(sent, path)
        if role in MAY[TABLE[method, template]]:
            assert answer.status_code != 401
            assert answer.status_code != 403 or answer.json()["type"].endswith("/not-workspace-graph")
            assert answer.status_code < 500 or path == "/ready"
        elif sent == "HEAD" and answer.status_code == 405:
            continue  # a route without HEAD tells as little
        else:
            assert answer.status_code == (401 if role == "anonymous" else 403)
            assert sent == "HEAD" or answer.json()["title"]


def test_every_route_has_a_row_and_every_row_a_route(settings: Settings) -> None:
    app = create_app(settings)
    described = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    convertor = re.compile(r":\w+\}")
    rows = {(method, convertor.sub("}", template)) for method, template in TABLE}
    assert {pair for pair in described if pair[0] != "HEAD"} <= rows
    found = routes(app)
    assert [pair for pair in TABLE if (row := found.find(pair[0], url(pair[1]))) is None or row.right is None] == []
    # Each row is that of its own route: none is hidden behind another.
    assert [pair for pair in TABLE if found.find(pair[0], url(pair[1])).template != pair[1]] == []  # type: ignore[union-attr]


def test_a_route_without_a_row_does_not_start(settings: Settings) -> None:
    async def new() -> Response:
        return Response()

    app = FastAPI(openapi_url=None)
    app.add_api_route("/api/v1/new", new)
    with pytest.raises(ConfigError, match=r"GET /api/v1/new"):
        routes(app)
    app = FastAPI(openapi_url=None)
    app.router.routes.append(Mount("/mounted", Response()))
    with pytest.raises(ConfigError, match=r"\* /mounted"):
        routes(app)


@pytest.mark.parametrize("path", ["/sparql/", "/SPARQL", "/workspaces/", "/%2e/health", "/sparql;x", "/sparql%00"])
def test_paths_that_only_look_alike_lead_nowhere(callers: Callers, path: str) -> None:
    problem(callers.inner.get(path, follow_redirects=False), 404, "no-such-path")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_denials_are_told_in_both_languages(clients: dict[str, TestClient], language: str) -> None:
    headers = {"Accept-Language": language}
    nobody = clients["anonymous"].get("/workspaces", headers=headers)
    problem(nobody, 401, "unauthenticated")
    assert nobody.headers["www-authenticate"] == 'Bearer realm="medkg"'
    reader = clients["reader"].get("/workspaces", headers=headers)
    problem(reader, 403, "forbidden")
    for answer in (nobody, reader):
        assert answer.headers["content-language"] == language


BAD = {
    "unknown": {"Authorization": "Bearer mk_unknown"},
    "empty": {"Authorization": "Bearer "},
    "no scheme": {"Authorization": "mk_unknown"},
    "basic": {"Authorization": "Basic YWRtaW46YWRtaW4="},
    "not ascii": {"Authorization": "Bearer mk_ü".encode("latin-1").decode("latin-1")},
    "long": {"Authorization": f"Bearer mk_{'a' * 100_000}"},
    "token where none are taken": {"Authorization": "Bearer a.b.c"},
    "other header": {"X-API-Key": "mk_unknown"},
    "twice": {"X-API-Key": "mk_unknown", "Authorization": "Bearer mk_unknown"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_credentials_are_never_taken_for_none(callers: Callers, name: str) -> None:
    headers = {key: value.encode("latin-1") for key, value in BAD[name].items()}
    for path in ("/health", "/api/v1/search?q=fever", "/nothing"):
        answer = callers.inner.get(path, headers=headers)
        document = problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == 'Bearer realm="medkg"'
        assert document["detail"] == callers.inner.get("/workspaces").json()["detail"]


def test_two_credentials_and_one_in_the_url(callers: Callers) -> None:
    key = wiring.keys(callers.settings).create("twice", "admin").text
    bearer = ("Authorization", f"Bearer {key}")
    assert callers.inner.get("/workspaces", headers=[bearer]).status_code == 200
    assert callers.inner.get("/workspaces", headers={"X-API-Key": key}).status_code == 200
    for headers in ([bearer, bearer], [bearer, ("X-API-Key", key)]):
        problem(callers.inner.get("/workspaces", headers=headers), 401, "unauthenticated")
    for name in ("access_token", "Access_Token", "api_key", "access%5Ftoken"):
        problem(callers.inner.get(f"/health?q=1&{name}={key}"), 401, "unauthenticated")
        problem(callers.inner.get(f"/health?{name}={key}", headers=[bearer]), 401, "unauthenticated")
    assert callers.inner.get("/api/v1/search", params={"q": "access_token=x"}).status_code == 200


def test_a_new_key_works_at_once_and_a_revoked_one_soon_does_not(
    callers: Callers, clients: dict[str, TestClient]
) -> None:
    admin = clients["admin"]
    made = admin.post("/api/v1/keys", json={"name": "short-lived", "role": "curator"})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert callers.inner.get("/workspaces", headers=headers).status_code == 200
    listed = admin.get("/api/v1/keys")
    assert made.json()["key"] not in listed.text
    assert "digest" not in listed.text
    assert admin.delete(f"/api/v1/keys/{made.json()['id']}").status_code == 204
    until = time.monotonic() + 5
    while (status := callers.inner.get("/workspaces", headers=headers).status_code) == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert status == 401
    assert callers.inner.get("/health", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "role": "owner"},
        {"name": "x", "role": "anonymous"},
        {"name": "", "role": "reader"},
        {"name": "x" * 81, "role": "reader"},
        {"name": "a\u202eb", "role": "reader"},
        {"name": "x", "role": "reader", "id": 1},
        {"name": "x", "role": "reader", "digest": "0" * 64},
        {"role": "reader"},
    ],
)
def test_nobody_is_made_more_than_was_meant(clients: dict[str, TestClient], body: dict[str, object]) -> None:
    assert clients["admin"].post("/api/v1/keys", json=body).status_code == 422


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_no_role_raises_itself(clients: dict[str, TestClient], callers: Callers, role: str) -> None:
    """A6: by the routes that give roles, by headers, parameters and fields that some services look at."""
    client = clients[role]
    problem(client.post("/api/v1/keys", json={"name": "mine", "role": "admin"}), 403, "forbidden")
    problem(client.delete("/api/v1/keys/1"), 403, "forbidden")
    for headers in ({"X-Role": "admin"}, {"X-Forwarded-User": "admin"}, {"X-HTTP-Method-Override": "GET"}):
        problem(client.post("/api/v1/keys", json={}, headers=headers), 403, "forbidden")
        problem(
            client.get("/api/v1/keys", params={"role": "admin", "_method": "GET"}, headers=headers), 403, "forbidden"
        )
    assert "mine" not in [key.name for key in wiring.keys(callers.settings).list()]


def test_nothing_sets_cookies(clients: dict[str, TestClient]) -> None:
    for method, template in TABLE:
        assert "set-cookie" not in clients["admin"].request(method, url(template)).headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("testserver", 200),
        ("testserver:1234", 200),
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("LOCALHOST", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
        ("[::1].evil.example", 421),
    ],
)
def test_hosts(callers: Callers, host: str, status: int) -> None:
    answer = callers.inner.get("/health", headers={"Host": host})
    assert answer.status_code == status or (host == "[::1].evil.example" and answer.status_code == 200)
    if answer.status_code == 421:
        problem(answer, 421, "wrong-host")


def test_two_hosts(callers: Callers) -> None:
    assert callers.inner.get("/health", headers=[("Host", "testserver"), ("Host", "localhost")]).status_code == 421


def test_what_is_written_and_denied_is_recorded(callers: Callers, clients: dict[str, TestClient]) -> None:
    secret = "MRN-4711-canary"
    denied = clients["reader"].post(f"/workspaces/x/graphs?graph=http://x/{secret}")
    nobody = clients["anonymous"].get("/workspaces")
    sent = {"Content-Type": "application/sparql-update"}
    written = clients["curator"].post(
        "/workspaces/x/sparql", content=f'INSERT DATA {{ <x:s> <x:p> "{secret}" }}', headers=sent
    )
    assert written.status_code == 204
    through = clients["curator"].post("/sparql", content="INSERT DATA { <x:s> <x:p> 1 }", headers=sent)
    assert through.status_code == 403
    found = entries(callers.settings)

    def of(answer: httpx.Response) -> list[tuple[str, str, str, str]]:
        rows = [entry for entry in found if entry.request == answer.headers["x-request-id"]]
        return [(entry.action, entry.actor, entry.role, entry.outcome) for entry in rows]

    action = "POST /workspaces/{name}/sparql"
    assert of(denied) == [("POST /workspaces/{name}/graphs", "test reader", "reader", "403")]
    assert of(nobody) == [("GET /workspaces", "", "anonymous", "401")]
    assert of(written) == [(action, "test curator", "curator", name) for name in ("begun", "204")]
    assert of(through) == [("POST /sparql", "test curator", "curator", name) for name in ("begun", "403")]
    assert secret not in str(found)
    assert list(wiring.audit(callers.settings).check()) == []


def test_a_write_that_cannot_be_recorded_is_not_made(
    callers: Callers, clients: dict[str, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("kg.workflow.audit.Audit.append", fail)
    made = clients["admin"].post("/api/v1/keys", json={"name": "unrecorded", "role": "reader"})
    problem(made, 500, "internal")
    assert "unrecorded" not in [key.name for key in wiring.keys(callers.settings).list()]


def test_many_refusals_in_a_minute(settings: Settings) -> None:
    """A14: the rest of the minute is 429, one entry tells of it; good keys go on, also from that address."""
    given = msgspec.structs.replace(settings, denials=5)
    key = wiring.keys(given).create("patient", "reader").text
    before = wiring.audit(given).head()[0]
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        answers = [client.get("/health", headers={"Authorization": f"Bearer mk_{n}"}) for n in range(50)]
        statuses = [answer.status_code for answer in answers]
        assert statuses == [401] * 5 + [429] * 45
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        problem(answers[-1], 429, "too-many-requests")
        assert client.get("/health").status_code == 200
        assert client.get("/api/v1/search?q=fever", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        problem(client.get("/workspaces"), 429, "too-many-requests")
    outcomes = [entry.outcome for entry in wiring.audit(given).entries(before)]
    assert outcomes == ["401"] * 5 + ["limited"]


def test_forwarded_addresses_count_only_from_trusted_proxies(settings: Settings) -> None:
    def statuses(given: Settings) -> list[int]:
        with TestClient(create_app(given), raise_server_exceptions=False, client=("10.0.0.1", 5)) as client:
            headers = {"Authorization": "Bearer mk_x"}
            return [
                client.get("/health", headers=headers | {"X-Forwarded-For": f"192.0.2.{n}"}).status_code
                for n in range(6)
            ]

    few = msgspec.structs.replace(settings, denials=3)
    assert statuses(few) == [401] * 3 + [429] * 3
    assert statuses(msgspec.structs.replace(few, proxies="10.0.0.0/8")) == [401] * 6


def test_other_origins(settings: Settings) -> None:
    asking = {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}
    with TestClient(create_app(settings)) as client:
        assert "access-control-allow-origin" not in client.get("/health", headers=asking).headers
        assert client.options("/sparql", headers=asking).status_code == 405
    with TestClient(create_app(msgspec.structs.replace(settings, origins="https://page.example"))) as client:
        allowed = client.options("/sparql", headers=asking)
        assert allowed.headers["access-control-allow-origin"] == "https://page.example"
        assert "access-control-allow-credentials" not in allowed.headers
        other = client.get("/health", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
        denied = client.get("/workspaces", headers=asking)
        assert (denied.status_code, denied.headers["access-control-allow-origin"]) == (401, "https://page.example")


@pytest.mark.parametrize(
    "wrong",
    [
        {"anonymous": "read, workspace-write"},
        {"proxies": "not a network"},
        {"anonymous": "everything"},
    ],
)
def test_settings_that_do_not_fit(settings: Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        create_app(msgspec.structs.replace(settings, **wrong))


def test_a_closed_service(settings: Settings) -> None:
    """Without rights for anonymous callers only health is open."""
    with TestClient(create_app(msgspec.structs.replace(settings, anonymous="", denials=1_000))) as client:
        for method, template in TABLE:
            status = client.request(method, url(template)).status_code
            assert (status in (200, 405)) if TABLE[method, template] == "health" else (status == 401)


@pytest.mark.parametrize("role", ["anonymous", "clinician-system", "reader"])
def test_drafts_leak_nowhere(callers: Callers, clients: dict[str, TestClient], role: str) -> None:
    """A6: a concept in a workspace is seen by no read route, query, suggestion, count, ETag or error text."""
    canary, word = "http://x/canary-7391", "zyxcanary"
    graph = f"{callers.settings.base}workspace/drafts/g"
    skos = "http://www.w3.org/2004/02/skos/core#"
    text = f'INSERT DATA {{ GRAPH <{graph}> {{ <{canary}> a <{skos}Concept> ; <{skos}prefLabel> "{word}"@en }} }}'
    written = clients["curator"].post(
        "/workspaces/drafts/sparql", content=text, headers={"Content-Type": "application/sparql-update"}
    )
    assert written.status_code == 204
    seen = clients["curator"].get("/workspaces/drafts/graphs", params={"graph": graph})
    assert word in seen.text  # the control: who may read it does
    client = clients[role]
    queries = [
        f"SELECT * {{ <{canary}> ?p ?o }}",
        f'SELECT * {{ ?s ?p "{word}"@en }}',
        f'SELECT * {{ GRAPH ?g {{ ?s ?p "{word}"@en }} }}',
        f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{canary}>",
        f"DESCRIBE <{graph}>",
        'SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "draft")) } GROUP BY ?g',
    ]
    for query in queries:
        for more in ({}, {"default-graph-uri": graph}, {"named-graph-uri": graph}):
            answer = client.get("/sparql", params={"query": query} | more)
            assert word not in answer.text, query
            assert canary not in answer.text, query
            explained = client.get("/sparql/explain", params={"query": query} | more)
            if explained.status_code == 200:  # it repeats what was asked, so what counts are the counts
                assert not explained.json()["run"]["rows"], query
            hidden = client.get("/workspaces/drafts/sparql", params={"query": query} | more)
            assert hidden.status_code in (401, 403)
            assert "etag" not in hidden.headers
    for method, template in TABLE:
        if method != "GET" or template == "/sparql/explain":
            continue
        path = re.sub(r"\{name\}", "drafts", template)
        for value in (canary, word, graph):
            sent = {"q": value, "graph": value, "iri": value, "keyword": value}
            answer = client.get(re.sub(r"\{\w+(:\w+)?\}", quote(value, safe=""), path), params=sent)
            assert answer.status_code < 500
            shown = answer.text.replace(value, "").replace(quote(value, safe=""), "").replace(quote(value), "")
            assert word not in shown, path
            assert "canary-7391" not in shown, path
    assert client.get("/graphs", params={"graph": graph}).status_code in (401, 403)
    assert client.head("/graphs", params={"graph": graph}).status_code in (401, 403, 405)
