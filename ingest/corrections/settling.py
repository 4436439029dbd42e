"""The corrections of all inputs of a data folder as one file: what holds, what is disputed, and the rules.

::

    corrections/<digest>.json           what was settled, for linking and for reports
    corrections/<digest>.lessons.json   the rules as the lexicon takes them (``ontology.lessons``)
    corrections/labelled/<input>.jsonl  sentences that curators looked at, as training data
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from ingest.corrections.agreement import newest, settled
from ingest.corrections.rules import Rule, lessons, rules
from kg.errors import IntegrityError
from kg.model.correction import Correction
from kg.model.ids import digest
from kg.store.disk import storage

FOLDER = "corrections"
TABLE = "corrections.jsonl"
"""Beside the quads of a batch: its corrections that fit their texts, a line each."""


class Settlement(msgspec.Struct, frozen=True):
    """``mark`` stands for what holds: texts that were linked with the same mark have the same corrections."""

    applied: tuple[Correction, ...]
    disputed: tuple[Correction, ...]
    rules: tuple[Rule, ...]

    @property
    def mark(self) -> str:
        return digest(msgspec.json.encode(_placeless(self.applied)).decode())


def settle(tables: Sequence[Path], data: Path) -> Path | None:
    """Write what follows from the tables of corrections, in their order; None where they hold none.

    Raises IntegrityError for a damaged table, StorageFull, StoreError.
    """
    rows = newest(row for table in tables for row in read_table(table))
    if not rows:
        return None
    held = settled(rows)
    made = Settlement(_placeless(held.applied), held.disputed, tuple(rules(held.applied)))
    content = msgspec.json.encode(made)
    target = data / FOLDER / f"{digest(content.decode())}.json"
    with storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        lessons_file(target).write_bytes(msgspec.json.encode(lessons(made.rules)))
        target.write_bytes(content)
    return target


def lessons_file(settlement: Path) -> Path:
    """Where the rules of a settlement stand."""
    return settlement.with_suffix(".lessons.json")


def read_settlement(path: Path) -> Settlement:
    """Raises IntegrityError where the file is gone or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settlement)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def read_table(path: Path) -> Iterator[Correction]:
    """The corrections beside the quads of a batch."""
    decoder = msgspec.json.Decoder(Correction)
    try:
        for line in path.read_bytes().splitlines():
            yield decoder.decode(line)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def _placeless(rows: Iterable[Correction]) -> tuple[Correction, ...]:
    """Without the lines that they stand in: a row that moves changes nothing."""
    return tuple(msgspec.structs.replace(one, position="") for one in rows)
