"""Our endpoint beside Virtuoso over the same triples, both by HTTP, in one run.

    python benchmarks/grown.py --documents 4500 --data FOLDER
    python benchmarks/engines.py --data FOLDER [--only examples|sparqloscope] [--limit 10] [--repeats 5] [--json]

The default graph of the serving store, materialised statements included, and every named graph are
loaded into both (``with``); then both without what publishing materialises (``without``), for the
queries that do not ask for it. Then (``lane``) the service has that same Virtuoso as its analytics lane,
filled by ``medkg analytics``, and is asked again; how many answers came from there is counted. Each query
is run twice to warm up, then ``--repeats`` times; the median counts. A query that fails (time, memory, an
error) counts twice the limit. Calls of search are answered once, outside the clock, and both engines get
the same text, since Virtuoso has no such thing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import msgspec
import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from service import server  # noqa: E402
from sparqloscope import Maker, Query, Statistics, solutions  # noqa: E402
from virtuoso import PASSWORD, USER, Virtuoso  # noqa: E402

from api.knowledge import Opener  # noqa: E402
from api.settings import load  # noqa: E402
from api.sparql.endpoint import ENGINE  # noqa: E402
from kg.examples import examples  # noqa: E402
from kg.generation.manifest import FILE, read_manifest, sum_files  # noqa: E402
from kg.generation.pointer import Shelf  # noqa: E402
from kg.query.inlining import inline  # noqa: E402
from kg.search.serving import serve  # noqa: E402
from kg.store.state import DERIVED_GRAPH, INTERNAL  # noqa: E402

DEFAULT = "urn:medkg:default"
WARM = 2
PLACEHOLDER_SECONDS = 120.0
MATERIALISED = (
    "broaderTransitive", "documentCount", "subtreeDocumentCount", "currentStanding", "mkg:flag", "mkg:tally",
    "biolink:treats", "biolink:affects", "biolink:gene_associated", "biolink:member_of", "biolink:has_chemical_role",
)  # fmt: skip


class Timed(msgspec.Struct, frozen=True):
    """Milliseconds of each side, None for a failure; ``rows`` as each side counts them."""

    name: str
    group: str
    ours: float | None
    theirs: float | None
    rows: tuple[int | None, int | None]
    why: tuple[str, str] = ("", "")


def dump(store: ox.Store, folder: Path, *, derived: bool) -> Path:
    """Every quad as N-Quads, the default graph under a name of its own."""
    path = folder / f"{'with' if derived else 'without'}.nq"
    default = ox.NamedNode(DEFAULT)
    left_out = (
        set()
        if derived
        else {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED_GRAPH))}
    )

    def quads() -> Iterator[ox.Quad]:
        for quad in store.quads_for_pattern(None, None, None, None):
            if isinstance(quad.graph_name, ox.NamedNode):
                if quad.graph_name.value not in INTERNAL:
                    yield quad
            elif quad.triple not in left_out:
                yield ox.Quad(quad.subject, quad.predicate, quad.object, default)

    with path.open("wb") as stream:
        ox.serialize(quads(), stream, format=ox.RdfFormat.N_QUADS)
    return path


def without(data: Path, dumped: Path, folder: Path) -> Path:
    """A data folder like ``data`` whose store lacks what publishing materialised."""
    shelf = Shelf(data)
    name = shelf.find()
    target = folder / "data"
    copy = target / "generations" / name
    shutil.copytree(shelf.path(name), copy, copy_function=os.link, ignore=shutil.ignore_patterns("store"))
    (target / "generations" / "CURRENT").write_text(name + "\n")
    live = ox.Store(str(folder / "live"))
    graph = f" <{DEFAULT}> .\n".encode()
    plain = folder / "plain.nq"
    with dumped.open("rb") as source, plain.open("wb") as out:
        for line in source:
            out.write(line[: -len(graph)] + b" .\n" if line.endswith(graph) else line)
    live.bulk_load(path=str(plain), format=ox.RdfFormat.N_QUADS)
    live.optimize()
    live.backup(str(copy / "store"))
    # The store is another one now, and the manifest must say so: a mixture is refused.
    manifest = msgspec.structs.replace(read_manifest(copy), files=sum_files(copy))
    (copy / FILE).unlink()
    (copy / FILE).write_bytes(msgspec.json.encode(manifest))
    return target


def bare(path: Path, text: str, seconds: float) -> list[dict[str, str]] | None:
    """A query on the bare store in a process of its own; None when it fails or takes too long."""
    ours, theirs = get_context("fork").Pipe()

    def run(channel: Connection) -> None:
        try:
            channel.send(solutions(ox.Store.read_only(str(path)), text))
        except (RuntimeError, SyntaxError, ValueError) as error:
            channel.send(str(error))

    child = get_context("fork").Process(target=run, args=(theirs,))
    child.start()
    try:
        found = ours.recv() if ours.poll(seconds) else None
    except EOFError:
        found = None
    child.kill()
    child.join()
    return found if isinstance(found, list) else None


def queries(data: Path, only: str, templates: Path) -> tuple[list[Query], dict[str, str]]:
    """Examples and Sparqloscope over a data folder; and what could not be made, with the reason."""
    found: list[Query] = []
    left: dict[str, str] = {}
    folder = Shelf(data).path(Shelf(data).find())
    if only in ("", "examples"):
        knowledge = Opener(load({"data": str(data), "encoder": "none"})).open(folder)
        for example in examples():
            if "mkg:nearest" in example.query:
                left[example.id] = "needs vectors, which this build leaves out"
                continue
            inlined = inline(example.query, lambda call: serve(call, knowledge.searcher, knowledge.naming.ids))
            found.append(Query(example.id, "example", inlined.text if inlined else example.query))
    if only in ("", "sparqloscope"):
        store = ox.Store.read_only(str(folder / "store"))
        lines = (
            str(quad.triple).removeprefix("<<( ").removesuffix(" )>>")
            for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        )
        tables = Statistics(lines).tables()
        maker = Maker(templates, tables, lambda text: bare(folder / "store", text, PLACEHOLDER_SECONDS))
        found += maker.queries()
        left |= maker.left_out
    return found, left


class Side:
    """An endpoint that is asked for JSON."""

    def __init__(self, url: str, seconds: float, parameters: dict[str, str]) -> None:
        self._url = url
        self._parameters = parameters
        self._client = httpx.Client(timeout=seconds + 5)
        self._seconds = seconds
        self.answered: Counter[str] = Counter()

    def ask(self, text: str) -> tuple[float | None, int | None, str]:
        """Milliseconds until the whole answer is there, its rows, or why there is none."""
        start = time.perf_counter()
        try:
            answer = self._client.post(
                self._url,
                data={"query": text, **self._parameters},
                headers={"Accept": "application/sparql-results+json"},
            )
        except httpx.HTTPError as error:
            return None, None, type(error).__name__
        took = time.perf_counter() - start
        if answer.status_code != 200:
            return None, None, f"{answer.status_code} {answer.text[:120]}"
        if took > self._seconds:
            return None, None, "too late"
        self.answered[answer.headers.get(ENGINE, "")] += 1
        try:
            return took * 1000, len(json.loads(answer.content)["results"]["bindings"]), ""
        except (ValueError, KeyError):
            return None, None, "no whole answer"

    def measure(self, text: str, repeats: int) -> tuple[float | None, int | None, str]:
        for _ in range(WARM):
            warm = self.ask(text)
            if warm[0] is None:
                return warm
        times = [self.ask(text) for _ in range(repeats)]
        failed = next((one for one in times if one[0] is None), None)
        if failed:
            return failed
        return statistics.median(one[0] for one in times if one[0] is not None), times[0][1], ""


def compare(data: Path, dumped: Path, asked: list[Query], limit: float, repeats: int) -> dict[str, object]:
    """Both engines over the same triples."""
    os.environ.update(_environment(limit))
    with tempfile.TemporaryDirectory() as name, Virtuoso(Path(name), megabytes=2_000) as other:
        loaded = other.load([dumped])
        with server(data) as (port, _):
            ours = Side(f"http://127.0.0.1:{port}/sparql", limit, {})
            theirs = Side(other.endpoint, limit, {"default-graph-uri": DEFAULT})
            return _asked(ours, theirs, asked, limit, repeats) | {"virtuoso_load_s": round(loaded)}


def compare_lane(data: Path, asked: list[Query], limit: float, repeats: int) -> dict[str, object]:
    """The service with Virtuoso as its analytics lane, beside that Virtuoso."""
    program = f"{sys.executable} {ROOT / 'benchmarks' / 'virtuoso.py'}"
    with tempfile.TemporaryDirectory() as name, Virtuoso(Path(name), megabytes=2_000) as other:
        engine = {
            "ANALYTICS": "virtuoso", "REMOTE_QUERY": other.endpoint, "REMOTE_UPDATE": other.update_endpoint,
            "REMOTE_USER": USER, "REMOTE_LOGIN": "digest", "REMOTE_PASSWORD": PASSWORD,
            "REMOTE_LOADER": f"{program} {other.sql_port}", "REMOTE_SECONDS": "600",
        }  # fmt: skip
        os.environ.update(_environment(limit) | {f"MEDKG_{key}": value for key, value in engine.items()})
        start = time.perf_counter()
        medkg = "from api.cli.main import run; run()"
        subprocess.run([sys.executable, "-c", medkg, "analytics", "--data", str(data)], cwd=ROOT, check=True)
        filled = time.perf_counter() - start
        os.environ["MEDKG_REMOTE_SECONDS"] = str(limit)
        place = json.loads((data / "analytics" / Shelf(data).find() / "remote.json").read_bytes())
        with server(data) as (port, _):
            ours = Side(f"http://127.0.0.1:{port}/sparql", limit, {})
            theirs = Side(other.endpoint, limit, {"default-graph-uri": f"{place['prefix']}default"})
            found = _asked(ours, theirs, asked, limit, repeats)
    for key in engine:
        del os.environ[f"MEDKG_{key}"]
    shutil.rmtree(data / "analytics")
    return found | {"filled_s": round(filled), "answers_by_engine": dict(ours.answered)}


def _environment(limit: float) -> dict[str, str]:
    return {
        "MEDKG_QUERY_SECONDS": str(limit), "MEDKG_QUERY_ROWS": "20000000", "MEDKG_QUERY_BUDGET_SECONDS": "0",
        "MEDKG_QUERY_BUDGET_ERRORS": "0", "MEDKG_ENCODER": "none",
    }  # fmt: skip


def _asked(ours: Side, theirs: Side, asked: list[Query], limit: float, repeats: int) -> dict[str, object]:
    rows: list[Timed] = []
    for query in asked:
        one = ours.measure(query.text, repeats)
        two = theirs.measure(query.text, repeats)
        rows.append(Timed(query.name, query.group, one[0], two[0], (one[1], two[1]), (one[2], two[2])))
        print(f"{query.name:50} {shown(one)} {shown(two)}", file=sys.stderr, flush=True)
    return summary(rows, limit) | {"queries": [msgspec.to_builtins(row) for row in rows]}


def shown(one: tuple[float | None, int | None, str]) -> str:
    return f"{one[0]:9.1f} ms {one[1]:8d} rows" if one[0] is not None else f"failed: {one[2][:40]:24}"


def summary(rows: list[Timed], limit: float) -> dict[str, object]:
    """Penalised geometric means, failures and ratios, for the examples and for Sparqloscope."""
    found: dict[str, object] = {}
    for name, chosen in (
        ("examples", [row for row in rows if row.group == "example"]),
        ("sparqloscope", [row for row in rows if row.group != "example"]),
    ):
        if not chosen:
            continue
        means = [
            math.exp(
                statistics.fmean(math.log(max(0.1, value if value is not None else 2_000 * limit)) for value in side)
            )
            for side in ([row.ours for row in chosen], [row.theirs for row in chosen])
        ]
        both = [row.ours / row.theirs for row in chosen if row.ours and row.theirs]
        found[name] = {
            "queries": len(chosen),
            "ours_ms": round(means[0], 1),
            "virtuoso_ms": round(means[1], 1),
            "ratio": round(means[0] / means[1], 2),
            "ratio_of_those_both_answer": round(math.exp(statistics.fmean(map(math.log, both))), 2) if both else None,
            "ours_failed": [row.name for row in chosen if row.ours is None],
            "virtuoso_failed": [row.name for row in chosen if row.theirs is None],
            "ours_faster": sum(1 for row in chosen if row.ours and (row.theirs is None or row.ours < row.theirs)),
            "different_row_counts": [row.name for row in chosen if None not in row.rows and row.rows[0] != row.rows[1]],
        }
    return found


def figures(
    data: Path, only: str, limit: float, repeats: int, templates: Path, *, lane_only: bool
) -> dict[str, object]:
    store = ox.Store.read_only(str(Shelf(data).path(Shelf(data).find()) / "store"))
    asked, left = queries(data, only, templates)
    found: dict[str, object] = {"left_out": left}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found["triples"] = int(solutions(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].split('"')[1])
        if not lane_only:
            dumped = dump(store, folder, derived=True)
            with dumped.open("rb") as stream:
                found["quads"] = sum(1 for _ in stream)
            found["with"] = compare(data, dumped, asked, limit, repeats)
            dumped.unlink()
        found["lane"] = compare_lane(data, asked, limit, repeats)
        if not lane_only and only in ("", "examples"):
            plain = dump(store, folder, derived=False)
            rest = [query for query in asked if query.group == "example" and not _needs(query.text)]
            found["without"] = compare(without(data, plain, folder), plain, rest, limit, repeats)
    return found


def _needs(text: str) -> bool:
    body = "\n".join(line for line in text.splitlines() if not line.startswith("PREFIX"))
    return any(name in body for name in MATERIALISED)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--only", choices=("", "examples", "sparqloscope"), default="")
    arguments.add_argument("--limit", type=float, default=10.0)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--lane-only", action="store_true")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    folder = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    templates = folder / "sparqloscope" / "query-templates.yaml"
    found = figures(options.data, options.only, options.limit, options.repeats, templates, lane_only=options.lane_only)
    if options.json:
        print(
            json.dumps({"task": "engines", "corpus": "the real graph grown", "n": found["triples"], "figures": found})
        )
    else:
        print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
