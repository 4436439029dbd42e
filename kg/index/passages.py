"""Vectors of stretches of text, with the way back: which row they belong to, and where they stand."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.base import INDEXES, KINDS, Encoder, Kind, VectorIndex, Vectors
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import map_array, save_array, seal, unseal

_PAGE = 2_048
"""Texts encoded at once: enough to make batches of like length."""


class Window(msgspec.Struct, frozen=True, array_like=True):
    """The stretch that a vector stands for: code points of the passage of this key, of a label where it is empty."""

    passage: str
    start: int
    end: int


class Near(msgspec.Struct, frozen=True):
    """The best window of one row for a query."""

    row: int
    score: float
    window: Window


class PassageWriter:
    """Collects texts of documents and concepts, encodes them in pages and writes a folder."""

    def __init__(self, encoder: Encoder, index: str = "faiss") -> None:
        self._encoder = encoder
        self._name = index
        self._index: VectorIndex = INDEXES.load(index).create(encoder.dimension, encoder.id)
        self._rows: list[tuple[int, int]] = []
        self._windows: list[Window] = []
        self._waiting: list[str] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, kind: Kind, row: int, window: Window, text: str) -> None:
        """Append a stretch of the text of a row."""
        self._rows.append((KINDS.index(kind), row))
        self._windows.append(window)
        self._waiting.append(text)
        if len(self._waiting) == _PAGE:
            self._encode()

    def _encode(self) -> None:
        if self._waiting:
            vectors = self._encoder.encode(self._waiting)
            self._index.add(np.arange(len(self._index), len(self._index) + len(vectors), dtype=np.int64), vectors)
            self._waiting.clear()

    def save(self, folder: Path) -> None:
        """Encode what is left and write ``folder``, which must not exist."""
        self._encode()
        folder.mkdir(parents=True)
        self._index.save(folder / "index")
        windows = folder / "windows"
        windows.mkdir()
        save_array(windows / "rows.npy", np.array(self._rows, dtype=np.int64).reshape(-1, 2))
        writer = RowWriter(windows, "windows")
        for window in self._windows:
            writer.add(window)
        writer.finish()
        seal(windows, "windows", {"index": self._name, "encoder": self._encoder.id})


class PassageIndex:
    """What ``PassageWriter`` saved, opened for the same encoder.

    Raises IntegrityError for damage and IndexMismatch for vectors of another encoder.
    """

    def __init__(self, folder: Path, encoder: str, *, verify: bool = True) -> None:
        facts = unseal(folder / "windows", "windows", verify=verify)
        self._index = INDEXES.load(str(facts["index"])).open(folder / "index", encoder, verify=verify)
        self._rows = map_array(folder / "windows" / "rows.npy")
        self._windows = Rows(folder / "windows", "windows", Window)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def encoder(self) -> str:
        return self._index.encoder

    def vector(self, kind: Kind, row: int) -> Vectors | None:
        """The mean of a row's vectors, of unit length; None for a row without any."""
        own = np.flatnonzero((self._rows[:, 0] == KINDS.index(kind)) & (self._rows[:, 1] == row))
        if not len(own):
            return None
        mean: Vectors = self._index.vectors(own.astype(np.int64)).mean(axis=0)
        length = float(np.linalg.norm(mean))
        return mean / length if length else None

    def nearest(
        self, kind: Kind, vector: Vectors, limit: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> list[Near]:
        """The best window of each of the nearest rows of a kind, best first, ties by row.

        ``limit`` counts windows, several of which may belong to one row. ``allowed`` says for
        every row of the kind whether it may be found.
        """
        place = KINDS.index(kind)
        chosen = self._rows[:, 0] == place
        if allowed is not None:
            chosen = chosen & allowed[np.where(chosen, self._rows[:, 1], 0)] if len(allowed) else chosen & False
        only = None if chosen.all() else np.flatnonzero(chosen)
        if not len(self) or (only is not None and not len(only)):
            return []
        ids, scores = self._index.search(vector.reshape(1, -1), min(limit, len(self)), only)
        best: dict[int, Near] = {}
        for found, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True):
            if found >= 0:
                row = int(self._rows[found, 1])
                if row not in best:
                    best[row] = Near(row, score, self._windows[found])
        return sorted(best.values(), key=lambda near: (-near.score, near.row))


def encoder_of(folder: Path) -> str:
    """The id of the encoder that a saved folder of vectors was made with."""
    return str(unseal(folder / "windows", "windows", verify=False)["encoder"])
