"""``coding_table.v1``: dated hints on coding for one region and one code system, one row a rule (ADR 38).

Columns, in English or Chinese: ``id``, ``effective_from``, ``effective_to`` (days, both included; the last may stay
open), ``diagnosis`` and ``procedure`` (beginnings of codes of the principal ones, several with ``|``; at least one of
the two), ``tier``, ``title_zh``, ``title_en``, ``hint_zh``, ``hint_en``, ``organisation``, ``source``, ``edition``,
``version``. The options ``pack``, ``release``, ``licence`` name the pack; ``region``: the sites (``scope.site``) for
which the table holds, and ``systems``: the code systems of its codes, as callers send them, both with ``|``. A row is
not in force before its first or after its last day. Rows that do not fit are rejected with their place, each with all
that is wrong in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, get_args

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.columns import header
from ingest.reading.options import check_options
from ingest.rules.table import Columns, RowCells, RowReading, parts, rules
from kg.errors import ConfigError
from kg.model.case import Case, Code, Entry, Scope
from kg.model.rule import All, Condition, RuleCase, Tier, Written
from kg.model.source import RawFile

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号"),
    "effective_from": ("effective_from", "生效日期"),
    "effective_to": ("effective_to", "失效日期"),
    "diagnosis": ("diagnosis", "主要诊断编码"),
    "procedure": ("procedure", "主要手术编码"),
    "tier": ("tier", "级别"),
    "title_zh": ("title_zh", "标题"),
    "title_en": ("title_en", "英文标题"),
    "hint_zh": ("hint_zh", "提示"),
    "hint_en": ("hint_en", "英文提示"),
    "organisation": ("organisation", "发布机构"),
    "source": ("source", "出处"),
    "edition": ("edition", "版次"),
    "version": ("version", "规则版本"),
}
_REQUIRED = (
    "id", "effective_from", "tier", "title_zh", "title_en", "hint_zh", "hint_en", "organisation", "source",
)  # fmt: skip
_TABLE = Columns(_NAMES, (*_REQUIRED, "effective_to", "diagnosis", "procedure"))
_TOLD = ("pack", "release", "licence", "region", "systems")
_EVENTS = ("encounter-discharge",)
_OTHER = "~"
"""A code that begins like none."""


class Region(msgspec.Struct, frozen=True):
    """For which sites a table holds, and of which systems its codes are."""

    sites: tuple[str, ...]
    systems: tuple[str, ...]


class CodingTable:
    """Hints of one region. All of them are examples, and none of them groups or prices a stay."""

    name: ClassVar[str] = "coding_table.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".xlsx", ".csv.gz", ".tsv.gz")

    def sniff(self, head: bytes) -> float:
        found = {_TABLE.fields.get(cell) for cell in header(head)}
        return 0.9 if {"diagnosis", "procedure", "effective_from", "hint_zh"} <= found else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One rule a row. Raises ConfigError for options that do not fit."""
        check_options(self.name, options, (*_TOLD, "columns", "sheet", "encoding"))
        told = {name: str(options.get(name, "")).strip() for name in _TOLD}
        if lacking := [name for name, value in told.items() if not parts(value)]:
            raise ConfigError(where=self.name, reason=f"the options {', '.join(lacking)} say whose table this is")
        region = Region(parts(told["region"]), parts(told["systems"]))
        yield from rules(raw, options, self.name, _TABLE, told, RowReading(_wrong, partial(_rule, region=region)))


def _wrong(cells: RowCells) -> Iterator[str]:
    """Everything that does not fit, by column."""
    for name in _REQUIRED:
        if not cells[name]:
            yield f"{name}: empty"
    if cells["tier"] and cells["tier"] not in get_args(Tier):
        yield f"tier: {cells['tier'][:80]} is none of {', '.join(get_args(Tier))}"
    days = {}
    for name in ("effective_from", "effective_to"):
        if cells[name]:
            days[name] = _day(cells[name])
            if days[name] is None:
                yield f"{name}: {cells[name][:80]} is no day (YYYY-MM-DD)"
    first, last = days.get("effective_from"), days.get("effective_to")
    if first and last and last < first:
        yield f"effective_to: {last} is before {first}"
    if not parts(cells["diagnosis"]) and not parts(cells["procedure"]):
        yield "diagnosis, procedure: both are empty"


def _rule(cells: RowCells, region: Region) -> dict[str, object]:
    """The rule of a row as plain values, which the schema of rules checks."""
    diagnosis, procedure = parts(cells["diagnosis"]), parts(cells["procedure"])
    conditions: list[Condition] = []
    if diagnosis:
        conditions.append(_coded("conditions", diagnosis, region))
    if procedure:
        conditions.append(_coded("procedures", procedure, region))
    when = conditions[0] if len(conditions) == 1 else All(of=tuple(conditions))
    applies = Written(section="scope", field="site", values=region.sites)
    evidence = {"title": cells["source"], "organisation": cells["organisation"]}
    return {
        "id": cells["id"], "version": cells.get("version") or "1", "tier": cells["tier"], "family": "coding-hint",
        "events": _EVENTS, "title": {"zh": cells["title_zh"], "en": cells["title_en"]},
        "message": {"zh": cells["hint_zh"], "en": cells["hint_en"]},
        "evidence": [evidence | ({"edition": cells["edition"]} if cells.get("edition") else {})],
        "applies": msgspec.to_builtins(applies), "when": msgspec.to_builtins(when),
        "cases": msgspec.to_builtins(list(_cases(cells, region, diagnosis, procedure))),
        "effective_from": cells["effective_from"], "effective_to": cells["effective_to"],
    }  # fmt: skip


def _coded(section: str, beginnings: tuple[str, ...], region: Region) -> Written:
    return msgspec.convert(
        {"section": section, "field": "codes", "principal": True, "beginning": beginnings, "systems": region.systems},
        Written,
    )


def _cases(
    cells: RowCells, region: Region, diagnosis: tuple[str, ...], procedure: tuple[str, ...]
) -> Iterator[RuleCase]:
    """In force it fires; before and after, with other codes, elsewhere it does not; without the list it cannot be
    judged. What the codes mean does not matter, so that nobody understands them is expected."""
    first = cells["effective_from"]
    here = Scope(site=region.sites[0])
    system = region.systems[0]

    def case(expect: str, at: str, dx: str | None, op: str | None, scope: Scope = here) -> RuleCase:
        def entries(code: str | None) -> tuple[Entry, ...] | None:
            return None if code is None else (Entry(codes=(Code(code, system),), principal=True),)

        conditions, procedures = entries(dx), entries(op)
        problems = [name for name, sent in (("/conditions/0", conditions), ("/procedures/0", procedures)) if sent]
        asked = Case(event="encounter-discharge", at=at, scope=scope, conditions=conditions, procedures=procedures)
        return RuleCase(expect=expect, case=asked, problems=tuple(problems))  # type: ignore[arg-type]

    dx, op = (diagnosis or (_OTHER,))[0], (procedure or (_OTHER,))[0]
    yield case("fires", first, dx, op)
    yield case("silent", _shifted(first, -1), dx, op)
    if cells["effective_to"]:
        yield case("fires", cells["effective_to"], dx, op)
        yield case("silent", _shifted(cells["effective_to"], 1), dx, op)
    if diagnosis:
        yield case("silent", first, _OTHER, op)
        yield case("insufficient", first, None, op)
    if procedure:
        yield case("silent", first, dx, _OTHER)
        yield case("insufficient", first, dx, None)
    yield case("outside", first, dx, op, Scope(site="another-site"))
    yield case("insufficient", first, dx, op, Scope())


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2000-01-01") else None
    except ValueError:
        return None
