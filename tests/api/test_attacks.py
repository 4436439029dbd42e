"""The real server under queries that are meant to bring it down: D1, D3, D4, D5, D13 of the fault plan.

Each has its control: the same on the bare library does the harm.
"""

from __future__ import annotations

import contextlib
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from api.settings import Settings
from api.wiring import keys
from kg.generation.pointer import Shelf
from tests.api.serving import Served, served

pytestmark = [pytest.mark.slow, pytest.mark.alone]

SECONDS = 2.0
MEGABYTES = 300
SPARQL = {"Content-Type": "application/sparql-query"}
_PAIRS = "?a ?b ?c . ?d ?e ?f"
_ANY = "(<urn:x>|!<urn:x>)*"
_TRIPLES = f"{_PAIRS} . ?g ?h ?i"
DEATH = {
    "cross join": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER(?c < ?f && ?f < ?i) }}",
    "regex": f'SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), "(a|b|ab)*c(.*z){{9}}")) }}',  # noqa: E501
    # Two closures side by side: one after the other ends in seconds on a graph this small.
    "paths": f"SELECT (COUNT(*) AS ?n) {{ ?a {_ANY} ?b . ?c {_ANY} ?d FILTER(STR(?b) < STR(?d)) }}",
    "strings": f"SELECT (MAX(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) {{ {_TRIPLES} }}",
    "filter not exists": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER NOT EXISTS {{ ?c ?x ?i }} }}",
    "minus": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} MINUS {{ ?c ?x ?i . ?i ?y ?f }} }}",
    "aggregate": f"SELECT ?b (COUNT(*) AS ?n) {{ {_TRIPLES} }} GROUP BY ?b",
    "hashes": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER(SHA512(STR(?a)) < SHA512(CONCAT(STR(?d), STR(?g)))) }}",
}
_DOUBLING = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(40))
GREED = {
    "order": f"SELECT * {{ {_PAIRS} }} ORDER BY ?c ?f",
    "distinct": f"SELECT DISTINCT ?a ?b ?c ?d ?e ?f {{ {_PAIRS} }} ORDER BY ?a",
    "group_concat": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?f))) AS ?n) {{ {_PAIRS} }}",
    "doubling": f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789" AS ?x0) {_DOUBLING} }}',
    "large text": 'SELECT * { VALUES ?x { "' + "x" * 60_000 + '" } ' + "BIND(CONCAT(?x,?x,?x,?x,?x) AS ?y) "
    "BIND(CONCAT(?y,?y,?y,?y,?y,?y,?y,?y,?y,?y) AS ?z) ?a ?b ?c . BIND(CONCAT(?z, STR(?a)) AS ?w) } ORDER BY ?w",
}  # fmt: skip
REGEXES = [
    "(a+)+$", "(a|aa)+$", "(.*)*$", "((a{1,100}){1,100}){1,100}", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:" * 50 + ")" * 50,
    "[" + "a-z" * 5_000 + "]", "a{1000}{1000}", "(",
]  # fmt: skip


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Served]:
    with served(
        settings.folder, query_seconds=SECONDS, query_rows=200_000, query_megabytes=MEGABYTES, body_bytes=2_000_000
    ) as running:
        yield running
        assert running.alive()


def ask(server: Served, query: str, **more: object) -> httpx.Response:
    return httpx.post(f"{server.address}/sparql", content=query, headers=SPARQL, timeout=60, **more)  # type: ignore[arg-type]


def resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def whole(server: Served) -> int:
    """Bytes in memory of the service with its workers."""
    return sum(resident(pid) for pid in (server.process.pid, *server.workers()))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def bare(settings: Settings, query: str, seconds: float, megabytes: int = 0) -> int | None:
    """Exit status of the engine alone on the same graph; None where it was still running."""
    code = (
        "import sys, resource, pyoxigraph\n"
        "store = pyoxigraph.Store.read_only(sys.argv[1])\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "limit = used + int(sys.argv[2]) * 1_000_000\n"
        "if limit > used: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "for row in store.query(sys.stdin.read()): pass\n"
    )
    store = Shelf(settings.folder).path(Shelf(settings.folder).find()) / "store"
    command = [sys.executable, "-c", code, str(store), str(megabytes)]
    try:
        return subprocess.run(command, input=query.encode(), capture_output=True, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return None


@pytest.mark.parametrize("name", list(DEATH))
def test_d1_the_bare_engine_goes_on(settings: Settings, name: str) -> None:
    assert bare(settings, DEATH[name], 2 * SECONDS) is None


def test_d1_queries_of_death(server: Served) -> None:
    base, pid = whole(server), server.process.pid

    def deadly(name: str) -> tuple[str, int, float]:
        start = time.monotonic()
        return name, ask(server, DEATH[name]).status_code, time.monotonic() - start

    stop = time.monotonic() + 4 * SECONDS
    waits: list[float] = []
    with ThreadPoolExecutor(8) as threads, httpx.Client(base_url=server.address) as client:
        rounds = []
        while time.monotonic() < stop:
            running = [threads.submit(deadly, name) for name in DEATH]
            while not all(one.done() for one in running):
                start = time.monotonic()
                assert client.get("/api/v1/concepts/DOID:9000002").status_code == 200
                waits.append(time.monotonic() - start)
                time.sleep(0.01)
            rounds += [one.result() for one in running]
    assert not [(name, status) for name, status, _ in rounds if status not in {503, 504}]
    assert 504 in {status for _, status, _ in rounds}
    # Waiting for a worker (1 s at most), then the limit, then a second to tell.
    assert max(seconds for _, _, seconds in rounds) <= 1 + SECONDS + 1
    assert sorted(waits)[int(0.99 * len(waits))] < 0.3
    assert within(5, lambda: whole(server) < 1.1 * base + 50_000_000)
    assert server.process.pid == pid
    assert server.alive()
    assert ask(server, "ASK {}").status_code == 200


@pytest.mark.parametrize("name", list(GREED))
def test_d3_memory_bombs(server: Served, name: str) -> None:
    base, all_of_it = resident(server.process.pid), whole(server)
    answer = ask(server, GREED[name])
    assert answer.status_code in {400, 503, 504}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert resident(server.process.pid) - base < 50_000_000
    assert within(5, lambda: whole(server) < all_of_it + 50_000_000)
    assert within(5, lambda: ask(server, "ASK {}").status_code == 200)


@pytest.mark.parametrize("name", ["order", "doubling"])
def test_d3_the_bare_engine_dies(settings: Settings, name: str) -> None:
    assert bare(settings, GREED[name], 60, MEGABYTES) not in {0, None}


def test_d3_long_lists_of_values_are_refused(server: Served) -> None:
    values = " ".join(f"(<urn:{number}> 'x')" for number in range(100_000))
    assert ask(server, f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}").status_code in {400, 413}


@pytest.mark.parametrize("pattern", REGEXES)
def test_d4_regular_expressions(server: Served, pattern: str) -> None:
    """The engine's expressions are linear and their size is limited; whatever they are, they end."""
    start = time.monotonic()
    query = f'SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(REGEX(CONCAT(STR(?o), "{"a" * 3_000}!"), "{pattern}")) }}'
    assert ask(server, query).status_code in {200, 400, 503, 504}
    assert time.monotonic() - start <= 1 + SECONDS + 1


@pytest.mark.parametrize("pattern", REGEXES[:2])
def test_d4_an_engine_that_backtracks_goes_on(pattern: str) -> None:
    """The control: the same patterns in Python's own expressions."""
    code = f"import re; re.search({pattern!r}, {'a' * 3_000 + '!'!r})"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", code], timeout=2 * SECONDS)


def test_d5_a_flood_is_an_error_and_no_part(server: Served, settings: Settings) -> None:
    answer = ask(server, f"SELECT * {{ {_PAIRS} }}")
    assert answer.status_code in {422, 504}
    assert answer.headers["content-type"] == "application/problem+json"
    assert bare(settings, f"SELECT * {{ {_PAIRS} }}", 2 * SECONDS) is None


def test_d5_a_slow_reader_holds_no_worker(settings: Settings) -> None:
    """A reader of 1 kB a second is cut off; the only worker is back for others, and it waited for nothing else."""
    with served(settings.folder, query_workers=1, query_rows=200_000) as server:
        query = f"SELECT * {{ {_PAIRS} }} LIMIT 150000"
        head = f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {SPARQL['Content-Type']}\r\n"
        with socket.socket() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            reader.connect(("127.0.0.1", server.port))
            reader.sendall(
                f"{head}Accept: application/sparql-results+xml\r\nContent-Length: {len(query)}\r\n\r\n{query}".encode()
            )
            assert reader.recv(1_000).startswith(b"HTTP/1.1 200")
            assert ask(server, "ASK {}").status_code == 503
            start = time.monotonic()
            freed = False
            while not freed and time.monotonic() - start < 60:
                with contextlib.suppress(OSError):
                    reader.recv(1_000)
                freed = ask(server, "ASK {}").status_code == 200
                time.sleep(0.5)
            assert freed
            assert time.monotonic() - start <= 35
            # What is left of the answer never looks whole.
            rest = b""
            with contextlib.suppress(OSError):
                reader.settimeout(10)
                while block := reader.recv(65_536):
                    rest = (rest + block)[-64:]
            assert not rest.endswith(b"0\r\n\r\n")


def test_d13_a_spent_budget_is_the_clients_own(settings: Settings) -> None:
    greedy, other = (
        {"Authorization": f"Bearer {keys(settings).create(name, 'reader').text}"} for name in ("greedy", "other")
    )

    def status(headers: dict[str, str], query: str) -> int:
        return client.get("/sparql", params={"query": query}, headers=headers).status_code

    limits = {"query_seconds": 1.0, "query_budget_seconds": 3.0, "query_budget_errors": 30}
    with served(settings.folder, **limits) as server, httpx.Client(base_url=server.address, timeout=30) as client:
        alone = latencies(lambda: status(other, "ASK {}"))
        for _ in range(10):
            if status(greedy, DEATH["cross join"]) == 429:
                break
        else:
            pytest.fail("the budget was never spent")
        answer = client.get("/sparql", params={"query": "ASK {}"}, headers=greedy)
        assert answer.status_code == 429
        wait = int(answer.headers["retry-after"])
        assert 0 < wait <= 60
        with ThreadPoolExecutor(1) as threads:
            flood = threads.submit(lambda: {status(greedy, "ASK {}") for _ in range(300)})
            beside = latencies(lambda: status(other, "ASK {}"))
            assert flood.result() == {429}
        assert {code for code, _ in alone} == {code for code, _ in beside} == {200}
        print(f"p99 {p99(alone) * 1000:.1f} ms alone, {p99(beside) * 1000:.1f} ms beside a client that is refused")
        assert within(wait + 2, lambda: status(greedy, "ASK {}") == 200)


def latencies(call: Callable[[], int]) -> list[tuple[int, float]]:
    found = []
    for _ in range(300):
        start = time.monotonic()
        code = call()
        found.append((code, time.monotonic() - start))
    return found


def p99(found: list[tuple[int, float]]) -> float:
    return sorted(seconds for _, seconds in found)[int(0.99 * len(found))]


def test_the_control_has_a_graph_to_work_on(settings: Settings) -> None:
    store = Shelf(settings.folder).path(Shelf(settings.folder).find()) / "store"
    assert len(ox.Store.read_only(str(store))) > 4_000
