"""A network that reads without padding says what the same network says with it."""

from __future__ import annotations

import platform
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from ingest.text.models import bert_shape
from ingest.text.network import Network, batch, from_encoder, seeded
from ingest.text.packed import PackedNetwork
from ingest.text.pieces import FEATURES, Pieces, Window
from tests.training.encoder import tiny_encoder

TEXT = "12 patients with gout and asthma were treated with aspirin, heparin and nothing. Gout is gout. " * 3


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


def windows(encoder: Path) -> list[Window]:
    """Of different lengths, some with names, some with words that count in another one."""
    found: list[Window] = []
    for size in (12, 40, 128):
        pieces = Pieces(encoder / "tokenizer.json", size)
        found += pieces.read(TEXT, [(17, 21, "disease")]).windows
    assert any(window.begin > 0 for window in found)
    assert len({len(window.ids) for window in found}) > 3
    return found


@pytest.mark.parametrize("frozen", [0, 1])
def test_scores_are_those_of_the_network(encoder: Path, frozen: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.text.packed.is_fast", lambda device: False)
    monkeypatch.setattr("ingest.text.packed.multiplies_bytes", lambda device: False)
    seeded(3)
    network = from_encoder(encoder / "model.safetensors", bert_shape(encoder, FEATURES, 2, frozen)).eval()
    torch.nn.init.normal_(network.features.weight, std=0.2)
    some = windows(encoder)
    with torch.inference_mode():
        padded = network(*batch(some, network.device)).numpy()
    wanted = [row[list(one.heads[one.begin : one.end])] for row, one in zip(padded, some, strict=True)]
    made = PackedNetwork(network).scores(some)
    assert [one.shape for one in made] == [one.shape for one in wanted]
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(made, wanted, strict=True))


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="products of bytes are for x86")
def test_bytes_say_nearly_what_the_network_says(encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "x86" in torch.backends.quantized.supported_engines
    monkeypatch.setattr("ingest.text.packed.multiplies_bytes", lambda device: True)
    seeded(3)
    network = from_encoder(encoder / "model.safetensors", bert_shape(encoder, FEATURES, 2, 0)).eval()
    some = windows(encoder)
    with torch.inference_mode():
        padded = network(*batch(some, network.device)).numpy()
    wanted = np.concatenate([row[list(one.heads[one.begin : one.end])] for row, one in zip(padded, some, strict=True)])
    made = np.concatenate(PackedNetwork(network).scores(some))
    apart = np.abs(made - wanted)
    assert 0 < apart.mean() < 0.02
    assert (made.argmax(-1) == wanted.argmax(-1)).mean() > 0.95


def test_a_window_says_the_same_alone_and_among_others(encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.text.packed.multiplies_bytes", lambda device: False)
    network = PackedNetwork(Network(bert_shape(encoder, FEATURES, 1, 0)))
    some = windows(encoder)
    for one, together in zip(some, network.scores(some), strict=True):
        [alone] = network.scores([one])
        assert np.allclose(alone, together, atol=0.05)


def test_a_window_in_which_no_word_counts_has_no_scores(encoder: Path) -> None:
    network = PackedNetwork(Network(bert_shape(encoder, FEATURES, 1, 0)))
    one, *_ = windows(encoder)
    nothing = msgspec.structs.replace(one, begin=0, end=0)
    assert [len(scores) for scores in network.scores([nothing])] == [0]
    assert [len(scores) for scores in network.scores([nothing, one])] == [0, one.end - one.begin]
