"""A list of kill switches in a file: what was stopped since a rule bundle was written (ADR 33)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kg.errors import InputError
from kg.model.standing import Kill


def kill_list(path: Path) -> tuple[Kill, ...]:
    """The switches in a file of JSON Lines, as ``medkg rules kills --json`` prints them, without those that were taken
    back. Raises InputError with the line for one that cannot be read: a switch that nobody read would stop nothing."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(path=path, position="", reason=str(error)) from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [msgspec.json.decode(line, type=Kill)] if line.strip() else []
        except msgspec.MsgspecError as error:
            raise InputError(path=path, position=f"line {number}", reason=str(error)) from None
    return tuple(one for one in found if not one.until)
