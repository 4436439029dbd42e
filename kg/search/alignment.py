"""What ``medkg train align`` made: Chinese names carried into the space of an encoder, words for their pieces, letters
for their characters.

::

    NAME/align.json        what the model is, digests of the other files, its card
    NAME/families.json     concept -> fold, of every concept that a pair of labels was made of
    NAME/all/              the layer of all pairs
    NAME/without-0/ …      layers that have not seen one fold each: for measuring
        map.safetensors    weights (slots x dimension, float16), idf (slots, float32)
        pieces.safetensors, pieces.json    what pieces stand for (``kg.search.morphemes``): ends, places, shares
        glossary.json      piece -> [[English word, share], …]
        guess.json         letters of characters (``kg.search.sounds.Spelt``), how much each thing counts, ``alone``

Nothing else is read, and no file whose digest is another one.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from kg.errors import ModelRefused, TrainedOnEvaluated
from kg.search.glossary import Glossary, Words
from kg.search.layer import Layer
from kg.search.mixing import Mix
from kg.search.morphemes import Morphemes, Told
from kg.search.sounds import Spelt

FORMAT = "medkg-align.v3"
FILE, FAMILIES = "align.json", "families.json"
MAP, GLOSSARY, GUESS = "map.safetensors", "glossary.json", "guess.json"
PIECES, TOLD = "pieces.safetensors", "pieces.json"
ALL = "all"
T = TypeVar("T")


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it was trained on and how. ``figures``: of labels of folds that were not seen."""

    pairs: int
    concepts: int
    folds: tuple[int, ...]
    names: str = ""
    figures: dict[str, float] = {}
    options: dict[str, str | int | float] = {}
    versions: dict[str, str] = {}
    seconds: float = 0.0


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``align.json``. ``near``: cosine from which a stretch of a query counts as a concept; ``share``: of a word of the
    glossary, from which it is used; ``files``: name -> SHA-256."""

    format: str = FORMAT
    name: str
    encoder: str
    dimension: int
    near: float
    share: float
    files: dict[str, str]
    card: Card


class Guessed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``guess.json``, of labels that the layer has not seen. ``alone``: how sure a concept must be that a query is
    taken for which is nothing else."""

    spelt: Spelt
    mix: Mix
    alone: float


class Alignment:
    """A folder that was read: ``all`` for use, ``unseen`` for measuring."""

    def __init__(self, folder: Path, described: Described) -> None:
        self._folder = folder
        self.told = described
        self._layers: dict[str, Layer] = {}

    @property
    def name(self) -> str:
        return self.told.name

    @property
    def all(self) -> Layer:
        """Of everything that it was trained on."""
        return self._layer(ALL)

    @cached_property
    def families(self) -> dict[str, int]:
        """Concept -> fold."""
        return _decoded(self._folder, self._bytes(FAMILIES), dict[str, int])

    def unseen(self, concept: str) -> Layer:
        """The layer that has not seen the family of a concept. Raises TrainedOnEvaluated where there is none."""
        fold_ = self.families.get(concept)
        if fold_ is None or fold_ not in self.told.card.folds:
            return self.all
        if f"without-{fold_}/{MAP}" not in self.told.files:
            raise TrainedOnEvaluated(model=self.name, documents=self.told.card.concepts, first=concept)
        return self._layer(f"without-{fold_}")

    def _layer(self, name: str) -> Layer:
        if name not in self._layers:
            self._layers[name] = self._read(name)
        return self._layers[name]

    def _read(self, name: str) -> Layer:
        arrays = self._arrays(f"{name}/{MAP}")
        weights, idf = arrays.get("weights"), arrays.get("idf")
        if weights is None or idf is None or weights.shape != (len(idf), self.told.dimension) or not len(idf):
            raise ModelRefused(path=self._folder, why="align-unreadable", found=MAP)
        if not (np.isfinite(weights).all() and np.isfinite(idf).all()):
            raise ModelRefused(path=self._folder, why="align-unreadable", found=MAP)
        table = _decoded(self._folder, self._bytes(f"{name}/{GLOSSARY}"), dict[str, Words])
        guess = _decoded(self._folder, self._bytes(f"{name}/{GUESS}"), Guessed)
        return Layer(
            weights.astype(np.float16), idf.astype(np.float32), Glossary(table, self.told.share),
            self.told.near, guess.alone, guess.spelt, guess.mix, self._pieces(name),
        )  # fmt: skip

    def _pieces(self, name: str) -> Morphemes:
        arrays = self._arrays(f"{name}/{PIECES}")
        told = _decoded(self._folder, self._bytes(f"{name}/{TOLD}"), Told)
        try:
            return Morphemes(
                told, arrays["ends"].astype(np.int32), arrays["places"].astype(np.int32),
                arrays["shares"].astype(np.float16),
            )  # fmt: skip
        except (KeyError, ValueError, IndexError, TypeError) as error:
            raise ModelRefused(path=self._folder, why="align-unreadable", found=PIECES) from error

    def _arrays(self, name: str) -> dict[str, npt.NDArray[np.generic]]:
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            return load(self._bytes(name))
        except SafetensorError as error:
            raise ModelRefused(path=self._folder, why="align-unreadable", found=name.rpartition("/")[2]) from error

    def _bytes(self, name: str) -> bytes:
        """A file that is what ``align.json`` says."""
        try:
            data = (self._folder / name).read_bytes()
        except OSError as error:
            raise ModelRefused(path=self._folder, why="model-changed", file=name) from error
        if hashlib.sha256(data).hexdigest() != self.told.files.get(name):
            raise ModelRefused(path=self._folder, why="model-changed", file=name)
        return data


def read(folder: Path, encoder: str = "") -> Alignment:
    """The alignment in a folder, for vectors of an ``encoder`` where that is known.

    Raises ModelRefused for what is none, is damaged, or belongs to another encoder. In which precision that one
    reckons says nothing.
    """
    try:
        data = (folder / FILE).read_bytes()
    except OSError as error:
        raise ModelRefused(path=folder, why="align-missing") from error
    try:
        found = msgspec.json.decode(data)
    except msgspec.MsgspecError as error:
        raise ModelRefused(path=folder, why="align-unreadable", found=FILE) from error
    told = str(found.get("format") if isinstance(found, dict) else None)
    if told != FORMAT:
        raise ModelRefused(path=folder, why="model-version", found=told[:40], expected=FORMAT)
    described = _decoded(folder, data, Described)
    if encoder and _model(encoder) != _model(described.encoder):
        raise ModelRefused(path=folder, why="align-encoder", found=described.encoder, expected=encoder)
    made = Alignment(folder, described)
    made.all  # noqa: B018 - what is damaged is refused now, not at the first query
    return made


def write(
    folder: Path, described: Described, layers: dict[str, tuple[Layer, dict[str, Words]]], families: dict[str, int]
) -> None:
    """A new folder; ``files`` are filled in. Layers by name, each with the whole table of its glossary."""
    from safetensors.numpy import save

    files: dict[str, bytes] = {FAMILIES: msgspec.json.encode(families, order="sorted")}
    for name, (layer, table) in layers.items():
        files[f"{name}/{MAP}"] = save({"weights": layer.weights, "idf": layer.idf})
        own = layer.morphemes
        files[f"{name}/{PIECES}"] = save({"ends": own.ends, "places": own.places, "shares": own.shares})
        files[f"{name}/{TOLD}"] = msgspec.json.encode(own.told)
        files[f"{name}/{GLOSSARY}"] = msgspec.json.encode(table, order="sorted")
        files[f"{name}/{GUESS}"] = msgspec.json.encode(Guessed(layer.spelt, layer.mix, layer.alone), order="sorted")
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    whole = msgspec.structs.replace(described, files=digests)
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")


def _model(encoder: str) -> str:
    return encoder.rpartition(":")[0]


def _decoded(folder: Path, data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise ModelRefused(path=folder, why="align-unreadable", found=str(error)[:200]) from error
