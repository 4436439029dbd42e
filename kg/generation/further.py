"""Derivations that rest on others, computed in a process of their own where there is much to read.

They read the asserted graph while this process derives what they rest on, and what they hold ends with them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import overload

from kg.generation.derivation import FurtherDerivation
from kg.generation.pages import paged
from kg.model.terms import Statement
from kg.query.confinement import begin_one_task
from kg.store.base import STORES, Reader, Snapshot

_AT_ONCE = 10_000


class Awaited(Sequence[Statement]):
    """Statements that another process sends, waited for when they are first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Statement] | None = None

    def _received(self) -> list[Statement]:
        if self._rows is None:
            self._rows = []
            while part := self._connection.recv():
                self._rows += part
        return self._rows

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._received()[index]

    def close(self) -> None:
        """Nobody waits any longer: whoever sends is told so."""
        self._connection.close()

    def __len__(self) -> int:
        return len(self._received())

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._received())


@contextmanager
def derived_beside(
    snapshot: Snapshot, then: Sequence[FurtherDerivation], base: str, folder: Path
) -> Iterator[FurtherDerivation]:
    """One derivation that gives what all of ``then`` give, which begin to read ``snapshot`` now.

    ``then`` are functions of modules, so that a process finds them by name; ``folder`` holds their rows until they are
    read. An error in one of them is raised where the rows are asked for.
    """
    # Spawned, not forked: this process holds threads and open stores.
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    path = folder / "further.rows"
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(heard,)) as pool, told:
        written = pool.submit(_written, snapshot, tuple(then), base, path)
        heard.close()

        def further(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
            # Whoever rests on nothing, or has failed, may hear no more: what it comes to says which.
            with suppress(BrokenPipeError):
                for part in (*paged(known, _AT_ONCE), ()):
                    told.send(part)
            written.result()
            # What the process holds is not needed beside what is loaded next.
            pool.shutdown()
            with path.open(encoding="utf-8", newline="\n") as lines:
                yield from (Statement(line[:-1]) for line in lines)
            path.unlink()

        yield further


_CONNECTIONS: list[Connection] = []
"""Where this process hears what is derived elsewhere, if it is one of ``derived_beside``."""


def _begin(connection: Connection) -> None:
    begin_one_task()
    _CONNECTIONS.append(connection)


def _written(snapshot: Snapshot, then: Sequence[FurtherDerivation], base: str, path: Path) -> None:
    reader = STORES.load(snapshot.store).open(snapshot)
    known = Awaited(_CONNECTIONS.pop())
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            for derivation in then:
                file.writelines(f"{row}\n" for row in derivation(reader, base, known))
    finally:
        known.close()
        reader.close()
