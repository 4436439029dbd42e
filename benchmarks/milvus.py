"""Vectors in milvus-lite beside FAISS, in one run: time of sending, of a search, and what is found.

    python -m benchmarks.milvus [--json] [--vectors 20000] [--queries 50]

The server is the one of the tests, in a process of its own on this machine: what it takes says what our side and
the client cost, and nothing about a cluster. Vectors are seeded and clustered, 384 numbers each. ``same`` is the share
of the ten nearest of an exact search. Milliseconds are by the clock.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from kg.index.base import INDEXES, RowIds, VectorIndex, Vectors
from kg.index.engine import Engines
from tests.milvus import MilvusServer

DIMENSION = 384
ENCODER = "benchmark:seeded:float32"


def seeded(count: int, seed: int) -> Vectors:
    dice = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(500, DIMENSION))
    rows = centres[dice.integers(0, 500, count)] + dice.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def made(name: str, vectors: Vectors, folder: Path) -> tuple[VectorIndex, dict[str, float]]:
    kind = INDEXES.load(name)
    index = kind.create(DIMENSION, ENCODER)
    index.add(np.arange(len(vectors), dtype=np.int64), vectors)
    start, used = time.perf_counter(), time.process_time()
    index.save(folder)
    told = {
        "made_in_seconds": round(time.perf_counter() - start, 2),
        "of_our_processor": round(time.process_time() - used, 2),
    }
    return kind.open(folder, ENCODER), told


def asked(index: VectorIndex, queries: Vectors, k: int) -> tuple[RowIds, dict[str, float]]:
    index.search(queries[:1], k)
    found, taken = [], []
    for query in queries:
        start = time.perf_counter()
        found.append(index.search(query[None], k)[0][0])
        taken.append(1_000 * (time.perf_counter() - start))
    p50, p95 = np.percentile(taken, (50, 95))
    return np.stack(found), {f"p50_ms_{k}": round(float(p50), 2), f"p95_ms_{k}": round(float(p95), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--vectors", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=50)
    options = parser.parse_args()
    vectors, queries = seeded(options.vectors, 2), seeded(options.queries, 3)
    truth = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    figures: dict[str, Any] = {"vectors": options.vectors, "queries": options.queries}
    with tempfile.TemporaryDirectory() as name, MilvusServer(Path(name)) as server:
        Engines.configure(server.engine("bench_", seconds=60.0))
        for kind in ("exact", "faiss", "milvus"):
            index, told = made(kind, vectors, Path(name) / kind)
            figures[kind] = dict(told)
            for k in (10, 1_000):
                found, times = asked(index, queries, k)
                figures[kind] |= times
                if k == 10:
                    same = [len(set(one) & set(two)) for one, two in zip(found.tolist(), truth.tolist(), strict=True)]
                    figures[kind]["same"] = round(float(np.mean(same)) / 10, 4)
            figures[kind]["index"] = index.facts()["vector_segments"]
    if options.json:
        print(json.dumps({"task": "bench", "what": "milvus", "figures": figures}, ensure_ascii=False))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
