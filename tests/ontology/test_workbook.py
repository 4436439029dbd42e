"""Spreadsheets: what a cell shows is taken only where it is what it holds; everything else is told with its place."""

from __future__ import annotations

import datetime
import gzip
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConfigError
from kg.messages import Catalogue
from kg.model.concept import Concept
from kg.model.source import Notice, Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe, text_encoding
from ontology.terminologies.table import ColumnMap
from tests.workbooks import workbook

OPTIONS: dict[str, object] = {
    "concept": {
        "id": {"column": "code", "prefix": "ICD10"},
        "category": "disease",
        "labels": [{"column": "name", "kind": "preferred"}],
    }
}
HEADER = ["code", "name", "remark"]


def read(path: Path, **options: object) -> list[TerminologyItem]:
    return list(ColumnMap().parse(describe(path), {**OPTIONS, **options}))


def told(items: list[TerminologyItem]) -> list[tuple[str, str, str]]:
    return [(item.position, item.reason, item.detail) for item in items if isinstance(item, Reject)]


def names(items: list[TerminologyItem]) -> dict[str, str | None]:
    return {item.id: item.label("en") for item in items if isinstance(item, Concept)}


def test_codes_are_texts_with_their_zeros_and_small_letters(tmp_path: Path) -> None:
    rows = [HEADER, ["Z00.100", "first"], ["Z01.x00x002", "second"], [None, None, None], ["  ", None], ["Z02.0", 5]]
    found = read(workbook(tmp_path / "a.xlsx", {"codes": rows}))
    assert names(found) == {"ICD10:Z00.100": "first", "ICD10:Z01.x00x002": "second", "ICD10:Z02.0": "5"}
    assert told(found) == []


def test_numbers_and_dates_are_no_codes(tmp_path: Path) -> None:
    rows = [HEADER, [10.1, "lost a zero?"], [7, "lost two?"], [datetime.date(2026, 1, 2), "1-2"], ["Z1", 3.5]]
    path = workbook(tmp_path / "a.xlsx", {"codes": rows})
    assert told(read(path)) == [
        ("codes!A2", "number-for-code", "10.1"),
        ("codes!A3", "number-for-code", "7"),
        ("codes!A4", "number-for-code", "2026-01-02"),
    ]
    whole = read(path, numbers="whole")
    assert names(whole) == {"ICD10:7": "lost two?", "ICD10:Z1": "3.5"}
    assert [place for place, _, _ in told(whole)] == ["codes!A2", "codes!A4"]


def test_a_format_of_zeros_shows_which_code_is_meant(tmp_path: Path) -> None:
    rows = [HEADER, [1234, "six digits"], [1234, "general"], [1.5, "no whole number"]]
    formats = {"codes": {"A2": "000000", "A4": "000000"}}
    found = read(workbook(tmp_path / "a.xlsx", {"codes": rows}, formats=formats))
    assert names(found) == {"ICD10:001234": "six digits"}
    assert [place for place, _, _ in told(found)] == ["codes!A3", "codes!A4"]


def test_formulas_and_errors_are_told_where_a_rule_reads_them(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["Z1", '=CONCATENATE("a","b")'],
        ["=A2", "b"],
        ["Z3", "fine", "=1+1"],
        ["Z4", "#N/A"],
    ]
    found = read(workbook(tmp_path / "a.xlsx", {"codes": rows}))
    assert told(found) == [
        ("codes!B2", "formula", '=CONCATENATE("a","b")'),
        ("codes!A3", "formula", "=A2"),
        ("codes!B5", "cell-error", "#N/A"),
    ]
    assert names(found) == {"ICD10:Z3": "fine"}


def test_merged_cells_are_rejected_or_repeated(tmp_path: Path) -> None:
    rows = [HEADER, ["Z1", "one"], ["Z2", "two"], ["Z3", None], ["Z4", "four"]]
    path = workbook(tmp_path / "a.xlsx", {"codes": rows}, merged={"codes": ["B3:B4", "C2:C5"]})
    found = read(path)
    assert told(found) == [("codes!B3", "merged-cell", "B3:B4"), ("codes!B4", "merged-cell", "B3:B4")]
    assert names(found) == {"ICD10:Z1": "one", "ICD10:Z4": "four"}
    repeated = read(path, merged="repeat")
    assert names(repeated) == {"ICD10:Z1": "one", "ICD10:Z2": "two", "ICD10:Z3": "two", "ICD10:Z4": "four"}


def test_titles_above_the_header_are_skipped_and_a_merged_header_is_told(tmp_path: Path) -> None:
    rows = [["Illustrative codes", None, None], HEADER, ["Z1", "one"]]
    path = workbook(tmp_path / "a.xlsx", {"codes": rows}, merged={"codes": ["A1:C1"]})
    assert names(read(path, skip=1)) == {"ICD10:Z1": "one"}
    assert told(read(path)) == [("codes!A1:C1", "merged-header", "")]
    bare = read(path, skip=2, header=False, columns=HEADER)
    assert names(bare) == {"ICD10:Z1": "one"}
    text = tmp_path / "a.csv"
    text.write_text("Illustrative codes\ncode,name\nZ1,one\n")
    assert names(read(text, skip=1)) == {"ICD10:Z1": "one"}


def test_hidden_sheets_are_read_only_by_name(tmp_path: Path) -> None:
    sheets = {"old": [HEADER, ["Z9", "hidden"]], "new": [HEADER, ["Z1", "one"]], "empty": []}
    path = workbook(tmp_path / "a.xlsx", sheets, hidden=["old"])
    found = read(path)
    assert names(found) == {"ICD10:Z1": "one"}
    assert told(found) == [("old!A1", "hidden-sheet", "old")]
    assert isinstance(found[0], Notice)
    assert names(read(path, sheet="old")) == {"ICD10:Z9": "hidden"}


@pytest.mark.parametrize(("sheet", "named"), [("", "a, b"), ("c", "'c'")])
def test_which_sheet_is_meant_is_never_guessed(tmp_path: Path, sheet: str, named: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"a": [HEADER, ["Z1", "x"]], "b": [HEADER, ["Z2", "y"]]})
    with pytest.raises(ConfigError, match=named):
        read(path, sheet=sheet)


def test_a_gzipped_workbook_and_a_look_up_in_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"codes": [HEADER, ["Z1", "one"]]})
    packed = tmp_path / "b.xlsx.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed) == read(path)
    workbook(tmp_path / "names.xlsx", {"s": [["id", "label"], ["ICD10:Z1", "one"], ["ICD10:Z2", "=A1"]]})
    options = {
        "lookup": {"known": {"path": "names.xlsx", "key": "id", "result": "label"}},
        "concept": {**OPTIONS["concept"], "names": "known"},  # type: ignore[dict-item]
    }
    (only,) = read(path, **options)
    assert isinstance(only, Concept)
    assert only.labels == ()


def _damaged(path: Path, part: str, content: bytes) -> Path:
    """A workbook with one part that is another."""
    made = workbook(path.with_name("whole.xlsx"), {"codes": [HEADER, ["Z1", "one"], ["Z2", "two"]]})
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return path


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "xxxxxxxx">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("part", "content", "reason"),
    [
        ("xl/worksheets/sheet1.xml", BOMB, "forbidden-xml"),
        ("xl/styles.xml", BOMB, "forbidden-xml"),
        ("xl/worksheets/sheet1.xml", b" " * (4 << 20), "damaged"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='1'><c r='A1'", "damaged"),
        ("xl/workbook.xml", b"<workbook/>", "damaged"),
    ],
)
def test_bombs_and_damage_end_in_one_fatal_reject(tmp_path: Path, part: str, content: bytes, reason: str) -> None:
    found = read(_damaged(tmp_path / "a.xlsx", part, content))
    assert [(item.reason, item.fatal) for item in found if isinstance(item, Reject)] == [(reason, True)]
    assert not names(found)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04" + b"\0" * 60])
def test_other_workbooks_and_cut_archives_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    (reject,) = read(path)
    assert isinstance(reject, Reject)
    assert reject.fatal


def test_the_encoding_is_guessed_only_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "code,name\nZ1,示例甲\nZ2,示例乙\n"
    path.write_bytes(text.encode("gb18030"))
    assert text_encoding(path) == "gb18030"
    assert names(read(path, encoding="auto")) == {"ICD10:Z1": "示例甲", "ICD10:Z2": "示例乙"}
    assert [reason for _, reason, _ in told(read(path))] == ["encoding"]
    path.write_bytes(text.encode() + b"Z3," + b"\xff\xfe\n")
    assert [(place, reason) for place, reason, _ in told(read(path, encoding="auto"))] == [("line 4", "encoding")]


def test_every_reason_has_texts(tmp_path: Path) -> None:
    catalogue: Any = Catalogue("kg").tables
    wanted = ["formula", "cell-error", "merged-cell", "merged-header", "number-for-code", "hidden-sheet"]
    tables: Mapping[str, Any] = {language: catalogue[language] for language in ("en", "zh")}
    assert all(f"reject.{reason}" in tables[language] for reason in wanted for language in tables)
