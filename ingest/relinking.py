"""Linking anew only what changed names or corrections concern: which units may keep what was linked before.

A unit keeps mentions where nothing but names or corrections is other than at the last build of its input: the same
files in the same order (new ones may come between), the same rules, options and base. That is what the ids of units
say, so anything else links the input as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from ingest.changes import Changes, changed_names
from ingest.corrections.applying import by_document
from ingest.corrections.settling import FOLDER, Settlement, read_settlement
from ingest.journal import InputState
from ingest.keeping import Kept
from ingest.unit import Unit
from kg.errors import IntegrityError
from ontology.lexicon import Lexicon

LEXICON = "lexicon"
MOST = 2000
"""Changed names above which an input is linked as a whole: looking for each of them in each text takes longer."""


def relinked(units: list[Unit], known: InputState | None, data: Path) -> list[Unit]:
    """The units of one input, with what those may keep that were linked at its last build."""
    lexicon = units[0].lexicon
    if known is None or lexicon is None or not known.linked[0]:
        return units
    try:
        changes, mark, corrected = _changes(data, known.linked, lexicon, units[0].corrections)
    except IntegrityError:
        return units  # What it was linked with is gone, or was made by other rules.
    if len(changes.names) > MOST:
        return units
    before = [msgspec.structs.replace(unit, lexicon_digest=mark, corrections_mark=corrected).id for unit in units]
    if not _in_order(known.units, before):
        return units
    kept = Kept(data / "journal.sqlite", units[0].graph("annotation"), changes)
    old = frozenset(known.units)
    return [
        msgspec.structs.replace(unit, kept=kept) if id_ in old else unit
        for unit, id_ in zip(units, before, strict=True)
    ]


@lru_cache(maxsize=4)
def _changes(data: Path, linked: tuple[str, str], lexicon: Path, corrections: Path | None) -> tuple[Changes, str, str]:
    """What is other than it was, and the marks of the names and corrections of then."""
    old = Lexicon.load(data / LEXICON / linked[0])
    before = read_settlement(data / FOLDER / linked[1]) if linked[1] else None
    after = read_settlement(corrections) if corrections else None
    names = changed_names(old, Lexicon.load(lexicon))
    return Changes(names, _recorrected(before, after)), old.digest, before.mark if before else ""


def _recorrected(before: Settlement | None, after: Settlement | None) -> tuple[str, ...]:
    old, new = (by_document(one.applied if one else ()) for one in (before, after))
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _in_order(some: Sequence[str], all_: Sequence[str]) -> bool:
    """Whether ``some`` all stand in ``all_``, in their order: which of two files has the last version of a record
    must not have changed."""
    left = iter(all_)
    return all(one in left for one in some)
