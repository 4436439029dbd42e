"""Doses in Chinese and English, and what only looks like one. Illustrations, no advice. 示例，非用药建议。"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.doses import doses


def told(text: str, drug: str = "") -> list[tuple[str, str, str]]:
    """Surface, number (or range) and unit or name; offsets quote the surface."""
    at = text.find(drug) if drug else -1
    found = doses(text, [(at, at + len(drug))] if at >= 0 else [])
    assert all(text[one.start : one.end] == one.surface for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    return [(one.surface, "–".join(filter(None, (one.value, one.high))), one.unit or one.name) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("口服阿莫西林 10 mg/kg，每日三次。",
         [("口服", "", "oral"), ("10 mg/kg", "10", "mg/kg"), ("每日三次", "3", "/d")]),
        ("每次2片，一天三次", [("2片", "2", "{tablet}"), ("一天三次", "3", "/d")]),
        ("80万U肌注 qd", [("80万U", "800000", "U"), ("肌注", "", "intramuscular"), ("qd", "1", "/d")]),
        ("每公斤体重10mg，静滴", [("每公斤体重10mg", "10", "mg/kg"), ("静滴", "", "intravenous")]),
        ("10毫克每日三次", [("10毫克", "10", "mg"), ("每日三次", "3", "/d")]),
        ("每8小时一次，0.25g", [("每8小时一次", "1", "/(8.h)"), ("0.25g", "0.25", "g")]),
        ("１０ｍｇ口服", [("１０ｍｇ", "10", "mg"), ("口服", "", "oral")]),
        ("半片 每晚", [("半片", "0.5", "{tablet}"), ("每晚", "1", "/d")]),
        ("隔日一次 5~10μg", [("隔日一次", "1", "/(2.d)"), ("5~10μg", "5–10", "ug")]),
        ("0.5 mg·kg-1·d-1", [("0.5 mg·kg-1·d-1", "0.5", "mg/kg/d")]),
        ("amoxicillin 500 mg po tid", [("500 mg", "500", "mg"), ("po", "", "oral"), ("tid", "3", "/d")]),
        ("5-10mg/kg/day orally", [("5-10mg/kg/day", "5–10", "mg/kg/d"), ("orally", "", "oral")]),
        ("1,000 mg twice a day", [("1,000 mg", "1000", "mg"), ("twice a day", "2", "/d")]),
        ("75–100 mg daily", [("75–100 mg", "75–100", "mg"), ("daily", "1", "/d")]),
        ("5 mg every 6 hours prn", [("5 mg", "5", "mg"), ("every 6 hours", "1", "/(6.h)"), ("prn", "", "as needed")]),
        ("IV 4 MG q8h", [("IV", "", "intravenous"), ("q8h", "1", "/(8.h)")]),
        ("10 mg per kg per day", [("10 mg per kg per day", "10", "mg/kg/d")]),
        ("a 10-mg dose", [("10-mg", "10", "mg")]),
        ("1/2片 bid 口服", [("1/2片", "0.5", "{tablet}"), ("bid", "2", "/d"), ("口服", "", "oral")]),
    ],
)  # fmt: skip
def test_doses_are_read_with_number_and_unit(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "2020-01-02 复诊", "2021年3月5日", "电话 010-12345678", "in 1998 and 2004", "p = 0.05, P<0.001 (n = 12)",
        "有效率 45%，下降 10 mg%", "血糖 6.1 mmol/L", "5 g/dL", "eGFR 60 ml/min/1.73m2", "体温 38.5 ℃，体重60 kg",
        "心率80次/分，呼吸20次", "腹泻每日三次", "three stools a day", "oral cavity cancer", "a bid to daily life",
        "出生体重3200 g", "一片光明", "5G网络", "v1.2.3 mg", "10^6 U", "ICD-10 mg", "BRCA1 U", "1/0片 口服药",
        "1:100 mg", "第2片", "albumin 30 mg/g", "0.9% NaCl", "5 m g", "10 MGH",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_dose_is_none(text: str) -> None:
    assert [one for one in told(text) if one[1]] == []


def test_a_frequency_and_a_route_count_beside_a_drug() -> None:
    assert told("口服氨氯地平，每日一次", "氨氯地平") == [("口服", "", "oral"), ("每日一次", "1", "/d")]
    assert told("oral amlodipine was given", "amlodipine") == [("oral", "", "oral")]
    assert told("amlodipine; oral lesions were seen", "amlodipine") == []
    assert told("氨氯地平 5 片", "氨氯地平") == [("5 片", "5", "{tablet}")]


def test_a_sentence_says_nothing_of_the_next() -> None:
    assert told("Give 5 mg. Stools were passed three times a day.") == [("5 mg", "5", "mg")]


def test_doses_stand_in_the_answer_of_a_long_text_in_time() -> None:
    assert doses("1" * 200_000) == [] == doses("一" * 50_000)
    assert len(doses("给予 5 mg。" * 2_000)) == 2_000


_PARTS = st.sampled_from(
    [
        "10",
        "1,5",
        "½",
        "٣",
        "mg",
        "/",
        "kg",
        "d",
        "·",
        "万",
        "片",
        "半",
        "每",
        "日",
        "次",
        "q8h",
        "bid",
        "po",
        " ",
        "-",
        "~",
        ".",
        "。",
        "𝒳",
        "\u0301",
        "\ud800",
        "\x00",
        "口服",
        "%",
        "L",
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(_PARTS, max_size=14).map("".join)))
def test_any_text_gives_doses_that_quote_it(text: str) -> None:
    for one in doses(text):
        assert text[one.start : one.end] == one.surface
        assert one.value == "" or float(one.value) >= 0
