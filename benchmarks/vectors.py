"""The vector index at size: recall, time of a search, memory, time to build.

    python benchmarks/vectors.py [--json] [--vectors 2000000] [--queries 1000] [--keep FOLDER]

Vectors are those of the sentences of the PubTator abstracts of the test data (MEDKG_TEST_DATA), each again and again
with seeded noise of half its length in a direction of its own (cosine to the sentence 0.89). Queries are sentences of
other documents, a twentieth, without noise. Building and asking run in processes of their own: memory is what the
asking one holds at its end, mapped files included. One thread each; truth is every vector compared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kg.index.base import Vectors
from kg.index.embeddings import CachedEncoder
from kg.index.encoder import packaged_encoder
from kg.index.exact import nearest
from kg.index.originals import Originals
from kg.index.segments import Segments
from kg.index.sentences import sentences

NOISE = 0.5
"""Length of the noise beside a vector of length 1."""
AT = 10
ENCODER = "benchmark"
PAGE = 8_192


def texts(folder: Path) -> dict[str, str]:
    """Sentence -> PMID of the first document that has it."""
    found: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".txt", ".pubtator")):
        for line in path.read_text("utf-8", "replace").splitlines():
            parts = line.split("|", 2)
            if len(parts) == 3 and parts[1] in ("t", "a"):
                for start, end in sentences(parts[2]):
                    found.setdefault(parts[2][start:end], parts[0])
    return found


def prepare(folder: Path, cache: Path) -> None:
    """``real.npy`` and ``asked.npy``."""
    data = os.environ.get("MEDKG_TEST_DATA")
    if not data:
        sys.exit("MEDKG_TEST_DATA names the folder of the test data")
    known = texts(Path(data))
    asked = [text for text, document in known.items() if hashlib.sha256(document.encode()).digest()[0] < 13]
    real = [text for text, document in known.items() if hashlib.sha256(document.encode()).digest()[0] >= 13]
    with CachedEncoder(packaged_encoder(), cache) as encoder:
        for name, some in (("asked", asked), ("real", real)):
            pages = [encoder.encode(some[start : start + PAGE]) for start in range(0, len(some), PAGE)]
            np.save(folder / f"{name}.npy", np.concatenate(pages))


def vectors(real: Vectors, count: int) -> Iterator[tuple[int, Vectors]]:
    """(number of the first, vectors) in pages; the first ones are the sentences themselves."""
    for start in range(0, count, PAGE):
        numbers = np.arange(start, min(start + PAGE, count))
        dice = np.random.default_rng([7, start])
        noise = dice.standard_normal((len(numbers), real.shape[1]), dtype=np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        noise[numbers < len(real)] = 0
        made = real[numbers % len(real)] + noise
        yield start, made / np.linalg.norm(made, axis=1, keepdims=True)


def build(folder: Path, count: int) -> dict[str, Any]:
    real = np.load(folder / "real.npy")
    started, used = time.monotonic(), time.process_time()
    index = Segments(real.shape[1], ENCODER)
    for start, page in vectors(real, count):
        index.add(np.arange(start, start + len(page), dtype=np.int64), page)
    index.save(folder / "index")
    made = Segments.opened(folder / "index", ENCODER, verify=False)
    sizes: dict[str, int] = {}
    for path in (folder / "index").rglob("*"):
        if path.is_file():
            sizes[path.name] = sizes.get(path.name, 0) + path.stat().st_size
    return {
        "build_seconds": round(time.monotonic() - started, 1),
        "build_cpu_seconds": round(time.process_time() - used, 1),
        "build_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "segments": made.facts()["vector_segments"],
        "recall_in_manifest": float(made.facts()["vector_recall"]),
        "files_mb": {name: round(size / 1e6, 1) for name, size in sorted(sizes.items())},
    }


def truth(folder: Path, queries: int) -> None:
    """``truth.npy``: ids of the nearest by comparing every vector."""
    asked = np.load(folder / "asked.npy")[:queries]
    best_ids = np.full((len(asked), AT), -1, dtype=np.int64)
    best = np.full((len(asked), AT), -np.inf, dtype=np.float32)
    for part in sorted(path for path in (folder / "index").iterdir() if path.is_dir()):
        ids = np.load(part / "ids.npy")
        for start, rows in Originals(part / "vectors.npy").blocks():
            found, scores = nearest(ids[start : start + len(rows)], rows, asked, AT)
            joined, values = np.concatenate([best_ids, found], axis=1), np.concatenate([best, scores], axis=1)
            order = np.argsort(-values, axis=1, kind="stable")[:, :AT]
            best_ids, best = np.take_along_axis(joined, order, 1), np.take_along_axis(values, order, 1)
    np.save(folder / "truth.npy", best_ids)


def ask(folder: Path, queries: int) -> dict[str, Any]:
    asked, expected = np.load(folder / "asked.npy")[:queries], np.load(folder / "truth.npy")
    started = time.monotonic()
    index = Segments.opened(folder / "index", ENCODER, verify=False)
    opened = time.monotonic() - started
    for query in asked[:20]:
        index.search(query[None], AT)
    walls, used, hits = [], [], 0
    for query, wanted in zip(asked, expected, strict=True):
        wall, cpu = time.perf_counter(), time.process_time()
        ids, _ = index.search(query[None], AT)
        walls.append(time.perf_counter() - wall)
        used.append(time.process_time() - cpu)
        hits += len(set(ids[0].tolist()) & set(wanted.tolist()))
    held = memory()
    return {
        "queries": len(asked),
        "recall_at_10": round(hits / (AT * len(asked)), 4),
        "search_ms": quantiles_of(walls),
        "search_cpu_ms": quantiles_of(used),
        "open_ms": round(1000 * opened, 1),
        "memory_mb": held["VmRSS"],
        "memory_own_mb": held["RssAnon"],
        "memory_mapped_mb": held["RssFile"],
        **filtered(index, asked[:200]),
    }


def filtered(index: Segments, asked: Vectors) -> dict[str, Any]:
    """Milliseconds of a search that may find one vector in two, in a hundred, in ten thousand."""
    found = {}
    for share in (2, 100, 10_000):
        allowed = index.ids % share == 0
        walls = []
        for query in asked:
            wall = time.perf_counter()
            ids, _ = index.search(query[None], AT, allowed)
            walls.append(time.perf_counter() - wall)
            assert not (ids[ids >= 0] % share).any()
        found[f"one_in_{share}_ms"] = quantiles_of(walls)
    return found


def quantiles_of(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    ordered = sorted(seconds)
    return {
        f"p{share}": round(1000 * ordered[min(len(ordered) * share // 100, len(ordered) - 1)], 3)
        for share in (50, 95, 99)
    }


def memory() -> dict[str, int]:
    """MB (10^6 bytes) that this process has in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    rows = (line.split() for line in lines if line.startswith(("VmRSS", "RssAnon", "RssFile")))
    return {name.rstrip(":"): round(int(value) * 1024 / 1e6) for name, value, _ in rows}


def part(name: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One part in a process of its own, with one thread."""
    command = [sys.executable, __file__, "--part", name, "--keep", str(folder)]
    command += ["--vectors", str(options.vectors), "--queries", str(options.queries)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout or "{}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--vectors", type=int, default=2_000_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--keep", type=Path, help="folder for vectors and index, which are taken as they are if there")
    parser.add_argument("--part", choices=["prepare", "build", "truth", "ask"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        folder = options.keep
        if options.part == "prepare":
            prepare(folder, folder / "cache")
        elif options.part == "truth":
            truth(folder, options.queries)
        else:
            print(
                json.dumps(build(folder, options.vectors) if options.part == "build" else ask(folder, options.queries))
            )
        return
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"vectors": options.vectors, "noise": NOISE}
    try:
        if not (folder / "real.npy").is_file():
            part("prepare", folder, options)
        if not (folder / "built.json").is_file():
            (folder / "built.json").write_text(json.dumps(part("build", folder, options)))
        figures |= json.loads((folder / "built.json").read_text())
        if not (folder / "truth.npy").is_file():
            part("truth", folder, options)
        figures |= part("ask", folder, options)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    if options.json:
        print(json.dumps({"task": "bench", "what": "vectors", "figures": figures}, ensure_ascii=False))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
