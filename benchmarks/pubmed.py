"""PubMed XML: parse and map to quads, against pubmed_parser on the same file in the same run.

    python benchmarks/pubmed.py [--records 3000] [--repeats 15] [--json]

The file is made by ``benchmarks/pubmed_records.py``. The two sides take turns on a tenth of it in one
process, counted in CPU seconds; the ratio is the median over the turns. pubmed_parser is the
``bench`` extra; it gives dictionaries, ours ends in statements. Memory is the peak of a process that
read the whole file and of one that read a tenth.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pubmed_records import write  # noqa: E402

from ingest.sources.pubmed import PubMed  # noqa: E402
from kg.mapping.base import Context  # noqa: E402
from kg.mapping.statements import statements  # noqa: E402
from kg.model.document import Document  # noqa: E402
from kg.model.source import RawFile  # noqa: E402


class Measured(msgspec.Struct):
    """What one side read; ``peak`` is the memory of its process in MB."""

    records: int
    quads: int = 0
    fields: list[str] = []
    peak: float = 0.0


def ours(path: Path) -> Measured:
    context = Context()
    records = quads = 0
    fields: set[str] = set()
    for item in PubMed().parse(RawFile(path, "", path.stat().st_size), {}):
        assert isinstance(item, Document), item
        quads += len(statements(item, context))
        records += 1
        if records <= 50:
            fields |= {name for name in item.__struct_fields__ if getattr(item, name) not in ("", (), None, False)}
    return Measured(records, quads, sorted(fields))


def peer(path: Path) -> Measured:
    import pubmed_parser

    records = 0
    fields: set[str] = set()
    for item in pubmed_parser.parse_medline_xml(str(path), author_list=True, reference_list=True):
        records += 1
        if records <= 50:
            fields |= {name for name, value in item.items() if value}
    return Measured(records, 0, sorted(fields))


SIDES = {"ours": ours, "peer": peer}


def peak_mb() -> float:
    """Peak resident memory of this process since its start (getrusage counts the parent's too)."""
    with open("/proc/self/status") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("VmHWM")) / 1024


def measure(side: str, path: Path) -> Measured:
    result = SIDES[side](path)
    result.peak = peak_mb()
    return result


def child(side: str, path: Path) -> Measured:
    command = [sys.executable, __file__, "--side", side, "--path", str(path)]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Measured)


def seconds(side: str, path: Path) -> float:
    start = time.process_time()
    SIDES[side](path)
    return time.process_time() - start


def turns(path: Path, repeats: int) -> list[tuple[float, float]]:
    """CPU seconds of (ours, theirs), in turns of a fraction of a second: other work hits both alike."""
    for side in SIDES:
        SIDES[side](path)
    return [(seconds("ours", path), seconds("peer", path)) for _ in range(repeats)]


def two_processes(paths: list[Path], warm: Path) -> float:
    """Wall time of two files in one process over that of two processes that are already running."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(ours, [warm] * 4))
        start = time.perf_counter()
        list(pool.map(ours, paths))
        both = time.perf_counter() - start
        start = time.perf_counter()
        for path in paths:
            pool.submit(ours, path).result()
        return (time.perf_counter() - start) / both


def figures(count: int, repeats: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        sizes = {"one": count, "other": count, "tenth": count // 10, "warm": 50}
        paths = {key: Path(name) / f"{key}.xml.gz" for key in sizes}
        for seed, (key, size) in enumerate(sizes.items(), 1):
            write(paths[key], size, seed)
        pairs = turns(paths["tenth"], repeats)
        mine, theirs = child("ours", paths["one"]), child("peer", paths["one"])
        tenth = child("ours", paths["tenth"])
        speedups = [two_processes([paths["one"], paths["other"]], paths["warm"]) for _ in range(3)]
    ratios = [peer_time / own for own, peer_time in pairs]
    return {
        "records_per_cpu_second": round(tenth.records / min(own for own, _ in pairs)),
        "peer_records_per_cpu_second": round(tenth.records / min(other for _, other in pairs)),
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_of_the_best": round(min(other for _, other in pairs) / min(own for own, _ in pairs), 2),
        "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "quads_per_record": round(mine.quads / count, 1),
        "fields": mine.fields,
        "peer_fields": theirs.fields,
        "peak_mb": round(mine.peak, 1),
        "peak_mb_of_a_tenth": round(tenth.peak, 1),
        "peer_peak_mb": round(theirs.peak, 1),
        "two_processes_over_one": round(max(speedups), 2),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=3000)
    arguments.add_argument("--repeats", type=int, default=15)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--side", choices=tuple(SIDES), help=argparse.SUPPRESS)
    arguments.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.side:
        print(msgspec.json.encode(measure(options.side, options.path)).decode())
        return
    found = figures(options.records, options.repeats)
    if options.json:
        corpus = "synthetic PubmedArticleSet over the PubTator abstracts"
        print(json.dumps({"task": "pubmed-parse-map", "corpus": corpus, "n": options.records, "figures": found}))
        return
    for key, value in found.items():
        print(f"{key:30} {', '.join(map(str, value)) if isinstance(value, list) else value}")


if __name__ == "__main__":
    main()
