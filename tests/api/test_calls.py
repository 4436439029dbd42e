"""A1: no query reaches the network, whatever it is disguised as; the bare engine does."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

TARGETS = ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
SERVICES = [
    "SERVICE <U> {{ ?s ?p ?o }}",
    "SERVICE SILENT <U> {{ ?s ?p ?o }}",
    "service silent <U> {{ ?s ?p ?o }}",
    "SeRvIcE<U>{{?s ?p ?o}}",
    "VALUES ?e {{ <U> }} SERVICE ?e {{ ?s ?p ?o }}",
    "BIND(IRI('U') AS ?e) SERVICE SILENT ?e {{ ?s ?p ?o }}",
    "SERVICE#\n<U>#\n{{ ?s ?p ?o }}",
    "# comment\r SERVICE <U> {{ ?s ?p ?o }}",
    "SERVICE\t\n<U>\r{{ ?s ?p ?o }}",
    "\\u0053ERVICE <U> {{ ?s ?p ?o }}",
    "\\U00000053ERVICE SILENT <U> {{ ?s ?p ?o }}",
    "SERVICE <\\u0068{T}> {{ ?s ?p ?o }}",
    "BIND('\\u0022 . SERVICE <U> {{}} #' AS ?x)",
    "LATERAL {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "LATERAL {{ SERVICE SILENT <U> {{ ?s ?p ?o }} }}",
    "OPTIONAL {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "MINUS {{ SERVICE SILENT <U> {{ ?s ?p ?o }} }}",
    "{{ {{ }} UNION {{ SERVICE <U> {{ ?s ?p ?o }} }} }}",
    "FILTER EXISTS {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "FILTER NOT EXISTS {{ SERVICE SILENT <U> {{ ?s ?p ?o }} }}",
    "BIND(EXISTS {{ SERVICE <U> {{ ?s ?p ?o }} }} AS ?x)",
    "GRAPH ?g {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "{{ SELECT * {{ SERVICE <U> {{ ?s ?p ?o }} }} }}",
    "SERVICE <U> {{ SERVICE SILENT <U> {{ ?s ?p ?o }} }}",
    "SERVICE call: {{ ?s ?p ?o }}",
    "SERVICE SILENT call:{{ ?s ?p ?o }}",
    "FILTER(1<2) SERVICE <U> {{ ?s ?p ?o }}",
    "FILTER(true)SERVICE<U>{{?s ?p ?o}}",
    "?s ?p \"x\"@en . SERVICE <U> {{ ?a ?b ?c }}",
    "?s ?p '''it's''' . SERVICE <U> {{ ?a ?b ?c }}",
]  # fmt: skip
OTHERS = [
    "LOAD <U>",
    "LOAD SILENT <U>",
    "LOAD <U> INTO GRAPH <urn:g>",
    "PREFIX call: <U> LOAD call:",
    "# SELECT\nLOAD <U>",
    "BASE <U> LOAD <>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <U> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <U> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "DESCRIBE <U>",
    "SELECT * {{ GRAPH <U> {{ ?s ?p ?o }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "ASK {{ SERVICE <U> {{ ?s ?p ?o }} }}",
    "DESCRIBE ?s {{ SERVICE SILENT <U> {{ ?s ?p ?o }} }}",
]  # fmt: skip


class Canary:
    """Listens on both loopback addresses and counts connections."""

    def __init__(self) -> None:
        self.seen = 0
        self._servers = [socket.create_server(("127.0.0.1", 0))]
        self.port = int(self._servers[0].getsockname()[1])
        with contextlib.suppress(OSError):  # no IPv6 here
            self._servers.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for server in self._servers:
            threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.seen += 1
            connection.close()

    def close(self) -> None:
        for server in self._servers:
            server.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


def variants(port: int) -> Iterator[str]:
    """Every form, each with a few of the targets."""
    targets = itertools.cycle(TARGETS)
    for form in SERVICES:
        for target in itertools.islice(targets, 6):
            url = f"http://{target}:{port}/"
            body = form.replace("{T}", url[1:]).replace("{{", "{").replace("}}", "}").replace("U>", f"{url}>")
            yield f"PREFIX call: <{url}> SELECT * {{ {body.replace(chr(39) + 'U', chr(39) + url)} }}"
    for form in OTHERS:
        for target in itertools.islice(targets, 4):
            yield form.replace("{{", "{").replace("}}", "}").replace("<U>", f"<http://{target}:{port}/>")


def test_no_variant_reaches_the_network(client: TestClient, canary: Canary) -> None:
    queries = list(variants(canary.port))
    assert len(set(queries)) >= 200
    for query in queries:
        for name in ("query", "update"):
            answer = client.post("/sparql", data={name: query})
            assert answer.status_code < 500, query
            harmless = query.startswith(("SELECT * FROM", "DESCRIBE <", "SELECT * { GRAPH")) or "'\\u0022" in query
            assert (name == "query" and harmless) or answer.status_code in {400, 401}, query
    for name in ("default-graph-uri", "named-graph-uri"):
        assert client.get("/sparql", params={"query": "ASK {}", name: f"http://127.0.0.1:{canary.port}/"}).is_success
    assert canary.seen == 0


def test_the_bare_engine_calls(canary: Canary) -> None:
    """The control: most of the same texts reach the listener when nothing stands before the engine."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("x", language="en")))
    reached = 0
    for query in variants(canary.port):
        before = canary.seen
        for run in (lambda text: list(store.query(text)), store.update):
            with contextlib.suppress(SyntaxError, OSError, RuntimeError, TypeError):
                run(query)
        reached += canary.seen > before
    assert reached >= 60
