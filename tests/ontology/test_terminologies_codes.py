"""Code systems by the structure of their codes: hierarchy, and what is none of it."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.source import Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.reading.systems import systems
from ontology.terminologies.codes import Codes
from tests.contract.terminology import TerminologyContract
from tests.workbooks import workbook

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "codes.v1"


class TestCodes(TerminologyContract):
    plugin = "codes.v1"
    file_name = "insurance.csv"
    sample = (GOLDEN / "insurance.csv").read_bytes()
    options: ClassVar[Mapping[str, object]] = {"system": "icd10-insurance"}
    sure = 0.3


def golden(name: str) -> list[TerminologyItem]:
    path = next(path for path in GOLDEN.glob(f"{name}.*") if path.suffix in (".csv", ".tsv"))
    return list(Codes().parse(describe(path), tomllib.loads((GOLDEN / f"{name}.toml").read_text())))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id: item for item in items if isinstance(item, Concept)}


def told(items: list[TerminologyItem]) -> list[tuple[str, str]]:
    return [(item.position, item.reason) for item in items if isinstance(item, Reject)]


def above(items: list[TerminologyItem]) -> dict[str, tuple[str, ...]]:
    return {item.id.partition(":")[2]: item.parents for item in items if isinstance(item, Concept)}


def test_rows_that_repeat_their_classes_give_the_whole_hierarchy() -> None:
    assert above(golden("insurance")) == {
        "chapter-1": (),
        "Q90-Q99": ("ICD10CNI:chapter-1",),
        "Q91": ("ICD10CNI:Q90-Q99",),
        "Q91.0": ("ICD10CNI:Q91",),
        "Q91.000": ("ICD10CNI:Q91.0",),
        "Q91.000x001": ("ICD10CNI:Q91.000",),
        "Q92": ("ICD10CNI:Q90-Q99",),
        "Q92.x00": ("ICD10CNI:Q92",),
        "Q92.x00x010": ("ICD10CNI:Q92.x00",),
    }


def test_the_clinical_edition_keeps_its_codes_and_tells_what_is_none() -> None:
    found = golden("clinical")
    known = concepts(found)
    assert known["ICD10CNC:Q91.000x001"].parents == ("ICD10CNC:Q91.000",)
    assert known["ICD10CNC:Q91.000"].notations == ("Q91.000", "Q91.000+")
    assert known["ICD10CNC:Q91.000"].xrefs == (Xref("ICD10CNC:Q98.0", relation="relatedMatch"),)
    assert known["ICD10CNC:Q92.x00x002"].labels == (Label("示例病乙之二", "zh"),)
    assert told(found) == [
        ("line 6", "duplicate-code"),
        ("line 7", "bad-code"),
        ("line 8", "bad-code"),
        ("line 10", "no-label"),
        ("line 9", "nothing-above"),
    ]
    full_width = next(item for item in found if isinstance(item, Reject) and item.position == "line 8")
    assert full_width.detail == "Ｑ U+FF31 FULLWIDTH LATIN CAPITAL LETTER Q"


def test_procedures_keep_zeros_and_ranges_are_above_their_categories() -> None:
    found = golden("procedures")
    assert above(found) == {
        "01-05": (),
        "04": ("ICD9CM3:01-05",),
        "04.2": ("ICD9CM3:04",),
        "04.2x00": ("ICD9CM3:04.2",),
        "04.22": ("ICD9CM3:04.2",),
        "04.2200x004": ("ICD9CM3:04.22",),
        "87": (),
    }
    known = concepts(found)
    assert known["ICD9CM3:04.22"].deprecated
    assert known["ICD9CM3:87"].category == "test"
    assert known["ICD9CM3:04"].labels[1:] == (Label("示例操作", "zh", "exact"), Label("虚构手术", "zh", "exact"))
    assert told(found) == [("line 9", "nothing-above")]


def test_the_number_of_a_chapter_is_no_code(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "章,章的名称,类目代码,类目名称,手术操作代码,手术操作名称\n10,示例章,09,示例类目九,09.0100,甲\n"
        "10,示例章,10,示例类目十,10.0100,乙\n"
    )
    found = list(Codes().parse(describe(path), {"system": "icd9cm3-insurance"}))
    assert told(found) == []
    assert above(found)["10"] == above(found)["09"] == ("ICD9CM3CNI:chapter-10",)
    assert concepts(found)["ICD9CM3CNI:chapter-10"].notations == ("10",)


def test_terms_of_chinese_medicine_by_their_points() -> None:
    found = golden("tcm")
    known = concepts(found)
    assert above(found) == {
        "A91": (),
        "A91.01": ("GBT15657:A91",),
        "A91.01.02.": ("GBT15657:A91.01",),
        "B91": (),
        "B91.10": ("GBT15657:B91",),
    }
    assert [known[f"GBT15657:{code}"].category for code in ("A91.01", "B91.10")] == ["disease", "symptom"]
    assert known["GBT15657:A91.01"].definitions == (Label("为测试而写的病名。", "zh"),)
    assert told(found) == [("line 7", "nothing-above")]


def test_levels_of_atc_are_lengths_of_codes() -> None:
    found = golden("atc")
    assert above(found) == {
        "Z": (), "Z91": ("ATC:Z",), "Z91A": ("ATC:Z91",), "Z91AB": ("ATC:Z91A",), "Z91AB02": ("ATC:Z91AB",),
    }  # fmt: skip
    assert concepts(found)["ATC:Z91AB02"].labels == (Label("demonstratin", "en"), Label("示例星", "zh"))
    assert told(found) == [("line 7", "nothing-above")]


def test_one_code_in_two_editions_is_two_concepts() -> None:
    prefixes = [system.prefix for system in systems().system.values()]
    assert len(set(prefixes)) == len(prefixes)


def test_look_alikes_of_codes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编码,名称\nQ91,甲\nԚ91,西里尔字母\nQ91.0,乙\nQ91.0\u200b,零宽空格\n")
    found = list(Codes().parse(describe(path), {"system": "gbt14396"}))
    assert list(concepts(found)) == ["GBT14396:Q91", "GBT14396:Q91.0"]
    details = [item.detail for item in found if isinstance(item, Reject)]
    assert details == ["Ԛ U+051A CYRILLIC CAPITAL LETTER QA", "\u200b U+200B ZERO WIDTH SPACE"]


def test_a_spreadsheet_whose_codes_are_numbers_loses_none_silently(tmp_path: Path) -> None:
    rows = [["手术代码", "手术名称"], ["04", "甲"], [4.2, "丢零"], ["04.20", "乙"], ["=A2", "公式"]]
    path = workbook(tmp_path / "a.xlsx", {"codes": rows})
    found = list(Codes().parse(describe(path), {"system": "icd9cm3"}))
    assert list(concepts(found)) == ["ICD9CM3:04", "ICD9CM3:04.20"]
    assert told(found) == [("codes!A3", "number-for-code"), ("codes!A5", "formula")]


def test_other_names_of_columns_are_said_by_role_and_tops_by_option(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("旧码,叫法\nQ91.000x001,甲\n")
    options = {"system": "icd10-clinical", "roles": {"code": "旧码", "name": "叫法"}}
    assert told(list(Codes().parse(describe(path), options))) == [("line 2", "nothing-above")]
    assert concepts(list(Codes().parse(describe(path), {**options, "tops": [5]})))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "system"),
        ({"system": "icd-12"}, "icd-12"),
        ({"system": "gbt14396", "roles": {"code": "代号"}}, "代号"),
        ({"system": "gbt14396", "roles": {"colour": "代号"}}, "colour"),
        ({"system": "atc"}, "ATC code"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: Mapping[str, object], named: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("疾病编码,名称\nQ91,甲\n")
    with pytest.raises(ConfigError, match=named):
        list(Codes().parse(describe(path), options))


def test_what_is_before_the_damage_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    whole = gzip.compress((GOLDEN / "insurance.csv").read_bytes(), mtime=0)
    path.write_bytes(whole[:-12])
    found = list(Codes().parse(describe(path), {"system": "icd10-insurance"}))
    assert concepts(found)
    assert isinstance(found[-1], Reject)
    assert found[-1].fatal
