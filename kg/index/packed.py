"""A transformer as it reads: windows one behind the other, without padding.

The same numbers as its layers in torch give, but for rounding. Only attention looks at windows by themselves, those of
one length at once; all else takes the pieces of all windows together. Weights are brought once into the precision that
the device multiplies fastest; what goes from layer to layer stays in single precision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from kg.errors import ModelRefused
from kg.index.base import Vectors
from kg.index.checkpoint import EPSILON, Config
from kg.index.prepacked import PrepackedProduct
from kg.index.quantized import TEXTS, ByteProduct, multiplies_bytes

PIECES = 2_048
"""Pieces read at once: more bring nothing, fewer leave the processor waiting between steps."""

_SURROGATES = re.compile(r"[\ud800-\udfff]")

Affine = tuple[Tensor, Tensor]
"""Weight and bias."""
Product = Callable[[Tensor], Tensor]
"""Rows times a weight, and its bias."""


class LayerWeights(NamedTuple):
    """Of one layer: into queries, keys and values; out of attention; wider and narrower; two norms."""

    into: Affine
    out: Affine
    wider: Affine
    narrower: Affine
    first: Affine
    second: Affine


def in_precision(kind: torch.dtype) -> Callable[[Affine], Product]:
    """Products in ``kind``."""

    def made(affine: Affine) -> Product:
        if kind == torch.bfloat16:
            return PrepackedProduct(affine, PIECES)
        weight, bias = (one.detach().to(kind) for one in affine)
        return lambda rows: functional.linear(rows.to(kind), weight, bias)

    return made


class PackedLayer:
    """One layer of a BERT encoder, its products as ``product`` makes them."""

    def __init__(
        self, weights: LayerWeights, heads: int, product: Callable[[Affine], Product], epsilon: float = EPSILON
    ) -> None:
        self._heads = heads
        self._epsilon = epsilon
        self._into, self._out, self._wider, self._narrower = map(product, weights[:4])
        self._first, self._second = weights.first, weights.second

    def __call__(self, state: Tensor, lengths: Sequence[int], wanted: Tensor | None = None) -> Tensor:
        """The pieces after this layer, those at ``wanted`` alone where it is given; ``lengths`` are of the windows."""
        projected = self._into(state).float()
        runs = [(length, len(list(group))) for length, group in groupby(lengths)]
        parts = torch.split(projected, [length * count for length, count in runs])
        mixed = torch.cat([self._attended(rows, count) for rows, (_, count) in zip(parts, runs, strict=True)])
        if wanted is not None:
            state, mixed = state[wanted], mixed[wanted]
        state = self._normed(state + self._out(mixed), self._first)
        inner = functional.gelu(self._wider(state))
        return self._normed(state + self._narrower(inner), self._second)

    def _normed(self, state: Tensor, weights: Affine) -> Tensor:
        return functional.layer_norm(state, state.shape[-1:], *weights, self._epsilon)

    def _attended(self, rows: Tensor, count: int) -> Tensor:
        """``count`` windows of one length, each by itself: queries, keys and values stand side by side in ``rows``."""
        length = len(rows) // count
        query, key, value = rows.view(count, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return mixed.transpose(1, 2).reshape(len(rows), -1)


class PackedEncoder:
    """Texts to the mean of their pieces' vectors, as a sentence-transformers model of BERT's kind makes them.

    ``kind``: of the products; int8 rounds them to bytes (``kg.index.quantized``). Raises ModelRefused for
    weights that are not those of its configuration.
    """

    def __init__(self, folder: Path, kind: torch.dtype, longest: int) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        config = msgspec.json.decode((folder / "config.json").read_bytes(), type=Config)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)
        try:
            found = load_file(str(folder / "model.safetensors"), str(self._device))
            self._words = found["embeddings.word_embeddings.weight"].float()
            self._places = (
                found["embeddings.position_embeddings.weight"] + found["embeddings.token_type_embeddings.weight"][0]
            ).float()
            self._norm = _pair(found, "embeddings.LayerNorm")
            self._products: list[ByteProduct] = []
            product = self._in_bytes if kind == torch.int8 else in_precision(kind)
            self._layers = [
                PackedLayer(_layer(found, number), config.num_attention_heads, product, config.layer_norm_eps)
                for number in range(config.num_hidden_layers)
            ]
        except (OSError, SafetensorError, KeyError, RuntimeError) as error:
            raise ModelRefused(path=folder, why="weights") from error
        self._epsilon = config.layer_norm_eps
        if self._products:
            self.encode(TEXTS)
            for one in self._products:
                one.settle()

    def _in_bytes(self, affine: Affine) -> Product:
        made = ByteProduct(affine, fast=multiplies_bytes(self._device))
        self._products.append(made)
        return made

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in the order given, of any length."""
        made: Vectors = np.zeros((len(texts), self._words.shape[1]), dtype=np.float32)
        for some, windows in self._batches(texts):
            parts = self._read(windows)
            made[some] = torch.stack([rows.mean(dim=0) for rows in parts]).cpu().numpy()
        return made

    def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """The rows of the pieces of each text, without the marks of its beginning and end, of any length."""
        made: list[Vectors] = [np.zeros((0, self._words.shape[1]), dtype=np.float32)] * len(texts)
        for some, windows in self._batches(texts):
            for at, rows in zip(some, self._read(windows), strict=True):
                made[at] = rows[1:-1].cpu().numpy()
        return made

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """(places, pieces) of texts of like length."""
        clean = [_SURROGATES.sub("\ufffd", text) for text in texts]
        pieces = [found.ids for found in self._tokenizer.encode_batch(clean)]
        order = sorted(range(len(pieces)), key=lambda at: (-len(pieces[at]), pieces[at]))
        start = 0
        while start < len(order):
            longest = max(len(pieces[order[start]]), 1)
            some = order[start : start + max(PIECES // longest, 1)]
            yield some, [pieces[at] for at in some]
            start += len(some)

    @torch.inference_mode()
    def _read(self, windows: Sequence[Sequence[int]]) -> Sequence[Tensor]:
        """The rows of the pieces of each window."""
        lengths = [len(window) for window in windows]
        ids = torch.tensor([piece for window in windows for piece in window], device=self._device)
        places = torch.cat([torch.arange(length, device=self._device) for length in lengths])
        state = self._words[ids] + self._places[places]
        state = functional.layer_norm(state, state.shape[-1:], *self._norm, self._epsilon)
        for layer in self._layers:
            state = layer(state, lengths)
        return torch.split(state, lengths)


def _pair(found: Mapping[str, Tensor], name: str) -> Affine:
    return found[f"{name}.weight"].float(), found[f"{name}.bias"].float()


def _layer(found: Mapping[str, Tensor], number: int) -> LayerWeights:
    """The weights of one layer under the names of a BERT checkpoint."""
    name = f"encoder.layer.{number}"
    three = [_pair(found, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    return LayerWeights(
        into=(torch.cat([weight for weight, _ in three]), torch.cat([bias for _, bias in three])),
        out=_pair(found, f"{name}.attention.output.dense"),
        wider=_pair(found, f"{name}.intermediate.dense"),
        narrower=_pair(found, f"{name}.output.dense"),
        first=_pair(found, f"{name}.attention.output.LayerNorm"),
        second=_pair(found, f"{name}.output.LayerNorm"),
    )
