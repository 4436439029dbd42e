"""Design, people and their number, in both languages, with the words that say so."""

from __future__ import annotations

import pytest

from ingest.text.claims.studies import directness, study
from kg.model.document import Document, Passage


def document(text: str, language: str, *types: str) -> Document:
    return Document("doc:illustration", (Passage("abstract.1", "abstract", language, text),), types=types)


@pytest.mark.parametrize(
    ("text", "language", "design", "size"),
    [
        (
            "A randomised controlled trial. We enrolled 1,200 patients with sample fever.",
            "en",
            "randomised-trial",
            1200,
        ),
        ("随机对照试验，纳入示例热患者120例。", "zh", "randomised-trial", 120),
        ("In this retrospective cohort study we included 35 adults.", "en", "cohort", 35),
        ("回顾性队列研究，收集示例热患者35例。", "zh", "cohort", 35),
        ("We report a case of sample fever.", "en", "case-report", None),
        ("示例热的病例报告。", "zh", "case-report", None),
        ("A systematic review and meta-analysis.", "en", "meta-analysis", None),
        ("系统评价与荟萃分析。", "zh", "meta-analysis", None),
        ("A case-control study.", "en", "case-control", None),
        ("病例对照研究。", "zh", "case-control", None),
    ],
)
def test_design_and_number_are_those_of_the_words(text: str, language: str, design: str, size: int | None) -> None:
    made = study(document(text, language))
    assert made
    assert (made.design, made.size) == (design, size)
    for quote in (made.design_quote, made.population):
        if quote:
            assert text[quote.start : quote.end] == quote.text


def test_cataloguers_come_before_cues() -> None:
    made = study(document("Unlike a meta-analysis, we report a case.", "en", "Journal Article", "Case Reports"))
    assert made
    assert (made.design, made.design_quote) == ("case-report", None)


def test_of_several_numbers_none_is_taken() -> None:
    text = "We included 20 patients in one group and included 30 patients in the other."
    assert study(document(text, "en")) is None


def test_nothing_said_is_nothing_known() -> None:
    assert study(document("Sample fever is described.", "en")) is None
    assert directness("Sample fever is described.", "en") == ""
    assert directness("Rats and patients.", "en") == ""
    assert (directness("大鼠模型", "zh"), directness("患者", "zh")) == ("indirect", "direct")
