"""Families of rules as tables: what every source promises, errors by row, spreadsheets."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.rules.families import FAMILIES
from ingest.sources.rule_table import RuleTable
from kg.errors import ConfigError
from kg.model.rule import PackedRule
from kg.model.source import Reject
from kg.rules.mutation import mutants
from kg.rules.ruleset import Installed
from kg.rules.testing import run_cases
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER
from tests.kg.rules.known import NOW, UNITS, Table

OPTIONS = {"pack": "p", "release": "1", "licence": "CC0-1.0"}
HEAD = "id,family,drugs,others,value,unit,tier,title_zh,title_en,message_zh,message_en,organisation,source"
TEXTS = "warn,例,Example,例,Example,O,T"


class TestRuleTable(SourceContract):
    plugin = "rule_table.v1"
    sample_name = "table.csv"
    records = 7
    options = OPTIONS

    def long(self, count: int) -> bytes:
        rows = (f"test:{number},pregnancy,medkg:drug-a,,,,{TEXTS}\n" for number in range(count))
        return f"{HEAD}\n{''.join(rows)}".encode()


def parsed(path: Path) -> list[object]:
    return list(RuleTable().parse(describe(path), OPTIONS))


def test_planted_errors_are_all_located_by_row() -> None:
    rejects = [item for item in parsed(FOLDER / "rule_table.v1" / "table.csv") if isinstance(item, Reject)]
    assert [(item.position, item.key) for item in rejects] == [
        ("line 4", "test:no-value"), ("line 5", "test:no-family"), ("line 6", "test:no-text"), ("line 7", "test:unit"),
        ("line 8", "test:pair"),
    ]  # fmt: skip
    assert all(part in rejects[2].detail for part in ("title_zh", "tier", "drugs"))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_cases_of_a_family_guard_each_of_its_conditions(tmp_path: Path, family: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{HEAD}\ntest:one,{family},medkg:drug-a,medkg:drug-b,4,{_unit(family)},{TEXTS}\n", "utf-8")
    (item,) = parsed(path)
    assert isinstance(item, PackedRule), item
    known = Table({name: name for name in ("medkg:drug-a", "medkg:drug-b", "medkg:test-creatinine")}, {})
    results = run_cases([Installed("p", item.rule)], known, known, UNITS, NOW)  # type: ignore[arg-type]
    assert [result for result in results if not result.passed] == []
    for place, mutant in mutants(item.rule):
        results = run_cases([Installed("p", mutant)], known, known, UNITS, NOW)  # type: ignore[arg-type]
        assert not all(result.passed for result in results), place


def _unit(family: str) -> str:
    return {"daily-dose": "g", "minimum-age": "a", "maximum-age": "a"}.get(family, "")


def test_a_spreadsheet_gives_what_the_text_gives(tmp_path: Path) -> None:
    rows = (FOLDER / "rule_table.v1" / "table.csv").read_text("utf-8").splitlines()
    book = Workbook()
    for row in rows:
        book.active.append(row.split(","))  # type: ignore[union-attr]
    buffer = BytesIO()
    book.save(buffer)
    path = tmp_path / "table.xlsx"
    path.write_bytes(buffer.getvalue())
    found = parsed(path)
    plain = parsed(FOLDER / "rule_table.v1" / "table.csv")
    assert [one for one in found if isinstance(one, PackedRule)] == [
        one for one in plain if isinstance(one, PackedRule)
    ]
    assert [one.position for one in found if isinstance(one, Reject)] == [f"Sheet!A{row}" for row in range(4, 9)]


def test_a_table_needs_its_columns_and_the_name_of_its_pack(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,family\nx,y\n", "utf-8")
    (reject,) = parsed(path)
    assert isinstance(reject, Reject)
    assert reject.fatal
    assert "drugs" in reject.detail
    with pytest.raises(ConfigError):
        list(RuleTable().parse(describe(path), {"pack": "p"}))
