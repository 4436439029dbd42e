"""Latency of look-ups at a fixed arrival rate, SPARQL against the bare engine, time of ``medkg --help``.

    python benchmarks/service.py --data FOLDER [--rate 300] [--connections 32] [--seconds 20] [--json]

Open loop: requests arrive at fixed times whether or not earlier ones are answered, and the clock of a
request starts at its arrival, so a slow answer also counts for those that wait behind it. Ids and
prefixes are drawn without repetition from the whole graph, so that no cache can help. Server and
client share the machine's cores; the client is raw asyncio. The control is the same with ``/health``:
what it takes is the machine and the frame, not the look-up.

Small SPARQL queries (all statements about a concept, each concept once) are asked by 16 connections
that ask again at once; by wrk where it is installed, else by the client above, which takes more of the
machine. Beside the rate stands the CPU time that the server and its workers took for each, and for each
``/health``: on a machine with other work these vary far less than the rate.

Large ones, 20 ms and more on the bare engine, are timed in turn with
``pyoxigraph.Store.query(...).serialize(...)`` on the same checkpoint: the ratio of medians.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pyoxigraph

from kg.generation.pointer import Shelf
from kg.index.base import Card
from kg.index.text import TextIndex
from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS

ROOT = Path(__file__).resolve().parent.parent
MEDKG = [sys.executable, "-c", "from api.cli.main import run; run()"]
TARGETS = {"concepts_p99_ms": 20.0, "autocomplete_p99_ms": 10.0, "help_cpu_s": 0.4, "sparql_per_s": 2_000, "ratio": 1.5}
_SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
LARGE = [
    ("labels, JSON", "json", _SKOS + "SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 100000"),
    ("labels, XML", "xml", _SKOS + "SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 100000"),
    ("labels, CSV", "csv", _SKOS + "SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 100000"),
    ("labels, TSV", "tsv", _SKOS + "SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 100000"),
    ("statements, JSON", "json", "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000"),
    (
        "optional, JSON",
        "json",
        _SKOS + "SELECT ?c ?b { ?c a skos:Concept OPTIONAL { ?c skos:broader ?b } } LIMIT 50000",
    ),
    ("classes, JSON", "json", "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t"),
    ("filter, JSON", "json", _SKOS + 'SELECT (COUNT(*) AS ?n) { ?c skos:prefLabel ?l FILTER(CONTAINS(?l, "al")) }'),
    (
        "order, JSON",
        "json",
        _SKOS + "SELECT ?c ?l { { SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 5000 } } ORDER BY ?l",
    ),
    ("some rows, JSON", "json", _SKOS + "SELECT ?c ?l { ?c skos:prefLabel ?l } LIMIT 8000"),
    ("construct, Turtle", "turtle", _SKOS + "CONSTRUCT { ?c skos:prefLabel ?l } { ?c skos:prefLabel ?l } LIMIT 50000"),
    (
        "construct, N-Triples",
        "ntriples",
        _SKOS + "CONSTRUCT { ?c skos:prefLabel ?l } { ?c skos:prefLabel ?l } LIMIT 50000",
    ),
]
"""(name, format, query)"""


class Connection(asyncio.Protocol):
    """One keep-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._length = -1
        self._status = 0
        self.waiting: asyncio.Future[int] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Send a request; the status when its answer is whole."""
        assert self.transport is not None
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiting

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._length < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end].lower()
            self._status = int(head[9:12])
            at = head.index(b"content-length:") + 15
            self._length = end + 4 + int(head[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) >= self._length and self.waiting is not None:
            self._buffer, self._length = self._buffer[self._length :], -1
            self.waiting.set_result(self._status)


async def connect(port: int, number: int) -> asyncio.Queue[Connection]:
    """A queue of free connections."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(number):
        free.put_nowait((await loop.create_connection(Connection, "127.0.0.1", port))[1])
    return free


def request_of(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii")


async def open_loop(port: int, paths: Sequence[str | bytes], rate: float, connections: int) -> dict[str, float]:
    """Latencies in ms of requests that arrive every 1/rate seconds; bytes are sent as they are."""
    free = await connect(port, connections)
    latencies: list[float] = []
    failed = 0

    async def one(path: str | bytes, arrival: float) -> None:
        nonlocal failed
        connection = await free.get()
        status = await connection.ask(path if isinstance(path, bytes) else request_of(path))
        latencies.append((time.perf_counter() - arrival) * 1000)
        failed += status != 200
        free.put_nowait(connection)

    start = time.perf_counter() + 0.1
    tasks = []
    for number, path in enumerate(paths):
        arrival = start + number / rate
        delay = arrival - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.ensure_future(one(path, arrival)))
    await asyncio.gather(*tasks)
    took = time.perf_counter() - start
    latencies.sort()
    at: Callable[[float], float] = lambda share: latencies[min(len(latencies) - 1, int(share * len(latencies)))]  # noqa: E731
    return {
        "p50_ms": round(at(0.5), 2), "p95_ms": round(at(0.95), 2), "p99_ms": round(at(0.99), 2),
        "max_ms": round(latencies[-1], 2),
        "requests": len(latencies), "failed": failed, "rate": round(len(latencies) / took, 1),
    }  # fmt: skip


async def closed_loop(port: int, paths: list[str], seconds: float, connections: int) -> float:
    """Requests a second when each connection asks again at once."""
    free = await connect(port, connections)
    draw: Iterator[str] = iter(paths)
    done = 0
    end = time.perf_counter() + seconds

    async def run() -> None:
        nonlocal done
        connection = await free.get()
        while time.perf_counter() < end and (path := next(draw, None)) is not None:
            assert await connection.ask(request_of(path)) == 200
            done += 1

    start = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(connections)))
    return done / (time.perf_counter() - start)


_LUA = """
local paths, n = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
function request() n = n %% #paths + 1; return wrk.format("GET", paths[n]) end
"""


def by_wrk(port: int, paths: list[str], seconds: int, connections: int) -> float:
    """The same by wrk, with one thread; raises SystemExit where an answer was not 200."""
    with tempfile.TemporaryDirectory() as folder:
        drawn, script = Path(folder, "paths"), Path(folder, "paths.lua")
        drawn.write_text("\n".join(paths), "ascii")
        script.write_text(_LUA % drawn, "utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-s", str(script), f"http://127.0.0.1:{port}/"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(told)
    return float(re.findall(r"Requests/sec:\s+([0-9.]+)", told)[0])


def cpu_seconds(number: int) -> float:
    """CPU seconds that a process has taken."""
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def small_queries(server: int, port: int, paths: list[str], seconds: float) -> dict[str, float]:
    """Requests a second, and milliseconds of CPU for each of the server and of its workers."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    groups = ([server], [int(child) for child in children])
    before = [sum(map(cpu_seconds, group)) for group in groups]
    start = time.perf_counter()
    if shutil.which("wrk"):
        rate = by_wrk(port, paths, round(seconds), 16)
    else:
        rate = asyncio.run(closed_loop(port, paths, seconds, 16))
    number = rate * (time.perf_counter() - start)
    ours, theirs = (
        round((sum(map(cpu_seconds, group)) - earlier) * 1000 / number, 3)
        for group, earlier in zip(groups, before, strict=True)
    )
    return {"per_s": round(rate, 1), "server_cpu_ms": ours, "workers_cpu_ms": theirs}


def cards(data: Path) -> list[Card]:
    """Every concept's card."""
    shelf = Shelf(data)
    index = TextIndex(shelf.path(shelf.find()) / "text", verify=False)
    return [index.card("concept", row) for row in range(index.count("concept"))]


def prefixes(found: list[Card], draw: random.Random) -> list[str]:
    """What people may have typed: beginnings of names of 1 to 8 characters, each once."""
    typed: dict[str, None] = {}
    for card in found:
        for name in (card.zh, card.en):
            if name:
                typed[name[: draw.randint(1, 4 if not name.isascii() else 8)].strip().lower()] = None
    return [text for text in typed if text]


@contextmanager
def server(data: Path, *more: str) -> Iterator[tuple[int, int]]:
    """``medkg serve`` with options ``more`` on a free port, in its own process; port and process id."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    # All of this is one client: its budget is not what is measured.
    unlimited = os.environ | {"MEDKG_QUERY_BUDGET_SECONDS": "0", "MEDKG_QUERY_BUDGET_ERRORS": "0"}
    command = [*MEDKG, "serve", "--data", str(data), "--port", str(port), *more]
    process = subprocess.Popen(command, cwd=ROOT, env=unlimited)
    try:
        for _ in range(1_200):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready") as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.1)
            if process.poll() is not None:
                raise SystemExit("the server did not start")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def large_queries(data: Path, port: int, times: int) -> list[dict[str, object]]:
    """Milliseconds of each large query, bare and over HTTP, median of ``times`` each, taken in turn."""
    shelf = Shelf(data)
    store = pyoxigraph.Store.read_only(str(shelf.path(shelf.find()) / "store"))
    connection = http.client.HTTPConnection("127.0.0.1", port)
    rows: list[dict[str, object]] = []
    for name, format_, text in LARGE:
        media = (RESULT_FORMATS | GRAPH_FORMATS)[format_]

        def bare(text: str = text, media: str = media) -> int:
            found = store.query(text)
            known = (
                pyoxigraph.RdfFormat if isinstance(found, pyoxigraph.QueryTriples) else pyoxigraph.QueryResultsFormat
            )
            return len(found.serialize(format=known.from_media_type(media)))  # type: ignore[union-attr, arg-type]

        def served(text: str = text, media: str = media) -> int:
            connection.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": media})
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            return len(answer.read())

        bare(), served()
        pairs = [(_timed(bare), _timed(served)) for _ in range(times)]
        alone, over = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
        rows.append({"query": name, "bytes": served(), "bare_ms": round(alone, 1), "http_ms": round(over, 1),
                     "ratio": round(over / alone, 2)})  # fmt: skip
    return rows


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def help_seconds() -> float:
    """CPU seconds of ``medkg --help``, the median of five."""
    taken = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*MEDKG, "--help"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def measure(data: Path, rate: float, connections: int, seconds: float) -> dict[str, object]:
    """All figures."""
    draw = random.Random(20261121)
    found = cards(data)
    typed = prefixes(found, draw)
    draw.shuffle(found)
    draw.shuffle(typed)
    wanted = int(rate * seconds)
    warm = 300
    concepts = [f"/api/v1/concepts/{quote(card.id, safe=':')}" for card in found[: wanted + warm]]
    completions = [f"/api/v1/autocomplete?q={quote(text)}" for text in typed[: wanted + warm]]
    prefix = quote("PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?p ?o { ?c dcterms:identifier ")
    queries = [f"/sparql?query={prefix}{quote(json.dumps(card.id))}{quote(' ; ?p ?o }')}" for card in found]
    with server(data) as (port, number):
        # The encoder is loaded in the background after the start; that is not what is measured here.
        time.sleep(10)
        asyncio.run(open_loop(port, concepts[:warm], rate, connections))
        asyncio.run(open_loop(port, completions[:warm], rate, connections))
        figures: dict[str, object] = {
            "control": asyncio.run(open_loop(port, ["/health"] * wanted, rate, connections)),
            "concepts": asyncio.run(open_loop(port, concepts[warm:], rate, connections)),
            "autocomplete": asyncio.run(open_loop(port, completions[warm:], rate, connections)),
            "health": small_queries(number, port, ["/health"] * len(queries), min(seconds, 10)),
            "sparql": small_queries(number, port, queries, min(seconds, 10)),
        }
        large = large_queries(data, port, 5)
        figures["sparql_large"] = [row for row in large if float(str(row["bare_ms"])) >= 20]
        figures["sparql_below_20_ms"] = [row for row in large if float(str(row["bare_ms"])) < 20]
    figures["help_cpu_s"] = round(help_seconds(), 3)
    figures["graph"] = {"concepts": len(found), "prefixes": len(typed)}
    figures["rate"] = rate
    figures["connections"] = connections
    figures["cores"] = os.cpu_count()
    figures["load_before"] = round(os.getloadavg()[0], 1)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.data.resolve(), given.rate, given.connections, given.seconds)
    if given.json:
        print(json.dumps(figures))
        return
    for name in ("control", "concepts", "autocomplete"):
        row = figures[name]
        assert isinstance(row, dict)
        goal = TARGETS.get(f"{name}_p99_ms", "none: the empty route")
        print(f"{name}: p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms (goal {goal}), max {row['max_ms']} ms, "
              f"{row['requests']} requests, {row['failed']} failed, {row['rate']}/s")  # fmt: skip
    for name, goal in (("health", "none: the empty route"), ("sparql", str(TARGETS["sparql_per_s"]))):
        row = figures[name]
        assert isinstance(row, dict)
        print(f"{name}, 16 connections: {row['per_s']}/s (goal {goal}), CPU for each: "
              f"server {row['server_cpu_ms']} ms, workers {row['workers_cpu_ms']} ms")  # fmt: skip
    for name in ("sparql_large", "sparql_below_20_ms"):
        rows = figures[name]
        assert isinstance(rows, list)
        for row in rows:
            goal = f" (goal {TARGETS['ratio']})" if name == "sparql_large" else ""
            print(f"{row['query']}: {row['bytes']} bytes, bare {row['bare_ms']} ms, HTTP {row['http_ms']} ms, "
                  f"ratio {row['ratio']}{goal}")  # fmt: skip
    print(f"medkg --help: {figures['help_cpu_s']} s of CPU (goal {TARGETS['help_cpu_s']})")
    print(f"drawn from {figures['graph']}, {figures['cores']} cores, load before {figures['load_before']}")


if __name__ == "__main__":
    main()
