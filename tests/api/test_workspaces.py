"""Workspaces over HTTP: who may, what is durable, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import problem
from tests.api.roles import Callers

UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def callers(settings: Settings) -> Iterator[Callers]:
    given = msgspec.structs.replace(settings, graph_bytes=200_000, workspace_seconds=3.0)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield Callers(client, given)


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


def rows(client: TestClient, name: str, query: str = COUNT) -> list[dict[str, dict[str, str]]]:
    answer = client.get(f"/workspaces/{name}/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, dict[str, str]]] = answer.json()["results"]["bindings"]
    return found


def count(client: TestClient, name: str) -> int:
    return int(rows(client, name)[0]["n"]["value"])


def update(client: TestClient, name: str, text: str, **headers: str) -> object:
    return client.post(f"/workspaces/{name}/sparql", content=text, headers=UPDATE | headers)


def test_read_your_own_write(curator: TestClient) -> None:
    for number in range(1, 4):
        answer = update(curator, "own", f"INSERT DATA {{ <x:s> <x:p> {number} }}")
        assert answer.status_code == 204, answer.text
        assert count(curator, "own") == number
    assert answer.headers["etag"] == curator.get("/workspaces/own/sparql", params={"query": COUNT}).headers["etag"]
    form = curator.post("/workspaces/own/sparql", data={"update": "CLEAR ALL"})
    assert form.status_code == 204
    assert count(curator, "own") == 0
    names = [row["name"] for row in curator.get("/workspaces").json()["items"]]
    assert "own" in names


def test_several_operations_are_one_transaction(curator: TestClient) -> None:
    update(curator, "whole", "INSERT DATA { <x:s> <x:p> 1 }")
    text = "INSERT DATA { <x:s> <x:p> 2 } ; CREATE GRAPH <x:g> ; CREATE GRAPH <x:g>"
    problem(update(curator, "whole", text), 400, "query")
    assert count(curator, "whole") == 1
    assert curator.head("/workspaces/whole/graphs", params={"graph": "x:g"}).status_code == 404


@pytest.mark.parametrize("role", ["anonymous", "reader", "clinician-system", "reviewer"])
def test_who_may_not_write(callers: Callers, curator: TestClient, role: str) -> None:
    update(curator, "guarded", "INSERT DATA { <x:s> <x:p> 1 }")
    client = callers.of(role)
    status, slug = (401, "unauthenticated") if role == "anonymous" else (403, "forbidden")
    graphs = "/workspaces/guarded/graphs?default"
    answers = [
        update(client, "guarded", "CLEAR ALL"),
        client.post("/workspaces/guarded/sparql", data={"update": "CLEAR ALL"}),
        client.put(graphs, content="", headers=TURTLE),
        client.post(graphs, content="", headers=TURTLE),
        client.delete(graphs),
        client.post("/workspaces/guarded/promote"),
        client.put("/graphs?default", content="", headers=TURTLE),
    ]
    for answer in answers:
        problem(answer, status, slug)
    if role != "reviewer":
        problem(client.get("/workspaces/guarded/sparql", params={"query": COUNT}), status, slug)
        problem(client.get(graphs), status, slug)
        problem(client.get("/workspaces"), status, slug)
        problem(client.get("/api/v1/proposals"), status, slug)
    assert update(client, "never-made", "INSERT DATA { <x:s> <x:p> 1 }").status_code == status
    assert "never-made" not in [row["name"] for row in curator.get("/workspaces").json()["items"]]
    assert count(curator, "guarded") == 1


def test_an_update_never_comes_by_get(curator: TestClient) -> None:
    update(curator, "by-get", "INSERT DATA { <x:s> <x:p> 1 }")
    path, text = "/workspaces/by-get/sparql", "CLEAR ALL"
    assert curator.get(path, params={"update": text}).status_code == 405
    problem(curator.get(path, params={"query": text}), 400, "query-refused")
    assert curator.get(path, params={"query": text, "update": text}).status_code in (400, 405)
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = curator.get(path, params={"query": COUNT, "_method": "POST"}, headers={header: "POST"} | UPDATE)
        assert answer.status_code == 200
    assert curator.post(path, content=text, headers={"Content-Type": "text/plain"}).status_code == 415
    assert curator.post(path, files={"update": ("u.ru", text, "application/sparql-update")}).status_code == 415
    problem(curator.post(path, data={"query": text}), 400, "query-refused")
    graphs = "/workspaces/by-get/graphs?default"
    assert curator.put(graphs, content="", headers={"Content-Type": "text/plain"}).status_code == 415
    assert count(curator, "by-get") == 1


def test_preconditions(curator: TestClient) -> None:
    tag = update(curator, "tags", "INSERT DATA { <x:s> <x:p> 1 }").headers["etag"]
    after = update(curator, "tags", "INSERT DATA { <x:s> <x:p> 2 }", **{"If-Match": tag})
    assert after.status_code == 204
    problem(update(curator, "tags", "CLEAR ALL", **{"If-Match": tag}), 412, "precondition-failed")
    weak = {"If-Match": f"W/{after.headers['etag']}"}
    problem(update(curator, "tags", "CLEAR ALL", **weak), 412, "precondition-failed")
    problem(update(curator, "tags", "CLEAR ALL", **{"If-Match": '"other.1"'}), 412, "precondition-failed")
    assert count(curator, "tags") == 2
    address = "/workspaces/tags/graphs/g"
    fresh = TURTLE | {"If-None-Match": "*"}
    assert curator.put(address, content="<x:a> <x:b> 1 .", headers=fresh).status_code == 201
    problem(curator.put(address, content="", headers=fresh), 412, "precondition-failed")
    problem(curator.put("/workspaces/tags/graphs/h", content="", headers=TURTLE | {"If-Match": "*"}), 412,
            "precondition-failed")  # fmt: skip
    known = curator.get(address)
    assert curator.get(address, headers={"If-None-Match": known.headers["etag"]}).status_code == 304
    assert "x:a" in known.text


def test_no_update_is_lost_between_clients(callers: Callers, curator: TestClient) -> None:
    update(curator, "counter", "INSERT DATA { <x:n> <x:v> 0 }")
    accepted, refused = _edits(callers, clients=4, edits=25)
    value = rows(curator, "counter", "SELECT ?v { <x:n> <x:v> ?v }")
    assert [row["v"]["value"] for row in value] == [str(accepted)]
    assert accepted + refused == 100
    assert accepted > 0


def _edits(callers: Callers, clients: int, edits: int) -> tuple[int, int]:
    """Read, then write if nobody wrote in between, from several clients at once."""

    def edit(client: TestClient) -> int:
        accepted = 0
        for _ in range(edits):
            answer = client.get("/workspaces/counter/sparql", params={"query": "SELECT ?v { <x:n> <x:v> ?v }"})
            value = int(answer.json()["results"]["bindings"][0]["v"]["value"])
            text = f"DELETE DATA {{ <x:n> <x:v> {value} }} ; INSERT DATA {{ <x:n> <x:v> {value + 1} }}"
            status = update(client, "counter", text, **{"If-Match": answer.headers["etag"]}).status_code
            assert status in (204, 412)
            accepted += status == 204
        return accepted

    with ThreadPoolExecutor(clients) as threads:
        done = sum(threads.map(edit, [callers.of("curator") for _ in range(clients)]))
    return done, clients * edits - done


@pytest.mark.slow
def test_no_update_is_lost_between_many(callers: Callers, curator: TestClient) -> None:
    update(curator, "counter", "CLEAR ALL ; INSERT DATA { <x:n> <x:v> 0 }")
    accepted, refused = _edits(callers, clients=4, edits=250)
    value = rows(curator, "counter", "SELECT ?v { <x:n> <x:v> ?v }")
    assert [row["v"]["value"] for row in value] == [str(accepted)]
    assert accepted + refused == 1_000


def test_through_the_published_door(callers: Callers, curator: TestClient) -> None:
    base = f"{callers.settings.base}workspace/"
    graph = f"{base}door/draft"
    headers = TURTLE
    assert (
        curator.put("/graphs", params={"graph": graph}, content="<x:a> <x:b> 1 .", headers=headers).status_code == 201
    )
    assert "x:a" in curator.get("/graphs", params={"graph": graph}).text
    assert "x:a" in curator.get("/workspaces/door/graphs/draft").text
    assert rows(curator, "door", f"SELECT ?s {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0]["s"]["value"] == "x:a"
    for other in ("https://example.org/g", f"{base}", f"{base}DOOR/x", f"{base}door/"):
        problem(curator.put("/graphs", params={"graph": other}, content="", headers=headers), 403,
                "not-workspace-graph")  # fmt: skip
        problem(curator.delete("/graphs", params={"graph": other}), 403, "not-workspace-graph")
    for nothing in ("/graphs?default", "/graphs"):
        problem(curator.post(nothing, content="", headers=headers), 403, "not-workspace-graph")
    assert curator.delete("/graphs", params={"graph": graph}).status_code == 204
    problem(curator.get("/graphs", params={"graph": graph}), 404, "unknown-graph")


def test_updates_through_the_published_door(callers: Callers, curator: TestClient) -> None:
    base = f"{callers.settings.base}workspace/"
    text = f"INSERT DATA {{ GRAPH <{base}door-two/draft> {{ <x:a> <x:b> 1 }} }}"
    assert curator.post("/sparql", content=text, headers=UPDATE).status_code == 204
    form = curator.post("/sparql", data={"update": text.replace("1 }", "2 }")})
    assert form.status_code == 204
    assert form.headers["etag"] == curator.get("/workspaces/door-two/graphs/draft").headers["etag"]
    assert len(rows(curator, "door-two", f"SELECT * {{ GRAPH <{base}door-two/draft> {{ ?s ?p ?o }} }}")) == 2
    for other in (
        "CLEAR ALL",
        "INSERT DATA { <x:a> <x:b> 1 }",
        f"INSERT DATA {{ GRAPH <{callers.settings.base}graph/source/x> {{ <x:a> <x:b> 1 }} }}",
        f"{text} ; DROP DEFAULT",
    ):
        problem(curator.post("/sparql", content=other, headers=UPDATE), 403, "not-workspace-graph")
        problem(callers.of("admin").post("/sparql", content=other, headers=UPDATE), 403, "not-workspace-graph")
    problem(callers.of("reader").post("/sparql", content=text, headers=UPDATE), 403, "forbidden")
    problem(callers.of("anonymous").post("/sparql", content=text, headers=UPDATE), 401, "unauthenticated")
    assert curator.get("/sparql", params={"update": text}).status_code == 405
    dataset = {"using-graph-uri": f"{base}door-two/draft"}
    copied = f"INSERT {{ GRAPH <{base}door-two/copy> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert curator.post("/sparql", params=dataset, content=copied, headers=UPDATE).status_code == 204
    assert len(rows(curator, "door-two", f"SELECT * {{ GRAPH <{base}door-two/copy> {{ ?s ?p ?o }} }}")) == 2


def test_published_graphs_are_read(curator: TestClient, callers: Callers, generations: list[str]) -> None:
    reader = callers.of("anonymous")
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY DESC(?n) LIMIT 1"
    row = reader.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]
    graph, number = row["g"]["value"], int(row["n"]["value"])
    lines = {"Accept": "application/n-triples"}
    answer = reader.get("/graphs", params={"graph": graph}, headers=lines)
    assert len(answer.text.splitlines()) == number > callers.settings.query_rows
    assert reader.get("/graphs", params={"graph": graph}, headers={"If-None-Match": answer.headers["etag"]}
                      ).status_code == 304  # fmt: skip
    whole = reader.get("/graphs?default", headers=lines)
    older = reader.get("/graphs", params={"default": "", "as_of": generations[0]}, headers=lines)
    assert older.headers["medkg-generation"] == generations[0]
    assert len(older.text.splitlines()) < len(whole.text.splitlines())
    head = reader.head("/graphs", params={"graph": graph})
    assert (head.status_code, head.content) == (200, b"")
    problem(reader.get("/graphs", params={"graph": "https://example.org/none"}), 404, "unknown-graph")
    problem(reader.get("/graphs?default", headers={"Accept": "image/png"}), 406, "not-acceptable")


def test_promotion_freezes_what_is_there(callers: Callers, curator: TestClient) -> None:
    update(curator, "promoted", "INSERT DATA { <x:s> <x:p> 1 , 2 . GRAPH <x:g> { <x:s> <x:p> 3 } }")
    first = curator.post("/workspaces/promoted/promote")
    assert first.status_code == 201, first.text
    assert (first.json()["added"], first.json()["removed"], first.json()["state"]) == (3, 0, "submitted")
    assert curator.post("/workspaces/promoted/promote").json() == first.json()
    update(curator, "promoted", "DELETE DATA { <x:s> <x:p> 1 } ; INSERT DATA { <x:s> <x:p> 4 , 5 }")
    second = curator.post("/workspaces/promoted/promote").json()
    assert (second["added"], second["removed"]) == (2, 1)
    frozen = callers.settings.folder / first.json()["path"]
    assert len(frozen.read_text("utf-8").splitlines()) == 3
    listed = [row["id"] for row in callers.of("reviewer").get("/api/v1/proposals").json()["items"]]
    assert listed[:2] == [second["id"], first.json()["id"]]


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2Fb", "A", "a_b", "a.b", "a" * 65, "%00", "a%5Cb", "~", "-" * 65])
def test_names_of_workspaces(callers: Callers, curator: TestClient, name: str) -> None:
    before = _files(callers.settings.folder.parent)
    answer = curator.put(f"/workspaces/{name}/graphs/x", content="<x:a> <x:b> 1 .", headers=TURTLE)
    assert answer.status_code in (400, 404, 405, 422), answer.text
    assert _files(callers.settings.folder.parent) == before


@pytest.mark.parametrize(
    "path", ["../x", "%2e%2e/x", "a/../../x", "a//b", ".", "a%5Cb", "a%00b", "a%0D%0Ab", "x" * 2_001]
)
def test_names_of_graphs(callers: Callers, curator: TestClient, path: str) -> None:
    before = _files(callers.settings.folder.parent)
    answer = curator.put(f"/workspaces/named/graphs/{path}", content="<x:a> <x:b> 1 .", headers=TURTLE)
    assert answer.status_code in (400, 404, 405, 422), answer.text
    assert _files(callers.settings.folder.parent) == before


@pytest.mark.parametrize(
    "graph", ["", "relative", "x y:z", "http://a/<b>", "http://a/b\nc", "file", "http://a/" + "x" * 2_000]
)
def test_graphs_that_are_no_iris(curator: TestClient, graph: str) -> None:
    answer = curator.put("/workspaces/named/graphs", params={"graph": graph}, content="", headers=TURTLE)
    problem(answer, 400, "graph-refused")
    assert curator.put("/workspaces/named/graphs?graph=x:a&default", content="", headers=TURTLE).status_code == 400


def _files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if "/workspaces/" not in str(path) and ".sqlite" not in path.name}


def test_bodies_over_the_limit(callers: Callers, curator: TestClient) -> None:
    address = "/workspaces/large/graphs/g"
    limit = callers.settings.graph_bytes
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 50_000
            yield b"# %s\n" % (b"x" * 49_997)

    problem(curator.put(address, content=endless(), headers=TURTLE), 413, "body-too-large")
    lying = TURTLE | {"Content-Length": "10"}
    problem(curator.put(address, content=b" " * (limit + 1), headers=TURTLE), 413, "body-too-large")
    assert curator.put(address, content=endless(), headers=lying).status_code == 413
    problem(curator.put(address, content=b"x", headers=TURTLE | {"Content-Encoding": "gzip"}), 415,
            "unsupported-media-type")  # fmt: skip
    assert curator.put(address, content="<x:a> <x:b> 1 .".ljust(limit), headers=TURTLE).status_code == 201


def test_graphs_in_other_formats(curator: TestClient) -> None:
    bodies = {
        "application/n-triples": "<x:a> <x:b> <x:c> .",
        "application/ld+json": '{"@id": "x:a", "x:b": {"@id": "x:c"}}',
        "application/rdf+xml": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'rdf:about="x:a"><p xmlns="x:" rdf:resource="x:c"/></rdf:Description></rdf:RDF>',
    }
    for number, (kind, body) in enumerate(bodies.items()):
        address = f"/workspaces/formats/graphs/g{number}"
        assert curator.put(address, content=body, headers={"Content-Type": kind}).status_code == 201
        for accept in ("text/turtle", *bodies):
            answer = curator.get(address, headers={"Accept": accept})
            assert answer.headers["content-type"].startswith(accept)
            assert "x:a" in answer.text
    problem(curator.get(address, headers={"Accept": "application/trig"}), 406, "not-acceptable")
    for kind in ("application/n-quads", "application/trig", "text/csv", ""):
        answer = curator.put(address, content="", headers={"Content-Type": kind})
        problem(answer, 415, "unsupported-media-type")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:"><rdf:Description '
    'rdf:about="x:a"><x:b>&{last};</x:b></rdf:Description></rdf:RDF>'
)


def test_the_bomb_goes_off_in_the_bare_library() -> None:
    """The positive control: entities of depth 3 grow to 10 kB in the engine's parser, a thousandfold."""
    import pyoxigraph as ox

    found = list(ox.parse(BOMB.replace("{last}", "d"), format=ox.RdfFormat.RDF_XML))
    assert len(found[0].object.value) == 10_000


def test_the_bare_engine_takes_an_update_wherever_it_came_from() -> None:
    """The positive control of updates by GET and forms: the text alone empties a store."""
    import pyoxigraph as ox

    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("o")))
    store.update("CLEAR ALL")
    assert len(store) == 0


@pytest.mark.parametrize(
    "body",
    [
        BOMB.replace("{last}", "i"),
        BOMB.replace("{last}", "e").replace("<!DOCTYPE", "<!doctype"),
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><r/>',
        BOMB.replace("{last}", "e").encode("utf-16"),
        '<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE r+AD4-<r/>',
    ],
)
def test_entities_are_refused(curator: TestClient, body: str | bytes) -> None:
    answer = curator.put("/workspaces/xml/graphs/g", content=body, headers={"Content-Type": "application/rdf+xml"})
    problem(answer, 400, "graph-refused")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/c", "x:b": 1}'),
        ("application/ld+json", '{"@context": {"@import": "http://127.0.0.1:9/c"}, "x:b": 1}'),
        ("application/ld+json", '{"x:b":' * 20_000 + "1" + "}" * 20_000),
        ("application/ld+json", "[" * 100_000),
        ("application/ld+json", '{"@id": "x:g", "@graph": [{"@id": "x:a", "x:b": 1}]}'),
        ("text/turtle", "<x:a> <x:b> " + "<<( <x:a> <x:b> " * 11_000 + "1"),
        ("text/turtle", "<x:a> <x:b>"),
        ("text/turtle", b"\xff\xfe"),
        ("application/n-triples", "<x:a> <x:b> <x:c> <x:g> ."),
        ("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--"),
        ("multipart/form-data", "x"),
    ],
)
def test_graphs_that_cannot_be_read(curator: TestClient, kind: str, body: str | bytes) -> None:
    before = curator.get("/workspaces/bad/graphs?default")
    answer = curator.post("/workspaces/bad/graphs?default", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 415), answer.text
    assert curator.put("/workspaces/bad/graphs?default", content="", headers=TURTLE).status_code == 204
    assert count(curator, "bad") == 0
    assert before.status_code in (200, 404)


def test_merging_keeps_blank_nodes_apart(curator: TestClient) -> None:
    for _ in range(2):
        assert (
            curator.post("/workspaces/blank/graphs?default", content="_:a <x:p> 1 .", headers=TURTLE).status_code == 204
        )
    assert count(curator, "blank") == 2
    assert curator.put("/workspaces/blank/graphs?default", content="_:a <x:p> 1 .", headers=TURTLE).status_code == 204
    assert count(curator, "blank") == 1


def test_an_update_that_runs_out_of_time(curator: TestClient) -> None:
    values = " ".join(str(number) for number in range(400))
    update(curator, "slow", f"INSERT {{ ?s <x:p> ?n }} WHERE {{ VALUES ?n {{ {values} }} BIND(<x:s> AS ?s) }}")
    before = count(curator, "slow")
    pattern = "?a <x:p> ?b . ?c <x:p> ?d . ?e <x:p> ?f . ?g <x:p> ?h FILTER(?b < ?d && ?d < ?f && ?f < ?h)"
    counted = f"{{ SELECT (COUNT(*) AS ?n) {{ {pattern} }} }}"
    cross = f"INSERT DATA {{ <x:half> <x:p> 1 }} ; INSERT {{ <x:r> <x:q> ?n }} WHERE {{ {counted} }}"
    problem(update(curator, "slow", cross), 504, "query-timeout")
    assert count(curator, "slow") == before == 400


def test_calls_are_refused(curator: TestClient) -> None:
    update(curator, "calls", "INSERT DATA { <x:s> <x:p> 1 }")
    for text in (
        "LOAD <http://127.0.0.1:9/>",
        "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <x:g>",
        "INSERT DATA { };LOADSILENT<http://127.0.0.1:9/>",
        "PREFIX x: <http://127.0.0.1:9/> LOADx:y",
        "PREFIX : <http://127.0.0.1:9/> CLEAR ALL ; LOAD:y",
        "PREFIX a:<b:>LOAD<http://127.0.0.1:9/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT ?u { ?s ?p ?o } }",
    ):
        problem(update(curator, "calls", text), 400, "query-refused")
    assert count(curator, "calls") == 1
    assert (
        update(curator, "calls", "PREFIX load: <x:> INSERT DATA { load:a load:b 'LOAD <x:y>' } # LOAD").status_code
        == 204
    )
