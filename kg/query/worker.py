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

from kg.query import confinement

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
    from kg.query.replying import receive, reply

    store = open_checkpoint(path)
    idle = confinement.address_space()
    confinement.limit_memory(megabytes)
    no_calls = confinement.deny_calls()
    with socket.socket(fileno=descriptor) as channel:
        channel.sendall(frame(READY, msgspec.msgpack.encode(Ready(no_network, no_calls))))
        # What the engine writes as it dies is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        grown = idle + int(megabytes * 1_000_000 * _GROWN)
        spaces = confinement.growth()
        reader = channel.makefile("rb")
        while question := receive(reader):
            reply(channel, store, question, lambda: next(spaces) > grown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
