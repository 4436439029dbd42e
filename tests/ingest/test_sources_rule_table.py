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
from kg.rules.firing import Installed
from kg.rules.mutation import mutants
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
    cells = f"medkg:drug-a|medkg:drug-c,medkg:drug-b,{2 if family == 'accumulation' else 4},{_unit(family)}"
    path.write_text(f"{HEAD},routes\ntest:one,{family},{cells},{TEXTS},{_ROUTES.get(family, '')}\n", "utf-8")
    (item,) = parsed(path)
    assert isinstance(item, PackedRule), item
    drugs = ("medkg:drug-a", "medkg:drug-b", "medkg:drug-c")
    known = Table({name: name for name in (*drugs, "medkg:test-creatinine")}, {})
    results = run_cases([Installed("p", item.rule)], known, known, UNITS, NOW)  # type: ignore[arg-type]
    assert [result for result in results if not result.passed] == []
    for place, mutant in mutants(item.rule):
        results = run_cases([Installed("p", mutant)], known, known, UNITS, NOW)  # type: ignore[arg-type]
        assert not all(result.passed for result in results), place


_ROUTES = {"route": "intrathecal|intravenous", "daily-dose": "oral", "contraindication": "oral"}


def _unit(family: str) -> str:
    return {"daily-dose": "g", "minimum-age": "a", "maximum-age": "a", "result-above": "mmol/L",
            "result-below": "mmol/L", "critical-high": "mmol/L", "critical-low": "mmol/L"}.get(family, "")  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("accumulation,medkg:drug-a,,2,,", "drugs: fewer than value"),
        ("route,medkg:drug-a,,,,", "routes: empty"),
        ("food,medkg:drug-a,,,,sideways", "routes: sideways is none of"),
        ("result-above,medkg:drug-a,medkg:test-b,5,,", "unit"),
        ("iv-compatibility,medkg:drug-a,,,,", "others: empty"),
        ("duration,medkg:drug-a,,-3,,", "value: -3"),
    ],
)
def test_what_a_family_needs_is_named_where_it_lacks(tmp_path: Path, cells: str, said: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{HEAD.replace('unit,', 'unit,routes,')}\ntest:one,{cells},{TEXTS}\n", "utf-8")
    (item,) = parsed(path)
    assert isinstance(item, Reject)
    assert item.position == "line 2"
    assert said in item.detail


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


def test_planted_errors_of_tables_about_tests_are_all_located_by_row(tmp_path: Path) -> None:
    rows = (
        "test:good,test-repeat,medkg:test-a,,60,",
        "test:no-days,test-repeat,medkg:test-a,,soon,",
        "test:no-drug,test-interference,medkg:test-a,,,",
        "test:no-unit,critical-high,medkg:test-a,,6.2,",
        "test:odd-unit,critical-low,medkg:test-a,,2.8,moons",
        "test:no-curie,test-twice,test-a,medkg:test-b,,",
    )
    book = Workbook()
    for row in (HEAD, *(f"{row},{TEXTS}" for row in rows)):
        book.active.append(row.split(","))  # type: ignore[union-attr]
    path = tmp_path / "table.xlsx"
    book.save(path)
    found = parsed(path)
    rejects = [item for item in found if isinstance(item, Reject)]
    assert [(item.position, item.key) for item in rejects] == [
        ("Sheet!A3", "test:no-days"), ("Sheet!A4", "test:no-drug"), ("Sheet!A5", "test:no-unit"),
        ("Sheet!A6", "test:odd-unit"), ("Sheet!A7", "test:no-curie"),
    ]  # fmt: skip
    for item, column in zip(rejects, ("value", "others", "unit", "unit", "drugs"), strict=True):
        assert f"{column}:" in item.detail
    (good,) = (item for item in found if isinstance(item, PackedRule))
    assert good.rule.events == ("order-select", "order-sign")
