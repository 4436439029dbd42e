"""Lists of serials as tables: ISSN lists, KBART files, core lists (CSV or tab-separated, UTF-8 or as told).

Columns are known by the names that such lists have in Chinese and English; KBART is
https://www.niso.org/standards-committees/kbart. Columns that are not known are kept as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.columns import chosen, delimiter, header
from ingest.reading.options import check_options
from ingest.reading.serials import SerialDraft
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Table

_NAMES: dict[str, tuple[str, ...]] = {
    "titles": ("title", "journal", "journal title", "publication_title", "full title", "刊名", "期刊名称", "题名"),
    "other_titles": ("parallel title", "english title", "并列刊名", "英文刊名", "曾用刊名", "former title"),
    "abbreviation": ("abbreviation", "iso abbreviation", "abbreviated title", "缩写刊名", "刊名缩写"),
    "issn": ("issn", "print issn", "p-issn", "pissn", "print_identifier", "国际标准连续出版物号", "印刷版issn"),
    "eissn": ("eissn", "e-issn", "electronic issn", "online issn", "online_identifier", "电子版issn"),
    "linking": ("issn-l", "issnl", "linking issn"),
    "cn": ("cn", "cn号", "国内统一刊号", "国内统一连续出版物号"),
    "publisher": ("publisher", "publisher_name", "主办单位", "出版单位", "出版者"),
    "place": ("place", "place of publication", "出版地"),
    "frequency": ("frequency", "出版周期", "刊期"),
    "country": ("country", "国家", "出版国"),
    "begin": ("begin", "start year", "创刊年", "创刊时间"),
    "end": ("end", "end year", "停刊年", "停刊时间"),
    "languages": ("language", "languages", "语种", "文种"),
    "classes": ("clc", "class number", "分类号", "中图分类号"),
    "subjects": ("subject", "subjects", "学科", "主题"),
    "urls": ("url", "title_url", "homepage", "网址", "主页"),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_LISTS = frozenset(SerialDraft.__slots__) & {
    "titles", "other_titles", "languages", "classes", "subjects", "urls",
}  # fmt: skip
_SPLIT = re.compile(r"[;；|]").split
_OPTIONS = ("columns", "delimiter", "encoding")


class SerialList:
    """Serials. Options: ``columns`` (a column of the table -> a field of ours), ``delimiter``, ``encoding``."""

    name: ClassVar[str] = "serials.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Likely when the first line names a title and an ISSN, and nothing that an article has."""
        found = {_FIELDS.get(cell) for cell in header(head)}
        return 0.7 if "titles" in found and found & {"issn", "eissn"} else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One serial a row; those without ISSN or title are rejected. Raises ConfigError for unknown columns."""
        check_options(self.name, options, _OPTIONS)
        dialect = Dialect(
            delimiter=str(options.get("delimiter", "")) or delimiter(raw),
            encoding=str(options.get("encoding", "utf-8")),
            ragged=True,
        )
        dialect.check(self.name)
        table = Table(raw, dialect)
        known = chosen(table.columns, options.get("columns", {}), _FIELDS, _NAMES)
        fields = [(known[name], name, place) for name, place in table.columns.items()]
        for row in table.rows():
            yield row if isinstance(row, Reject) else _serial(raw, row.position, row.cells, fields)


def _serial(raw: RawFile, position: str, cells: list[str], fields: list[tuple[str, str, int]]) -> SourceItem:
    draft = SerialDraft()
    for field, column, place in fields:
        value = cells[place].strip()
        if not value:
            continue
        if not field:
            draft.unread.append((column, value))
        elif field in ("titles", "other_titles"):
            getattr(draft, field).append(value)
        elif field in _LISTS:
            getattr(draft, field).extend(_SPLIT(value))
        else:
            setattr(draft, field, value)
    fault = draft.fault()
    if fault:
        return rejected(raw, position, cells[0][:80], "no-identifier" if fault == "ISSN" else "no-title", fault)
    return draft.finish()
