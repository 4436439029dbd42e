"""What ``medkg build`` says of a table of codes and of its next release: places, counts, where the report lies."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from api.cli.building import finish
from api.cli.exits import Exit
from api.wiring import Built
from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Pipeline, Settings
from kg.vocab import DEFAULT_BASE
from tests.workbooks import workbook

HEADER = ["疾病编码", "疾病名称"]
FIRST: list[list[object]] = [
    HEADER,
    ["Q91", "示例类目（虚构）"],
    ["Q91.0", "示例亚目"],
    ["Q91.000", "示例病"],
    [91.1, "数值"],
]
SECOND: list[list[object]] = [
    HEADER,
    ["Q91", "示例类目（虚构）"],
    ["Q91.0", "示例亚目"],
    ["Q91.000", "示例病改名"],
    ["Q91.001", "示例病增"],
]


def build(folder: Path, rows: list[list[object]], version: str) -> BuildReport:
    workbook(folder / "codes.xlsx", {"codes": rows, "old": [HEADER, ["Q99", "隐藏"]]}, hidden=["old"])
    config = folder / "build.toml"
    config.write_text(
        f'[[input]]\nname = "codes"\nformat = "codes.v1"\nkind = "terminology"\npaths = ["codes.xlsx"]\n'
        f'version = "{version}"\noptions = {{ system = "gbt14396" }}\n'
    )
    journal = Journal(folder / "data" / "journal.sqlite")
    try:
        return Pipeline(Settings(data=folder / "data", base=DEFAULT_BASE), journal).build(read_config(config))
    finally:
        journal.close()


def test_rejects_notices_and_what_a_release_changed_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = build(tmp_path, FIRST, "1")
    with pytest.raises(typer.Exit) as left:
        finish(Built(data=str(tmp_path / "data"), report=first, generation=None, current="none"))
    assert left.value.exit_code == Exit.REJECTS
    said = " ".join(capsys.readouterr().err.split())
    assert "codes!A5" in said
    assert "old!A1" in said
    assert ".." not in said
    finish(Built(data=str(tmp_path / "data"), report=build(tmp_path, SECOND, "2"), generation=None, current="none"))
    said = "".join(capsys.readouterr().err.split())
    assert str(tmp_path / "data" / "replacements" / "codes" / "1..2") in said
    assert (tmp_path / "data" / "replacements" / "codes" / "1..2" / "report.zh.md").is_file()
