"""A query worker: a process of its own that answers queries on one checkpoint until it is told to end.

Started by ``kg.query.pool`` as ``python -m kg.query.worker FD CHECKPOINT MEGABYTES``; FD is its end of
a socket pair. It confines itself first, then loads the engine, so that nothing a query does can reach
the network, outlive the service or take more memory than it may. The parent kills it on time.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.query import confinement

if TYPE_CHECKING:
    import pyoxigraph

    from kg.query.frames import Question

_GROWN = 0.5
"""A worker whose address space has grown by this share of its budget is replaced."""


def main(arguments: list[str]) -> int:
    """Serve questions from the socket; returns the exit code."""
    # A network namespace can be left only while there is one thread: before the engine is loaded.
    no_network = confinement.leave_network()
    confinement.die_with_parent()
    descriptor, path, megabytes = int(arguments[0]), Path(arguments[1]), int(arguments[2])

    import msgspec

    from kg.query.answering import open_checkpoint
    from kg.query.frames import READY, Ready, frame

    store = open_checkpoint(path)
    idle = confinement.address_space()
    confinement.limit_memory(megabytes)
    no_calls = confinement.deny_calls()
    with socket.socket(fileno=descriptor) as channel:
        channel.sendall(frame(READY, msgspec.msgpack.encode(Ready(no_network, no_calls))))
        # What the engine writes as it dies is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        budget = int(megabytes * 1_000_000 * _GROWN)
        while question := _receive(channel):
            _reply(channel, store, question, idle + budget)
    return 0


def _receive(channel: socket.socket) -> Question | None:
    import msgspec

    from kg.query.frames import HEADER, Question, unframe

    header = _exactly(channel, HEADER)
    if header is None:
        return None
    body = _exactly(channel, unframe(header)[1])
    return None if body is None else msgspec.msgpack.decode(body, type=Question)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        block = channel.recv(size - len(data))
        if not block:
            return None
        data += block
    return bytes(data)


def _reply(channel: socket.socket, store: pyoxigraph.Store, question: Question, grown: int) -> None:
    import msgspec

    from kg.errors import MedkgError, QueryTooLarge
    from kg.query.answering import answer
    from kg.query.frames import DATA, END, FAILURE, HEAD, End, Failure, Head, frame
    from kg.query.gate import check_query

    encode = msgspec.msgpack.encode

    def begin(name: str) -> None:
        channel.sendall(frame(HEAD, encode(Head(name))))

    def emit(block: bytes) -> None:
        channel.sendall(frame(DATA, block))

    try:
        if not question.gated:
            check_query(question.text)
        rows = answer(store, question, begin, emit)
        tired = confinement.address_space() > grown
        channel.sendall(frame(END, encode(End(rows, tired))))
    except MedkgError as error:
        channel.sendall(frame(FAILURE, encode(Failure(error.slug, {k: _plain(v) for k, v in error.params.items()}))))
    except MemoryError:
        channel.sendall(frame(FAILURE, encode(Failure(QueryTooLarge.slug, {"why": "memory", "limit": 0}))))
        raise


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
