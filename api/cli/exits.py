"""Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 finished with rejects."""

from __future__ import annotations

from enum import IntEnum

from kg.errors import ConfigError, IdentifierError, MedkgError, UnknownName


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    REJECTS = 3


def code_of(error: MedkgError) -> Exit:
    """What the caller can mend by other arguments is wrong usage; everything else has failed."""
    return Exit.USAGE if isinstance(error, ConfigError | UnknownName | IdentifierError) else Exit.FAILED
