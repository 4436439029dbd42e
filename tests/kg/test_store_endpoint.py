"""An engine that is down, slow, broken or cut (F14): an error in time, never a part of an answer as the whole."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest

from kg.breaker import FAILURES, Breaker
from kg.errors import EngineFailed, MedkgError, QuerySyntax, StoreError
from kg.store.answers import SOLUTIONS, TRIPLES, solutions, triples, truth
from kg.store.endpoint import Endpoint, Engine
from kg.store.filling import Filling

SECONDS = 1.0
ROW = b'{"s":{"type":"uri","value":"https://e.org/s"}}'
WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[' + ROW + b"," + ROW + b"]}}"
LINE = b'<https://e.org/s> <https://e.org/p> "x" .\n'
Sending = Callable[[BaseHTTPRequestHandler], None]


def _send(body: bytes, kind: str = SOLUTIONS, status: int = 200, length: int | None = None, **headers: str) -> Sending:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return send


def _slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(4 * SECONDS)


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    _send(b"", length=len(WHOLE))(handler)
    for at in range(len(WHOLE)):
        time.sleep(SECONDS / 4)
        handler.wfile.write(WHOLE[at : at + 1])
        handler.wfile.flush()


def _chunked(*chunks: bytes, end: bool, kind: str = SOLUTIONS) -> Sending:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in (*chunks, b"") if end else chunks:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.close_connection = True

    return send


def _unframed(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n%s" % (TRIPLES.encode(), LINE)
    )
    handler.close_connection = True


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    _send(b"", status=302, Location="http://127.0.0.1:1/")(handler)


class Stub(ThreadingHTTPServer):
    """Answers every request as ``sending`` does; ``forms`` are the bodies that it got."""

    daemon_threads = True

    def __init__(self) -> None:
        self.sending: Sending = _send(WHOLE)
        self.forms: list[bytes] = []
        self.logins: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is expected here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stub

    def do_POST(self) -> None:
        self.server.logins.append(self.headers["Authorization"])
        self.server.forms.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sending(self)

    def log_message(self, format: str, *args: object) -> None:
        """No noise."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def endpoint(stub: Stub) -> Iterator[Endpoint]:
    url = f"http://127.0.0.1:{stub.server_port}/"
    made = Endpoint(Engine(query=url, update=url, seconds=SECONDS, megabytes=1), "secret")
    yield made
    made.close()


def why(call: Callable[[], object]) -> str:
    with pytest.raises(MedkgError) as caught:
        call()
    assert "{" not in str(caught.value)
    assert "reason." not in caught.value.text("zh")
    return str(caught.value.params.get("why", type(caught.value).__name__))


def test_a_whole_answer_is_taken(endpoint: Endpoint, stub: Stub) -> None:
    assert len(endpoint.select("SELECT * {}")) == 2
    stub.sending = _chunked(WHOLE[:20], WHOLE[20:], end=True)
    assert len(endpoint.select("SELECT * {}", "urn:d", ["urn:a", "urn:b"])) == 2
    assert stub.forms[-1].endswith(b"&default-graph-uri=urn%3Ad&named-graph-uri=urn%3Aa&named-graph-uri=urn%3Ab")


@pytest.mark.parametrize(
    ("sending", "expected"),
    [
        (_send(b"oops", status=500), "engine-status"),
        (_send(b"", status=503), "engine-status"),
        (_send(b"", status=401), "engine-status"),
        (_redirect, "engine-status"),
        (_send(WHOLE, kind="text/html"), "engine-type"),
        (_send(WHOLE, kind="application/sparql-results+xml"), "engine-type"),
        (_send(WHOLE[:-9]), "engine-cut"),
        (_send(WHOLE[:-9], length=len(WHOLE)), "engine-cut"),
        (_chunked(WHOLE[:-9], end=True), "engine-cut"),
        (_chunked(WHOLE[:-9], end=False), "engine-cut"),
        (_send(b'{"head":{}}'), "engine-cut"),
        (_send(b"\xff"), "engine-cut"),
        (_send(WHOLE, X_SPARQL_MaxRows="10000"), "engine-part"),
        (_send(WHOLE, X_SQL_State="S1TAT"), "engine-part"),
        (_send(WHOLE.replace(b'"uri"', b'"bnode"')), "engine-term"),
        (_send(b" " * 1_100_000), "memory"),
        (_slow, "QueryTimeout"),
        (_dripping, "QueryTimeout"),
    ],
)  # fmt: skip
def test_anything_else_is_an_error_in_time(endpoint: Endpoint, stub: Stub, sending: Sending, expected: str) -> None:
    stub.sending = sending
    begin = time.monotonic()
    assert why(lambda: endpoint.select("SELECT * {}")) == expected
    assert time.monotonic() - begin < 3.5 * SECONDS


@pytest.mark.parametrize(
    "sending",
    [
        _unframed,
        _send(LINE * 2, kind=TRIPLES, length=3 * len(LINE)),
        _chunked(LINE, LINE, end=False, kind=TRIPLES),
        _send(LINE + LINE[:30], kind=TRIPLES),
    ],
)
def test_triples_that_end_at_the_end_of_a_line_may_still_be_cut(
    endpoint: Endpoint, stub: Stub, sending: Sending
) -> None:
    stub.sending = sending
    assert why(lambda: endpoint.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == "engine-cut"


def test_an_engine_that_is_down(stub: Stub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    down = Endpoint(Engine(query=f"http://127.0.0.1:{port}/", seconds=SECONDS))
    assert why(lambda: down.ask("ASK {}")) == "engine-down"
    assert why(lambda: down.update("CLEAR ALL")) == "engine-read-only"


def test_after_failures_the_engine_is_left_alone_for_a_while(stub: Stub) -> None:
    url = f"http://127.0.0.1:{stub.server_port}/"
    endpoint = Endpoint(Engine(query=url, seconds=SECONDS), breaker=Breaker(FAILURES, 0.3))
    stub.sending = _send(WHOLE[:-9])
    for _ in range(FAILURES):
        assert why(lambda: endpoint.select("SELECT * {}")) == "engine-cut"
    assert why(lambda: endpoint.select("SELECT * {}")) == "engine-resting"
    assert len(stub.forms) == FAILURES
    time.sleep(0.35)
    assert why(lambda: endpoint.select("SELECT * {}")) == "engine-cut"
    assert why(lambda: endpoint.select("SELECT * {}")) == "engine-resting"
    time.sleep(0.35)
    stub.sending = _send(WHOLE)
    assert len(endpoint.select("SELECT * {}")) == 2
    assert len(endpoint.select("SELECT * {}")) == 2


def test_queries_that_are_wrong_are_no_failures_of_the_engine(endpoint: Endpoint, stub: Stub) -> None:
    stub.sending = _send(b"no\nSELECT secret", status=400)
    for _ in range(2 * FAILURES):
        with pytest.raises(QuerySyntax, match="no") as caught:
            endpoint.select("SELECT")
    assert "secret" not in str(caught.value)
    assert why(lambda: endpoint.update("INSERT")) == "engine-refused"


@pytest.mark.parametrize(
    ("login", "sent"), [("basic", "Basic bWU6c2VjcmV0"), ("bearer", "Bearer secret"), ("digest", None)]
)
def test_logins(stub: Stub, login: Literal["basic", "digest", "bearer"], sent: str | None) -> None:
    """A digest is sent after a challenge only; the tests over Virtuoso do that."""
    endpoint = Endpoint(Engine(query=f"http://127.0.0.1:{stub.server_port}/", user="me", login=login), "secret")
    endpoint.select("SELECT * {}")
    assert stub.logins == [sent]


def test_neither_password_nor_address_is_in_the_text_of_an_error(endpoint: Endpoint, stub: Stub) -> None:
    stub.sending = _send(b"", status=500)
    with pytest.raises(EngineFailed) as caught:
        endpoint.update("CLEAR ALL")
    assert "secret" not in f"{caught.value!r}{caught.value}"
    assert "127.0.0.1" not in str(caught.value)


def test_terms_come_in_the_canonical_form() -> None:
    body = (
        b'{"results":{"bindings":[{"a":{"type":"typed-literal","value":"1","datatype":'
        b'"http://www.w3.org/2001/XMLSchema#boolean"},"b":{"type":"literal","value":"x","datatype":'
        b'"http://www.w3.org/2001/XMLSchema#string"},"c":{"type":"literal","value":"\xe5\x93\xae\\n","xml:lang":"ZH"}}]}}'
    )
    assert solutions(body) == [
        {"a": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', "b": '"x"', "c": '"哮\\n"@zh'}
    ]
    lines = (
        '<a:s>\t<a:p>\t"\\u54EE \\"x"@zh .\n# c\n<a:s> <a:\\u00e9> "1"^^<http://www.w3.org/2001/XMLSchema#integer>.\n'
    )
    assert triples(lines.encode()) == [
        '<a:s> <a:p> "哮 \\"x"@zh',
        '<a:s> <a:é> "1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]
    assert triples(b'<a:s> <a:p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .') == ['<a:s> <a:p> "x"']


def test_a_truth_value_may_come_as_a_table() -> None:
    table = b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}'
    assert truth(b'{"head":{},"boolean":true}') is True
    assert truth(table % b'{"__ASK_RETVAL":{"type":"typed-literal","value":"1"}}') is True
    assert truth(table % b"") is False
    with pytest.raises(QuerySyntax):
        truth(WHOLE)
    with pytest.raises(QuerySyntax):
        solutions(b'{"head":{},"boolean":true}')


def test_a_loader_that_fails_says_what_it_said(tmp_path: Path) -> None:
    script = 'read -r secret; test "$secret" = word || exit 9; ls "$0"; grep -c . "$0"/*.nq; echo broken >&2; exit 3'
    engine = Engine(query="http://127.0.0.1:1/", loader=("sh", "-c", script))
    filling = Filling(Endpoint(engine, "word"), tmp_path)
    with pytest.raises(StoreError, match=r"ended with 3: statements\.nq\s6000\sbroken"):
        filling.fill([b"<a:s> <a:p> <a:o> <a:g> .\n"] * 6_000, 6_000)
    assert list(tmp_path.iterdir()) == []
    missing = Filling(Endpoint(Engine(query="x:", loader=(str(tmp_path / "none"),))), tmp_path)
    with pytest.raises(StoreError, match="No such file"):
        missing.fill([b""], 6_000)
