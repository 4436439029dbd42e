"""Scores of our own over what tantivy found: the formula, the files, and what both leave alone."""

from __future__ import annotations

from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import IntegrityError
from kg.index.analysis import query_tokens, tokens
from kg.index.base import Card, Filters, TextEntry
from kg.index.counts import Constants, Counts, CountWriter
from kg.index.rescoring import CONSTANTS, MENTION, TITLE
from kg.index.text import Adjacent, TextIndex, Wanted
from kg.index.textwriter import build

PLAIN = Constants(0.9, 0.4)
terms = st.text("abc病", min_size=1, max_size=3)
tables = st.lists(st.dictionaries(terms, st.integers(1, 400), max_size=6), max_size=12)


@settings(max_examples=60)
@given(rows=tables, asked=st.lists(terms, unique=True, max_size=5))
def test_scores_are_those_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, int]], asked: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    writer = CountWriter(folder, "words")
    for row in rows:
        # What counts more often than a byte holds comes in two parts.
        parts = [(term, some) for term, times in row.items() for some in (min(times, 200), times - 200) if some > 0]
        writer.add([term for term, _ in parts], bytes([times for _, times in parts]))
    writer.finish()
    counts = Counts(folder, "words")
    weights = [1.0 + at for at in range(len(asked))]
    places = np.arange(len(rows))[::-1]
    lengths = [sum(row.values()) for row in rows]
    mean = sum(lengths) / len(rows) if any(lengths) else 1.0
    wanted = []
    for place in places:
        score = 0.0
        for term, weight in zip(asked, weights, strict=True):
            times = min(rows[place].get(term, 0), 255)
            damping = PLAIN.k1 * (1 - PLAIN.b + PLAIN.b * lengths[place] / mean)
            score += weight * times * (PLAIN.k1 + 1) / (times + damping)
        wanted.append(score)
    assert np.allclose(counts.scores(places, asked, weights, PLAIN), wanted)


TEXTS = {
    "PMID:900000001": ("Asthma in children", "Children with asthma and asthma again."),
    "PMID:900000002": (
        "Steroids",
        "Asthma, at the end of a much longer text about steroids, doses, weight and height.",
    ),
    "PMID:900000003": ("糖尿病", "糖尿病与哮喘"),
    "PMID:900000004": ("Height", "Nothing of it."),
}


def entries() -> list[TextEntry]:
    return [
        TextEntry(
            Card(id=curie, kind="document", year=2000 + row),
            title=title,
            body=body,
            concepts=(("medkg:a", 1 + row),),
            subtree=(("medkg:top", MENTION * (1 + row)),),
            fields={"ti": (title,), "ab": (body,)},
        )
        for row, (curie, (title, body)) in enumerate(TEXTS.items())
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    folder = tmp_path_factory.mktemp("text") / "text"
    build(folder, entries())
    return TextIndex(folder)


@pytest.mark.parametrize("query", ["asthma", "asthma in children", "糖尿病", "哮喘 height"])
def test_title_and_text_are_one_and_a_title_counts_twice(index: TextIndex, query: str) -> None:
    words = [Counter(tokens(body)) for _, body in TEXTS.values()]
    for counted, (title, _) in zip(words, TEXTS.values(), strict=True):
        counted.update(tokens(title) * TITLE)
    mean = sum(sum(one.values()) for one in words) / len(words)
    wanted = {}
    for row, counted in enumerate(words):
        damping = 0.9 * (0.6 + 0.4 * sum(counted.values()) / mean)
        for token in query_tokens(query):
            # The number of entries that hold it in the field where more do.
            number = max(sum(token in tokens(text[at]) for text in TEXTS.values()) for at in (0, 1))
            rarity = log(1 + (len(words) - number + 0.5) / (number + 0.5))
            if times := counted[token]:
                wanted[row] = wanted.get(row, 0.0) + rarity * times * 1.9 / (times + damping)
    asked = [Wanted(field, token) for token in query_tokens(query) for field in ("title", "body")]
    found = dict(index.search("document", asked, 10))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_the_first_are_the_same_however_many_are_wanted(index: TextIndex) -> None:
    asked = [Wanted(field, token) for token in ("asthma", "steroid", "height") for field in ("title", "body")]
    every = index.search("document", asked, 10)
    assert len(every) > 2
    for limit in range(1, len(every) + 1):
        assert index.search("document", asked, limit) == every[:limit]


def test_filters_leave_scores_alone(index: TextIndex) -> None:
    asked = [Wanted(field, "asthma") for field in ("title", "body")]
    every = dict(index.search("document", asked, 10))
    some = dict(index.search("document", asked, 10, Filters(year_from=2001)))
    assert some == {row: score for row, score in every.items() if row >= 1}


def test_a_boost_counts_in_proportion(index: TextIndex) -> None:
    once = dict(index.search("document", [Wanted("concept", "medkg:a")], 10))
    twice = dict(index.search("document", [Wanted("concept", "medkg:a", 2.0)], 10))
    assert twice == pytest.approx({row: 2 * score for row, score in once.items()}, abs=1e-5)
    assert dict(index.search("document", [Wanted("concept", "medkg:a")] * 2, 10)) == pytest.approx(twice)


def test_more_mentions_below_count_more(index: TextIndex) -> None:
    assert [row for row, _ in index.search("document", [Wanted("subtree", "medkg:top")], 10)] == [3, 2, 1, 0]


def test_two_mentions_say_that_a_text_is_about_a_concept(tmp_path: Path) -> None:
    """Once says a quarter, twice or in the title (which counts as three) all, whatever the length; of what may stand
    for a part the best counts, and parts count alike."""
    mentions = {1: (("medkg:a", 1),), 2: (("medkg:a", 2),), 3: (("medkg:a", 3), ("medkg:b", 1)), 4: (("medkg:b", 12),)}
    build(tmp_path / "text", (
        TextEntry(
            Card(id=f"PMID:90000000{number}", kind="document"), body="long " * 50 * number, concepts=held,
            subtree=tuple((curie, MENTION * times) for curie, times in held),
        )
        for number, held in mentions.items()
    ))  # fmt: skip
    index = TextIndex(tmp_path / "text")
    rows = [3, 0, 1, 2]
    alone = {3: 0.0, 0: 0.25, 1: 1.0, 2: 1.0}
    assert index.about("document", rows, "concept", [{"medkg:a": 0.4}]) == alone
    assert index.about("document", rows, "concept", [{"medkg:a": 1.0, "medkg:b": 0.5}]) == alone | {3: 0.5}
    both = index.about("document", rows, "concept", [{"medkg:a": 1.0}, {"medkg:b": 0.5}])
    assert both == {3: 0.5, 0: 0.125, 1: 0.5, 2: 0.625}
    assert index.about("document", rows, "subtree", [{"medkg:a": 1.0}]) == {3: 0.0, 0: 0.25, 1: 0.5, 2: 0.75}
    assert index.about("document", rows, "concept", [{"medkg:other": 1.0}]) == dict.fromkeys(rows, 0.0)


def test_nothing_is_told_to_be_about_what_is_not_asked_or_not_counted(tmp_path: Path, index: TextIndex) -> None:
    assert index.about("document", [0], "concept", []) == {}
    assert index.about("document", [], "concept", [{"medkg:a": 1.0}]) == {}
    assert index.about("concept", [0], "concept", [{"medkg:a": 1.0}]) == {}
    assert _without_counts(tmp_path).about("document", [0], "concept", [{"medkg:a": 1.0}]) == {}


@pytest.mark.parametrize(
    "asked",
    [
        [Wanted("title", "asthma")],
        [Wanted("title", "asthma", 2.0), Wanted("body", "asthma")],
        [Wanted("concept", "medkg:a"), Adjacent("ab", ("and", "asthma"))],
    ],
)
def test_what_the_tables_do_not_hold_keeps_the_scores_of_tantivy(
    tmp_path: Path, index: TextIndex, asked: list[Wanted | Adjacent]
) -> None:
    older = _without_counts(tmp_path)
    assert index.search("document", asked, 10) == older.search("document", asked, 10) != []


def test_an_index_without_counts_answers_as_before(tmp_path: Path) -> None:
    older = _without_counts(tmp_path)
    asked = [Wanted(field, "asthma") for field in ("title", "body")]
    assert {row for row, _ in older.search("document", asked, 10)} == {0, 1}


def _without_counts(folder: Path) -> TextIndex:
    """An index as it was written before there were counts."""
    from kg.index.sealed import MANIFEST, seal, unseal

    build(folder / "text", entries())
    documents = folder / "text" / "documents"
    facts = unseal(documents, "text")
    del facts["counts"]
    for name in CONSTANTS:
        for path in documents.glob(f"{name}.*"):
            path.unlink()
    (documents / MANIFEST).unlink()
    seal(documents, "text", facts)
    return TextIndex(folder / "text")


def test_damaged_counts_are_found_when_opening(tmp_path: Path) -> None:
    build(tmp_path / "text", entries())
    path = tmp_path / "text" / "documents" / "words.codes"
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(IntegrityError, match=r"words\.codes"):
        TextIndex(tmp_path / "text")


def test_the_same_entries_give_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        build(tmp_path / name, entries())
    for table in CONSTANTS:
        for path in (tmp_path / "one" / "documents").glob(f"{table}.*"):
            assert path.read_bytes() == (tmp_path / "other" / "documents" / path.name).read_bytes()
