"""The cache of vectors, and the packaged encoder."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kg.errors import ConfigError, IndexMismatch, IntegrityError
from kg.index.base import Vectors
from kg.index.embeddings import CachedEncoder
from kg.index.encoder import SentenceEncoder, best_precision, packaged_encoder
from kg.index.passages import PassageIndex, PassageWriter, Window, encoder_of
from tests.kg.graph import WordEncoder


class Counting(WordEncoder):
    def __init__(self, name: str = "words:1:float32") -> None:
        self.id = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


def test_only_new_texts_are_encoded_and_each_once(tmp_path: Path) -> None:
    inner = Counting()
    with CachedEncoder(inner, tmp_path) as cached:
        first = cached.encode(["a b", "c", "a b"])
        assert np.array_equal(first, WordEncoder().encode(["a b", "c", "a b"]))
        assert (cached.encoded, cached.reused) == (2, 0)
    with CachedEncoder(inner, tmp_path) as cached:
        assert np.array_equal(cached.encode(["c", "d", "a b"])[[2, 0]], first[:2])
        assert (cached.encoded, cached.reused) == (1, 2)
        assert cached.encode([]).shape == (0, 64)
    assert inner.asked == ["a b", "c", "d"]


def test_encoders_do_not_share_vectors(tmp_path: Path) -> None:
    with CachedEncoder(Counting(), tmp_path) as cached:
        cached.encode(["a"])
    other = Counting("words:1:bfloat16")
    with CachedEncoder(other, tmp_path) as cached:
        cached.encode(["a"])
    assert other.asked == ["a"]


def test_a_damaged_row_is_encoded_again(tmp_path: Path) -> None:
    inner = Counting()
    with CachedEncoder(inner, tmp_path) as cached:
        good = cached.encode(["a"])
    with sqlite3.connect(tmp_path / "embeddings.sqlite") as connection:
        connection.execute("UPDATE vector SET data = zeroblob(256)")
    with CachedEncoder(inner, tmp_path) as cached:
        assert np.array_equal(cached.encode(["a"]), good)
    assert inner.asked == ["a", "a"]


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "embeddings.sqlite").write_bytes(b"no database at all, whatever the name says" * 40)
    with CachedEncoder(Counting(), tmp_path) as cached:
        assert cached.encode(["a"]).shape == (1, 64)
    assert (tmp_path / "embeddings.damaged").is_file()


def test_passages_lead_back_to_their_windows(tmp_path: Path) -> None:
    writer = PassageWriter(WordEncoder(), "exact")
    writer.add("document", 0, Window("title", 0, 6), "asthma")
    writer.add("document", 0, Window("abstract.1", 7, 20), "asthma steroid")
    writer.add("document", 1, Window("title", 0, 4), "gout")
    writer.add("concept", 0, Window("", 0, 6), "asthma")
    writer.save(tmp_path / "vectors")
    index = PassageIndex(tmp_path / "vectors", WordEncoder.id)
    asthma = WordEncoder().encode(["asthma steroid"])[0]
    best = index.nearest("document", asthma, 10)[0]
    assert (best.row, best.window, round(best.score, 5)) == (0, Window("abstract.1", 7, 20), 1.0)
    assert [near.row for near in index.nearest("document", asthma, 10, np.array([False, True]))] == [1]
    assert index.nearest("document", asthma, 10, np.array([False, False])) == []
    assert [near.row for near in index.nearest("concept", asthma, 10)] == [0]
    assert encoder_of(tmp_path / "vectors") == WordEncoder.id
    with pytest.raises(IndexMismatch):
        PassageIndex(tmp_path / "vectors", "words:1:bfloat16")
    (tmp_path / "vectors" / "windows" / "rows.npy").write_bytes(b"")
    with pytest.raises(IntegrityError):
        PassageIndex(tmp_path / "vectors", WordEncoder.id)


def written(folder: Path, encoder: WordEncoder, texts: list[str], before: Path | None = None) -> PassageWriter:
    writer = PassageWriter(encoder, "faiss", before)
    for row, text in enumerate(texts):
        writer.add("document", row, Window("title", 0, len(text)), text)
    writer.save(folder)
    return writer


def test_what_a_generation_had_is_neither_encoded_nor_moved_again(tmp_path: Path) -> None:
    encoder = Counting()
    written(tmp_path / "one", encoder, ["asthma", "gout", "stroke"])
    encoder.asked.clear()
    again = written(tmp_path / "two", encoder, ["gout", "asthma", "rickets"], tmp_path / "one")
    assert encoder.asked == ["rickets"]
    assert again.kept == 2
    index = PassageIndex(tmp_path / "two", encoder.id)
    for row, text in enumerate(["gout", "asthma", "rickets"]):
        assert index.nearest("document", encoder.encode([text])[0], 3)[0].row == row
    (near,) = [hit for hit in index.nearest("document", encoder.encode(["stroke"])[0], 3) if hit.score > 0.5] or [None]
    assert near is None, "what is no longer there is not found"


def test_a_text_in_several_places_has_one_vector_and_every_place_is_found(tmp_path: Path) -> None:
    encoder = Counting()
    written(tmp_path / "same", encoder, ["asthma", "gout", "asthma"])
    assert encoder.asked == ["asthma", "gout"]
    index = PassageIndex(tmp_path / "same", encoder.id)
    asthma = encoder.encode(["asthma"])[0]
    assert [near.row for near in index.nearest("document", asthma, 1)] == [0, 2]
    assert [near.row for near in index.nearest("document", asthma, 1, np.array([False, True, True]))] == [2]


@pytest.mark.parametrize("damage", ["vectors", "seal", "encoder"])
def test_nothing_is_taken_over_from_what_is_damaged_or_foreign(tmp_path: Path, damage: str) -> None:
    encoder = Counting()
    written(tmp_path / "one", encoder, ["asthma", "gout"])
    if damage == "vectors":
        path = tmp_path / "one" / "index" / "00" / "vectors.npy"
        path.write_bytes(path.read_bytes()[:-1] + b"~")
    elif damage == "seal":
        (tmp_path / "one" / "index" / "seal.json").unlink()
    else:
        encoder = Counting("words:1:bfloat16")
    encoder.asked.clear()
    assert written(tmp_path / "two", encoder, ["asthma", "gout"], tmp_path / "one").kept == 0
    assert encoder.asked == ["asthma", "gout"]


def test_precision_follows_the_processor(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    for line, precision in (
        ("flags\t\t: fpu avx2 avx512_bf16", "bfloat16"),
        ("flags\t\t: fpu amx_bf16 avx2", "bfloat16"),
        ("Features\t: fp asimd bf16", "bfloat16"),
        ("flags\t\t: fpu avx2", "float32"),
    ):
        info.write_text(f"processor\t: 0\n{line}\n")
        assert best_precision(info) == precision
    assert best_precision(tmp_path / "none") == "float32"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        SentenceEncoder(tmp_path)


def test_the_packaged_model_knows_what_is_near() -> None:
    encoder = packaged_encoder()
    assert encoder.dimension == 384
    assert encoder.id.startswith("all-MiniLM-L6-v2:")
    assert encoder.id.endswith(encoder.precision)
    texts = ["the drug lowers blood pressure", "an antihypertensive agent", "the cat sat on the mat", ""]
    vectors = encoder.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert np.array_equal(encoder.encode(texts), vectors)
    assert encoder.encode([]).shape == (0, 384)
    assert SentenceEncoder.matching(encoder.id).precision == encoder.precision
    with pytest.raises(IndexMismatch):
        SentenceEncoder.matching("all-MiniLM-L6-v2:000000000000:float32")
