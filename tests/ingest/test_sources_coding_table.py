"""Dated hints on coding: what every source promises, errors by row, days and places at which a row holds."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from openpyxl import Workbook

from ingest.sources.coding_table import CodingTable
from kg.errors import ConfigError
from kg.model.case import Case
from kg.model.rule import PackedRule, Rule
from kg.model.source import Reject
from kg.rules.engine import Engine
from kg.rules.firing import Firing, Installed
from kg.rules.mutation import mutants
from kg.rules.ruleset import Asked
from kg.rules.testing import run_cases
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER
from tests.kg.rules.known import NOW, TABLE, UNITS

SAMPLE = FOLDER / "coding_table.v1" / "table.csv"
OPTIONS = {
    "pack": "p", "release": "1", "licence": "CC0-1.0", "region": "north|south",
    "systems": "urn:illustration:diagnoses|urn:illustration:procedures",
}  # fmt: skip
HEAD = "id,effective_from,effective_to,diagnosis,procedure,tier,title_zh,title_en,hint_zh,hint_en,organisation,source"
TEXTS = "inform,例,Example,例,Example,O,T"


class TestCodingTable(SourceContract):
    plugin = "coding_table.v1"
    sample_name = "table.csv"
    records = 8
    options = OPTIONS

    def long(self, count: int) -> bytes:
        rows = (f"test:{number},2026-01-01,,A01,,{TEXTS}\n" for number in range(count))
        return f"{HEAD}\n{''.join(rows)}".encode()


def parsed(path: Path) -> list[object]:
    return list(CodingTable().parse(describe(path), OPTIONS))


def rules() -> list[Rule]:
    return [item.rule for item in parsed(SAMPLE) if isinstance(item, PackedRule)]


def test_planted_errors_are_all_located_by_row(tmp_path: Path) -> None:
    rejects = [item for item in parsed(SAMPLE) if isinstance(item, Reject)]
    assert [(item.position, item.key) for item in rejects] == [
        ("line 5", "test:no-day"), ("line 6", "test:backwards"), ("line 7", "test:no-code"), ("line 8", "test:no-text"),
        ("line 9", "test:both"),
    ]  # fmt: skip
    said = [item.detail for item in rejects]
    assert "next year" in said[0]
    assert "before" in said[1]
    assert all(part in said[3] for part in ("title_en", "tier"))
    book = Workbook()
    for row in SAMPLE.read_text("utf-8").splitlines():
        book.active.append(row.split(","))  # type: ignore[union-attr]
    book.save(tmp_path / "table.xlsx")
    found = [item for item in parsed(tmp_path / "table.xlsx") if isinstance(item, Reject)]
    assert [item.position for item in found] == [f"Sheet!A{row}" for row in range(5, 10)]


def test_the_cases_of_a_row_guard_each_of_its_conditions() -> None:
    assert len(rules()) == 3
    for rule in rules():
        outcome = [row for row in run_cases([Installed("p", rule)], TABLE, TABLE, UNITS, NOW) if not row.passed]
        assert outcome == []
        for place, mutant in mutants(rule):
            results = run_cases([Installed("p", mutant)], TABLE, TABLE, UNITS, NOW)
            assert not all(row.passed for row in results), (rule.id, place)


@pytest.mark.parametrize(
    ("at", "site", "code", "outcome"),
    [
        ("2026-01-01", "north", "A01.9", "fired"),
        ("2026-12-31T23:00:00", "south", "a02", "fired"),
        ("2025-12-31", "north", "A01", "not-in-force"),
        ("2027-01-01", "north", "A01", "not-in-force"),
        ("2026-06-01", "north", "A03", "silent"),
        ("2026-06-01", "east", "A01", "outside"),
        ("2026-06-01", "", "A01", "insufficient"),
    ],
)
def test_days_and_places_decide_where_a_row_holds(at: str, site: str, code: str, outcome: str) -> None:
    (rule,) = (rule for rule in rules() if rule.id == "test:both")
    engine = Engine([Firing(Installed("p", rule), "active")], TABLE, TABLE, UNITS)
    case = {
        "event": "encounter-discharge", "at": at, "scope": {"site": site},
        "conditions": [{"principal": True, "codes": [{"system": "urn:illustration:diagnoses", "code": code}]}],
        "procedures": [{"principal": True, "codes": [{"system": "urn:illustration:procedures", "code": "10.5"}]}],
    }  # fmt: skip
    decision = engine.decide(msgspec.convert(case, Case), Asked(why=(rule.id,), shown=False), NOW)
    assert decision.explained[0].outcome == outcome


def test_a_table_says_whose_it_is(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,effective_from\nx,y\n", "utf-8")
    (reject,) = parsed(path)
    assert isinstance(reject, Reject)
    assert reject.fatal
    for name in ("region", "systems", "licence"):
        with pytest.raises(ConfigError, match=name):
            list(CodingTable().parse(describe(SAMPLE), OPTIONS | {name: " | "}))
