"""The public keys of an identity provider, from one address that is set (RFC 7517)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from api.fetching import Fetcher
from kg.errors import FetchFailed

FRESH = 300.0
"""Seconds after which keys are asked for again."""
EXPIRY = 3_600.0
"""Seconds after which keys that could not be got again are not used any more."""
PAUSE = 30.0
"""Seconds between two attempts, so that tokens with invented keys make no storm."""
_MOST = 100
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"P-256": frozenset({"ES256"}), "P-384": frozenset({"ES384"}), "P-521": frozenset({"ES512"})}
_SMALLEST_RSA = 2_048

log = logging.getLogger("medkg.access")


class PublicKey(msgspec.Struct, frozen=True):
    """A key and the algorithms that it may be used with."""

    algorithms: frozenset[str]
    key: Any


class KeySet:
    """The keys by id. While the provider is down the last ones hold until they expire; then nobody passes."""

    def __init__(self, url: str, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._fetcher = fetcher
        self._clock = clock
        self._keys: dict[str, PublicKey] = {}
        self._got = self._tried = float("-inf")
        self._asking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PublicKey | None:
        """The key named ``kid``, "" for the only one; None when the provider has no such key.

        Raises FetchFailed when that cannot be known.
        """
        age = self._clock() - self._got
        if age >= EXPIRY or self._named(kid) is None:
            await self._refresh()
        elif age >= FRESH and (self._task is None or self._task.done()):
            # Who holds a good token does not wait for a provider that is slow.
            self._task = asyncio.create_task(self._refresh())
        if self._clock() - self._got >= EXPIRY:
            raise FetchFailed(why="fetch-network")
        return self._named(kid)

    def _named(self, kid: str) -> PublicKey | None:
        if not kid and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    async def _refresh(self) -> None:
        async with self._asking:
            if self._clock() - self._tried < PAUSE:
                return
            self._tried = self._clock()
            try:
                self._keys = public_keys((await self._fetcher.get(self._url)).body)
                self._got = self._tried
            except FetchFailed as error:
                log.error("keys of the identity provider: %s", error)


def public_keys(document: bytes) -> dict[str, PublicKey]:
    """Keys of a JWK set that may sign tokens here; raises FetchFailed for none at all."""
    try:
        rows = msgspec.json.decode(document, type=dict[str, Any])["keys"][:_MOST]
        found = {row.get("kid", ""): key for row in rows if (key := _key(row)) is not None}
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise FetchFailed(why="fetch-keys") from error
    if not found:
        raise FetchFailed(why="fetch-keys")
    return found


def _key(row: dict[str, Any]) -> PublicKey | None:
    if not isinstance(row.get("kid", ""), str) or row.get("use", "sig") != "sig" or "d" in row:
        return None
    algorithms = (
        _RSA if row.get("kty") == "RSA" else _CURVES.get(str(row.get("crv"))) if row.get("kty") == "EC" else None
    )
    if algorithms is not None and "alg" in row:
        algorithms &= {str(row["alg"])}
    if not algorithms:
        return None
    try:
        key = jwt.PyJWK(row, algorithm=min(algorithms)).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return None if row["kty"] == "RSA" and key.key_size < _SMALLEST_RSA else PublicKey(algorithms, key)
