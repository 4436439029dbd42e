"""Memory that Python has freed and the C library keeps."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Hand free memory to the system, before something large is asked for; some ms.

    glibc keeps hundreds of megabytes after millions of small objects. Where the C library has no ``malloc_trim``
    (musl, macOS, Windows) nothing happens.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return _nothing
    return trim


def _nothing(pad: int) -> None:
    """Where there is no way to tell the C library."""
