"""A Virtuoso of our own: started by hand in one folder, on free ports of this machine, stopped at the end.

Tests and benchmarks use it; it needs ``virtuoso-t`` and ``isql-vt`` (Debian: virtuoso-opensource-7-bin).
As a program it is a loader for medkg's remote store: it loads a folder into a server that runs on this
machine, with the password of the owner from standard input.

    python benchmarks/virtuoso.py SQL_PORT FOLDER
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

SERVER, CLIENT = "virtuoso-t", "isql-vt"
PACKAGE = "virtuoso-opensource-7-bin"
USER = PASSWORD = "dba"
"""The owner that every new database has; its ports are bound to loopback only."""

_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
MaxCheckpointRemap = 2000

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableTcpSocket = 0
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = /
ThreadsPerQuery = {threads}
AsyncQueueMaxThreads = {threads}
MaxQueryMem = {query_megabytes}M

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
EnabledGzipContent = 0

[SPARQL]
DefaultQuery = ASK {{}}
"""


def missing() -> list[str]:
    """The programs that are not installed."""
    return [name for name in (SERVER, CLIENT) if shutil.which(name) is None]


class Virtuoso:
    """A running server whose data are in ``folder``; a context manager.

    ``megabytes``: its buffers. ``threads``: how many one query may use. Raises RuntimeError when it
    does not answer within ``patience`` seconds.

    >>> with Virtuoso(folder) as engine:                    # doctest: +SKIP
    ...     seconds = engine.load([Path("dump.nq.gz")])
    ...     ask(engine.endpoint)
    """

    def __init__(self, folder: Path, megabytes: int = 128, threads: int = 2, patience: float = 120.0) -> None:
        self.folder = folder.resolve()
        self._megabytes, self._threads, self._patience = megabytes, threads, patience
        self._process: subprocess.Popen[bytes] | None = None
        self.http_port, self.sql_port = 0, 0

    def __enter__(self) -> Virtuoso:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """Where queries go."""
        return f"http://127.0.0.1:{self.http_port}/sparql"

    @property
    def update_endpoint(self) -> str:
        """Where updates go: with digest authentication, as USER with PASSWORD."""
        return f"http://127.0.0.1:{self.http_port}/sparql-auth"

    @property
    def pid(self) -> int:
        """The process, for measuring its memory; 0 before the start."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.http_port, self.sql_port = _free_ports(2)
        buffers = self._megabytes * 1024 * 1024 // 8700  # a buffer holds a page of 8 KB and its header
        ini = self.folder / "virtuoso.ini"
        text = _INI.format(
            folder=self.folder, sql=self.sql_port, http=self.http_port, buffers=buffers, dirty=buffers * 3 // 4,
            threads=self._threads, query_megabytes=max(self._megabytes // 2, 64),
        )  # fmt: skip
        ini.write_text(text, "utf-8")
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                [SERVER, "+foreground", "+configfile", str(ini)],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + self._patience
        while time.monotonic() < until and self._process is not None and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.endpoint}?query=ASK%7B%7D", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        tail = (self.folder / "output.log").read_text("utf-8", "replace")[-2000:]
        raise RuntimeError(f"Virtuoso did not start: {tail}")

    def isql(self, *statements: str) -> str:
        """Run SQL statements one after another; their output. Raises RuntimeError on the first that fails."""
        return isql(self.sql_port, *statements)

    def load(self, paths: Sequence[Path], loaders: int = 1) -> float:
        """Load .nq, .nq.gz, .nt, ... files with the bulk loader; seconds, checkpoint included.

        Statements without a graph go into ``urn:x-unnamed``. Raises RuntimeError when a file was not
        taken whole.
        """
        return load(self.sql_port, paths, loaders)

    def stop(self) -> None:
        """Shut the server down; kill it when it does not end within a minute."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def isql(port: int, *statements: str, password: str = PASSWORD) -> str:
    """Run SQL statements in the server at this port; raises RuntimeError on the first that fails."""
    command = [CLIENT, f"127.0.0.1:{port}", USER, password, "ERRORS=STDOUT", "VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF"]
    text = "".join(f"{statement};\n" for statement in statements)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=7200)
    if done.returncode or "*** Error" in done.stdout:
        raise RuntimeError(f"isql: {(done.stdout + done.stderr)[:2000]}")
    return done.stdout


def load(port: int, paths: Sequence[Path], loaders: int = 1, password: str = PASSWORD) -> float:
    """Load files into the server at this port as ``Virtuoso.load`` does; one load at a time."""
    begin = time.monotonic()
    files = [str(path.resolve()).replace("'", "''") for path in paths]
    adding = [f"ld_add('{file}', 'urn:x-unnamed')" for file in files]
    isql(port, "delete from DB.DBA.load_list", *adding, password=password)
    with ThreadPoolExecutor(loaders) as pool:
        for future in [pool.submit(isql, port, "rdf_loader_run()", password=password) for _ in range(loaders)]:
            future.result()
    isql(port, "checkpoint", password=password)
    wrong = "select '@' || ll_file, ll_error from DB.DBA.load_list where ll_state <> 2 or ll_error is not null"
    found = isql(port, wrong, password=password)
    if "\n@" in found:
        raise RuntimeError(f"not loaded whole: {found[:2000]}")
    return time.monotonic() - begin


def main(port: str, folder: str) -> None:
    load(int(port), sorted(Path(folder).glob("*.nq*")), password=sys.stdin.readline().strip() or PASSWORD)


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
