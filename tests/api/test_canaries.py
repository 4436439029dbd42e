"""Nothing that is sent makes the service call an address (A1) or tell a file (A2); a listener and a file wait."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.roles import Callers
from tests.api.test_injection import BASELINE, ask, places
from tests.kg.test_query_gate import CALLS

SPARQL = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
HOSTS = ("127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]", "a@127.0.0.1")
UPDATES = ("LOAD <U>", "LOAD SILENT <U> INTO GRAPH <x:g>", "load\n<U>", "CLEAR ALL;LOADSILENT<U>",
           "INSERT { ?s ?p ?o } WHERE { SERVICE <U> { ?s ?p ?o } }")  # fmt: skip
DATASETS = ("SELECT * FROM <U> { ?s ?p ?o }", "SELECT * FROM NAMED <U> { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * { GRAPH <U> { ?s ?p ?o } }", "DESCRIBE <U>", "BASE <U> SELECT * { <> ?p ?o }")  # fmt: skip
SECRET = "canary-of-a-file-6120"


class Listener:
    """Counts who comes."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.seen = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.seen += 1
            connection.close()

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="module")
def curator(settings: Settings) -> Iterator[TestClient]:
    given = msgspec.structs.replace(settings, denials=1_000_000)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield Callers(client, given).of("curator")


def test_no_query_or_update_calls_anybody(curator: TestClient, listener: Listener) -> None:
    addresses = [f"http://{host}:{listener.port}/" for host in HOSTS]
    sent = 0
    for address, query in product(addresses, CALLS):
        answer = curator.post("/sparql", content=query.replace("U", address), headers=SPARQL)
        assert answer.status_code == 400, query
        sent += 1
    for address, query in product(addresses, DATASETS):
        more = {"default-graph-uri": address, "named-graph-uri": address}
        for params in ({}, more):
            answer = curator.post("/sparql", content=query.replace("U", address), headers=SPARQL, params=params)
            # No graph of that name is here: it is empty, and nobody is asked for it.
            assert answer.status_code in (200, 400), answer.text
            sent += 1
    for address, update in product(addresses, UPDATES):
        answer = curator.post("/workspaces/canaries/sparql", content=update.replace("U", address), headers=UPDATE)
        assert answer.status_code == 400, update
        sent += 1
    assert sent > 200
    assert listener.seen == 0


def test_no_parameter_is_fetched(curator: TestClient, listener: Listener) -> None:
    for path, name, _, parameters in places(curator):
        answer = ask(curator, path, name, parameters, f"http://127.0.0.1:{listener.port}/")
        assert answer.status_code < 500, (path, name)
    assert listener.seen == 0


def test_the_bare_engine_calls(listener: Listener) -> None:
    """Positive control for the addresses."""
    for host in HOSTS[:5]:
        before, end = listener.seen, time.monotonic() + 5
        query = f"SELECT * {{ SERVICE SILENT <http://{host}:{listener.port}/> {{ ?s ?p ?o }} }}"
        list(ox.Store().query(query))  # type: ignore[arg-type]
        while listener.seen == before and time.monotonic() < end:
            time.sleep(0.01)
        assert listener.seen > before, host


def names(folder: Path) -> list[str]:
    """Ways to write the name of a file in ``folder``, as seen from a generation, a workspace or the data folder."""
    plain = [f"{'../' * depth}canary.txt" for depth in range(1, 5)]
    windows = [name.replace("/", "\\") for name in plain]
    encoded = [name.replace(".", "%2e").replace("/", "%2f") for name in plain]
    whole = str(folder / "canary.txt")
    return [*plain, *windows, *encoded, whole, f"file://{whole}", f"/..{whole}", "x/../../canary.txt\x00.json",
            f"....//....//{whole}", f"//{whole}"]  # fmt: skip


@pytest.fixture
def planted(settings: Settings) -> Iterator[Path]:
    """The folder of the data folder, with a file that nobody may be told of, and what else is in it."""
    folder = settings.folder.parent
    (folder / "canary.txt").write_text(SECRET)
    yield folder
    (folder / "canary.txt").unlink()


def test_no_name_leads_to_a_file(curator: TestClient, planted: Path, settings: Settings) -> None:
    before = sorted(planted.iterdir())
    for name in names(planted):
        for path, parameter, _, parameters in places(curator):
            answer = ask(curator, path, parameter, parameters, name)
            assert answer.status_code < 500, (path, parameter, name)
            assert SECRET not in answer.text, (path, parameter, name)
        for template in ("/workspaces/{}/sparql", "/workspaces/x/graphs?graph={}", "/static/{}", "/{}"):
            # The client takes no control characters and no path of two slashes.
            path = template.format(name.replace("\x00", "%00").lstrip("/"))
            answer = curator.get(path, follow_redirects=False)
            assert SECRET not in answer.text, (template, name)
        # Sent as a graph's name it is a name, or none; nothing is read from it and nothing written there.
        answer = curator.put("/workspaces/canaries/graphs", params={"graph": name}, content="<x:a> <x:b> 1 .",
                             headers={"Content-Type": "text/turtle"})  # fmt: skip
        assert answer.status_code < 500
        for text in (f"LOAD <{name}>", f"LOAD <{name}> INTO GRAPH <x:g>"):
            assert curator.post("/workspaces/canaries/sparql", content=text, headers=UPDATE).status_code == 400
        answer = curator.post("/sparql", content=f"SELECT * FROM <{name}> {{ ?s ?p ?o }}", headers=SPARQL)
        assert answer.status_code < 500
        assert SECRET not in answer.text
    assert sorted(planted.iterdir()) == before
    assert (planted / "canary.txt").read_text() == SECRET


def test_the_names_do_lead_there(planted: Path, settings: Settings) -> None:
    """Positive control: joined to a folder as they come, the names open the file."""
    told = set()
    for name in names(planted):
        for folder in (settings.folder, settings.folder / "generations"):
            try:
                told.add(name) if (folder / name).read_text() == SECRET else None
            except (OSError, ValueError):
                continue
    assert {"../canary.txt", "../../canary.txt", str(planted / "canary.txt")} <= told


def test_the_parameters_are_there(curator: TestClient) -> None:
    assert {name for _, name, _, _ in places(curator)} >= {"curie", "q"} | set(BASELINE) & {"as_of"}
