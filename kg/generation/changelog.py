"""What changed in terminologies from one generation to another, for people, in both languages (R43)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from kg.generation.diff import read_changes
from kg.generation.diff_markdown import markdown
from kg.generation.differ import CHANGES, make, read_summary

KINDS = frozenset({"concept", "mapping"})
LANGUAGES = ("zh", "en")


def changelogs(data: Path, before: str, after: str, work: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Language and lines; the diff is made once, in ``work``. Raises IntegrityError, StoreError, StorageFull."""
    changes = make(data, before, after, CHANGES, work)
    found = read_summary(work)
    told = msgspec.structs.replace(found, counts={kind: found.counts[kind] for kind in found.counts if kind in KINDS})
    for language in LANGUAGES:
        rows = (change for change in read_changes(changes) if change.kind in KINDS)
        yield language, markdown(told, rows, language)
