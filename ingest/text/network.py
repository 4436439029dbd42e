"""The token classifier: a BERT encoder in torch with features beside the pieces, and one BIO head for each type.

The only module, with ``ingest.training.fitting``, that loads torch. Weights are read from safetensors into layers of
torch itself, so no code and no pickle that comes with a model is ever run. The lowest ``frozen`` layers do not learn;
features come in above them (at the pieces when there are none).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ingest.text.models import Shape
from ingest.text.pieces import Window
from kg.errors import ModelRefused
from kg.index.encoder import best_precision

DROPOUT = 0.1
LABELS = 3
"""O, B and I."""
_HEAD = "head.weight"
_LAYER = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
"""Names of torch's encoder layer -> names of a BERT checkpoint."""


class Network(nn.Module):
    """Scores (natural logarithms of probabilities) of O, B and I for each piece and type."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.features = nn.Linear(shape.features, shape.hidden, bias=False)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(_layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.hidden + shape.features, LABELS * shape.types)
        nn.init.zeros_(self.features.weight)

    def lower(self, ids: Tensor, padding: Tensor) -> Tensor:
        """The pieces through the layers that do not learn."""
        places = torch.arange(ids.shape[1], device=ids.device)
        state: Tensor = self.dropout(self.norm(self.words(ids) + self.places(places)))
        for layer in self.layers[: self.shape.frozen]:
            state = layer(state, src_key_padding_mask=padding)
        return state

    def upper(self, state: Tensor, features: Tensor, padding: Tensor) -> Tensor:
        """Scores of shape (windows, pieces, types, 3) from what ``lower`` gives."""
        state = state + self.features(features)
        for layer in self.layers[self.shape.frozen :]:
            state = layer(state, src_key_padding_mask=padding)
        made: Tensor = self.head(torch.cat((self.dropout(state), features), dim=-1))
        return made.view(*made.shape[:2], self.shape.types, LABELS).float().log_softmax(-1)

    def forward(self, ids: Tensor, features: Tensor, padding: Tensor) -> Tensor:
        """``upper`` of ``lower``."""
        return self.upper(self.lower(ids, padding), features, padding)

    @property
    def device(self) -> torch.device:
        return self.head.weight.device

    def save(self, path: Path) -> None:
        save_file({name: value.detach().cpu().contiguous() for name, value in self.state_dict().items()}, str(path))


def _layer(shape: Shape) -> nn.TransformerEncoderLayer:
    """Random numbers for each pair of pieces and inside of the feed-forward part, where BERT has none, would cost a
    fifth of a step on a CPU."""
    layer = nn.TransformerEncoderLayer(
        shape.hidden, shape.heads, shape.inner, DROPOUT, "gelu", layer_norm_eps=1e-12, batch_first=True
    )
    layer.self_attn.dropout = layer.dropout.p = 0.0
    return layer


def batch(windows: Sequence[Window], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, features, and where there is only padding."""
    size = max(len(window.ids) for window in windows)
    ids = np.zeros((len(windows), size), dtype=np.int64)
    features = np.zeros((len(windows), size, windows[0].features.shape[1]), dtype=np.float32)
    padding = np.ones((len(windows), size), dtype=np.bool_)
    for at, window in enumerate(windows):
        length = len(window.ids)
        ids[at, :length], features[at, :length], padding[at, :length] = window.ids, window.features, False
    return tuple(torch.from_numpy(array).to(device) for array in (ids, features, padding))  # type: ignore[return-value]


def seeded(seed: int) -> None:
    """The same new weights and dropouts from now on."""
    torch.manual_seed(seed)


def best_device() -> torch.device:
    """A GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def is_fast(device: torch.device) -> bool:
    """Whether bfloat16 is multiplied in hardware: on a GPU, and on some processors."""
    return device.type != "cpu" or best_precision() == "bfloat16"


def load(path: Path, shape: Shape) -> Network:
    """A trained network from safetensors, for one thread a process (``kg.index.encoder`` tells why).

    Raises ModelRefused when the weights are not of this shape.
    """
    torch.set_num_threads(1)
    network = Network(shape)
    try:
        network.load_state_dict(load_file(str(path)))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelRefused(path=path.parent, why="weights") from error
    return network.to(best_device()).eval()


def from_encoder(path: Path, shape: Shape, *, heads: bool = False) -> Network:
    """A network to train, with the lowest layers of a BERT checkpoint or of a trained network (safetensors).

    Its heads are new, unless ``heads`` asks for those of a trained network, which are of the same types then.
    """
    network = Network(shape)
    try:
        found = load_file(str(path))
        network.load_state_dict(
            _kept(found, network, heads) if _HEAD in found else _renamed(found, shape), strict=False
        )
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise ModelRefused(path=path.parent, why="weights") from error
    return network


def _kept(found: Mapping[str, Tensor], network: Network, heads: bool) -> dict[str, Tensor]:
    """Of the weights of a trained network those that ``network`` has a place for."""
    places = network.state_dict()
    return {name: value for name, value in found.items() if name in places and (heads or not name.startswith("head."))}


def _renamed(found: Mapping[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """The weights of a BERT checkpoint under our names; all text is of its first segment."""
    made = {
        "words.weight": found["embeddings.word_embeddings.weight"],
        "places.weight": found["embeddings.position_embeddings.weight"]
        + found["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        made[f"norm.{kind}"] = found[f"embeddings.LayerNorm.{kind}"]
        for number in range(shape.layers):
            theirs = f"encoder.layer.{number}"
            made[f"layers.{number}.self_attn.in_proj_{kind}"] = torch.cat(
                [found[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for ours, name in _LAYER.items():
                made[f"layers.{number}.{ours}.{kind}"] = found[f"{theirs}.{name}.{kind}"]
    return made
