"""Folders of trained models: what is in one, how it is named, and what is refused.

::

    models/NAME/model.safetensors   weights
    models/NAME/tokenizer.json      words and pieces
    models/NAME/config.json         shape, types, thresholds, digests of the two files above
    models/NAME/card.json           what it was trained on and how, for people; nothing reads it to tag

A folder with pickled weights, code, or a configuration that asks for code (``auto_map``) is refused as a whole:
it did not come from ``medkg train``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from ingest.text.pieces import FEATURES
from kg.errors import ConfigError, ModelRefused

FORMAT = "medkg-ner.v1"
WEIGHTS, TOKENIZER, CONFIG, CARD = "model.safetensors", "tokenizer.json", "config.json", "card.json"
_REFUSED = frozenset({".bin", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".npy", ".npz", ".py", ".so"})


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What weights fit: sizes, the number of features beside a piece, heads in the order of types."""

    vocabulary: int
    positions: int
    hidden: int
    layers: int
    heads: int
    inner: int
    features: int
    types: int
    frozen: int = 0


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a span of one type counts in the union: what the network found from ``learned`` on, what only the
    dictionary found from ``dictionary`` on (above 1: never)."""

    learned: float = 0.5
    dictionary: float = 2.0


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``languages`` are those it was trained on, ``window`` the most pieces it reads at once."""

    format: str = FORMAT
    name: str
    shape: Shape
    types: tuple[str, ...]
    languages: tuple[str, ...]
    window: int
    thresholds: dict[str, Thresholds]
    weights: str
    tokenizer: str


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model comes from. ``documents`` are the PMIDs or the digests of texts that it has seen."""

    corpora: tuple[dict[str, str | int | list[str]], ...]
    documents: tuple[str, ...]
    held_out: tuple[str, ...]
    removed: int
    encoder: str
    dictionary: str
    options: dict[str, int | float | str]
    versions: dict[str, str]
    figures: dict[str, dict[str, float]]
    seconds: float


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def method(config: ModelConfig) -> str:
    """The name that stands in each mention: ``NAME@`` and twelve digits of the weights' digest."""
    return f"{config.name}@{config.weights[:12]}"


def write(folder: Path, config: ModelConfig, card: ModelCard) -> None:
    """The two JSON files, beside weights and tokenizer that are already there."""
    for name, value in ((CARD, card), (CONFIG, config)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def opened(folder: Path, expected: str) -> dict[str, object]:
    """What stands in the configuration of a folder of format ``expected``, which holds neither code nor pickled data.

    Raises ModelRefused.
    """
    if not (folder / CONFIG).is_file():
        raise ModelRefused(path=folder, why="model-missing")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _REFUSED:
            raise ModelRefused(path=folder, why="model-code", file=path.name)
    try:
        found = msgspec.json.decode((folder / CONFIG).read_bytes())
    except msgspec.DecodeError as error:
        raise ModelRefused(path=folder, why="model-config") from error
    if not isinstance(found, dict):
        raise ModelRefused(path=folder, why="model-config")
    if "auto_map" in found:
        raise ModelRefused(path=folder, why="model-code", file=CONFIG)
    if found.get("format") != expected:
        raise ModelRefused(path=folder, why="model-version", found=str(found.get("format"))[:40], expected=expected)
    return found


def read(folder: Path) -> ModelConfig:
    """The configuration of a tagger's folder whose files are what it says; raises ModelRefused."""
    try:
        config = msgspec.convert(opened(folder, FORMAT), ModelConfig)
    except msgspec.ValidationError as error:
        raise ModelRefused(path=folder, why="model-config") from error
    if set(config.thresholds) != set(config.types) or (config.shape.types, config.shape.features) != (
        len(config.types),
        FEATURES,
    ):
        raise ModelRefused(path=folder, why="model-config")
    for name, expected in ((WEIGHTS, config.weights), (TOKENIZER, config.tokenizer)):
        if not (folder / name).is_file() or digest(folder / name) != expected:
            raise ModelRefused(path=folder, why="model-changed", file=name)
    return config


def read_card(folder: Path) -> ModelCard:
    """Raises ModelRefused when it is missing or is no card."""
    try:
        return msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelRefused(path=folder, why="model-card") from error


def bert_shape(folder: Path, features: int, types: int, frozen: int, layers: int = 0) -> Shape:
    """The shape of a network over the BERT encoder or the trained network in ``folder``, of its lowest ``layers``
    layers (0: all).

    Raises ModelRefused when there is neither, ConfigError where it has fewer layers.
    """
    found = _Bert.of(read(folder).shape) if is_trained(folder) else _bert(folder)
    if not 0 <= layers <= found.num_hidden_layers:
        raise ConfigError(where="layers", why="too-many-layers", asked=layers, layers=found.num_hidden_layers)
    layers = layers or found.num_hidden_layers
    if not 0 <= frozen < layers:
        raise ConfigError(where="frozen", why="frozen-layers", frozen=frozen, layers=layers)
    return Shape(
        vocabulary=found.vocab_size, positions=found.max_position_embeddings, hidden=found.hidden_size,
        layers=layers, heads=found.num_attention_heads, inner=found.intermediate_size,
        features=features, types=types, frozen=frozen,
    )  # fmt: skip


def is_trained(folder: Path) -> bool:
    """Whether ``medkg train ner`` wrote it, to go by what it says."""
    try:
        found = msgspec.json.decode((folder / CONFIG).read_bytes())
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(found, dict) and str(found.get("format", "")).startswith("medkg-ner.")


def _bert(folder: Path) -> _Bert:
    try:
        return msgspec.json.decode((folder / CONFIG).read_bytes(), type=_Bert)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelRefused(path=folder, why="model-config") from error


class _Bert(msgspec.Struct, frozen=True):
    vocab_size: int
    max_position_embeddings: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int

    @classmethod
    def of(cls, shape: Shape) -> _Bert:
        return cls(shape.vocabulary, shape.positions, shape.hidden, shape.layers, shape.heads, shape.inner)
