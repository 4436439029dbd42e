"""A cross-encoder in a local folder: it reads a query and a text together and says how well they fit.

Weights are taken as safetensors only, since other files of weights can run code when they are read; code that lies in
the folder is never run, and nothing is downloaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from kg.errors import ModelRefused

WEIGHTS = "model.safetensors"
_BATCH = 16
_LONGEST = 256
"""Pieces of a query and a text together; the middle of a hit is what is compared, not a whole paper."""
_PICKLED = frozenset({".bin", ".pt", ".pth", ".pkl", ".ckpt"})
_KIND = "ForSequenceClassification"


class _Config(msgspec.Struct):
    """What ``config.json`` must say. Without ``id2label`` transformers takes two labels."""

    architectures: list[str] = []
    id2label: dict[str, str] = {}
    auto_map: dict[str, Any] | None = None


class PairEncoder:
    """Loaded at the first question; safe to use from several threads, one at a time.

    Raises ModelRefused for a folder that holds no cross-encoder with one score, or whose weights are no safetensors.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        _check(folder)

    @cached_property
    def id(self) -> str:
        """``cross:NAME:digest of its weights``."""
        with (self._folder / WEIGHTS).open("rb") as stream:
            return f"cross:{self._folder.name}:{hashlib.file_digest(stream, 'sha256').hexdigest()[:12]}"

    @cached_property
    def _model(self) -> Any:
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(1)
        try:
            return CrossEncoder(
                str(self._folder), device="cuda" if torch.cuda.is_available() else "cpu", max_length=_LONGEST,
                local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True},
            )  # fmt: skip
        except (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError) as error:
            raise ModelRefused(path=self._folder, why="weights") from error

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits, as the model says; more is better, the scale is its own."""
        if not texts:
            return []
        with self._lock:
            told = self._model.predict(
                [(query, text) for text in texts], batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True
            )
        return [float(one) for one in told]


def _check(folder: Path) -> None:
    try:
        config = msgspec.json.decode((folder / "config.json").read_bytes(), type=_Config)
    except (OSError, msgspec.MsgspecError) as error:
        raise ModelRefused(path=folder, why="no-cross-encoder") from error
    if config.auto_map or len(config.id2label) != 1 or not any(one.endswith(_KIND) for one in config.architectures):
        raise ModelRefused(path=folder, why="no-cross-encoder")
    if not (folder / WEIGHTS).is_file():
        pickled = any(path.suffix in _PICKLED for path in folder.iterdir())
        raise ModelRefused(path=folder, why="pickled" if pickled else "weights")
