"""Encoding of abstracts: this project's encoder against plain sentence-transformers, in one run.

    python benchmarks/encoding.py [--json] [--abstracts 256] [--processes 2] [--turns 3] [--whole-only]

Plain is ``SentenceTransformer(folder).encode(abstracts)`` as its documentation has it, float32, batches of 32, which it
sorts by length itself. Ratios of CPU time are of one thread each; ratios of wall time let both have the whole machine,
plain with its threads, ours with its processes (their start left out). Turns lie side by side; the median counts.
Abstracts are PubTator texts of the test data (MEDKG_TEST_DATA).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from kg.generation.encoding import FEW, encoders
from kg.index.base import Vectors
from kg.index.embeddings import CachedEncoder
from kg.index.encoder import Precision, SentenceEncoder, packaged_model

FASTER: tuple[Precision, ...] = ("bfloat16", "int8")
PRECISIONS: tuple[Precision, ...] = ("float32", *FASTER)


def abstracts(count: int) -> list[str]:
    folder = os.environ.get("MEDKG_TEST_DATA")
    if not folder:
        sys.exit("MEDKG_TEST_DATA names the folder of the test data")
    path = Path(folder) / "bc5cdr" / "CDR_TrainingSet.PubTator.txt"
    rows = (line.split("|", 2) for line in path.read_text("utf-8").splitlines() if line.count("|") >= 2)
    return [row[2] for row in rows if row[1] == "a"][:count]


def seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


def cosine(one: Vectors, other: Vectors) -> dict[str, float]:
    each = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return {"mean": round(float(each.mean()), 5), "min": round(float(each.min()), 5)}


def plain() -> SentenceTransformer:
    return SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)


def one_thread(texts: list[str], turns: int) -> dict[str, Any]:
    torch.set_num_threads(1)
    model = plain()
    ours = {precision: SentenceEncoder(precision=precision) for precision in PRECISIONS}
    expected = model.encode(texts, batch_size=32, show_progress_bar=False)
    made = {name: encoder.encode(texts) for name, encoder in ours.items()}
    used: dict[str, list[float]] = {name: [] for name in ("plain", *ours)}
    for _ in range(turns):
        used["plain"].append(
            seconds(lambda: model.encode(texts, batch_size=32, show_progress_bar=False), time.process_time)
        )
        for name, encoder in ours.items():
            used[name].append(seconds(lambda encoder=encoder: encoder.encode(texts), time.process_time))  # type: ignore[misc]
    chosen = SentenceEncoder().precision
    ratios = {name: [theirs / own for theirs, own in zip(used["plain"], used[name], strict=True)] for name in ours}
    return {
        "precision": chosen,
        "abstracts_per_cpu_second": {
            name: round(len(texts) / statistics.median(some), 1) for name, some in used.items()
        },
        "ratio": {name: round(statistics.median(some), 2) for name, some in ratios.items()},
        "ratio_range": {name: [round(min(some), 2), round(max(some), 2)] for name, some in ratios.items()},
        "cosine_to_plain": {name: cosine(vectors, expected) for name, vectors in made.items()},
    }


def whole_machine(texts: list[str], turns: int, processes: int) -> dict[str, Any]:
    torch.set_num_threads(os.cpu_count() or 1)
    model = plain()
    several = texts * -(-FEW // len(texts))
    model.encode(texts[:32], show_progress_bar=False)
    used: dict[str, list[float]] = {name: [] for name in ("plain", *FASTER)}
    with ExitStack() as stack:
        ours = {name: stack.enter_context(encoders(SentenceEncoder(precision=name), processes)) for name in FASTER}
        for encoder in ours.values():
            encoder.encode((several * FEW)[:FEW])
        for _ in range(turns):
            torch.set_num_threads(os.cpu_count() or 1)
            used["plain"].append(seconds(lambda: model.encode(several, show_progress_bar=False), time.perf_counter))
            for name, encoder in ours.items():
                used[name].append(seconds(lambda encoder=encoder: encoder.encode(several), time.perf_counter))  # type: ignore[misc]
    ratios = {name: [theirs / own for theirs, own in zip(used["plain"], used[name], strict=True)] for name in ours}
    return {
        "processes": processes,
        "abstracts_per_second": {name: round(len(several) / statistics.median(some), 1) for name, some in used.items()},
        "wall_ratio": {name: round(statistics.median(some), 2) for name, some in ratios.items()},
        "wall_ratio_range": {name: [round(min(some), 2), round(max(some), 2)] for name, some in ratios.items()},
    }


def cached(texts: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, CachedEncoder(SentenceEncoder(), Path(name)) as encoder:
        first = seconds(lambda: encoder.encode(texts), time.process_time)
        again = seconds(lambda: encoder.encode(texts), time.process_time)
    return {"again_from_cache": round(again / first, 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--abstracts", type=int, default=256)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="0 leaves out the whole machine")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--whole-only", action="store_true", help="leave out the ratios of one thread")
    options = parser.parse_args()
    texts = abstracts(options.abstracts)
    figures: dict[str, Any] = {"abstracts": len(texts), "turns": options.turns}
    if not options.whole_only:
        figures |= one_thread(texts, options.turns)
    if options.processes:
        figures |= whole_machine(texts, options.turns, options.processes)
    figures |= cached(texts)
    if options.json:
        print(json.dumps({"task": "bench", "what": "encoding", "figures": figures}, ensure_ascii=False))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
