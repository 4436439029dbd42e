"""Rows of records in two files that are mapped, so that one row costs one decode and no memory."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

import msgspec
import numpy as np

from kg.index.sealed import map_array, map_bytes, save_array

T = TypeVar("T", bound=msgspec.Struct)


class RowWriter:
    """Appends records as MessagePack to ``<name>.rows``; ``finish`` writes ``<name>.offsets.npy``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._stream: BinaryIO = (folder / f"{name}.rows").open("wb")
        self._offsets_path = folder / f"{name}.offsets.npy"
        self._offsets = array("Q", [0])
        self._encoder = msgspec.msgpack.Encoder()

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, record: msgspec.Struct) -> int:
        """Append ``record``; its row number."""
        data = self._encoder.encode(record)
        self._stream.write(data)
        self._offsets.append(self._offsets[-1] + len(data))
        return len(self._offsets) - 2

    def finish(self) -> None:
        self._stream.close()
        save_array(self._offsets_path, np.frombuffer(self._offsets, dtype=np.uint64))


class Rows(Generic[T]):
    """What a RowWriter wrote, by row number."""

    def __init__(self, folder: Path, name: str, kind: type[T]) -> None:
        self._data = map_bytes(folder / f"{name}.rows")
        self._offsets = map_array(folder / f"{name}.offsets.npy").data
        self._decoder = msgspec.msgpack.Decoder(kind)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> T:
        return self._decoder.decode(self._data[self._offsets[row] : self._offsets[row + 1]])
