"""docs/cds-hooks-conformance.md: every row has tests that are there, or says why it has none."""

from __future__ import annotations

import ast

import pytest

from tests.cdshooks.page import PAGES, render
from tests.cdshooks.requirements import REQUIREMENTS, Requirement
from tests.conftest import ROOT

SERVICE = {
    *range(4, 15), 16, *range(27, 30), 34, 36, 52, *range(54, 62), *range(74, 79), *range(80, 86), *range(87, 91),
    *range(92, 97), *range(98, 101), *range(103, 114), *range(115, 125), *range(127, 137), *range(138, 143),
    *range(144, 149), 175, 176, 177, 195, 201, 207, *range(210, 214), *range(216, 221),
}  # fmt: skip
BOTH = {1, 2, 3, 35, 125, 168, 179, 199, 200, 203, 205, 206, 208, 214, 215}


def faults(rows: tuple[Requirement, ...]) -> list[str]:
    """Rows without a test or a reason, and tests that are not there."""
    found = []
    for row in rows:
        if bool(row.tests) == all(row.why) or not all(row.text):
            found.append(f"{row.number}: tests or a reason, in both languages")
        found += [f"{row.number}: {name} is gone" for name in row.tests if name not in TESTS]
    return found


def _tests() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}")
    return found


TESTS = _tests()


def test_all_rows_of_the_table_are_there() -> None:
    assert (len(SERVICE), len(BOTH)) == (105, 15)
    numbers = [row.number for row in REQUIREMENTS]
    assert numbers == sorted(numbers)
    assert {row.number for row in REQUIREMENTS if not row.both} == SERVICE
    assert {row.number for row in REQUIREMENTS if row.both} == BOTH


def test_every_row_has_tests_or_a_reason() -> None:
    assert faults(REQUIREMENTS) == []


def test_rows_without_either_and_tests_that_are_gone_are_found() -> None:
    """The control."""
    bare = Requirement(1, "SHALL", "x", ("a", "b"))
    gone = Requirement(2, "SHALL", "x", ("a", "b"), ("api/test_cdshooks.py::test_gone",))
    assert len(faults((bare, gone))) == 2


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_rows_say(language: str) -> None:
    assert PAGES[language].read_text("utf-8") == render(REQUIREMENTS, language), "run python -m tests.cdshooks.page"
