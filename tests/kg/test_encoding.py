"""Encoding without padding, and in several processes, says what encoding one text says."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from kg.errors import ConfigError, ModelRefused
from kg.generation.encoding import FEW, ManyEncoders, encoders
from kg.index.checkpoint import reads
from kg.index.encoder import SentenceEncoder, packaged_model
from kg.index.packed import PackedEncoder
from tests.kg.graph import WordEncoder

TEXTS = [
    "Asthma.",
    "",
    "  spaced   out ",
    "Inhaled steroids for wheezing children were given twice a day. " * 40,
    "二甲双胍与脑卒中",
    "Asthma.",
    "naïve É́ \x00 zero",
    "Gout is gout.",
    "lone \ud800 surrogate",
    "Metformin lowered the rate of stroke.",
]
PLAIN = [text for text in TEXTS if "\ud800" not in text]


@pytest.fixture(scope="module")
def packed() -> PackedEncoder:
    return PackedEncoder(packaged_model(), torch.float32, 256)


def test_vectors_are_those_of_sentence_transformers() -> None:
    encoder = SentenceEncoder(precision="float32")
    assert reads(packaged_model())
    expected = encoder._padded(PLAIN)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(encoder.encode(PLAIN), expected, atol=2e-5)


def test_half_the_bits_turn_vectors_hardly() -> None:
    one, other = (SentenceEncoder(precision=kind).encode(PLAIN) for kind in ("float32", "bfloat16"))
    assert (one * other).sum(axis=1).min() > 0.999


def test_bytes_turn_vectors_little_and_whatever_stands_beside_a_text() -> None:
    one = SentenceEncoder(precision="float32").encode(PLAIN)
    encoder = SentenceEncoder(precision="int8")
    made = encoder.encode(PLAIN)
    assert (one * made).sum(axis=1).min() > 0.97
    assert encoder.id.endswith(":int8")
    assert SentenceEncoder.matching(encoder.id).precision == "int8"
    for text, vector in zip(PLAIN, made, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_a_processor_without_such_instructions_makes_nearly_the_same_of_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    made = SentenceEncoder(precision="int8").encode(PLAIN)
    monkeypatch.setattr("kg.index.packed.multiplies_bytes", lambda device: False)
    slow = SentenceEncoder(precision="int8").encode(PLAIN)
    near = (made * slow).sum(axis=1)
    assert near.min() > 0.99
    assert np.median(near) > 0.999


def test_another_kind_of_model_is_not_read_in_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_model(), folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "roberta"}))
    with pytest.raises(ConfigError):
        SentenceEncoder(folder, "int8").encode(["asthma"])


def test_a_text_says_the_same_alone_and_among_others(packed: PackedEncoder) -> None:
    together = packed.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(packed.encode([text])[0], vector, atol=1e-5)
    assert packed.encode([]).shape == (0, 384)


def test_longer_texts_than_are_read_end_where_reading_ends(packed: PackedEncoder) -> None:
    short = PackedEncoder(packaged_model(), torch.float32, 12)
    start = "one two three four five six seven eight nine ten"
    np.testing.assert_allclose(short.encode([f"{start} eleven twelve"]), packed.encode([start]), atol=1e-5)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("model.safetensors", None),
        ("modules.json", None),
    ],
)
def test_models_of_another_kind_are_left_to_the_library(
    tmp_path: Path, file: str, change: dict[str, object] | None
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_model(), folder)
    assert reads(folder)
    if change is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(json.dumps(json.loads((folder / file).read_text()) | change))
    assert not reads(folder)


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_model(), folder)
    weights = load_file(str(folder / "model.safetensors"))
    weights.pop("encoder.layer.5.output.dense.bias")
    save_file(weights, str(folder / "model.safetensors"))
    with pytest.raises(ModelRefused):
        PackedEncoder(folder, torch.float32, 256)
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelRefused):
        PackedEncoder(folder, torch.float32, 256)


def test_an_encoder_can_be_sent_to_a_process() -> None:
    encoder = SentenceEncoder(precision="float32")
    assert pickle.loads(pickle.dumps(encoder)).id == encoder.id


def test_processes_give_the_vectors_of_one() -> None:
    texts = [f"text {number % 400} of {'many ' * (number % 7)}" for number in range(FEW + 100)]
    with encoders(WordEncoder(), 2) as several:
        assert isinstance(several, ManyEncoders)
        assert (several.id, several.dimension) == (WordEncoder.id, WordEncoder.dimension)
        made = several.encode(texts)
        assert several._pool is not None
        assert np.array_equal(made, WordEncoder().encode(texts))
        assert np.array_equal(several.encode(texts[:3]), made[:3])


def test_one_process_starts_no_other() -> None:
    encoder = WordEncoder()
    with encoders(encoder, 1) as same:
        assert same is encoder
