"""The whole real build without embeddings: seconds, peak memory, counts; then again (nothing new).

    MEDKG_TEST_DATA=../shared/data python benchmarks/build.py [--config benchmarks/real.toml] [--keep FOLDER] [--json]

Memory is the largest sum of resident sizes of the command and all its children, sampled every 0.1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def tree(root: int) -> list[int]:
    """A process and its descendants."""
    found = [root]
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            found += [child for text in task.read_text().split() for child in tree(int(text))]
        except OSError:
            continue
    return found


def resident(root: int) -> int:
    """Resident bytes of the whole tree; shared pages count once a process, so this is an upper bound."""
    total = 0
    for process in tree(root):
        try:
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue
    return total


def run(config: str, data: Path) -> tuple[float, int, int, str]:
    """(seconds, peak resident bytes, exit code, what it said)."""
    command = [sys.executable, "-m", "api.cli", "build", "--config", config, "--data", str(data), "--no-vectors"]
    began = time.perf_counter()
    peak = 0
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(command, stdout=log, stderr=log)
        while child.poll() is None:
            try:
                peak = max(peak, resident(child.pid))
            except OSError:
                break
            time.sleep(0.1)
        code = child.wait()
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    return time.perf_counter() - began, peak, code, said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="benchmarks/real.toml")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    data = arguments.keep or Path(tempfile.mkdtemp(prefix="medkg-real-"))
    first = run(arguments.config, data)
    if first[2] not in (0, 3):
        raise SystemExit(first[3])
    second = run(arguments.config, data)
    manifest = json.loads(next(iter((data / "generations").glob("g*/manifest.json"))).read_text())
    figures = {
        "seconds": round(first[0], 1),
        "peak_mb": round(first[1] / 2**20),
        "exit_code": first[2],
        "again_seconds": round(second[0], 1),
        "again_published": len(re.findall(r"g\d{5}-", second[3])) and len(list((data / "generations").glob("g*"))) - 1,
        "statements_default": manifest["counts"][""],
        "statements_named": sum(count for graph, count in manifest["counts"].items() if graph),
        "documents": int(manifest["indexes"]["documents"]),
        "concepts": int(manifest["indexes"]["concepts"]),
    }
    if not arguments.keep:
        shutil.rmtree(data)
    result = {"task": "real-build", "corpus": arguments.config, "n": 1, "figures": figures}
    print(json.dumps(result) if arguments.json else "\n".join(f"{key}: {value}" for key, value in figures.items()))
    if not arguments.json:
        print(first[3])


if __name__ == "__main__":
    main()
