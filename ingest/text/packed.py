"""A trained network as it reads: windows one behind the other, without padding.

The same numbers as ``Network`` gives, but for rounding. Layers are those of ``kg.index.packed``; the last of them takes
only the pieces that are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ingest.text.network import LABELS, Network, is_fast
from ingest.text.pieces import Window
from ingest.text.quantized import in_bytes
from kg.index.packed import Affine, LayerWeights, PackedLayer, Product, in_precision
from kg.index.quantized import multiplies_bytes

Scores = npt.NDArray[np.float32]


class PackedNetwork:
    """Reads; it learns nothing. A change of ``network`` afterwards is not seen."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval()
        self._device = network.device
        product = _fastest(self._device)
        with torch.inference_mode():
            self._layers = [PackedLayer(_weights(layer), network.shape.heads, product) for layer in network.layers]  # type: ignore[arg-type]

    def scores(self, windows: Sequence[Window]) -> list[Scores]:
        """For each window the natural logarithms of the probabilities of its words that count: (words, types, 3)."""
        network, shape = self._network, self._network.shape
        lengths = [len(window.ids) for window in windows]
        starts = np.cumsum([0, *lengths[:-1]])
        wanted = [list(window.heads[window.begin : window.end]) for window in windows]
        heads = self._on_device(
            np.concatenate(
                [start + np.asarray(some, dtype=np.int64) for start, some in zip(starts, wanted, strict=True)]
            )
        )
        with torch.inference_mode():
            ids = self._on_device(np.fromiter((piece for window in windows for piece in window.ids), dtype=np.int64))
            places = self._on_device(np.concatenate([np.arange(length) for length in lengths]))
            features = self._on_device(np.concatenate([window.features for window in windows]))
            state = network.norm(network.words(ids) + network.places(places))
            for number, layer in enumerate(self._layers):
                if number == shape.frozen:
                    state = state + network.features(features)
                state = layer(state, lengths, heads if number == len(self._layers) - 1 else None)
            made = network.head(torch.cat((state, features[heads]), dim=-1))
            table = made.view(-1, shape.types, LABELS).log_softmax(-1).cpu().numpy()
        return np.split(table, np.cumsum([len(some) for some in wanted])[:-1])

    def _on_device(self, array: npt.NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(array).to(self._device)


def _fastest(device: torch.device) -> Callable[[Affine], Product]:
    """What the device multiplies fastest: bytes, bfloat16 or single precision."""
    if multiplies_bytes(device):
        return in_bytes
    return in_precision(torch.bfloat16 if is_fast(device) else torch.float32)


def _weights(layer: nn.TransformerEncoderLayer) -> LayerWeights:
    attention = layer.self_attn
    return LayerWeights(
        into=_pair(attention.in_proj_weight, attention.in_proj_bias),
        out=_pair(attention.out_proj.weight, attention.out_proj.bias),
        wider=_pair(layer.linear1.weight, layer.linear1.bias),
        narrower=_pair(layer.linear2.weight, layer.linear2.bias),
        first=_pair(layer.norm1.weight, layer.norm1.bias),
        second=_pair(layer.norm2.weight, layer.norm2.bias),
    )


def _pair(weight: Tensor | None, bias: Tensor | None) -> Affine:
    assert weight is not None
    assert bias is not None
    return weight.detach(), bias.detach()
