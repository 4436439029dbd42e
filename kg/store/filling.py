"""Putting N-Quads into an engine: small amounts by SPARQL Update, large ones by the engine's own bulk loader."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kg.errors import StoreError
from kg.store.disk import storage
from kg.store.endpoint import Endpoint
from kg.store.stream import default_line, graph_of

SMALL = 5_000
"""Statements up to which an update is quicker than a loader, and the loader is not used."""
_ROWS = 500
"""Statements of one update: Virtuoso's compiler runs out of stack in long ones (10,000 lines)."""
_BYTES = 500_000


class Filling:
    """``folder`` must be readable for the engine when it has a loader."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self._endpoint = endpoint
        self._folder = folder

    def fill(self, blocks: Iterable[bytes], lines: int) -> None:
        """Add whole lines of N-Quads; ``lines`` is about how many. Raises StoreError."""
        if self._endpoint.engine.loader and lines > SMALL:
            self._load(blocks)
        else:
            self._insert(line for block in blocks for line in block.splitlines(keepends=True))

    def _insert(self, lines: Iterable[bytes]) -> None:
        for graph, group in groupby(lines, graph_of):
            for rows in _portions(group):
                body = b"".join(map(default_line, rows)).decode()
                self._endpoint.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{body}}} }}")

    def _load(self, blocks: Iterable[bytes]) -> None:
        folder = self._folder / f"bulk-{uuid.uuid4().hex[:12]}"
        try:
            with storage(folder):
                folder.mkdir(parents=True)
                with (folder / "statements.nq").open("wb") as file:
                    file.writelines(blocks)
            self._run([*self._endpoint.engine.loader, str(folder)])
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, command: list[str]) -> None:
        try:
            # The operator's own command, from the settings.
            password = f"{self._endpoint.password}\n".encode()
            done = subprocess.run(command, input=password, capture_output=True, check=False)  # noqa: S603
        except OSError as error:
            raise StoreError(path=command[0], reason=error.strerror or str(error)) from error
        if done.returncode:
            tail = (done.stdout + done.stderr).decode("utf-8", "replace").strip()[-500:]
            raise StoreError(path=command[0], why="engine-loader", status=done.returncode, text=tail)


def _portions(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    taken: list[bytes] = []
    size = 0
    for line in lines:
        if taken and (len(taken) == _ROWS or size + len(line) > _BYTES):
            yield taken
            taken, size = [], 0
        taken.append(line)
        size += len(line)
    if taken:
        yield taken
