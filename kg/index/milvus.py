"""Milvus over gRPC: collections that are filled once and only read afterwards.

Every call has a deadline, and a server that fails again and again is left alone for a while. What pymilvus would log of
a failure, with what was asked, is not logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import grpc
import msgspec
import numpy as np
from pymilvus import DataType, MilvusClient, MilvusException

from kg.breaker import Breaker
from kg.errors import VectorEngineFailed
from kg.index.base import RowIds, Vectors
from kg.index.engine import VectorEngine

T = TypeVar("T")

MOST = 16_384
"""Hits of one question; Milvus gives no more."""
KEY, FIELD = "id", "vector"
WORDS = "bm25"
"""Encoder of collections whose rows are weights of words by dimension (``kg.index.bm25``), not vectors."""
_PROPERTY = "medkg"
_SENT = 2_000
"""Rows sent at once."""
_FETCHED = 1_000
_PAUSE = 0.2
_NO_COLLECTION = 100
"""Milvus's code for a collection that is not there."""

for _name in [name for name in logging.root.manager.loggerDict if name.startswith("pymilvus")]:
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a collection says of itself; ``digest`` is hex SHA-256 over ids and rows."""

    encoder: str
    dimension: int
    count: int
    digest: str


class Milvus:
    """One server. Every method raises VectorEngineFailed: ``vectors-away`` where it does not answer as it should,
    ``vectors-elsewhere`` where it has no such collection, or another one under that name."""

    def __init__(self, engine: VectorEngine, token: str = "", breaker: Breaker | None = None) -> None:
        self.engine = engine
        self._token = token
        self._breaker = breaker or Breaker()
        self._client: MilvusClient | None = None
        self._lock = Lock()

    def _asked(self, call: Callable[[MilvusClient], T]) -> T:
        """What a call gives, unless the server is to be left alone."""
        rest = self._breaker.rest()
        if rest:
            raise VectorEngineFailed(path=self.engine.uri, why="vectors-away", text=f"{rest:.1f} s")
        try:
            made = call(self._connected())
        except (MilvusException, grpc.RpcError, OSError) as error:
            # A server that answers, and refuses, is not away; asking it again does no harm.
            refused = isinstance(error, MilvusException) and error.code == _NO_COLLECTION
            self._breaker.report(good=refused)
            why = "vectors-elsewhere" if refused else "vectors-away"
            raise VectorEngineFailed(path=self.engine.uri, why=why, text=_said(error)) from error
        self._breaker.report(good=True)
        return made

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                engine = self.engine
                self._client = MilvusClient(engine.uri, token=self._token, timeout=engine.seconds, dedicated=True)
            return self._client

    def names(self) -> list[str]:
        """Collections of ours."""
        found = self._asked(lambda client: client.list_collections(timeout=self.engine.seconds))
        return sorted(name for name in found if name.startswith(self.engine.prefix))

    def drop(self, name: str) -> None:
        self._asked(lambda client: client.drop_collection(name, timeout=self.engine.build_seconds))

    def check(self, name: str, identity: Identity) -> None:
        """Raise VectorEngineFailed unless the collection is there, is the one, has all its rows and can be searched."""
        seconds = self.engine.seconds

        def asked(client: MilvusClient) -> tuple[Mapping[str, str], int]:
            told = client.describe_collection(name, timeout=seconds).get("properties") or {}
            client.load_collection(name, timeout=seconds)
            rows = client.query(
                name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=seconds
            )
            return told, int(rows[0]["count(*)"])

        told, count = self._asked(asked)
        try:
            same = msgspec.json.decode(told.get(_PROPERTY, ""), type=Identity) == identity
        except msgspec.MsgspecError:
            same = False
        if not same or count != identity.count:
            raise VectorEngineFailed(path=self.engine.uri, why="vectors-elsewhere", text=name)

    def make(self, name: str, identity: Identity, index: Mapping[str, Any], ids: RowIds, rows: Iterator[Any]) -> None:
        """Fill a new collection, in place of what has its name, and wait until it is whole and indexed."""
        seconds = self.engine.build_seconds

        def begun(client: MilvusClient) -> None:
            if client.has_collection(name, timeout=seconds):
                client.drop_collection(name, timeout=seconds)
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field(KEY, DataType.INT64, is_primary=True)
            if identity.encoder == WORDS:
                schema.add_field(FIELD, DataType.SPARSE_FLOAT_VECTOR)
            else:
                schema.add_field(FIELD, DataType.FLOAT_VECTOR, dim=identity.dimension)
            indexes = client.prepare_index_params()
            indexes.add_index(FIELD, metric_type="IP", **index)
            properties = {_PROPERTY: msgspec.json.encode(identity).decode()}
            client.create_collection(name, schema=schema, index_params=indexes, properties=properties, timeout=seconds)

        self._asked(begun)
        start = 0
        for block in rows:
            for at in range(0, len(block), _SENT):
                some = block[at : at + _SENT]
                sent = [
                    {KEY: key, FIELD: row}
                    for key, row in zip(ids[start : start + len(some)].tolist(), some, strict=True)
                ]
                self._asked(partial(_insert, name=name, rows=sent, seconds=seconds))
                start += len(some)
        self._asked(lambda client: client.flush(name, timeout=seconds))
        until = time.monotonic() + seconds
        while self._asked(lambda client: _unfinished(client, name, seconds)):
            if time.monotonic() > until:
                raise VectorEngineFailed(path=self.engine.uri, why="vectors-away", text="index")
            time.sleep(_PAUSE)
        self.check(name, identity)

    def search(self, name: str, query: Any, limit: int, effort: int, condition: str = "") -> tuple[RowIds, Vectors]:
        """Ids and scores of at most ``limit`` rows, best first as the server has it. ``effort``: candidates of a graph,
        0 for an index that compares everything."""
        found = self._asked(
            lambda client: client.search(
                name, data=[query], anns_field=FIELD, limit=limit, filter=condition, timeout=self.engine.seconds,
                search_params={"metric_type": "IP", "params": {"ef": max(effort, limit)} if effort else {}},
                consistency_level="Eventually", output_fields=[KEY],
            )
        )  # fmt: skip
        hits = found[0]
        ids = np.array([hit["id"] for hit in hits], dtype=np.int64)
        return ids, np.array([hit["distance"] for hit in hits], dtype=np.float32)

    def rows(self, name: str, ids: RowIds, dimension: int) -> Vectors:
        """The vectors of these ids, in the order given."""
        made: Vectors = np.empty((len(ids), dimension), dtype=np.float32)
        for start in range(0, len(ids), _FETCHED):
            some = ids[start : start + _FETCHED].tolist()
            found = self._asked(partial(_fetch, name=name, ids=some, seconds=self.engine.build_seconds))
            known = {row[KEY]: row[FIELD] for row in found}
            if len(known) != len(set(some)):
                raise VectorEngineFailed(path=self.engine.uri, why="vectors-elsewhere", text=name)
            made[start : start + len(some)] = [known[key] for key in some]
        return made


def among(ids: Sequence[int]) -> str:
    """The condition that a row is one of these."""
    return f"{KEY} in [{','.join(map(str, ids))}]"


def _insert(client: MilvusClient, *, name: str, rows: list[dict[str, Any]], seconds: float) -> None:
    client.insert(name, rows, timeout=seconds)


def _fetch(client: MilvusClient, *, name: str, ids: list[int], seconds: float) -> list[dict[str, Any]]:
    return list(client.query(name, filter=among(ids), output_fields=[KEY, FIELD], timeout=seconds))


def _unfinished(client: MilvusClient, name: str, seconds: float) -> int:
    """Rows of which the server has not made its index yet."""
    told = client.describe_index(name, FIELD, timeout=seconds) or {}
    return int(told.get("pending_index_rows", 0))


def _said(error: Exception) -> str:
    """What failed, in one line of the server's; never what was asked."""
    if isinstance(error, grpc.RpcError):
        code = getattr(error, "code", lambda: None)()
        return str(getattr(code, "name", code))
    if isinstance(error, MilvusException):
        return f"code {error.code}"
    return type(error).__name__
