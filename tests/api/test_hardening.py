"""Bad input: bodies (D8, D11), figures (D12), texts (A12), heads of requests. And nothing of it in logs (A10)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pyoxigraph as ox
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api import wiring
from api.settings import Settings
from kg.generation.pointer import Shelf
from tests.api.serving import Served, free_port, served
from tests.api.test_service import resident

JSON = {"Content-Type": "application/json"}
SPARQL = {"Content-Type": "application/sparql-query"}
DEEP = 100_000


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Served]:
    with served(settings.folder, body_bytes=2_000_000, denials=1_000_000) as running:
        yield running
        assert running.alive()


def text_with(value: str) -> bytes:
    return f'{{"texts":[{{"text":"a","id":{value}}}]}}'.encode()


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"[" * DEEP, {400, 422}),
        (b'{"texts":' + b"[" * DEEP + b"]" * DEEP + b"}", {400, 422}),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, {400, 422}),
        (b'{"texts":["a"],' + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}", {400, 422}),
        (b'{"texts":["a"],"more":' + b"9" * 1_900_000 + b"}", {400, 422}),
        (text_with("9" * 1_000_000), {422}),
        (text_with("NaN"), {400, 422}),
        (text_with("Infinity"), {400, 422}),
        (text_with("1e999999"), {422}),
        (b'{"texts":["a"],"texts":["b"]}', {400}),
        (b'{"texts":[{"text":"a","text":"b"}]}', {400}),
        (b'{"texts":["a"],"\\u0074exts":["b"]}', {400}),
        (b'{"texts":["a"]}x', {400}),
        (b'\xef\xbb\xbf{"texts":["a"]}', {400}),
        ('{"texts":["a"]}'.encode("utf-16"), {400}),
        (b'{"texts":["\xc0\xaf"]}', {400}),
        (b'{"texts":["\xed\xa0\x80"]}', {400}),
        (b'{"texts":["\\ud800"]}', {400}),
        (b'{"texts":["a\x00"]}', {400}),
        (msgspec.json.encode({"texts": ["a" + "\u0301" * 99_999]}), {200}),
        (msgspec.json.encode({"texts": ["a" + "\u0301" * 600_000]}), {413, 422}),
        (msgspec.json.encode({"texts": ["a" * 200_000] * 8}), {413, 422}),
        (msgspec.json.encode({"texts": ["\u202e示例素\u202c \u200b\u2066DMX"]}), {200}),
    ],
    ids=range(23),
)
def test_json(server: Served, body: bytes, statuses: set[int]) -> None:
    start = time.monotonic()
    answer = httpx.post(f"{server.address}/api/v1/annotate", content=body, headers=JSON, timeout=30)
    assert answer.status_code in statuses, answer.text[:200]
    assert 200 in statuses or time.monotonic() - start < 10


def test_the_library_alone_takes_duplicate_keys() -> None:
    """Positive control."""
    assert msgspec.json.decode(b'{"a":1,"a":2}') == json.loads('{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/search?q=a&limit=1000000000",
        "/api/v1/search?q=a&limit=-1",
        "/api/v1/search?q=a&limit=9999999999999999999999999999",
        "/api/v1/search?q=a&limit=1e9",
        "/api/v1/search?q=a&limit=NaN",
        "/api/v1/search?q=a&year_from=99999999999",
        "/api/v1/search?q=a&cursor=1000000000",
        "/api/v1/search?q=a&signals=bm25",
        "/api/v1/search?q=a&signals=%00",
        "/api/v1/search?q=a&narrower=perhaps",
        f"/api/v1/search?q=a&signals={'text,' * 5_000}",
        "/api/v1/search?q=a&cursor=0~1000000000",
        f"/api/v1/search?q={'a' * 20_000}",
        f"/api/v1/autocomplete?q={'%CC%81' * 5_000}",
        "/api/v1/autocomplete?q=a&limit=1000000000",
        "/api/v1/concepts/DOID:9000001/tree?limit=1000000000",
        "/api/v1/concepts/DOID:9000001/neighbours?limit=1000000000",
        "/api/v1/concepts/DOID:9000001/documents?limit=1000000000&subtree=true",
        "/api/v1/concepts/DOID:9000001/documents?cursor=x~1000000000",
        f"/api/v1/concepts/DOID:{'9' * 5_000}",
    ],
)
def test_figures_have_caps(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404, 422)


def test_without_its_cap_an_answer_is_whole(client: TestClient, settings: Settings) -> None:
    """Positive control for D12: the bare store gives all children at once, the service a page and where to go on."""
    shelf = Shelf(settings.folder)
    store = ox.Store.read_only(str(shelf.path(shelf.find()) / "store"))
    text = "SELECT DISTINCT ?s { ?s <http://www.w3.org/2004/02/skos/core#broader> ?o . ?o ?p 'DOID:9000001' }"
    every = len(list(store.query(text)))  # type: ignore[arg-type]
    page = client.get("/api/v1/concepts/DOID:9000001/tree").json()
    assert every > 300 > len(page["items"])
    assert page["next"]


TEXTS = {
    "invalid": "%FF%FE", "overlong": "%C0%AF", "surrogate": "%ED%A0%80", "half": "%E7%B3", "nul": "a%00b",
    "bidi": "%E2%80%AE%E7%B3%96%E2%80%AC", "zero width": "DMX%E2%80%8B", "marks": "a" + "%CC%81" * 900,
    "nfd": "e%CC%81", "controls": "%01%02%1b%5b31m", "crlf": "a%0D%0ASet-Cookie:%20x=1", "emoji": "%F0%9F%92%89",
    "noncharacter": "%EF%BF%BF", "tag": "%F3%A0%80%81",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts(client: TestClient, text: str) -> None:
    """A12: an answer or a refusal, in every place where users write."""
    for path in (
        "/api/v1/search?q={}", "/search?q={}", "/api/v1/autocomplete?q={}", "/api/v1/concepts/{}", "/concept/{}",
        "/api/v1/concepts/DOID:{}/tree", "/api/v1/documents/{}", "/id/{}", "/data/{}", "/resource/{}",
        "/api/v1/examples?keyword={}", "/sparql?query={}", "/graphs?graph={}", "/api/v1/search?q=a&cursor={}",
        "/api/v1/search?q=a&as_of={}", "/api/v1/strategy?q={}", "/{}", "/?{}=1",
    ):  # fmt: skip
        answer = client.get(path.format(text), follow_redirects=False)
        assert answer.status_code < 500, path
        assert "set-cookie" not in answer.headers


def test_the_library_alone_takes_what_is_no_text() -> None:
    """Positive control for A12: half a character goes through JSON and cannot be written anywhere."""
    with pytest.raises(UnicodeEncodeError):
        json.loads(b'{"texts":["\\ud800"]}')["texts"][0].encode()


def exchange(server: Served, *blocks: bytes, pause: float = 0.0) -> bytes:
    """Send raw bytes and read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            for block in blocks:
                connection.sendall(block)
                time.sleep(pause)
        except OSError:
            pass  # it has answered and closed already
        found = b""
        try:
            while block := connection.recv(65_536):
                found += block
        except ConnectionResetError:
            pass
        return found


HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("blocks", "status"),
    [
        ((HEAD + b"\r\n",), b"200"),
        ((HEAD, b"X: y\r\n\r\n"), b"200"),
        ((b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",), b"414"),
        ((b"GET /health?q=" + b"a" * 10_000_000 + b" HTTP/1.1\r\n\r\n",), b"4"),
        ((HEAD + b"X: " + b"a" * 200_000 + b"\r\n\r\n",), b"431"),
        ((HEAD + b"".join(b"X%d: y\r\n" % n for n in range(200)) + b"\r\n",), b"431"),
        ((HEAD + b"X: y\r\n" * 1_000_000,), b"431"),
        ((b"GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",), b"421"),
        ((b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",), b"421"),
        ((b"GET //health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",), b"404"),
        ((b"GET /x/../health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",), b"404"),
        ((b"nonsense\r\n\r\n",), b"400"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), b"400"),
        ((HEAD + b"Content-Length: -1\r\n\r\n",), b"400"),
        ((HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",), b"400"),
        ((HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",), b"400"),
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",), b""),
    ],
    ids=range(17),
)
def test_heads(server: Served, blocks: tuple[bytes, ...], status: bytes) -> None:
    answer = exchange(server, *blocks)
    assert answer.startswith((b"HTTP/1.1 " + status, b"")), answer[:100]
    assert httpx.get(f"{server.address}/health").status_code == 200


def test_large_heads_cost_no_memory(server: Served) -> None:
    before = resident(server.process.pid)
    for _ in range(5):
        exchange(server, b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", *[b"a" * 1_000_000] * 20)
    assert resident(server.process.pid) - before < 50_000_000


@pytest.mark.parametrize("kind", ["declared", "chunked", "lying", "compressed"])
def test_large_bodies(server: Served, kind: str) -> None:
    """D8: 1 GB is refused when little more than the limit has come."""
    before, block = resident(server.process.pid), b"x" * 65_536
    head = b"POST /api/v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    if kind == "declared":
        answer = exchange(server, head + b"Content-Length: 1000000000\r\n\r\n", *[block] * 64)
    elif kind == "chunked":
        chunk = b"10000\r\n" + block + b"\r\n"
        answer = exchange(server, head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 200)
    elif kind == "lying":
        # More than was said: the rest is another request, and no good one.
        answer = exchange(server, head + b"Content-Length: 10\r\n\r\n", *[block] * 64)
    else:
        answer = exchange(
            server, head + b"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n", b"x" * 100
        )
    expected = {"declared": b"413", "chunked": b"413", "lying": b"400", "compressed": b"415"}[kind]
    assert answer.startswith(b"HTTP/1.1 " + expected) or (answer == b"" and kind != "compressed")
    assert resident(server.process.pid) - before < 50_000_000


def test_the_frame_alone_reads_a_body_of_any_length() -> None:
    """Positive control for D8: 20 MB without a length arrive whole."""

    async def length(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    blocks = (b"x" * 65_536 for _ in range(320))
    with TestClient(Starlette(routes=[Route("/", length, methods=["POST"])])) as alone:
        assert int(alone.post("/", content=blocks).text) == 320 * 65_536


def test_the_server_alone_logs_what_it_is_asked() -> None:
    """Positive control for A10: uvicorn as it comes writes every query string into its log."""
    code = (
        "import sys, uvicorn\n"
        "async def app(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 204, 'headers': []})\n"
        "    await send({'type': 'http.response.body'})\n"
        "uvicorn.run(app, port=int(sys.argv[1]), lifespan='off')"
    )
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", code, str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                assert httpx.get(f"http://127.0.0.1:{port}/?q=MRN-4711-canary").status_code == 204
                break
            except httpx.TransportError:
                time.sleep(0.1)
    finally:
        process.terminate()
    assert b"MRN-4711-canary" in process.communicate(timeout=30)[0]


def test_nothing_of_a_user_is_in_any_log_or_file(settings: Settings, tmp_path: Path) -> None:
    """A10: names, numbers and dates that look like those of patients, in every place of a request."""
    canaries = ("MRN-4711-canary", "张三丰", "1949-12-31-canary")
    queries = tmp_path / "queries.log"
    key = wiring.keys(settings).create("logs", "curator").text
    with served(settings.folder, query_log=queries, denials=1_000_000) as running, httpx.Client(
        base_url=running.address, timeout=30
    ) as client:  # fmt: skip
        for canary in canaries:
            for path in ("search", "autocomplete"):
                for more in ({}, {"limit": "x"}, {"as_of": canary}, {canary: canary}):
                    client.get(f"/api/v1/{path}", params={"q": canary} | more)
            for path in ("/api/v1/concepts/{}", "/concept/{}", "/api/v1/documents/{}", "/workspaces/{}/sparql", "/{}"):
                client.get(path.format(canary))
                client.delete(path.format(canary))
            for body in ([canary], canary, {"texts": [canary]}, {canary: canary}):
                client.post("/api/v1/annotate", json=body)
            client.post("/api/v1/annotate", content=f'{{"texts":["{canary}'.encode(), headers=JSON)
            client.post("/api/v1/annotate", content=canary.encode(), headers={"Content-Type": "text/plain"})
            for text in ("SELECT * {{ ?s ?p '{}' }}", "SELECT '{}", "ASK {{ SERVICE <http://x/{}> {{}} }}"):
                client.post("/sparql", content=text.format(canary).encode(), headers=SPARQL)
                client.get("/sparql", params={"query": text.format(canary), "default-graph-uri": canary})
            raw = canary.encode()
            for headers in (
                {"Authorization": b"Bearer " + raw}, {"Authorization": b"Bearer mk_" + raw}, {"X-API-Key": raw},
                {"X-Request-ID": raw}, {"Accept": raw}, {"Accept-Language": raw}, {"User-Agent": raw},
                {"Referer": raw}, {"Host": raw}, {"X-Forwarded-For": raw}, {"Origin": raw}, {"Cookie": raw},
                {"Content-Type": raw}, {"If-Match": raw}, {"Content-Encoding": raw},
            ):  # fmt: skip
                client.get("/health", headers=headers)
                client.get("/workspaces", headers=headers)
                client.post("/sparql", content=b"ASK {}", headers=SPARQL | headers)
            writer = {"Authorization": f"Bearer {key}"}
            update = f"INSERT DATA {{ <x:s> <x:p> '{canary}' }}".encode()
            sent = writer | {"Content-Type": "application/sparql-update"}
            client.post("/workspaces/BAD/sparql", content=update, headers=sent)
            client.post("/sparql", content=update, headers=sent)
            client.put("/graphs", params={"graph": f"http://x/{canary}"}, content=update, headers=sent)
        exchange(running, canaries[0].encode() + b" nonsense\r\n\r\n")
        exchange(running, b"GET /health HTTP/1.1\r\n" + canaries[0].encode() + b"\r\n\r\n")
        assert client.get("/health").status_code == 200
        limits = Path(f"/proc/{running.process.pid}/limits").read_text()
        assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
    out, complaints = running.process.communicate()
    kept = {"stdout": out, "stderr": complaints}
    names = ("workflow.sqlite*", "audit.*", "*.log", "jobs/*")
    kept |= {str(path): path.read_bytes() for pattern in names for path in settings.folder.glob(pattern)}
    kept["queries"] = queries.read_bytes()
    assert kept["queries"]
    for place, data in kept.items():
        for canary in canaries:
            assert canary.encode() not in data, (place, canary)
            assert json.dumps(canary).strip('"').encode() not in data, (place, canary)
    assert list(wiring.audit(settings).check()) == []
