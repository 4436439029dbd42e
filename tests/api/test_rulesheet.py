"""Sheets for committees: conditions in words of both languages, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import pytest

from api.conditionwords import in_words
from api.rulesheet import COLUMNS, sheet
from kg.model.rule import WRITTEN_FIELDS, Bilingual, Condition, RuleEvidence
from kg.rules.firing import Installed
from tests.kg.rules.known import rule

DRUG = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-a", "medkg:drug-b"]}
CASES: list[tuple[dict[str, Any], str, str]] = [
    (DRUG, "drug: a or b", "药物：a或b"),
    (
        DRUG | {"among": "orders", "routes": ["oral"], "daily": {"unit": "g", "above": 4}, "days": 30},
        "drug: a or b (a day > 4 g) (ordered now) (within 30 days) (by oral)",
        "药物：a或b（每日剂量 > 4 g）（本次开具）（30 天内）（途径：oral）",
    ),
    (
        {
            "is": "all",
            "of": [{"is": "pregnant"}, {"is": "either", "of": [{"is": "lactating"}, {"is": "ofsex", "sex": "male"}]}],
        },
        "pregnant and (breast feeding or male)",
        "妊娠，且(哺乳或男性)",
    ),
    (
        {"is": "not", "of": {"is": "aged", "range": {"unit": "a", "at_least": 18}}},
        "not (age ≥ 18 a)",
        "并非（年龄 ≥ 18 a）",
    ),
    (
        {
            "is": "measured",
            "tests": ["medkg:test-c"],
            "range": {"unit": "mmol/L", "above": 5, "at_most": 6.5},
            "days": 2,
        },
        "latest c > 5 mmol/L, ≤ 6.5 mmol/L within 2 days",
        "2 天内最近的c > 5 mmol/L, ≤ 6.5 mmol/L",
    ),
    (
        {"is": "changed", "tests": ["medkg:test-c"], "range": {"unit": "%", "above": 50}, "days": 7},
        "change of c > 50 % within 7 days",
        "7 天内c变化 > 50 %",
    ),
    (
        {
            "is": "changed",
            "tests": ["medkg:test-c"],
            "range": {"unit": "%", "above": 50},
            "days": 7,
            "against": "lowest",
        },
        "change of c against the lowest of 7 days > 50 %",
        "c较 7 天内最低一次的变化 > 50 %",
    ),
    (
        {
            "is": "ratio",
            "tests": ["medkg:test-c"],
            "by": ["medkg:test-d"],
            "unit": "mg/dL",
            "range": {"unit": "1", "above": 20},
            "days": 7,
        },
        "latest c by latest d, in mg/dL, > 20, within 7 days and at most 1 apart",
        "7 天内最近的c与d之比（均以 mg/dL 计，相隔不超过 1 天）> 20",
    ),
    (
        {
            "is": "computed",
            "function": "egfr-ckd-epi-2021",
            "range": {"unit": "mL/min/{1.73_m2}", "below": 30},
            "days": 90,
        },
        "eGFR (CKD-EPI 2021) < 30 mL/min/{1.73_m2}, from results of 90 days",
        "估算肾小球滤过率（CKD-EPI 2021） < 30 mL/min/{1.73_m2}（用 90 天内的结果）",
    ),
    (
        {"is": "howmany", "kind": "drug", "among": "orders", "range": {"unit": "1", "above": 5}},
        "number of different ones, drug: any: > 5 (ordered now)",
        "不同项目的个数，药物：任意：> 5（本次开具）",
    ),
    ({"is": "sameingredient"}, "two drugs hold the same ingredient: any", "两药含同一成分：任意"),
    ({"is": "atleast", "count": 1, "of": [{"is": "pregnant"}]}, "at least 1 of: pregnant", "以下至少 1 项：妊娠"),
    (
        {
            "is": "scored",
            "name": {"zh": "分", "en": "S"},
            "range": {"unit": "1", "at_least": 2},
            "items": [{"points": 1, "when": {"is": "pregnant"}, "name": {"zh": "甲", "en": "A"}}],
        },
        "score S ≥ 2 (items: 1 A)",
        "评分 分 ≥ 2（项目：1 甲）",
    ),
    (
        {
            "is": "written",
            "section": "conditions",
            "field": "codes",
            "principal": True,
            "systems": ["icd"],
            "beginning": ["I63"],
        },
        "diagnosis: code of the record is I63… (principal) (icd)",
        "记录的诊断的编码为 I63…（主要）（icd）",
    ),
    (
        {"is": "written", "section": "orders", "field": "dose", "state": "absent"},
        "the record lacks drug ordered: dose",
        "记录缺医嘱药品的单次剂量",
    ),
]


def short(concept: str) -> str:
    return concept.rpartition("-")[2]


@pytest.mark.parametrize(("tree", "en", "zh"), CASES)
def test_conditions_are_told_in_both_languages(tree: dict[str, Any], en: str, zh: str) -> None:
    condition = msgspec.convert(tree, Condition)  # type: ignore[arg-type]
    assert in_words(condition, "en", short) == en
    assert in_words(condition, "zh", short) == zh


def test_every_field_of_a_record_has_a_name() -> None:
    for section, fields in WRITTEN_FIELDS.items():
        for field in fields:
            tree = {"is": "written", "section": section, "field": field, "state": "absent"}
            told = in_words(msgspec.convert(tree, Condition), "en", short)  # type: ignore[arg-type]
            assert told.startswith("the record lacks ")


def test_every_kind_of_condition_is_told_here() -> None:
    def kinds(value: object) -> set[str]:
        if isinstance(value, dict):
            here = {str(value["is"])} if "is" in value else set()
            return here.union(*map(kinds, value.values()))
        return set().union(*map(kinds, value)) if isinstance(value, list) else set()

    known = {kind.__struct_config__.tag for kind in Condition.__args__}
    assert kinds([tree for tree, _, _ in CASES]) == known


def test_a_sheet_holds_nothing_that_a_spreadsheet_would_run() -> None:
    evil = rule(
        DRUG, id="test:evil", title=Bilingual("=HYPERLINK(1)", "+1"), message=Bilingual("-1", "@SUM(A1)"),
        evidence=[RuleEvidence("=cmd", "T", edition="2020")], applies={"is": "pregnant"}, effective_to="2026-12-31",
    )  # fmt: skip
    told = sheet([Installed("p", evil), Installed("p", rule(DRUG))], {"zh": short, "en": short}, "zh")
    assert told.startswith("\ufeff")
    head, first, second = csv.reader(io.StringIO(told.removeprefix("\ufeff")))
    assert len(head) == len(first) == len(second) == len(COLUMNS)
    assert (head[0], first[0], second[0]) == ("规则", "test:evil", "test:one")
    assert first[3:7] == ["'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)"]
    assert not any(cell[:1] in tuple("=+-@") for cell in (*first, *second) if cell)
    row = dict(zip(COLUMNS, first, strict=True))
    assert (row["applies-en"], row["when-zh"], row["in-force"]) == ("pregnant", "药物：a或b", " - 2026-12-31")
    assert row["source"] == "'=cmd, T, 2020"
    assert row["decision"] == row["remark"] == ""
