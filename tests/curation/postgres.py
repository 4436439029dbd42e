"""A PostgreSQL server of Debian's, started by hand in a folder of its own as a user who is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.requirement import absent

PACKAGE = "postgresql"
_USERS = ("postgres", "nobody")


def tools() -> Path:
    """The folder of the newest server that is installed; the test ends where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    if other is None:
        absent(f"there is no PostgreSQL (apt-get install {PACKAGE})")
    return Path(other).parent


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """The URL of the first database of the server whose programs lie in ``bin_``; it listens on a socket alone."""
    user = next(name for name in _USERS if _known(name)) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    # Folders of pytest belong to root alone, and the path of a socket is short.
    home = Path(tempfile.mkdtemp(prefix="medkg-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, user)
    as_user = {"user": user} if os.geteuid() == 0 else {}
    run = {"cwd": home, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "env": {"LC_ALL": "C.UTF-8"}}
    made = subprocess.run(
        [bin_ / "initdb", "-D", home / "data", "-A", "trust", "-U", "medkg", "-E", "UTF8", "--no-sync"],
        check=False, **run, **as_user,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode()
    process = subprocess.Popen(
        [bin_ / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
        **run, **as_user,
    )  # fmt: skip
    try:
        for _ in range(200):
            if (home / ".s.PGSQL.5432").exists() and _answers(bin_, home):
                break
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.05)
        yield f"postgresql+pg8000://medkg@/postgres?unix_sock={home}/.s.PGSQL.5432"
    finally:
        process.terminate()
        process.communicate(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _answers(bin_: Path, home: Path) -> bool:
    return subprocess.run([bin_ / "pg_isready", "-h", home, "-q"], check=False).returncode == 0


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
