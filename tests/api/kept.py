"""Processes for a supervisor to keep: ``python -m tests.api.kept FOLDER COUNT STILL``. Each writes a file with its id
below FOLDER; files there say what it is to do."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from api.heartbeat import Heart
from api.supervisor import Failed, Supervisor


def work(folder: Path, pipe: Connection) -> None:
    """Beats until it is told to end; the file ``refuse`` keeps it from starting."""
    heart = Heart(pipe)
    if (folder / "refuse").exists():
        heart.fail("it is refused 拒绝")
        sys.exit(7)
    asyncio.run(_serve(folder, heart))


async def _serve(folder: Path, heart: Heart) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    heart.start(ended.set)
    (folder / str(os.getpid())).touch()
    await ended.wait()
    (folder / f"{os.getpid()}.ended").touch()


def main(folder: Path, count: int, still: float) -> None:
    try:
        Supervisor(partial(work, folder), count, still).run((folder / "ready").touch)
    except Failed as failed:
        sys.stdout.buffer.write(f"{failed.status} {failed.reason}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
