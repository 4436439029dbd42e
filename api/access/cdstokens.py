"""Tokens of CDS clients: the JWT profile of CDS Hooks 2.0, section *Trusting CDS Clients*.

Each is made for one call: its ``aud`` is the very URL that is called, and its ``jti`` is taken once, by all processes
and over restarts, until it has expired.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from api.access.cdsclients import ALGORITHMS, CdsClient
from api.access.tokens import LEEWAY, Use
from api.actor import Actor

ROLE = "clinician-system"
LONGEST_LIFE = 3_600
"""Seconds. A token is for one call; this also bounds what has to be remembered of used ones."""
LONGEST_ID = 300
_FOREIGN = frozenset({"crit", "b64", "jwk", "x5u", "x5c"})
"""Header parameters that bring keys or rules of their own."""
_REQUIRED = ["iss", "aud", "exp", "iat", "jti"]


class CdsTokens:
    """Verifies tokens. ``address``: the public base URL of this service, without a slash at its end."""

    def __init__(
        self, clients: Mapping[str, CdsClient], address: str, use: Use, clock: Callable[[], float] = time.time
    ) -> None:
        self._clients = clients
        self._address = address
        self._use = use
        self._clock = clock

    async def actor(self, text: str, path: str) -> Actor | None:
        """Who calls ``path``; None for a token that is not good for that. Raises FetchFailed when the keys of the
        client are not known, StoreError."""
        client, kid, algorithm = self._claimed(text)
        if client is None:
            return None
        key = await client.keys.find(kid)
        if key is None or algorithm not in key.algorithms:
            return None
        try:
            claims = jwt.decode(
                text, key.key, algorithms=[algorithm], issuer=client.issuer, audience=self._address + path,
                leeway=LEEWAY, options={"require": _REQUIRED},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        if not await self._first(claims):
            return None
        return Actor(ROLE, client.issuer, f"issuer {client.issuer}")

    def _claimed(self, text: str) -> tuple[CdsClient | None, str, str]:
        """The listed client that a token says it comes from, its key and algorithm; nothing is believed yet."""
        nobody = (None, "", "")
        try:
            header = jwt.get_unverified_header(text)
            issuer = jwt.decode(text, options={"verify_signature": False}).get("iss")
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return nobody
        kid, algorithm, jku = header.get("kid"), header.get("alg"), header.get("jku")
        client = self._clients.get(issuer) if isinstance(issuer, str) else None
        if client is None or header.keys() & _FOREIGN or header.get("typ") != "JWT":
            return nobody
        if algorithm not in ALGORITHMS or not isinstance(kid, str) or not kid:
            return nobody
        # An address in a token is looked at and never asked.
        if "jku" in header and (not client.jku or jku != client.jku):
            return nobody
        return client, kid, str(algorithm)

    async def _first(self, claims: dict[str, Any]) -> bool:
        name, expires, now = claims["jti"], int(claims["exp"]), int(self._clock())
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID or expires - now > LONGEST_LIFE:
            return False
        return await asyncio.to_thread(self._use, f"cds\0{claims['iss']}\0{name}", expires + LEEWAY, now)
