"""Both languages say the same things: no key is missing anywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from kg.messages import Catalogue
from tests.conftest import ROOT

ROOMS = [path.parent.name for path in sorted(ROOT.glob("*/locale")) if (path / "en.toml").is_file()]
TEMPLATES = re.compile(r"""say\(\s*["']([a-z][a-z0-9-]*)["']\s*([,)~])""")


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_languages_have_the_same_keys_and_parameters(room: str) -> None:
    english, chinese = (Catalogue(room).tables[language] for language in ("en", "zh"))
    assert set(english) == set(chinese)
    differing = [key for key in english if fields(english[key]) != fields(chinese[key])]
    assert differing == []
    assert [key for key, text in chinese.items() if not text.strip() or not english[key].strip()] == []


def calls() -> Iterator[tuple[str, int, ast.expr]]:
    """(file, line, first argument) of every call of ``say`` or ``text`` in api/."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"say", "text"}:
                yield str(path.relative_to(ROOT)), node.lineno, node.args[0]


def test_every_key_in_code_exists() -> None:
    known = Catalogue("api").tables["en"]
    seen = 0
    for path, line, key in calls():
        for choice in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
            if isinstance(choice, ast.Constant):
                seen += 1
                assert choice.value in known, f"{path}:{line} {choice.value}"
            elif isinstance(choice, ast.JoinedStr) and isinstance(choice.values[0], ast.Constant):
                start = str(choice.values[0].value)
                assert any(name.startswith(start) for name in known), f"{path}:{line} {start}"
    assert seen > 40


@pytest.mark.parametrize("path", sorted((ROOT / "api" / "web").glob("*.html")), ids=lambda path: Path(path).name)
def test_every_key_in_pages_exists(path: Path) -> None:
    known = Catalogue("api").tables["en"]
    for name, after in TEMPLATES.findall(path.read_text("utf-8")):
        if after == "~":
            assert any(key.startswith(f"page.{name}") for key in known), name
        else:
            assert f"page.{name}" in known, name


def test_every_reason_in_code_exists() -> None:
    known = Catalogue("kg").tables["en"]
    found = set()
    for room in ("kg", "api"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r"""\bwhy="([a-z-]+)\"""", path.read_text("utf-8")))
    assert len(found) > 10
    assert {name for name in found if f"reason.{name}" not in known} == set()


def test_phases_and_steps_that_builds_tell_have_texts() -> None:
    known = Catalogue("api").tables["en"]
    phases = re.findall(r'_phase\("([a-z]+)"', (ROOT / "ingest" / "pipeline.py").read_text("utf-8"))
    steps = re.findall(r'\bstep\("([a-z]+)"\)', (ROOT / "kg" / "generation" / "publish.py").read_text("utf-8"))
    assert phases
    assert steps
    assert {f"cli.phase.{name}" for name in phases} | {f"cli.step.{name}" for name in steps} <= set(known)
