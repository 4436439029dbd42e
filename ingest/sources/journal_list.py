"""Lists of journals as tables: core journals, journals of an index, quartiles (CSV or tab-separated).

A row says that a list has a journal. Such lists are licensed, so none comes with medkg: what a library holds is read
in, with columns in Chinese or English, or with options where the file itself is the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.columns import chosen, delimiter, header
from ingest.reading.identifiers import issn
from ingest.reading.options import check_options
from kg.model.serial import JournalListing
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Table

_NAMES: dict[str, tuple[str, ...]] = {
    "list": ("journal list", "list", "list name", "期刊列表", "期刊目录", "目录", "目录名称", "列表"),
    "edition": ("edition", "list year", "年版", "版本", "版次", "目录年份"),
    "category": ("category", "quartile", "list category", "类别", "分区", "学科类别", "等级"),
    "title": ("title", "journal", "journal title", "full title", "刊名", "期刊名称"),
    "issn": ("issn", "print issn", "p-issn", "pissn"),
    "eissn": ("eissn", "e-issn", "electronic issn", "online issn", "电子版issn"),
    "cn": ("cn", "cn号", "国内统一刊号", "国内统一连续出版物号"),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_OPTIONS = ("list", "edition", "columns", "delimiter", "encoding")


class JournalList:
    """JournalListings. Options: ``list`` and ``edition`` for a file without such columns, ``columns`` (a column of the
    table -> a field of ours), ``delimiter``, ``encoding``."""

    name: ClassVar[str] = "journal_list.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Likely when the first line names a list of journals, and an ISSN or title."""
        found = {_FIELDS.get(cell) for cell in header(head)}
        return 0.8 if "list" in found and found & {"issn", "eissn", "title"} else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One journal a row; a file that names no list is rejected. Raises ConfigError for unknown columns."""
        check_options(self.name, options, _OPTIONS)
        dialect = Dialect(
            delimiter=str(options.get("delimiter", "")) or delimiter(raw),
            encoding=str(options.get("encoding", "utf-8")),
            ragged=True,
        )
        dialect.check(self.name)
        table = Table(raw, dialect)
        fields = chosen(table.columns, options.get("columns", {}), _FIELDS, _NAMES)
        given = {name: str(options[name]).strip() for name in ("list", "edition") if name in options}
        if table.columns and "list" not in fields.values() and not given.get("list"):
            yield Reject(raw.path.name, "line 1", "", "columns", "list", fatal=True)
            return
        for row in table.rows():
            if isinstance(row, Reject):
                yield row
            else:
                cells = {name: " ".join(row.cells[place].split()) for name, place in table.columns.items()}
                yield _listing(
                    raw, row.position, {name: value for name, value in cells.items() if value}, fields, given
                )


def _listing(
    raw: RawFile, position: str, cells: Mapping[str, str], fields: Mapping[str, str], given: Mapping[str, str]
) -> SourceItem:
    values, unread = dict(given), []
    for column, value in cells.items():
        field = fields[column]
        known = issn(value) if field in ("issn", "eissn") else value
        if field and known:
            values[field] = known
        else:
            # A number whose check digit is wrong is no number.
            unread.append((column, value))
    first = next(iter(cells.values()), "")[:80]
    if not values.get("list"):
        return rejected(raw, position, first, "bad-line", "list")
    if not any(values.get(name) for name in ("issn", "eissn", "cn", "title")):
        return rejected(raw, position, first, "no-identifier", "ISSN")
    return JournalListing(**values, unread=tuple(unread))
