"""What is absent fails a test in CI, and nothing else is skipped while a test runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.requirement import VARIABLE, absent

PARTS = {Path("tests/fhir/test_table.py"), Path("tests/conformance/test_page.py")}
"""Pages of results, which only a run of all their tests can be compared with."""


def test_what_is_absent_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no moon"):
        absent("there is no moon")


def test_what_is_absent_in_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(pytest.fail.Exception, match="there is no moon"):
        absent("there is no moon")


def test_ci_requires_everything() -> None:
    assert f"export {VARIABLE}=1\n" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_no_test_skips_on_its_own() -> None:
    call = "pytest." + "skip("
    found = {path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py") if call in path.read_text("utf-8")}
    assert found == {Path("tests/requirement.py"), *PARTS}
