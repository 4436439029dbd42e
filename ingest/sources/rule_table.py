"""``rule_table.v1``: families of rules as a table (CSV, tabs, a spreadsheet), one rule a row (ADR 31).

Columns, in English or Chinese: ``id``, ``family`` (see ``ingest.rules.families``), ``drugs``, ``others``, ``value``,
``unit``, ``routes``, ``tier``, ``title_zh``, ``title_en``, ``message_zh``, ``message_en``, ``organisation``,
``source``, ``edition``, ``section``, ``document``, ``passage``, ``start``, ``quote``, ``strength``, ``grade``,
``scheme`` (a quote is evidence that ``medkg rules lint`` looks for, ADR 36), ``version``, ``effective_from``,
``effective_to``, ``review_due``. Concepts are CURIEs, several with ``|``; so are routes, by their name in rules. The
pack is told by the options ``pack``, ``release``, ``licence``. Rows that do not fit are rejected with their place,
each with everything that is wrong in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import ClassVar, get_args

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.columns import header
from ingest.reading.options import check_options
from ingest.rules.families import FAMILIES, NEEDS_OTHERS, NEEDS_ROUTES, NEEDS_UNIT, NEEDS_VALUE
from ingest.rules.rows import Cells
from ingest.rules.table import Columns, RowCells, RowReading, parts, rules
from kg.errors import ConfigError
from kg.model.rule import Tier
from kg.model.source import RawFile
from kg.rules.membership import route_names
from kg.rules.units import Units

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "rule id", "编号", "规则编号"),
    "family": ("family", "类别", "规则类别"),
    "drugs": ("drugs", "drug", "tests", "药物", "药品", "检验项目"),
    "others": ("others", "other", "另一药物", "疾病", "过敏原"),
    "value": ("value", "数值", "界值"),
    "unit": ("unit", "单位"),
    "routes": ("routes", "route", "给药途径"),
    "tier": ("tier", "级别"),
    "title_zh": ("title_zh", "标题", "中文标题"),
    "title_en": ("title_en", "英文标题"),
    "message_zh": ("message_zh", "提示", "中文提示"),
    "message_en": ("message_en", "英文提示"),
    "organisation": ("organisation", "发布机构"),
    "source": ("source", "出处"),
    "edition": ("edition", "版次"),
    "section": ("section", "章节"),
    "document": ("document", "文献"),
    "passage": ("passage", "段落"),
    "start": ("start", "起点"),
    "quote": ("quote", "原句"),
    "strength": ("strength", "证据类型"),
    "grade": ("grade", "证据等级"),
    "scheme": ("scheme", "分级体系"),
    "version": ("version", "规则版本"),
    "effective_from": ("effective_from", "生效日期"),
    "effective_to": ("effective_to", "失效日期"),
    "review_due": ("review_due", "复审日期"),
}
_REQUIRED = (
    "id",
    "family",
    "drugs",
    "tier",
    "title_zh",
    "title_en",
    "message_zh",
    "message_en",
    "organisation",
    "source",
)
_TABLE = Columns(_NAMES, _REQUIRED)
_EVIDENCE = ("edition", "section", "document", "passage", "quote", "strength", "grade", "scheme")
_EVENTS = ("order-select", "order-sign", "prescription-review")
_OPTIONS = ("pack", "release", "licence", "columns", "sheet", "encoding")


class RuleTable:
    """Rules of one pack. All of them are examples: tables that a hospital means for care go through its committee."""

    name: ClassVar[str] = "rule_table.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".xlsx", ".csv.gz", ".tsv.gz")

    def sniff(self, head: bytes) -> float:
        found = {_TABLE.fields.get(cell) for cell in header(head)}
        return 0.9 if {"family", "drugs", "tier", "title_zh"} <= found else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One rule a row. Raises ConfigError for options that do not fit."""
        check_options(self.name, options, _OPTIONS)
        told = {name: str(options.get(name, "")).strip() for name in ("pack", "release", "licence")}
        if lacking := [name for name, value in told.items() if not value]:
            raise ConfigError(where=self.name, reason=f"the options {', '.join(lacking)} name the pack")
        yield from rules(raw, options, self.name, _TABLE, told, RowReading(_wrong, _rule))


def _wrong(cells: RowCells) -> Iterator[str]:
    """Everything that does not fit, by column."""
    for name in _REQUIRED:
        if not cells[name]:
            yield f"{name}: empty"
    family = cells["family"]
    if family and family not in FAMILIES:
        yield f"family: {family[:80]} is none of {', '.join(FAMILIES)}"
    if cells["tier"] and cells["tier"] not in get_args(Tier):
        yield f"tier: {cells['tier'][:80]} is none of {', '.join(get_args(Tier))}"
    for name in ("drugs", "others"):
        for concept in parts(cells.get(name, "")):
            if ":" not in concept:
                yield f"{name}: {concept[:80]} is no CURIE"
    if family in NEEDS_OTHERS and not cells.get("others"):
        yield "others: empty"
    if family in NEEDS_VALUE:
        value = _value(cells.get("value", ""))
        if value is None or not (math.isfinite(value) and value > 0):
            yield f"value: {cells.get('value', '')[:80]} is no number above 0"
    if family == "accumulation" and len(parts(cells["drugs"])) < (_value(cells.get("value", "")) or 0):
        yield "drugs: fewer than value"
    if family in NEEDS_ROUTES and not cells.get("routes"):
        yield "routes: empty"
    for name in parts(cells.get("routes", "")):
        if name not in route_names():
            yield f"routes: {name[:80]} is none of {', '.join(route_names())}"
    if cells.get("quote"):
        for name in ("document", "passage"):
            if not cells.get(name):
                yield f"{name}: empty beside a quote"
        if not re.fullmatch(r"[0-9]{1,9}", cells.get("start", "")):
            yield f"start: {cells.get('start', '')[:80]} is no offset"
    unit = cells.get("unit", "")
    if (unit or family in NEEDS_UNIT) and not Units().known(unit or "?"):
        yield f"unit: {unit[:80]} is no unit"


def _rule(cells: RowCells) -> dict[str, object]:
    """The rule of a row as plain values, which the schema of rules checks."""
    value = _value(cells.get("value", ""))
    made = FAMILIES[cells["family"]](
        Cells(
            parts(cells["drugs"]),
            parts(cells.get("others", "")),
            value,
            cells.get("unit", ""),
            parts(cells.get("routes", "")),
        )
    )
    evidence = {"title": cells["source"], "organisation": cells["organisation"]}
    optional = ("effective_from", "effective_to", "review_due", "version")
    return {
        "id": cells["id"], "version": "1", "tier": cells["tier"], "family": cells["family"],
        "events": made.events or _EVENTS,
        "title": {"zh": cells["title_zh"], "en": cells["title_en"]},
        "message": {"zh": cells["message_zh"], "en": cells["message_en"]},
        "evidence": [evidence | {name: cells[name] for name in _EVIDENCE if cells.get(name)} | _quoted(cells)],
        "when": msgspec.to_builtins(made.when), "cases": msgspec.to_builtins(made.cases),
        **{name: cells[name] for name in optional if cells.get(name)},
    }  # fmt: skip


def _quoted(cells: RowCells) -> dict[str, object]:
    """Where the quote of a row stands; nothing for a row without one."""
    return {"basis": "quoted", "start": int(cells["start"])} if cells.get("quote") else {}


def _value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
