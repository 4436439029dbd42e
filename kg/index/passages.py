"""Vectors of stretches of text, with the way back: which row they belong to, and where they stand.

A vector is named by a digest of its text. So a text that stands in several places has one vector, and what a new
generation has in common with the one before is neither encoded nor moved again.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from kg.errors import IndexMismatch, IntegrityError
from kg.index.base import INDEXES, KINDS, Encoder, Kind, Mask, RowIds, VectorIndex, Vectors
from kg.index.exact import places
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import map_array, save_array, seal, unseal

VECTORS_FORMAT = "2"
"""Rises when saved vectors of an older version can no longer be read: they are made anew at the next build."""
SEALED = f"windows.v{VECTORS_FORMAT}"
_PAGE = 4_096
"""Texts encoded at once: enough to make batches of like length, and to share among processes."""


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


def text_id(text: str) -> int:
    """The id of the vector of ``text``: 63 bits of its digest."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class PassageWriter:
    """Collects texts of documents and concepts, encodes them in pages and writes a folder.

    ``before``: such a folder, of which every vector is taken over that is still needed; one that is damaged, or of
    another encoder or kind of index, is left alone. ``kept`` counts the texts that it had.
    """

    def __init__(self, encoder: Encoder, index: str = "faiss", before: Path | None = None) -> None:
        self._encoder = encoder
        self._name = index
        self._index = _begun(encoder, index, before)
        self._before = np.sort(self._index.ids)
        self._new: set[int] = set()
        self._rows = array("q")
        self._texts = array("q")
        self._windows: list[Window] = []
        self._waiting: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def kept(self) -> int:
        return int(self._needed().sum())

    def add(self, kind: Kind, row: int, window: Window, text: str) -> None:
        """Append a stretch of the text of a row."""
        name = text_id(text)
        self._rows.extend((KINDS.index(kind), row))
        self._texts.append(name)
        self._windows.append(window)
        if name not in self._new and not self._had(name):
            self._new.add(name)
            self._waiting[name] = text
            if len(self._waiting) == _PAGE:
                self._encode()

    def _had(self, name: int) -> bool:
        at = int(np.searchsorted(self._before, name))
        return at < len(self._before) and int(self._before[at]) == name

    def _needed(self) -> Mask:
        """Which of the vectors from before are still wanted."""
        needed: Mask = np.isin(self._before, np.array(self._texts, dtype=np.int64))
        return needed

    def _encode(self) -> None:
        if self._waiting:
            vectors = self._encoder.encode(list(self._waiting.values()))
            self._index.add(np.array(list(self._waiting), dtype=np.int64), vectors)
            self._waiting.clear()

    def save(self, folder: Path) -> dict[str, str]:
        """Encode what is left and write ``folder``, which must not exist; what a manifest says of the index."""
        self._encode()
        self._index.remove(self._before[~self._needed()])
        folder.mkdir(parents=True)
        self._index.save(folder / "index")
        windows = folder / "windows"
        windows.mkdir()
        texts = np.array(self._texts, dtype=np.int64)
        order = np.argsort(texts, kind="stable")
        save_array(windows / "texts.npy", texts[order])
        save_array(windows / "rows.npy", np.array(self._rows, dtype=np.int64).reshape(-1, 2)[order])
        writer = RowWriter(windows, "windows")
        for at in order.tolist():
            writer.add(self._windows[at])
        writer.finish()
        seal(windows, SEALED, {"index": self._name, "encoder": self._encoder.id})
        return INDEXES.load(self._name).open(folder / "index", self._encoder.id, verify=False).facts()


def _begun(encoder: Encoder, name: str, before: Path | None) -> VectorIndex:
    """The index of ``before`` to go on with, or an empty one."""
    kind = INDEXES.load(name)
    if before is not None and before.is_dir():
        try:
            if unseal(before / "windows", SEALED, verify=False)["index"] == name and kind.held(before / "index"):
                return kind.open(before / "index", encoder.id)
        except (IntegrityError, IndexMismatch):
            pass
    return kind.create(encoder.dimension, encoder.id)


class PassageIndex:
    """What ``PassageWriter`` saved, opened for the same encoder.

    Raises IntegrityError for damage and IndexMismatch for vectors of another encoder.
    """

    def __init__(self, folder: Path, encoder: str, *, verify: bool = True) -> None:
        facts = unseal(folder / "windows", SEALED, verify=verify)
        self._index = INDEXES.load(str(facts["index"])).open(folder / "index", encoder, verify=verify)
        # Of the mapped files plain arrays: indexing the other kind takes twice as long.
        self._rows: npt.NDArray[np.int64] = np.asarray(map_array(folder / "windows" / "rows.npy"))
        self._texts: RowIds = np.asarray(map_array(folder / "windows" / "texts.npy"))
        self._windows = Rows(folder / "windows", "windows", Window)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def encoder(self) -> str:
        return self._index.encoder

    @cached_property
    def _places(self) -> RowIds:
        """For each window the place of its vector in the order of the index."""
        return places(self._index.ids, self._texts)

    @cached_property
    def _of_kind(self) -> dict[int, Mask]:
        return {place: np.asarray(self._rows[:, 0] == place) for place in range(len(KINDS))}

    def rows(self, kind: Kind) -> list[int]:
        """The rows of a kind that have vectors, in order."""
        found: list[int] = np.unique(self._rows[self._of_kind[KINDS.index(kind)], 1]).tolist()
        return found

    def vector(self, kind: Kind, row: int) -> Vectors | None:
        """The mean of a row's vectors, of unit length; None for a row without any."""
        own = np.flatnonzero(self._of_kind[KINDS.index(kind)] & (self._rows[:, 1] == row))
        if not len(own):
            return None
        mean: Vectors = self._index.vectors(np.asarray(self._texts[own])).mean(axis=0)
        length = float(np.linalg.norm(mean))
        return mean / length if length else None

    def cosines(self, kind: Kind, rows: Collection[int], vector: Vectors) -> dict[int, float]:
        """Of the best window of each of these rows; those without vectors are left out."""
        asked = np.array(sorted(rows), dtype=np.int64)
        own = np.flatnonzero(self._of_kind[KINDS.index(kind)] & np.isin(self._rows[:, 1], asked))
        found: dict[int, float] = {}
        scores = self._index.vectors(np.asarray(self._texts[own])) @ vector if len(own) else ()
        for at, score in zip(own.tolist(), scores, strict=True):
            row = int(self._rows[at, 1])
            found[row] = max(float(score), found.get(row, -1.0))
        return found

    def nearest(self, kind: Kind, vector: Vectors, limit: int, allowed: Mask | None = None) -> list[Near]:
        """The best window of each of the nearest rows of a kind, best first, ties by row.

        ``limit`` counts texts, several of which may belong to one row. ``allowed`` says for every row of the kind
        whether it may be found.
        """
        rows, scores, places = self.near(kind, vector, limit, allowed)
        return [
            Near(row, score, self.window(at))
            for row, score, at in zip(rows.tolist(), scores.tolist(), places.tolist(), strict=True)
        ]

    def near(
        self, kind: Kind, vector: Vectors, limit: int, allowed: Mask | None = None
    ) -> tuple[RowIds, Vectors, RowIds]:
        """The same as columns: rows, scores, and places of the windows, which ``window`` reads."""
        chosen, only = self._searched(kind, allowed)
        if not chosen.any():
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        ids, scores = self._index.search(vector.reshape(1, -1), min(limit, len(self._index)), only)
        found = ids[0] >= 0
        first, last = (np.searchsorted(self._texts, ids[0][found], side) for side in ("left", "right"))
        each = last - first
        # Every window of each text, texts in their order.
        places = np.repeat(first - (np.cumsum(each) - each), each) + np.arange(each.sum())
        values = np.repeat(scores[0][found], each)
        kept = chosen[places]
        places, values = places[kept], values[kept]
        rows, best = np.unique(self._rows[places, 1], return_index=True)
        values, places = values[best], places[best]
        order = np.lexsort((rows, -values))
        return rows[order], values[order], places[order]

    def window(self, place: int) -> Window:
        return self._windows[place]

    def _searched(self, kind: Kind, allowed: Mask | None) -> tuple[Mask, Mask | None]:
        """The windows that may be found, and their vectors in the order of the index; None for all."""
        if allowed is None:
            return self._whole[KINDS.index(kind)]
        own = self._of_kind[KINDS.index(kind)]
        return self._masks(own & allowed[np.where(own, self._rows[:, 1], 0)] if len(allowed) else own & False)

    @cached_property
    def _whole(self) -> dict[int, tuple[Mask, Mask | None]]:
        return {place: self._masks(own) for place, own in self._of_kind.items()}

    def _masks(self, chosen: Mask) -> tuple[Mask, Mask | None]:
        if chosen.all():
            return chosen, None
        only: Mask = np.zeros(len(self._index), dtype=np.bool_)
        only[self._places[chosen]] = True
        return chosen, only


def encoder_of(folder: Path) -> str:
    """The id of the encoder that a saved folder of vectors was made with."""
    return str(unseal(folder / "windows", SEALED, verify=False)["encoder"])
