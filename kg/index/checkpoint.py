"""What the folder of a sentence-transformers model says it holds, read without loading any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

EPSILON = 1e-12
_PLAIN = ["Transformer", "Pooling"]


class Config(msgspec.Struct):
    """What ``config.json`` of a BERT checkpoint must say for our own reader (``kg.index.packed``)."""

    model_type: Literal["bert"]
    num_attention_heads: int
    num_hidden_layers: int
    hidden_act: Literal["gelu"] = "gelu"
    position_embedding_type: Literal["absolute"] = "absolute"
    layer_norm_eps: float = EPSILON


def reads(folder: Path) -> bool:
    """Whether ``PackedEncoder`` reads the model in ``folder`` as sentence-transformers does: BERT, mean of pieces."""
    try:
        msgspec.json.decode((folder / "config.json").read_bytes(), type=Config)
        modules = [
            one["type"].rpartition(".")[2] for one in msgspec.json.decode((folder / "modules.json").read_bytes())
        ]
        pooling = msgspec.json.decode((folder / "1_Pooling" / "config.json").read_bytes())
    except (OSError, KeyError, TypeError, msgspec.MsgspecError):
        return False
    modes = {name for name, value in pooling.items() if name.startswith("pooling_mode_") and value is True}
    files = all((folder / name).is_file() for name in ("model.safetensors", "tokenizer.json"))
    return files and modes == {"pooling_mode_mean_tokens"} and modules in (_PLAIN, [*_PLAIN, "Normalize"])
