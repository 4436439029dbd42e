"""A sealed collection of the server, with what is known of it here: its ids, and what it must say of itself.

It is looked at before its first answer, and again after every failure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import numpy as np

from kg.errors import IntegrityError, VectorEngineFailed
from kg.index.base import Mask, RowIds, Vectors
from kg.index.milvus import MOST, WORDS, Identity, Milvus, among

FILE = "collection.json"
_SPARE = 16
"""Hits beyond those asked for, so that equal scores at the end are told apart by their ids."""
_LISTED = 50_000
"""Ids that are sent with a question."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``collection.json``: name without the prefix, and what the collection must say of itself."""

    name: str
    identity: Identity


def place_of(identity: Identity) -> Place:
    """Where it lies: what is the same has the same name."""
    return Place(hashlib.sha256(msgspec.json.encode(identity)).hexdigest()[:32], identity)


def read_place(path: Path) -> Place:
    """Raises IntegrityError for a ``collection.json`` that cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Place)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def write_place(folder: Path, place: Place) -> None:
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(place)) + b"\n")


class Collection:
    """Every method raises VectorEngineFailed. ``ids`` are all that it holds."""

    def __init__(self, server: Milvus, place: Place, ids: RowIds) -> None:
        self._server = server
        self._name = server.engine.prefix + place.name
        self._identity = place.identity
        self._ids = ids
        self._order = np.argsort(ids, kind="stable")
        self._sound = False
        self._lock = Lock()

    def best(self, query: Any, wanted: int, allowed: Mask | None, effort: int = 0) -> tuple[RowIds, Vectors]:
        """Ids and scores of at least the ``wanted`` best for a query (a vector, or weights by dimension), in no order.

        ``allowed``, in the order of the ids, says what may be among them: a longer list is asked for, and the rest of
        it taken out here. What lies too far behind for that is asked for by its ids.
        """
        wanted, many = min(wanted + _SPARE, MOST), len(self._ids)
        with self._asked():
            if allowed is None:
                return self._server.search(self._name, query, min(wanted, many), effort)
            left = int(np.count_nonzero(allowed))
            reach = max(min(wanted * many // max(left, 1) * 5 // 4, MOST, many), 1)
            while True:
                ids, scores = self._server.search(self._name, query, reach, effort)
                fits = allowed[self._order[np.searchsorted(self._ids, ids, sorter=self._order)]]
                # A list of words that was not filled holds all that have any; one of a graph may have missed some.
                whole = len(ids) == many or (self._identity.encoder == WORDS and len(ids) < reach)
                if whole or int(np.count_nonzero(fits)) >= min(wanted, left):
                    return ids[fits], scores[fits]
                if reach == MOST or len(ids) < reach:
                    return self._listed(query, wanted, self._ids[allowed], effort)
                reach = min(4 * reach, MOST, many)

    def _listed(self, query: Any, wanted: int, ids: RowIds, effort: int) -> tuple[RowIds, Vectors]:
        parts = [
            self._server.search(self._name, query, wanted, effort, among(ids[start : start + _LISTED].tolist()))
            for start in range(0, len(ids), _LISTED)
        ]
        return np.concatenate([found for found, _ in parts]), np.concatenate([scores for _, scores in parts])

    def rows(self, ids: RowIds) -> Vectors:
        """The vectors of these ids, in the order given."""
        with self._asked():
            return self._server.rows(self._name, ids, self._identity.dimension)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with self._lock:
            if not self._sound:
                self._server.check(self._name, self._identity)
                self._sound = True
        try:
            yield
        except VectorEngineFailed:
            self._sound = False
            raise


def fill(server: Milvus, place: Place, index: Mapping[str, Any], ids: RowIds, rows: Iterator[Any]) -> None:
    """Make the collection of a place, unless it is there already; ``rows`` come in blocks, in the order of ``ids``."""
    name = server.engine.prefix + place.name
    if name in server.names():
        try:
            return server.check(name, place.identity)
        except VectorEngineFailed as error:
            if error.params["why"] != "vectors-elsewhere":
                raise
    server.make(name, place.identity, index, ids, rows)
