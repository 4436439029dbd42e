"""Grades as printed: what each scheme's say, and that what fits none is left as it is."""

from __future__ import annotations

import pytest

from ingest.guidelines.grading import column_grade, grade, is_printed
from ingest.guidelines.tables import table_entries
from kg.model.guideline import Scheme


@pytest.mark.parametrize(
    ("text", "declared", "strength", "certainty", "scheme"),
    [
        ("strong recommendation, high-certainty evidence", (), "strong", "high", "GRADE"),
        ("Conditional recommendation; very low certainty of evidence", (), "weak", "very-low", "GRADE"),
        ("weak recommendation against; low quality evidence", (), "weak", "low", "GRADE"),
        ("strength of recommendation: strong; quality of evidence: moderate", (), "strong", "moderate", "GRADE"),
        ("⊕⊕⊕⊕", (), "unknown", "high", "GRADE"),
        ("1A", ("GRADE",), "strong", "high", "GRADE"),
        ("Grade 2 D", ("GRADE",), "weak", "very-low", "GRADE"),
        ("GRADE 1B", (), "strong", "moderate", "GRADE"),
        ("强推荐，高质量证据", (), "strong", "high", "GRADE"),
        ("有条件推荐；证据质量：极低", (), "weak", "very-low", "GRADE"),
        ("Ⅰ级推荐，1A类证据", (), "strong", "high", "CSCO"),
        ("II级推荐 2B类", (), "moderate", "moderate", "CSCO"),
        ("Ⅲ级专家推荐，3类证据", (), "weak", "low", "CSCO"),
        ("Level of evidence 1c, grade A", ("Oxford",), "strong", "high", "Oxford"),
        ("证据等级5，推荐等级D", ("Oxford",), "weak", "very-low", "Oxford"),
        ("LoE 3a; GoR B", ("Oxford",), "moderate", "low", "Oxford"),
        # Two schemes have such codes, or none of ours has.
        ("1A", (), "unknown", "unknown", ""),
        ("1A", ("GRADE", "CSCO"), "unknown", "unknown", ""),
        ("1a", ("GRADE",), "unknown", "unknown", ""),
        ("Level 4, Grade C", (), "unknown", "unknown", ""),
        ("Class IIa, level of evidence B-NR", ("GRADE",), "unknown", "unknown", ""),
        ("Level 6, grade E", ("Oxford",), "unknown", "unknown", ""),
        ("专家共识，未分级", ("GRADE",), "unknown", "unknown", ""),
    ],
)
def test_grades(text: str, declared: tuple[Scheme, ...], strength: str, certainty: str, scheme: str) -> None:
    found = grade(text, declared)
    assert (found.text, found.strength, found.certainty, found.scheme) == (text, strength, certainty, scheme)


@pytest.mark.parametrize("text", ["see Table 2", "NYHA class III", "Figure 1A", "95% CI 1.2 to 2.4", "n = 30", "见表1"])
def test_other_brackets_are_no_grades(text: str) -> None:
    assert not is_printed(text, ("GRADE", "CSCO", "Oxford"))


@pytest.mark.parametrize(
    ("kind", "cell", "declared", "said"),
    [
        ("strength", "Strong", (), ("strong", "unknown")),
        ("certainty", "Very low", (), ("unknown", "very-low")),
        ("strength", "2", ("GRADE",), ("weak", "unknown")),
        ("certainty", "B", ("GRADE",), ("unknown", "moderate")),
        ("certainty", "B", (), ("unknown", "unknown")),
        ("strength", "I", ("GRADE",), ("unknown", "unknown")),
        ("strength", "B", ("Oxford",), ("moderate", "unknown")),
        ("certainty", "2b", ("Oxford",), ("unknown", "moderate")),
    ],
)
def test_grades_in_columns(kind: str, cell: str, declared: tuple[Scheme, ...], said: tuple[str, str]) -> None:
    found = column_grade(kind, cell, declared)
    assert (found.text, found.strength, found.certainty) == (cell, *said)


def test_an_empty_label_in_a_table_of_levels_is_that_above() -> None:
    rows = (
        "分期\t分层\tⅠ级推荐\tⅡ级推荐",
        "Ⅰ期\t体弱\t观察（1A类）\t",
        "\t其他\t甲（1A类）；乙（2A类）\t丙（2B类）",
        "Ⅱ期\t\t无\t丁（3类）",
    )
    text = "\n".join(rows)
    entries = list(table_entries(text, frozenset()))
    assert [(item.advised.population, item.text, item.grade.text) for item in entries] == [
        ("Ⅰ期 体弱", "观察（1A类）", "Ⅰ级推荐; 1A类"),
        ("Ⅰ期 其他", "甲（1A类）", "Ⅰ级推荐; 1A类"),
        ("Ⅰ期 其他", "乙（2A类）", "Ⅰ级推荐; 2A类"),
        ("Ⅰ期 其他", "丙（2B类）", "Ⅱ级推荐; 2B类"),
        ("Ⅱ期", "丁（3类）", "Ⅱ级推荐; 3类"),
    ]
    assert all(text[item.start : item.start + len(item.text)] == item.text for item in entries)


def test_tables_that_explain_grades_hold_no_recommendations() -> None:
    for text in (
        "推荐等级\t标准\nⅠ级推荐\t1A类证据，应作为首选推荐",
        "Grade\tMeaning\nStrong\tMost patients should receive it",
        "Recommendation\tMeaning\nStrong recommendation\tIt is for most patients",
    ):
        assert list(table_entries(text, frozenset(("GRADE", "CSCO")))) == []
