"""The members of a concept set as CSV (RFC 4180): a row a member, the pin of the list in every row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from kg.sets.compilation import Compiled
from kg.sets.fhir import Coded
from kg.sets.shown import Names

COLUMNS = (
    "set", "version", "generation", "digest", "id", "system", "code", "label_zh", "label_en", "known", "how", "include",
    "path",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(found: Compiled, names: Names, coded: Coded, generation: str) -> Iterator[str]:
    """Lines with CRLF, the heading first. ``include`` counts lines from 1; ``path`` is the first of a member's."""
    yield line(COLUMNS)
    for one in found.members:
        label, reason = names(one.id), one.reasons[0]
        yield line(
            (
                found.id, found.version, generation, found.digest, one.id, *coded(one.id), label.zh or "",
                label.en or "", "yes" if one.known else "no", reason.how,
                " ".join(str(other.part + 1) for other in one.reasons), " > ".join(reason.path),
            )
        )  # fmt: skip


def line(cells: tuple[str, ...]) -> str:
    """One line; a cell that a spreadsheet would calculate gets an apostrophe before it.

    >>> line(("E11.9", "=1+1", "a,b"))
    'E11.9,\\'=1+1,"a,b"\\r\\n'
    """
    out = StringIO()
    csv.writer(out).writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return out.getvalue()
