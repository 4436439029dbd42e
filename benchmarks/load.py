"""Bulk load: ``Store.apply`` of the batches of a data folder against bare ``pyoxigraph.Store.bulk_load``.

    python benchmarks/load.py --data .medkg [--runs 3] [--json]

Both load the very same quads in turn: every named graph and, beside it, the default graph that a
serving store keeps. The bare run gets them as one prepared N-Quads file (writing it is not counted).
A second ratio is over the named graphs alone, per quad stored.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

from ingest.journal import Journal
from kg.store.batch import Batch
from kg.store.oxigraph import Oxigraph
from kg.store.stream import default_line


def batches(data: Path) -> list[Batch]:
    journal = Journal(data / "journal.sqlite")
    try:
        return [Batch(data / "batches" / name) for name in journal.batches()]
    finally:
        journal.close()


def prepared(folder: Path, made: list[Batch]) -> tuple[Path, Path, int, int]:
    """(file with both forms, file with named graphs only, quads in each)."""
    both, named = folder / "both.nq", folder / "named.nq"
    total = alone = 0
    with both.open("wb") as out, named.open("wb") as plain:
        for batch in made:
            for change in batch.manifest.graphs:
                for line in batch.lines(change.added):
                    out.write(line)
                    plain.write(line)
                    alone += 1
                    if change.default:
                        out.write(default_line(line))
                        total += 1
    return both, named, total + alone, alone


def ours(folder: Path, made: list[Batch]) -> float:
    store = Oxigraph.create(folder / "ours")
    began = time.perf_counter()
    store.apply_all(made)
    seconds = time.perf_counter() - began
    store.close()
    shutil.rmtree(folder / "ours")
    return seconds


def bare(folder: Path, file: Path) -> float:
    store = ox.Store(str(folder / "bare"))
    began = time.perf_counter()
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    seconds = time.perf_counter() - began
    del store
    shutil.rmtree(folder / "bare")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path(".medkg"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    made = batches(arguments.data)
    with tempfile.TemporaryDirectory(dir=arguments.data) as name:
        folder = Path(name)
        both, named, total, alone = prepared(folder, made)
        rows = [(ours(folder, made), bare(folder, both), bare(folder, named)) for _ in range(arguments.runs)]
    figures = {
        "quads": total,
        "quads_named": alone,
        "apply_quads_per_s": round(total / statistics.median(row[0] for row in rows)),
        "bare_quads_per_s": round(total / statistics.median(row[1] for row in rows)),
        "bare_named_quads_per_s": round(alone / statistics.median(row[2] for row in rows)),
        "ratio": round(statistics.median(row[1] / row[0] for row in rows), 3),
        "ratio_per_stored_quad_to_named_only": round(
            statistics.median((total / row[0]) / (alone / row[2]) for row in rows), 3
        ),
    }
    result = {"task": "bulk-load", "corpus": f"{len(made)} batches", "n": arguments.runs, "figures": figures}
    print(json.dumps(result) if arguments.json else "\n".join(f"{key}: {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
