"""PubMed XML: parse and map to quads, against pubmed_parser on the same file in the same run.

    python benchmarks/pubmed.py [--records 3000] [--repeats 15] [--turns 12] [--json]

The file is made by ``benchmarks/pubmed_records.py``. The two sides take turns on a tenth of it in one
process, counted in CPU seconds; the ratio is the median over the turns. pubmed_parser is the
``bench`` extra; it gives dictionaries, ours ends in statements. Memory is the peak of a process that
read the whole file and of one that read a tenth.

What two processes gain is wall time, which other work on the machine, a cold process or a processor
that changes its speed spoil easily: one pair of measurements gave anything from 1.8 to 2.3, and above 2
cannot be. So the same two processes, warm and bound to a processor each, take part on both sides: in
each turn one of them reads all files, and both read half of them each, one side right after the other.
Which side comes first and which process is the one alternate. The figure is the median of the turns,
given with their range and with the share of the wall time in which the processes really had their
processors: below 0.97 or so the machine was not quiet, and the figure is of no use.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
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
PARTS = 4
"""Files that one process or two read, of a third of the records each: a second or more for two."""


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


class Side(msgspec.Struct, frozen=True):
    """Wall seconds until all files are read, and the share of it in which its processes had a processor."""

    wall: float
    share: float


def read(paths: list[Path]) -> float:
    """In a worker: CPU seconds of reading the files."""
    return sum(seconds("ours", path) for path in paths)


def side(work: list[tuple[ProcessPoolExecutor, list[Path]]]) -> Side:
    """Let each worker read its files, all at once."""
    start = time.perf_counter()
    used = [future.result() for future in [worker.submit(read, paths) for worker, paths in work]]
    wall = time.perf_counter() - start
    return Side(wall, sum(used) / (wall * len(work)))


def two_processes(paths: list[Path], repeats: int) -> list[tuple[Side, Side]]:
    """(one process, two processes) over the same files, in turns; see the top for why so."""
    processors = sorted(os.sched_getaffinity(0))[:2]
    if len(processors) < 2:
        raise SystemExit("two processes need two processors")
    with contextlib.ExitStack() as stack:
        workers = [
            stack.enter_context(ProcessPoolExecutor(1, initializer=os.sched_setaffinity, initargs=(0, {processor})))
            for processor in processors
        ]
        halves = [(worker, paths[place::2]) for place, worker in enumerate(workers)]
        side([(worker, paths) for worker in workers])
        found = []
        for turn in range(repeats):
            alone = [(workers[turn // 2 % 2], paths)]
            first, second = side(alone if turn % 2 else halves), side(halves if turn % 2 else alone)
            found.append((first, second) if turn % 2 else (second, first))
        return found


def figures(count: int, repeats: int, turned: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        sizes = {"one": count, "tenth": count // 10} | {f"part-{number}": count // 3 for number in range(PARTS)}
        paths = {key: Path(name) / f"{key}.xml.gz" for key in sizes}
        for seed, (key, size) in enumerate(sizes.items(), 1):
            write(paths[key], size, seed)
        pairs = turns(paths["tenth"], repeats)
        mine, theirs = child("ours", paths["one"]), child("peer", paths["one"])
        tenth = child("ours", paths["tenth"])
        shared = two_processes([paths[f"part-{number}"] for number in range(PARTS)], turned)
    gains = [one.wall / two.wall for one, two in shared]
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
        "two_processes_over_one": round(statistics.median(gains), 2),
        "two_processes_range": [round(min(gains), 2), round(max(gains), 2)],
        "two_processes_turns": len(gains),
        "one_process_wall_seconds": round(statistics.median(one.wall for one, _ in shared), 2),
        "one_process_share_of_its_cpu": round(statistics.median(one.share for one, _ in shared), 3),
        "two_processes_share_of_their_cpus": round(statistics.median(two.share for _, two in shared), 3),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=3000)
    arguments.add_argument("--repeats", type=int, default=15)
    arguments.add_argument("--turns", type=int, default=12, help="of one process against two")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--side", choices=tuple(SIDES), help=argparse.SUPPRESS)
    arguments.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.side:
        print(msgspec.json.encode(measure(options.side, options.path)).decode())
        return
    found = figures(options.records, options.repeats, options.turns)
    if options.json:
        corpus = "synthetic PubmedArticleSet over the PubTator abstracts"
        print(json.dumps({"task": "pubmed-parse-map", "corpus": corpus, "n": options.records, "figures": found}))
        return
    for key, value in found.items():
        print(f"{key:30} {', '.join(map(str, value)) if isinstance(value, list) else value}")


if __name__ == "__main__":
    main()
