"""docs/attacks.md names tests that there are, for every row of the plan, with a control for each."""

from __future__ import annotations

import ast

import pytest

from tests.attacks_page import PAGES, Row, render, rows
from tests.conftest import ROOT

WANTED = {
    *(f"D{number}" for number in range(1, 14) if number != 9),
    *(f"A{number}" for number in (*range(1, 9), *range(10, 13))),
}


def exists(name: str) -> bool:
    file, _, test = name.partition("::")
    path = ROOT / "tests" / file
    if not path.is_file():
        return False
    functions = ast.parse(path.read_text("utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in functions)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_every_named_test_is_there(row: Row) -> None:
    assert row.tests
    assert row.controls or (row.why_en and row.why_zh)
    assert [name for name in (*row.tests, *row.controls) if not exists(name)] == []


def test_every_row_of_the_plan_is_there_once() -> None:
    found = [row.id for row in rows()]
    assert set(found) == WANTED
    assert len(found) == len(WANTED)


def test_a_name_that_is_none_is_found_out() -> None:
    """The control."""
    assert not exists("api/test_attacks.py::test_that_nobody_wrote")
    assert not exists("api/test_nothing.py::test_d1_queries_of_death")


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_made_of_the_rows(language: str) -> None:
    assert PAGES[language].read_text("utf-8") == render(language), "run python -m tests.attacks_page"
