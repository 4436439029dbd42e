"""The documentation names what there is, in both languages, and its examples run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import api
import ingest
import kg
import ontology
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("docs/guide.md", "docs/guide.zh.md")
PAIRS = (("README.md", "README.zh.md"), GUIDES, ("docs/table-format.md", "docs/table-format.zh.md"),
         ("docs/conformance.md", "docs/conformance.zh.md"), ("docs/engines.md", "docs/engines.zh.md"),
         ("docs/cds-hooks.md", "docs/cds-hooks.zh.md"),
         ("docs/cds-hooks-conformance.md", "docs/cds-hooks-conformance.zh.md"),
         ("docs/attacks.md", "docs/attacks.zh.md"), ("docs/scale.md", "docs/scale.zh.md"))  # fmt: skip


def modules() -> list[str]:
    names = []
    for package in (kg, ontology, ingest, api):
        names += [
            found.name
            for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
            if ".migrations." not in found.name and not found.name.endswith("__main__")
        ]
    return sorted(names)


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("guide", GUIDES)
def test_every_setting_is_documented(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    missing = [name for name in Settings.__struct_fields__ if f"`{name}`" not in text]
    assert not missing


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_documented(guide: str) -> None:
    from typer.main import get_command

    from api.cli.main import app

    text = (ROOT / guide).read_text("utf-8")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    missing = [name for name in commands if f"`medkg {name}" not in text]
    assert commands
    assert not missing


@pytest.mark.parametrize("guide", GUIDES)
def test_every_route_is_documented(guide: str, tmp_path: Path) -> None:
    from api.app import create_app

    text = (ROOT / guide).read_text("utf-8")
    paths = create_app(Settings(data=str(tmp_path))).openapi()["paths"]
    missing = [path for path in paths if path.rsplit("/", 1)[-1] not in text and path not in text]
    assert len(paths) > 5
    assert not missing


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_have_the_same_shape(english: str, chinese: str) -> None:
    def shape(name: str) -> tuple[int, int, int]:
        text = (ROOT / name).read_text("utf-8")
        return len(re.findall(r"^#", text, re.M)), text.count("```"), len(re.findall(r"^\|", text, re.M))

    assert shape(english) == shape(chinese)


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_versions_agree() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    names = {re.split(r"[=<>\[; ]", line)[0] for line in project["dependencies"]}
    missing = [name for name in sorted(names) if name.replace("-", "") not in text.replace("-", "").replace("_", "")]
    assert not missing
