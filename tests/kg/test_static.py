"""Static vectors: made once, the same again, refused when they are not what was written."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import Whitespace

from api.encoders import chosen, matching
from api.settings import Settings
from kg.errors import IndexMismatch, ModelRefused
from kg.index.encoder import SentenceEncoder, packaged_model
from kg.index.static import DIMENSION, StaticEncoder, distil
from tests.kg.graph import WordEncoder

PIECES = 4_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """From the packaged encoder, by the first pieces of its tokenizer: reading all of them takes half a minute."""
    data = tmp_path_factory.mktemp("data")
    told = json.loads((packaged_model() / "tokenizer.json").read_text("utf-8"))
    told["model"]["vocab"] = {piece: place for piece, place in told["model"]["vocab"].items() if place < PIECES}
    (data / "tokenizer.json").write_text(json.dumps(told), "utf-8")
    distil(SentenceEncoder(precision="float32"), data, data / "models" / "static")
    return data / "models" / "static"


def test_near_texts_have_near_vectors(made: Path) -> None:
    encoder = StaticEncoder(made)
    texts = ["pain in the chest and heart disease", "disease of the heart with pain", "a law on the price of water"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_text_says_the_same_alone_and_among_others(made: Path) -> None:
    encoder = StaticEncoder(made)
    texts = ["asthma", "", "\ud800 gout", "二甲双胍", "word " * 3_000]
    together = encoder.encode(texts)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(encoder.encode([text])[0], vector)
    assert not together[1].any()
    assert encoder.encode([]).shape == (0, DIMENSION)


def test_the_id_names_the_encoder_and_the_vectors(made: Path, tmp_path: Path) -> None:
    encoder = StaticEncoder(made)
    assert encoder.id.startswith("static:")
    assert encoder.id.endswith(SentenceEncoder(precision="float32").id)
    assert pickle.loads(pickle.dumps(encoder)).id == encoder.id


def test_the_same_encoder_gives_the_same_vectors(tmp_path: Path) -> None:
    words = ["[PAD]", "[UNK]", "asthma", "gout", "##itis", "steroid"]
    tokenizer = Tokenizer(WordPiece({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    one, other = (distil(WordEncoder(), tmp_path, tmp_path / name) for name in ("one", "other"))
    assert one.id == other.id
    assert one.dimension == WordEncoder.dimension
    assert np.array_equal(one.encode(["gout asthma"]), other.encode(["gout asthma"]))
    assert not one.encode(["unknown"]).any()


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "static.json"])
def test_what_was_changed_is_refused(made: Path, tmp_path: Path, file: str) -> None:
    folder = tmp_path / "static"
    shutil.copytree(made, folder)
    whole = (folder / file).read_bytes()
    for changed in (whole[:-9], b"{}", None):
        (folder / file).unlink() if changed is None else (folder / file).write_bytes(changed)
        with pytest.raises(ModelRefused):
            StaticEncoder(folder)
    (folder / file).write_bytes(whole)
    told = json.loads((folder / "static.json").read_text())
    (folder / "static.json").write_text(json.dumps(told | {"format": "medkg-static.v9"}))
    with pytest.raises(ModelRefused):
        StaticEncoder(folder)


def test_the_setting_names_it(made: Path, tmp_path: Path) -> None:
    settings = Settings(data=str(made.parent.parent), encoder="static")
    encoder = chosen(settings)
    assert encoder is not None
    assert matching(settings, encoder.id).id == encoder.id
    assert matching(Settings(encoder=str(made)), encoder.id).id == encoder.id
    with pytest.raises(IndexMismatch):
        matching(settings, "static:000000000000:other")
    with pytest.raises(IndexMismatch):
        matching(Settings(encoder="packaged"), encoder.id)
    with pytest.raises(ModelRefused):
        matching(Settings(data=str(tmp_path), encoder="static"), encoder.id)
