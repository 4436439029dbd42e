"""The writer of a workspace: a process of its own that holds its store and does one task after the other.

Started by ``kg.workspace.process`` as ``python -m kg.workspace.writer FD FOLDER MEGABYTES``, and confined
like a query worker (``kg.query.worker``): what a stranger's graph does to a parser happens here. What it
acknowledges is on disk; the parent may kill it at any time.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.query import confinement

if TYPE_CHECKING:
    from kg.errors import MedkgError
    from kg.workspace.dataset import Dataset
    from kg.workspace.tasks import Done, Task


def main(arguments: list[str]) -> int:
    """Do tasks from the socket; returns the exit code."""
    # A network namespace can be left only while there is one thread: before the engine is loaded.
    no_network = confinement.leave_network()
    confinement.die_with_parent()
    descriptor, folder, megabytes = int(arguments[0]), Path(arguments[1]), int(arguments[2])

    import msgspec

    from kg.errors import MedkgError
    from kg.query.frames import READY, Ready
    from kg.workspace.dataset import Dataset

    with socket.socket(fileno=descriptor) as channel:
        line = Line(channel)
        try:
            dataset = Dataset.open(folder)
        except MedkgError as error:
            line.fail(error)
            return 1
        confinement.limit_memory(megabytes)
        no_calls = confinement.deny_calls()
        line.send(READY, msgspec.msgpack.encode(Ready(no_network, no_calls)))
        # What the engine writes as it dies is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        while (task := line.task()) is not None:
            _serve(line, dataset, task)
    return 0


def _serve(line: Line, dataset: Dataset, task: Task) -> None:
    import msgspec

    from kg.errors import MedkgError, QueryTooLarge
    from kg.query.frames import END

    try:
        done = _do(line, dataset, task)
    except MedkgError as error:
        line.fail(error)
    except MemoryError:
        line.fail(QueryTooLarge(why="memory", limit=0))
        raise
    else:
        line.send(END, msgspec.msgpack.encode(done))


def _do(line: Line, dataset: Dataset, task: Task) -> Done:
    from kg.query.gate import check_query, check_update
    from kg.workspace.tasks import UPDATE_LIMITS, Ask, Change, Done, Drop, Load

    rows, created = 0, False
    if isinstance(task, Ask):
        if not task.question.gated:
            check_query(task.question.text)
        rows = dataset.ask(task.question, line.begin, line.emit)
    elif isinstance(task, Change):
        if not task.gated:
            check_update(task.text, UPDATE_LIMITS)
        dataset.change(task)
    elif isinstance(task, Load):
        created = dataset.load(task, line.upload())
    elif isinstance(task, Drop):
        dataset.drop(task)
    else:
        dataset.read(task, line.begin, line.emit)
    return Done(dataset.writes, rows, created)


class Line:
    """The writer's end of the socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def send(self, kind: bytes, body: bytes) -> None:
        from kg.query.frames import frame

        self._channel.sendall(frame(kind, body))

    def begin(self, name: str) -> None:
        import msgspec

        from kg.query.frames import HEAD, Head

        self.send(HEAD, msgspec.msgpack.encode(Head(name)))

    def emit(self, block: bytes) -> None:
        from kg.query.frames import DATA

        self.send(DATA, block)

    def fail(self, error: MedkgError) -> None:
        import msgspec

        from kg.query.frames import FAILURE, Failure

        params = {k: v if isinstance(v, str | int | float) else str(v) for k, v in error.params.items()}
        self.send(FAILURE, msgspec.msgpack.encode(Failure(error.slug, params)))

    def task(self) -> Task | None:
        """The next task; None at the end."""
        import msgspec

        from kg.workspace.tasks import Task

        found = self._receive()
        return None if found is None else msgspec.msgpack.decode(found[1], type=Task)

    def upload(self) -> bytes:
        """The bytes that follow a task."""
        from kg.query.frames import DATA

        data = bytearray()
        while (found := self._receive()) is not None and found[0] == DATA:
            data += found[1]
        return bytes(data)

    def _receive(self) -> tuple[bytes, bytes] | None:
        from kg.query.frames import HEADER, unframe

        header = self._exactly(HEADER)
        if header is None:
            return None
        kind, size = unframe(header)
        body = self._exactly(size)
        return None if body is None else (kind, body)

    def _exactly(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            block = self._channel.recv(size - len(data))
            if not block:
                return None
            data += block
        return bytes(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
