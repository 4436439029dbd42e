"""Static vectors: one for each piece of the tokenizer, made once by the encoder; that of a text is their weighted mean.

Sixty times as fast as the encoder that they are distilled from, and worse (docs/adr/0023-engines-of-vectors.md): for
collections that are too large to be encoded, where words and concepts rank and vectors only add candidates.
How it is made is that of Model2Vec (Minish Lab, 2024): every piece is read by itself, the vectors are brought to their
main directions, here each as wide as the others, and frequent pieces count less (smooth inverse frequency, Arora and
others, 2017), where the rank of a piece in the vocabulary stands for how frequent it is.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from kg.errors import ModelRefused
from kg.index.base import Vectors

FORMAT = "medkg-static.v1"
DIMENSION = 256
"""Main directions that are kept."""
LONGEST = 512
"""Pieces of a text that are read."""
_SMOOTH = 1e-4
"""The ``a`` of a / (a + p): pieces more frequent than this count less than half."""
_NARROWEST = 1e-4
"""Directions that are narrower than this, measured by the widest, are not made as wide as the others."""
_TOGETHER = 2_048
_FILE, _WEIGHTS, _TOKENIZER = "static.json", "model.safetensors", "tokenizer.json"
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Static(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``static.json``: what the vectors were made from, and SHA-256 of the other files."""

    encoder: str
    dimension: int
    weights: str
    tokenizer: str
    format: str = FORMAT


class StaticEncoder:
    """An ``Encoder`` from the folder that ``distil`` wrote. Raises ModelRefused for what is none, or is damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._made = msgspec.json.decode((folder / _FILE).read_bytes(), type=Static)
        except (OSError, msgspec.MsgspecError) as error:
            raise ModelRefused(path=folder, why="static-missing") from error
        if self._made.format != FORMAT:
            raise ModelRefused(path=folder, why="model-version", found=self._made.format[:40], expected=FORMAT)
        for name, expected in ((_WEIGHTS, self._made.weights), (_TOKENIZER, self._made.tokenizer)):
            if not (folder / name).is_file() or _digest(folder / name) != expected:
                raise ModelRefused(path=folder, why="model-changed", file=name)

    def __reduce__(self) -> tuple[type[StaticEncoder], tuple[Path]]:
        return StaticEncoder, (self._folder,)

    @property
    def id(self) -> str:
        """``static:<digest of the vectors>:<id of the encoder that they are made from>``."""
        return f"static:{self._made.weights[:12]}:{self._made.encoder}"

    @property
    def dimension(self) -> int:
        return self._made.dimension

    @cached_property
    def _pieces(self) -> Vectors:
        try:
            return np.asarray(load_file(self._folder / _WEIGHTS)["pieces"], dtype=np.float32)
        except (OSError, SafetensorError, KeyError) as error:
            raise ModelRefused(path=self._folder, why="weights") from error

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        made = Tokenizer.from_file(str(self._folder / _TOKENIZER))
        made.no_padding()
        made.enable_truncation(LONGEST)
        return made

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``; a text without a known piece has a vector of zeros."""
        made: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _TOGETHER):
            clean = [_SURROGATES.sub("\ufffd", text) for text in texts[start : start + _TOGETHER]]
            read = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
            for at, one in enumerate(read, start):
                if one.ids:
                    made[at] = self._pieces[one.ids].sum(axis=0)
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)
        return made


def distil(encoder: Any, model: Path, folder: Path) -> StaticEncoder:
    """Read every piece of the tokenizer of ``model`` by its ``encoder`` (``SentenceEncoder``) and write ``folder``,
    which must not exist. The same encoder gives the same vectors."""
    tokenizer = Tokenizer.from_file(str(model / _TOKENIZER))
    words = [tokenizer.id_to_token(place) or "" for place in range(tokenizer.get_vocab_size())]
    # A piece within a word is read as one that begins it: by itself it would be two marks and letters.
    vectors = encoder.encode([word.removeprefix("##") for word in words])
    special = np.array([word.startswith("[") and word.endswith("]") for word in words])
    centred = vectors - vectors[~special].mean(axis=0)
    widths, directions = np.linalg.eigh(centred[~special].T.astype(np.float64) @ centred[~special] / len(words))
    kept = directions / np.sqrt(np.maximum(widths, _NARROWEST * widths[-1]))
    kept = np.ascontiguousarray(kept[:, ::-1][:, :DIMENSION], dtype=np.float32)
    share = 1.0 / (np.arange(len(words)) + 2)
    weight = _SMOOTH / (_SMOOTH + share / share.sum())
    weight[special] = 0.0
    pieces = (centred @ kept) * weight[:, None].astype(np.float32)
    work = folder.with_name(f".{folder.name}.{os.getpid()}")
    work.mkdir(parents=True)
    save_file({"pieces": np.ascontiguousarray(pieces, dtype=np.float32)}, work / _WEIGHTS)
    (work / _TOKENIZER).write_bytes((model / _TOKENIZER).read_bytes())
    made = Static(encoder.id, pieces.shape[1], _digest(work / _WEIGHTS), _digest(work / _TOKENIZER))
    (work / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    work.rename(folder)
    return StaticEncoder(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
