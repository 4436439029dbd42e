"""docs/conformance.md says what the suites of this very run gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import page
from tests.conformance.conftest import RECORDED
from tests.conformance.page import PAGES, SUITES, render


def _results(config: pytest.Config, items: list[pytest.Item]) -> page.Results:
    modules = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    collected = {item.path.name for item in items if item.path.parent == Path(__file__).parent}
    if collected != modules or config.getoption("keyword") or config.getoption("maxfail"):
        pytest.skip("only a part of the suites was run")
    return config.stash.get(RECORDED, {})


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_was_found(
    language: str, request: pytest.FixtureRequest, pytestconfig: pytest.Config, data_folder: Path
) -> None:
    results = _results(pytestconfig, request.session.items)
    assert set(results) == {suite.name for suite in SUITES}
    assert PAGES[language].read_text("utf-8") == render(results, language), "run python -m tests.conformance.page"


def test_a_row_without_its_tests_shows(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, data_folder: Path
) -> None:
    """The control: with one result less, or another outcome, the page is another."""
    results = {name: list(rows) for name, rows in _results(pytestconfig, request.session.items).items()}
    whole = render(results, "en")
    first = results["protocol"].pop()
    assert render(results, "en") != whole
    results["protocol"].append(first | {"outcome": "failed"})
    assert render(results, "en") != whole
