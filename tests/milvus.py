"""Starts milvus-lite in a process of its own, which the real client talks to over gRPC."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from kg.index.engine import VectorEngine

_STARTING = 60.0


class MilvusServer:
    """``stop`` and ``start`` again keep what it holds; ``uri`` stays the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def engine(self, prefix: str = "medkg_", seconds: float = 10.0) -> VectorEngine:
        return VectorEngine(uri=self.uri, prefix=prefix, seconds=seconds, build_seconds=60.0)

    def start(self) -> None:
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self._folder / "milvus")]
        with (self._folder / "milvus.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(self.port)], stdout=log, stderr=log
            )
        until = time.monotonic() + _STARTING
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.5).close()
                return
            except OSError:
                assert self.process.poll() is None, (self._folder / "milvus.log").read_text("utf-8")
                assert time.monotonic() < until, "milvus-lite did not start"
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def __enter__(self) -> MilvusServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
