"""A trained network as it reads: windows one behind the other, without padding.

The same numbers as ``Network`` gives, but for rounding. Only attention looks at one window by itself; all other layers
take the pieces of all windows at once, and the last of them only the pieces that are asked for. Weights are brought
once into the precision that the device multiplies fastest, where ``torch.autocast`` would do it at every step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.text.network import LABELS, Network, is_fast
from ingest.text.pieces import Window

Scores = npt.NDArray[np.float32]


class PackedNetwork:
    """Reads; it learns nothing. A change of ``network`` afterwards is not seen."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval()
        self._device = network.device
        kind = torch.bfloat16 if is_fast(self._device) else torch.float32
        with torch.inference_mode():
            self._layers = [_Layer(layer, network.shape.heads, kind) for layer in network.layers]  # type: ignore[arg-type]

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


class _Layer:
    """One layer of the encoder, its weights in ``kind``; what goes from layer to layer stays in single precision."""

    def __init__(self, layer: nn.TransformerEncoderLayer, heads: int, kind: torch.dtype) -> None:
        self._heads = heads
        self._kind = kind
        attention = layer.self_attn
        assert attention.in_proj_weight is not None
        self._into, self._out = (
            _cast(attention.in_proj_weight, attention.in_proj_bias, kind),
            _cast(attention.out_proj.weight, attention.out_proj.bias, kind),
        )
        self._wider = _cast(layer.linear1.weight, layer.linear1.bias, kind)
        self._narrower = _cast(layer.linear2.weight, layer.linear2.bias, kind)
        self._norms = layer.norm1, layer.norm2

    def __call__(self, state: Tensor, lengths: Sequence[int], wanted: Tensor | None) -> Tensor:
        """The pieces after this layer, those at ``wanted`` alone where it is given."""
        projected = functional.linear(state.to(self._kind), *self._into).float()
        mixed = torch.cat([self._attended(rows) for rows in torch.split(projected, list(lengths))])
        if wanted is not None:
            state, mixed = state[wanted], mixed[wanted]
        first, second = self._norms
        state = first(state + functional.linear(mixed.to(self._kind), *self._out))
        inner = functional.gelu(functional.linear(state.to(self._kind), *self._wider))
        made: Tensor = second(state + functional.linear(inner, *self._narrower))
        return made

    def _attended(self, rows: Tensor) -> Tensor:
        """One window by itself: queries, keys and values stand side by side in ``rows``.

        Two products, since windows are short: torch's attention in one step takes half as long again for them.
        """
        query, key, value = rows.view(len(rows), 3, self._heads, -1).permute(1, 2, 0, 3)
        likeness = torch.bmm(query * key.shape[-1] ** -0.5, key.transpose(1, 2)).softmax(-1)
        return torch.bmm(likeness, value).transpose(0, 1).reshape(len(rows), -1)


def _cast(weight: Tensor, bias: Tensor | None, kind: torch.dtype) -> tuple[Tensor, Tensor]:
    assert bias is not None
    return weight.detach().to(kind), bias.detach().to(kind)
