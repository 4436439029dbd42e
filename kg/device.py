"""What libraries say when the device fails, as an OSError with its number.

Each library says it in its own way: RocksDB in a sentence, tantivy in a ValueError that quotes Rust's
``os error 28``, SQLite by a code of its own. Some lose the cause on the way: a worker thread of tantivy
just dies, and SQLite calls a file that may not grow an I/O error. Then the device itself is asked.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import tempfile
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room on the device, the quota is used up, the file may not grow."""

_FULL_TEXTS = tuple(os.strerror(number) for number in FULL)
_RUST = re.compile(r"\(os error (\d+)\)|\bOs \{ code: (\d+)")
DENIED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""The device is read-only, or this user may not."""
_PROBE = 1 << 26
"""Bytes that must fit in for the device not to be called full: about what a library writes at once."""


def full(error: BaseException) -> bool:
    """Whether an error says that there is no room left on the device."""
    text = str(error)
    return getattr(error, "errno", None) in FULL or any(known in text for known in _FULL_TEXTS)


def denied(error: BaseException) -> str:
    """What the system says where a library may not write or read here, "" for any other error.

    >>> denied(ValueError('IoError(Os { code: 30, kind: ReadOnlyFilesystem, message: "Read-only file system" })'))
    'Read-only file system'
    """
    found = _RUST.search(str(error))
    number = int(found[1] or found[2]) if found else getattr(error, "errno", None)
    return os.strerror(number) if number is not None and number in DENIED else ""


def device_error(error: Exception, folder: Path) -> OSError:
    """``error`` of a library that was writing to ``folder``, as the OSError behind it."""
    text = str(error)
    if found := _RUST.search(text):
        number = int(found[1] or found[2])
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        number = errno.ENOSPC
    else:
        number = shortage(folder) or errno.EIO
    return OSError(number, text, str(folder))


def shortage(folder: Path) -> int:
    """The number of the error that a file of some size meets in ``folder``, 0 where there is room."""
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            os.posix_fallocate(stream.fileno(), 0, _PROBE)
    except OSError as error:
        return error.errno or errno.EIO
    return 0
