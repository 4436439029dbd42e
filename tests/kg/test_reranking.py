"""Re-ranking of the first hits: what it may change, what it may not, and who is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kg.errors import ModelRefused, QueryError
from kg.generation.indexes import build_indexes, open_indexes
from kg.index.base import Vectors
from kg.index.late import LateInteraction
from kg.index.pairs import PairEncoder
from kg.model.ids import Ids
from kg.search.base import Query
from kg.search.reranking import Reranking, packaged_shares, stored
from kg.search.searcher import Searcher
from tests.kg.graph import WordEncoder, small_reader
from tests.kg.test_signals import QUERIES

HALF = {name: dict.fromkeys(("name", "text-en", "text-zh"), 0.5) for name in ("late", "cross")}


class Lengths:
    """Prefers the longest text, so that its order is another than that of search."""

    id = "lengths"

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, tuple(texts)))
        return [float(len(text)) for text in texts]


class Letters:
    """A token encoder: a row of 26 for each letter."""

    id = "letters"

    def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        return [np.eye(26, dtype=np.float32)[[ord(one) - 97 for one in text]] for text in texts]


@pytest.fixture(scope="module")
def judge() -> Lengths:
    return Lengths()


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, judge: Lengths) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("reranking")
    reader = small_reader(folder)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", concept_vectors=True, vector_index="exact")
    indexes = open_indexes(folder, WordEncoder())
    again = Reranking(indexes.text, stored(reader, Ids()), {"late": judge, "cross": judge}, HALF)
    yield Searcher(indexes.text, reader, QUERIES, indexes.passages, WordEncoder(), reranking=again)
    reader.close()


def test_the_pieces_of_a_query_take_their_best_piece() -> None:
    late = LateInteraction(Letters())
    assert late.id == "late:letters"
    assert late.scores("ab", ["xaybz", "bbbb", "zz", ""]) == [1.0, 0.5, 0.0, 0.0]
    assert late.scores("", ["abc"]) == [0.0]


@pytest.mark.parametrize("kind", ["document", "concept", None])
def test_the_first_hits_stay_the_first(searcher: Searcher, kind: str | None) -> None:
    plain = searcher.search(Query("asthma", kind=kind, limit=100)).items  # type: ignore[arg-type]
    assert len(plain) > 2
    for top in (1, 2, 100):
        again = searcher.search(Query("asthma", kind=kind, limit=100, rerank="cross", top=top)).items  # type: ignore[arg-type]
        assert {hit.id for hit in again[:top]} == {hit.id for hit in plain[:top]}
        assert [hit.id for hit in again[top:]] == [hit.id for hit in plain[top:]]
        assert [hit.score for hit in again] == sorted((hit.score for hit in again), reverse=True)
        for hit in again:
            assert hit.score == pytest.approx(sum(msgspec.structs.astuple(hit.parts)))
        assert all(hit.parts.rerank == 0 for hit in again[top:])


def test_late_interaction_reads_english_words_and_a_cross_encoder_the_query(searcher: Searcher, judge: Lengths) -> None:
    judge.asked.clear()
    searcher.search(Query("哮喘", signals=("text", "concept"), rerank="late"))
    searcher.search(Query("哮喘", signals=("text", "concept"), rerank="cross"))
    (late, texts), (cross, _) = judge.asked
    assert (late, cross) == ("asthma", "哮喘")
    assert all(text.strip() for text in texts)


def test_pages_of_a_reranking_join_without_a_gap(searcher: Searcher) -> None:
    whole = [hit.id for hit in searcher.search(Query("asthma", limit=100, rerank="cross", top=3)).items]
    found, cursor = [], None
    while True:
        page = searcher.search(Query("asthma", limit=2, cursor=cursor, rerank="cross", top=3))
        found += [hit.id for hit in page.items]
        if (cursor := page.next) is None:
            break
    assert found == whole
    first = searcher.search(Query("asthma", limit=2, rerank="cross", top=3)).next
    with pytest.raises(QueryError, match="cursor"):
        searcher.search(Query("asthma", limit=2, cursor=first))


@pytest.mark.parametrize(
    ("name", "top", "told"),
    [
        ("best", 20, "late, cross"),
        ("late" * 99, 20, "known|there are"),
        ("late", 0, "1 and 100"),
        ("cross", 10**9, "1 and 100"),
    ],
)
def test_what_cannot_be_asked_for(searcher: Searcher, name: str, top: int, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        searcher.search(Query("asthma", rerank=name, top=top))


def test_what_is_not_here_is_an_error_not_another_order(tmp_path: Path) -> None:
    reader = small_reader(tmp_path)
    build_indexes(reader, tmp_path, None, tmp_path / "cache")
    bare = Searcher(open_indexes(tmp_path, None).text, reader, QUERIES)
    with pytest.raises(QueryError, match="there is no re-ranking named late here"):
        bare.search(Query("asthma", rerank="late"))
    reader.close()


def test_packaged_shares_are_shares() -> None:
    assert set(packaged_shares()) == {"late", "cross"}
    for some in packaged_shares().values():
        assert set(some) == {"name", "text-en", "text-zh", "crossed"}
        assert all(0 <= one <= 1 for one in some.values())


GOOD = {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"}}


@pytest.mark.parametrize(
    ("config", "files", "told"),
    [
        (None, (), "no cross-encoder"),
        ("{", (), "no cross-encoder"),
        ({"architectures": ["BertModel"]}, ("model.safetensors",), "no cross-encoder"),
        ({**GOOD, "id2label": {"0": "no", "1": "yes"}}, ("model.safetensors",), "no cross-encoder"),
        ({**GOOD, "auto_map": {"AutoModel": "evil.Model"}}, ("model.safetensors",), "no cross-encoder"),
        (GOOD, ("pytorch_model.bin",), "no safetensors"),
        (GOOD, (), "safetensors"),
    ],
)
def test_folders_that_are_refused(tmp_path: Path, config: object, files: Sequence[str], told: str) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
    for name in files:
        (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(ModelRefused, match=told) as caught:
        PairEncoder(tmp_path)
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.slow
def test_a_small_cross_encoder(tmp_path: Path) -> None:
    """Of random weights: that it is read, pair by pair, and that damaged weights are refused."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "asthma", "stroke", "gout", "and"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = BertConfig(  # type: ignore[call-arg]
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    made = PairEncoder(tmp_path)
    told = made.scores("asthma", ["asthma and gout", "stroke", ""])
    assert len(told) == 3
    assert len(set(told)) > 1
    assert made.scores("asthma", []) == []
    assert made.scores("asthma", ["stroke"])[0] == pytest.approx(told[1], abs=1e-5)
    assert made.id.startswith("cross:")
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelRefused):
        PairEncoder(tmp_path).scores("asthma", ["stroke"])
