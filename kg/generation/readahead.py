"""Files of a generation brought into the page cache, so that the first questions do not wait for the disk.

An opened store reads single blocks when they are asked for: with nothing in the cache, 200,000 passages were searched
at seven questions a second, with all of it at more than twenty (ADR 18).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SHARE = 0.5
"""Of the memory that is free for it; the rest is for what the process needs itself."""
_AVAILABLE = "MemAvailable:"


def room(meminfo: Path = Path("/proc/meminfo"), limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Bytes that may be read ahead: a share of what the machine has free, or this process may have; 0 where the system
    does not say."""
    try:
        lines = meminfo.read_text("ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith(_AVAILABLE))
    except (OSError, StopIteration):
        return 0
    with suppress(OSError, ValueError):  # no such file, or no limit
        free = min(free, int(limit.read_text("ascii")))
    return int(free * SHARE)


def read_ahead(folder: Path, most: int) -> int:
    """Ask the system to read the files below ``folder``, smaller ones first, ``most`` bytes in all, and return how many
    were asked for. It reads on behind this call; nothing is read where it has no such call. A file that goes away
    meanwhile, with its generation, is passed over.

    >>> read_ahead(Path("no/such/folder"), 1_000_000)
    0
    """
    asked = 0
    if not hasattr(os, "posix_fadvise"):
        return asked
    for size, path in sorted((path.stat().st_size, path) for path in folder.rglob("*") if path.is_file()):
        if asked + size > most:
            break
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            os.posix_fadvise(file, 0, size, os.POSIX_FADV_WILLNEED)
        finally:
            os.close(file)
        asked += size
    return asked
