"""Hints in the text of a query: what is read, what is sure, and what is no hint at all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.claims.studies import publication_types
from kg.errors import QueryError
from kg.index.fields import key
from kg.search.hints.base import HINTS, chosen, narrow, parsed
from kg.search.hints.dates import dates
from kg.search.hints.designs import designs, table
from kg.search.hints.exclusions import comparisons, exclusions
from kg.search.spelling import Respelled, blanked, rewritten, slip

_SIGNS = "近五年 12015-2010至到年月以来 since last years 的NOT不含除外RCT随机对照 versus,，。İß🙂\0"


def years(text: str, today: int | None = 2026) -> list[tuple[str, int | None, int | None, bool]]:
    return [(text[one.start : one.end], one.first, one.last, one.sure) for one in dates(narrow(text), today)]


@pytest.mark.parametrize(
    ("text", "first", "last", "sure"),
    [
        ("糖尿病 近五年", 2021, None, True),
        ("近5年 哮喘", 2021, None, True),
        ("近五年糖尿病治疗的文献", 2021, None, True),
        ("２０１８年以来 肺癌", 2018, None, True),
        ("最近十五年内发表的哮喘研究", 2011, None, True),
        ("asthma last 5 years", 2021, None, True),
        ("asthma biologics, last five years", 2021, None, True),
        ("last 5 years asthma", 2021, None, True),
        ("asthma since 2015", 2015, None, True),
        ("asthma since 2015-03", 2015, None, True),
        ("asthma after 2015", 2016, None, True),
        ("papers on asthma from 2010 to 2015", 2010, 2015, True),
        ("published 2010-2015 asthma", 2010, 2015, True),
        ("发表于2015至2020年的哮喘论文", 2015, 2020, True),
        ("asthma articles before 2010", None, 2009, True),
        ("2021年发表 哮喘", 2021, 2021, True),
        ("cancer in China, 2010-2015", 2010, 2015, False),
        ("what is new in asthma in the last decade", 2016, None, False),
        ("我近五年一直头痛", 2021, None, False),
        ("since 2015 I have had headaches every day", 2015, None, False),
        ("2021年3月以来一直咳嗽", 2021, None, False),
        ("近五年", 2021, None, False),
    ],
)
def test_years(text: str, first: int | None, last: int | None, sure: bool) -> None:
    assert [row[1:] for row in years(text)] == [(first, last, sure)]


@pytest.mark.parametrize(
    "text",
    [
        "asthma 2021-13", "asthma since 2021-13", "2021年13月以来 哮喘", "2015-2010", "since 2150 asthma", "since 0000",
        "近零年", "last 0 years", "last 999 years", "10.1000/2015-2016.x", "IL-2010-2015", "20152016", "近两千年", "",
        "2015", "ISO 2015-2016-2017", "sincerely 2015",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert years(text) == []


def test_years_are_counted_from_the_date_of_the_generation() -> None:
    assert [years("asthma last 5 years", today)[0][1] for today in (2020, 2026)] == [2015, 2021]
    assert years("asthma last 5 years", None) == [("last 5 years", None, None, True)]
    assert years("asthma since 2024", 2020) == []


@pytest.mark.parametrize(
    ("text", "design", "sure"),
    [
        ("metformin RCT", "randomised-trial", True),
        ("RCTs of metformin", "randomised-trial", True),
        ("二甲双胍的随机对照试验", "randomised-trial", True),
        ("随机、双盲、对照试验 哮喘", "randomised-trial", True),
        ("systematic review asthma", "systematic-review", True),
        ("哮喘 meta分析", "meta-analysis", True),
        ("哮喘ｍｅｔａ分析", "meta-analysis", True),
        ("asthma cohort studies", "cohort", True),
        ("糖尿病病例报告", "case-report", True),
        ("高血压指南", "guideline", True),
        ("asthma: a randomised controlled trial", "randomised-trial", False),
        ("hypertension guideline adherence", "guideline", False),
        ("guideline-directed medical therapy", "guideline", False),
        ("lupus: case presentation and literature review", "review", False),
        ("哮喘一例并文献综述", "review", False),
        ("病例对照研究组", "case-control", False),
    ],
)
def test_designs(text: str, design: str, sure: bool) -> None:
    assert [(one.design, one.sure) for one in designs(narrow(text))] == [(design, sure)]


def test_of_two_designs_the_first_is_asked_for() -> None:
    text = "meta-analysis of randomised trials"
    assert [(one.design, one.sure) for one in designs(text)] == [("meta-analysis", True), ("randomised-trial", False)]


@pytest.mark.parametrize("text", ["arct", "review of asthma", "rctx", "guidelined", "指", ""])
def test_what_is_no_design(text: str) -> None:
    assert list(designs(narrow(text))) == []


def test_the_publication_types_of_designs_are_those_of_the_reader_of_studies() -> None:
    stated = {key("pt", name): design for name, design in publication_types().items()}
    assert {kind: row.name for row in table().values() for kind in row.types} == stated
    assert all(other in table() for row in table().values() for other in row.also)


@pytest.mark.parametrize(
    ("text", "scope", "sure"),
    [
        ("asthma excluding children", "children", True),
        ("asthma NOT pregnancy", "pregnancy", True),
        ("asthma but not COPD in adults", "COPD", False),
        ("糖尿病 不含1型糖尿病", "1型糖尿病", True),
        ("糖尿病 妊娠除外", "妊娠", True),
        ("除1型糖尿病以外的糖尿病", "1型糖尿病", True),
        ("pneumonia without fever", "fever", False),
        ("asthma not pregnancy", "pregnancy", False),
        ("没有发烧", "发烧", False),
        ("不含酒精的漱口水", "酒精", False),
        ("如何排除肺炎", "肺炎", False),
    ],
)
def test_exclusions(text: str, scope: str, sure: bool) -> None:
    assert [(text[one.first : one.last], one.sure) for one in exclusions(text, narrow(text))] == [(scope, sure)]


@pytest.mark.parametrize("text", ["非小细胞肺癌", "除了手术还有什么", "nothing", "notable", "excluding", "不含", ""])
def test_what_excludes_nothing(text: str) -> None:
    assert list(exclusions(text, narrow(text))) == []


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("aspirin versus clopidogrel", "aspirin", "clopidogrel"),
        ("difference between asthma and copd", "asthma", "copd"),
        ("阿司匹林和氯吡格雷哪个好", "阿司匹林", "氯吡格雷"),
        ("阿司匹林与氯吡格雷的比较", "阿司匹林", "氯吡格雷"),
        ("二甲双胍优于胰岛素", "二甲双胍", "胰岛素"),
    ],
)
def test_comparisons(text: str, left: str, right: str) -> None:
    (found,) = comparisons(narrow(text))
    assert text.index(left) + len(left) <= found.left
    assert found.right <= text.index(right)


@given(st.text(max_size=200) | st.text(alphabet=_SIGNS, max_size=80))
def test_stretches_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    spelled = narrow(text)
    assert len(spelled) == len(text)
    for found in (list(dates(spelled, 2026)), list(designs(spelled)), list(exclusions(text, spelled))):
        spans = [(one.start, one.end) for one in found]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for dated in dates(spelled, 2026):
        assert (dated.first or 0) <= (dated.last or 9999)
    for one in comparisons(spelled):
        assert 0 <= one.start <= one.left <= one.right <= one.end <= len(text)


@pytest.mark.parametrize(
    "text", ["近" * 2000, "不含" * 1000, "with " * 400, "2015-" * 400, "rct " * 500, "和比较" * 600]
)
def test_long_and_hostile_queries_are_read_at_once(text: str) -> None:
    spelled = narrow(text)
    for _ in range(3):
        list(dates(spelled, 2026)), list(designs(spelled)), list(exclusions(text, spelled)), list(comparisons(spelled))


def test_hints_by_name() -> None:
    assert parsed(" design ,date,date") == ("date", "design")
    assert (parsed(None), parsed("none"), parsed("")) == (HINTS, (), ())
    with pytest.raises(QueryError, match="known are date, design, exclusion, spelling"):
        chosen(["colour"])


@given(st.text(alphabet="ab", max_size=6), st.text(alphabet="ab", max_size=6))
def test_a_slip_is_seen_from_either_side(one: str, other: str) -> None:
    assert slip(one, other) == slip(other, one)
    letters = "ab"
    near = {one[:at] + one[at + 1 :] for at in range(len(one))}
    near |= {one[:at] + letter + one[at:] for at in range(len(one) + 1) for letter in letters}
    near |= {one[:at] + letter + one[at + 1 :] for at in range(len(one)) for letter in letters}
    near |= {one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1)}
    assert slip(one, other) == (other in near - {one})


def test_rewriting_keeps_the_rest() -> None:
    told = Respelled(0, 4, "asma", "asthma", "typo", ("x:1",))
    assert rewritten("asma since 2015 now", [(5, 15)], [told]) == "asthma   now"
    assert blanked("asma since 2015 now", [(5, 15)]) == "asma            now"
    same = "asthma"
    assert rewritten(same, [], []) is same
