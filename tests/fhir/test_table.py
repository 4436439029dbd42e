"""docs/fhir.md says what the tests of this very run gave; the name puts it behind ``test_rows``."""

from __future__ import annotations

import pytest

from tests.fhir.conftest import RECORDED
from tests.fhir.page import PAGES, render
from tests.fhir.rows import ROWS


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_was_found(language: str, request: pytest.FixtureRequest) -> None:
    passed = request.config.stash.get(RECORDED, set())
    asked = {item.name for item in request.session.items if item.path.name == "test_rows.py"}
    if len(asked) != len(ROWS):
        pytest.skip("only a part of the rows was asked")
    assert PAGES[language].read_text("utf-8") == render(passed, language), "run python -m tests.fhir.page"


def test_a_row_that_fails_shows() -> None:
    """The control."""
    keys = {row.key for row in ROWS}
    assert len(keys) == len(ROWS)
    assert render(keys - {ROWS[0].key}, "en") != render(keys, "en")
