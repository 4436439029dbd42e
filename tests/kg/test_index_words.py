"""Words in Milvus rank as the text index does: the same rows in the same order, with the same scores."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kg.errors import IntegrityError, VectorEngineFailed
from kg.index.analysis import query_tokens
from kg.index.base import Card, Filters, Kind, TextEntry
from kg.index.bm25 import FIELDS, Dimensions, WeightWriter
from kg.index.engine import Engines
from kg.index.milvus_words import Words, WordsWriter
from kg.index.text import TextIndex, Wanted
from kg.index.textwriter import build
from tests.milvus import MilvusServer

_WORDS = [
    "asthma",
    "steroid",
    "child",
    "stroke",
    "哮喘",
    "糖尿病",
    "患者",
    "治疗",
    "dose",
    "IL-6",
    "gout",
    "the",
    "of",
    "in",
]


def entries(count: int = 240) -> list[TextEntry]:
    """Invented texts of very different lengths."""
    dice = np.random.default_rng(4)

    def text(most: int) -> str:
        return " ".join(dice.choice(_WORDS, dice.integers(0, most)))

    made = []
    for number in range(count):
        curies = [(f"medkg:c{at}", int(dice.integers(1, 9))) for at in sorted(set(dice.integers(0, 30, 3).tolist()))]
        card = Card(f"PMID:{900000000 + number}", "document", en=f"d{number}", year=1990 + number % 30)
        found = tuple(curies)
        made.append(TextEntry(card, title=text(9), body=text(400), names=text(3), concepts=found, subtree=found))
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus")) as running:
        Engines.configure(running.engine("words_"))
        yield running
        Engines.configure(None)


@pytest.fixture(scope="module")
def both(server: MilvusServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[TextIndex, Words]:
    folder = tmp_path_factory.mktemp("indexes")
    build(folder / "text", entries())
    writer = WordsWriter(folder / "words")
    for entry in entries():
        writer.add(entry)
    writer.finish()
    text = TextIndex(folder / "text")
    text._kinds["document"]._rescoring = None
    return text, Words(folder / "words")


KIND: Kind = "document"
ASKED = (
    [Wanted(field, token, boost) for token in query_tokens("asthma in 糖尿病患者") for field, boost in
     {"title": 2.0, "body": 1.0, "names": 0.5}.items()],
    [Wanted("body", "il6")],
    [Wanted("concept", "medkg:c3", 0.7), Wanted("concept", "medkg:c4")],
    [Wanted("subtree", "medkg:c3", 0.7), Wanted("subtree", "medkg:c5")],
    [Wanted("title", "gout"), Wanted("body", "nowhere"), Wanted("label", "asthma")],
)  # fmt: skip


@pytest.mark.parametrize("wanted", ASKED)
@pytest.mark.parametrize("filters", [Filters(), Filters(year_from=2000, year_to=2001)])
def test_the_ranking_is_that_of_the_text_index(
    both: tuple[TextIndex, Words], wanted: list[Wanted], filters: Filters
) -> None:
    text, words = both
    expected = text.search(KIND, wanted, 1_000, filters)
    found = words.search(wanted, 1_000, text.allowed(KIND, filters))
    assert expected
    assert {row for row, _ in found} == {row for row, _ in expected}
    known = dict(expected)
    np.testing.assert_allclose([score for _, score in found], [known[row] for row, _ in found], rtol=2e-5)
    # The same order, but where scores differ by less than the last bits.
    assert all(known[one] >= known[other] - 1e-4 for (one, _), (other, _) in pairwise(found))
    assert [row for row, _ in words.search(wanted, 7, text.allowed(KIND, filters))] == [row for row, _ in found[:7]]


def test_what_is_not_there_is_not_found(both: tuple[TextIndex, Words]) -> None:
    _, words = both
    assert words.search([Wanted("body", "nowhere")], 10) == []
    assert words.search([Wanted("body", "gout")], 0) == []
    assert words.search([Wanted("body", "gout")], 5, np.zeros(240, dtype=np.bool_)) == []


def test_the_same_entries_are_one_collection_and_none_of_them_is_an_empty_one(
    both: tuple[TextIndex, Words], tmp_path: Path
) -> None:
    again = WordsWriter(tmp_path / "again")
    for entry in entries():
        again.add(entry)
    again.finish()
    assert Words(tmp_path / "again").search(ASKED[1], 5) == both[1].search(ASKED[1], 5)
    WordsWriter(tmp_path / "none").finish()
    assert Words(tmp_path / "none").search(ASKED[0], 5) == []
    (tmp_path / "again" / "keys.npy").write_bytes(b"damaged")
    with pytest.raises(IntegrityError):
        Words(tmp_path / "again")


def test_a_server_without_these_words_is_told(both: tuple[TextIndex, Words], tmp_path: Path) -> None:
    writer = WordsWriter(tmp_path / "words")
    for entry in entries(20):
        writer.add(entry)
    writer.finish()
    words = Words(tmp_path / "words")
    words._collection._server.drop(words._collection._name)
    with pytest.raises(VectorEngineFailed) as caught:
        words.search(ASKED[1], 5)
    assert caught.value.params["why"] == "vectors-elsewhere"


def test_every_word_of_a_field_is_a_dimension(tmp_path: Path) -> None:
    writer = WeightWriter(tmp_path / "weights")
    writer.add(TextEntry(Card("PMID:1", "document"), title="gout gout", body="gout"))
    writer.add(TextEntry(Card("PMID:2", "document")))
    rows = dict(writer.finish())
    dimensions = Dimensions(tmp_path / "weights")
    assert len(dimensions) == 2
    assert list(rows) == [0]
    assert set(rows[0]) == {0, 1}
    assert {name for name in FIELDS if dimensions.query([(name, "gout", 1.0)])} == {"title", "body"}
