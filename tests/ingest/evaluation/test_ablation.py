"""The table of the parts of search: every part on and off, in both languages, compared by question."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.evaluation.retrieval import beir
from ingest.evaluation.retrieval.ablation import ablated, named_parts, write_table, written
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from ingest.evaluation.retrieval.parts import PARTS, Part
from ingest.evaluation.retrieval.searching import SearchedCollection
from kg.search.base import SIGNALS
from tests.kg.graph import WordEncoder
from tests.kg.test_reranking import Lengths

BEIR = Path(__file__).with_name("beir")
FOUR = Collection(
    "four",
    tuple(Item(name, "", name) for name in "abcd"),
    tuple(Question(f"q{name}", name) for name in "abcd"),
    {f"q{name}": {name: 1} for name in "abcd"},
)


def test_every_signal_is_in_one_part() -> None:
    assert sorted(name for some in PARTS.values() for name in some) == sorted(SIGNALS)


def test_numbers_by_hand() -> None:
    """Search finds all four, without words a and b, and words alone find one in the second place."""

    def off(question: Question) -> Sequence[str]:
        return [question.text] if question.text in "ab" else []

    def alone(question: Question) -> Sequence[str]:
        return ["d", "a"] if question.text == "a" else []

    rows = ablated(FOUR, {Part("en", "search", "on"): lambda one: [one.text], Part("en", "words", "off"): off,
                          Part("en", "words", "alone"): alone})  # fmt: skip
    assert [(row.part, row.state, row.n, row.ndcg) for row in rows] == [
        ("search", "on", 4, 1.0), ("words", "off", 4, 0.5), ("words", "alone", 4, pytest.approx(0.1577, abs=1e-4)),
    ]  # fmt: skip
    assert (rows[0].apart, rows[1].apart, rows[1].worse, rows[2].worse) == (None, -0.5, 0.5, 1.0)
    assert rows[1].apart_low is not None
    assert rows[1].apart_low <= -0.5
    assert named_parts(rows)["parts.en.words.off.ndcg"] == 0.5
    assert "parts.en.search.on.apart" not in named_parts(rows)


def test_both_languages_and_what_is_added(tmp_path: Path) -> None:
    found = beir.read(BEIR)
    english = tuple(Question(one.id, one.text, other="aspirin") for one in found.questions)
    found = Collection(found.name, found.items, english, found.judged)
    searched = SearchedCollection(tmp_path / "made", found, encoder=WordEncoder(), rerankers={"late": Lengths()})
    rankings = searched.parted(100)
    rows = ablated(found, rankings)
    searched.close()
    parts = [("search", "on"), ("words", "off"), ("words", "alone"), ("vectors", "off"), ("vectors", "alone"),
             ("late", "added")]  # fmt: skip
    # No names, so no graph; one of the questions is Chinese, so the other form is English.
    assert [(row.language, row.part, row.state) for row in rows] == [
        (one, *part) for one in ("zh", "en") for part in parts
    ]
    path = tmp_path / "table.csv"
    write_table(path, rows)
    told = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [(row["part"], row["state"]) for row in told[:6]] == parts
    assert told[0]["apart"] == ""
    assert float(told[1]["ndcg"]) == rows[1].ndcg
    assert written(()).count("\n") == 1


def test_no_question_no_row() -> None:
    assert ablated(Collection("none", (), (), {}), {Part("en", "search", "on"): lambda one: []}) == ()
