"""Import of terminologies: from files to a batch in one process, and a whole release of the size of SNOMED CT.

    python benchmarks/terminologies.py [--concepts 350000] [--repeats 5] [--no-build] [--json]

Rates are concepts for each second of processor time of one process that reads, checks and maps a file and writes the
batch (``run_unit`` and the assembler: N-Quads, indexes, table of names, journal), the median of the repeats with their
range. Each process has imported another small file of the format before. ``concepts``: those of the file;
``with_stand_ins`` counts the deprecated concepts that OBO's alternative ids become, too. Memory is the peak of a
process. ``build``: the command ``medkg build --no-vectors`` over the large release with nothing else, to a generation
that can be asked; its memory is the largest sum over its processes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.build import run  # noqa: E402
from benchmarks.releases import mesh, rf2  # noqa: E402
from ingest.batches import Assembler  # noqa: E402
from ingest.config import InputSpec  # noqa: E402
from ingest.journal import Journal  # noqa: E402
from ingest.unit import Unit, run_unit  # noqa: E402
from kg.vocab import DEFAULT_BASE  # noqa: E402
from ontology.reading.raw import describe  # noqa: E402

DATA = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
SMALL = 20_000
"""Concepts of the release whose import is repeated."""
MESH_TIMES = 60


class Measured(msgspec.Struct):
    """One import; times in seconds, ``peak`` in MB of the process since its start."""

    concepts: int
    stand_ins: int
    quads: int
    processor: float
    wall: float
    peak: float


def imported(path: Path, format_: str, data: Path) -> Measured:
    """One file to one batch in an empty data folder."""
    spec = InputSpec("bench", (str(path),), "terminology", format_, version="1", licence="unknown")
    (data / "staging").mkdir(parents=True)
    wall, processor = time.perf_counter(), time.process_time()
    journal = Journal(data / "journal.sqlite")
    try:
        unit = Unit(spec=spec, raw=describe(path), staging=data / "staging", base=DEFAULT_BASE)
        report = run_unit(unit)
        outcome = Assembler(data, journal).assemble([unit], [report], "")
    finally:
        journal.close()
    taken = time.process_time() - processor
    with open("/proc/self/status") as stream:
        peak = next(int(line.split()[1]) for line in stream if line.startswith("VmHWM")) / 1024
    stand_ins = _stand_ins(path, format_)
    return Measured(
        report.kinds["Concept"] - stand_ins, stand_ins, outcome.quads, taken, time.perf_counter() - wall, peak
    )


def _stand_ins(path: Path, format_: str) -> int:
    return path.read_bytes().count(b"\nalt_id:") if format_ == "obo.v1" else 0


def child(path: Path, format_: str, warm: Path) -> Measured:
    command = [sys.executable, __file__, "--import", str(path), "--format", format_, "--warm", str(warm)]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Measured)


def rates(path: Path, format_: str, repeats: int, warm: Path) -> dict[str, object]:
    found = [child(path, format_, warm) for _ in range(repeats)]
    speeds = sorted(one.concepts / one.processor for one in found)
    return {
        "concepts": found[0].concepts,
        "quads_per_concept": round(found[0].quads / found[0].concepts, 1),
        "concepts_per_s": round(statistics.median(speeds)),
        "with_stand_ins_per_s": round(
            statistics.median((one.concepts + one.stand_ins) / one.processor for one in found)
        ),
        "range": [round(speeds[0]), round(speeds[-1])],
        "peak_mb": round(max(one.peak for one in found)),
    }


def large(lead: Path, work: Path, build: bool, warm: Path) -> dict[str, object]:
    alone = child(lead, "rf2.v1", warm)
    found: dict[str, object] = {
        "concepts": alone.concepts,
        "quads": alone.quads,
        "import_s": round(alone.wall, 1),
        "concepts_per_s": round(alone.concepts / alone.processor),
        "import_peak_mb": round(alone.peak),
    }
    if build:
        config = work / "build.toml"
        config.write_text(
            f'[[input]]\nname = "release"\nformat = "rf2.v1"\nkind = "terminology"\npaths = ["{lead.parent}"]\n'
            'version = "1"\nlicence = "CC0-1.0"\nillustrative = true\n'
        )
        seconds, peak, code, said = run(str(config), work / "data")
        if code not in (0, 3):
            raise SystemExit(said)
        found |= {"build_s": round(seconds, 1), "build_peak_mb": round(peak / 2**20)}
    return found


def figures(concepts: int, repeats: int, build: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sample = mesh(DATA / "mesh" / "desc-samples.xml", work / "mesh.xml", MESH_TIMES)
        tiny = rf2(work / "tiny", 100)
        found: dict[str, object] = {
            "obo": rates(DATA / "doid" / "doid-2016-03-04.obo", "obo.v1", repeats, DATA / "famplex" / "famplex.obo"),
            "mesh_xml": rates(sample, "mesh-xml.v1", repeats, DATA / "mesh" / "supp-samples.xml"),
            "rf2": rates(rf2(work / "small", SMALL), "rf2.v1", repeats, tiny),
        }
        if concepts:
            found["release"] = large(rf2(work / "large", concepts), work, build, tiny)
        return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--concepts", type=int, default=350_000, help="of the large release, 0 for none")
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--no-build", action="store_true", help="the large release to a batch only")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--import", dest="path", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--format", help=argparse.SUPPRESS)
    arguments.add_argument("--warm", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.path:
        with tempfile.TemporaryDirectory() as data:
            imported(options.warm, options.format, Path(data) / "warm")
            print(msgspec.json.encode(imported(options.path, options.format, Path(data) / "data")).decode())
        return
    found = figures(options.concepts, options.repeats, not options.no_build)
    if options.json:
        corpus = "DOID 2016, repeated MeSH sample, made-up releases in RF2"
        print(json.dumps({"task": "terminology-import", "corpus": corpus, "n": options.concepts, "figures": found}))
        return
    for key, value in found.items():
        print(f"{key:10} {json.dumps(value)}")


if __name__ == "__main__":
    main()
