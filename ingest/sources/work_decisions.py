"""Tables of what curators decided about works: two records are one work, or they are not (CSV).

Columns ``a``, ``b`` and ``decision`` (or 记录一, 记录二, 结论), with ``reason`` (理由) and ``date`` (日期) where there
are some. Records are named by CURIE, as search and lists of matches show them. A row that is taken out of the table
is a decision that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.encoding import guess
from ingest.reading.identifiers import curie
from ingest.reading.options import check_options
from ingest.reading.tagged import date
from kg.errors import IdentifierError
from kg.model.ids import Ids
from kg.model.source import RawFile, Reject
from kg.model.work import WorkDecision
from ontology.reading.damage import rejected
from ontology.reading.raw import head
from ontology.reading.table import Dialect, Row, Table

_NAMES = {
    "a": ("a", "记录一"),
    "b": ("b", "记录二"),
    "decision": ("decision", "结论"),
    "reason": ("reason", "理由"),
    "date": ("date", "日期"),
}
_NEEDED = ("a", "b", "decision")
_WORDS = {"same": True, "相同": True, "different": False, "不同": False}


class WorkDecisions:
    """WorkDecisions; takes no options."""

    name: ClassVar[str] = "work_decisions.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv",)

    def sniff(self, head: bytes) -> float:
        """Sure when the header has the three columns that are needed."""
        cells = {cell.strip(' "') for cell in _first(head).split(",")}
        return 0.95 if all(cells.intersection(_NAMES[name]) for name in _NEEDED) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One decision a row. Rows that do not name two records, or decide neither way, are rejected."""
        check_options(self.name, options)
        table = Table(raw, Dialect(delimiter=",", encoding=guess(head(raw.path)), ragged=True))
        places = {
            field: table.columns[name] for field, names in _NAMES.items() for name in names if name in table.columns
        }
        missing = [name for name in _NEEDED if table.columns and name not in places]
        if missing:
            yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
            return
        ids = Ids()
        for row in table.rows():
            yield row if isinstance(row, Reject) else _decision(raw, row, places, ids)


def _first(head: bytes) -> str:
    return head.decode(guess(head), "replace").removeprefix("\ufeff").partition("\n")[0].strip()


def _decision(raw: RawFile, row: Row, places: dict[str, int], ids: Ids) -> SourceItem:
    values = {name: " ".join(row.cells[place].split()) for name, place in places.items()}
    named = [_record(values[name], ids) for name in ("a", "b")]
    first = values["a"][:80]
    if not all(named):
        return rejected(raw, row.position, first, "no-identifier", "a, b")
    if named[0] == named[1]:
        return rejected(raw, row.position, first, "bad-record", "a = b")
    same = _WORDS.get(values["decision"].lower())
    if same is None:
        return rejected(raw, row.position, first, "bad-record", f"decision: {values['decision'][:80]}")
    a, b = sorted(named)
    return WorkDecision(a, b, same, values.get("reason", ""), date(values.get("date", ""))[0])


def _record(value: str, ids: Ids) -> str:
    """The CURIE in one spelling; empty where it is none."""
    scheme, _, number = value.partition(":")
    found = curie(scheme, number) or value
    try:
        return ids.curie(ids.expand(found))
    except IdentifierError:
        return ""
