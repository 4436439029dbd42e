"""Vectors kept by content, so that a rebuild encodes only the texts that changed."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np

from kg.device import device_error
from kg.index.base import Encoder, Vectors

_SCHEMA = "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, data BLOB, sum INTEGER) WITHOUT ROWID"
_ASKED = 500


class CachedEncoder:
    """An Encoder in front of ``folder/embeddings.sqlite``; close it, or use it as a context manager.

    The key of a vector is the digest of the encoder's id and the text, so that several encoders
    share a file. The cache can always be made again: a damaged row counts as absent, a damaged
    file is put aside. ``encoded`` and ``reused`` count the distinct texts of each kind. Raises OSError
    where the device fails.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self.encoded = 0
        self.reused = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "embeddings.sqlite"
        with self._asking():
            self._connection = self._open()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise device_error(error, self._path.parent) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=60)
        try:
            connection.execute(_SCHEMA)
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._path.replace(self._path.with_suffix(".damaged"))
            connection = sqlite3.connect(self._path, timeout=60)
            connection.execute(_SCHEMA)
        return connection

    def __enter__(self) -> CachedEncoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @property
    def id(self) -> str:
        return self._encoder.id

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``; what had to be encoded is kept before the answer is given."""
        keys = [self._key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        known = self._known(list(wanted))
        missing = {key: text for key, text in wanted.items() if key not in known}
        if missing:
            vectors = self._encoder.encode(list(missing.values()))
            rows = [(key, vector.tobytes()) for key, vector in zip(missing, vectors, strict=True)]
            with self._asking(), self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                    [(key, data, zlib.crc32(data)) for key, data in rows],
                )
            known |= dict(zip(missing, vectors, strict=True))
        self.encoded += len(missing)
        self.reused += len(wanted) - len(missing)
        if not keys:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self.id}\0{text}".encode(), digest_size=20).digest()

    def _known(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        size = 4 * self.dimension
        for start in range(0, len(keys), _ASKED):
            part = keys[start : start + _ASKED]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, data, sum FROM vector WHERE key IN ({marks})"  # noqa: S608 - only question marks
            with self._asking():
                rows = self._connection.execute(query, part).fetchall()
            for key, data, checksum in rows:
                if len(data) == size and zlib.crc32(data) == checksum:
                    found[bytes(key)] = np.frombuffer(data, dtype=np.float32)
        return found
