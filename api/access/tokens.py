"""Tokens of an OIDC provider (RFC 7519, RFC 8725, RFC 9068): signed by its pinned keys, for us, now."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import msgspec

from api.access.jwks import KeySet
from api.actor import Actor
from kg.errors import ConfigError
from kg.workflow.keys import ROLES

LEEWAY = 60
"""Seconds that clocks may differ."""
LONGEST_SUBJECT = 200
LONGEST_LIFE = 31 * 86_400
"""Seconds; a token that is good for longer is a password."""
_KEPT = 1_000
_FOREIGN = frozenset({"crit", "b64", "jku", "jwk", "x5u", "x5c"})
"""Header parameters that bring keys or rules of their own."""
_BEST_FIRST = ("admin", "curator", "reviewer", "rule-approver", "rule-author", "clinician-system", "reader")


class TokenRules(msgspec.Struct, frozen=True):
    """What a token must say. ``roles``: value of the claim -> role; without any of them ``default`` ("" for none)."""

    issuer: str
    audience: str
    claim: str
    roles: Mapping[str, str]
    default: str


class Good(msgspec.Struct, frozen=True):
    """A token that was found good."""

    actor: Actor
    kid: str
    expires: int


Use = Callable[[str, int, int], bool]


class Tokens:
    """Verifies tokens; ``use`` is asked where each may come once only (name, when it expires, now)."""

    def __init__(
        self, rules: TokenRules, keys: KeySet, use: Use | None, clock: Callable[[], float] = time.time
    ) -> None:
        self._rules = rules
        self._keys = keys
        self._use = use
        self._clock = clock
        self._good: OrderedDict[str, Good] = OrderedDict()

    async def actor(self, text: str, *, new: bool) -> Actor | None:
        """Who a token speaks for; None for one that is not good.

        ``new`` False: only those that were found good before. Raises FetchFailed when the keys of the provider
        are not known, StoreError.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        known = self._good.get(digest)
        if known is not None and known.expires + LEEWAY > time.time() and await self._keys.find(known.kid):
            return known.actor
        self._good.pop(digest, None)
        found = await self._verify(text) if new else None
        if found is None:
            return None
        if self._use is None:
            self._good[digest] = found
            if len(self._good) > _KEPT:
                self._good.popitem(last=False)
        return found.actor

    async def _verify(self, text: str) -> Good | None:
        try:
            header = jwt.get_unverified_header(text)
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        kid, algorithm = header.get("kid", ""), header.get("alg")
        if header.keys() & _FOREIGN or not isinstance(kid, str) or not isinstance(algorithm, str):
            return None
        key = await self._keys.find(kid)
        if key is None or algorithm not in key.algorithms:
            return None
        try:
            claims = self._claims(text, key.key, algorithm)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        subject, role = claims["sub"], self._role(claims)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            return None
        expires = int(claims["exp"])
        if expires - time.time() > LONGEST_LIFE:
            return None
        if role == "" or (self._use is not None and not await self._first(claims, expires)):
            return None
        return Good(Actor(role, subject, f"subject {subject}"), kid, expires)

    def _claims(self, text: str, key: Any, algorithm: str) -> dict[str, Any]:
        required = ["iss", "aud", "exp", "iat", "sub", *(["jti"] if self._use else [])]
        return jwt.decode(
            text, key, algorithms=[algorithm], issuer=self._rules.issuer, audience=self._rules.audience,
            leeway=LEEWAY, options={"require": required},
        )  # fmt: skip

    async def _first(self, claims: dict[str, Any], expires: int) -> bool:
        name = f"{claims['iss']}\0{claims['jti']}"
        assert self._use is not None
        return await asyncio.to_thread(self._use, name, expires + LEEWAY, int(time.time()))

    def _role(self, claims: dict[str, Any]) -> str:
        """The best role that the claim gives; the claim's name may be a path with dots."""
        value: Any = claims.get(self._rules.claim)
        if value is None:
            value = claims
            for part in self._rules.claim.split("."):
                value = value.get(part) if isinstance(value, dict) else None
        values = value if isinstance(value, list) else [value]
        given = {self._rules.roles[item] for item in values if isinstance(item, str) and item in self._rules.roles}
        return next((role for role in _BEST_FIRST if role in given), self._rules.default)


def token_rules(issuer: str, audience: str, claim: str, roles: tuple[str, ...], default: str) -> TokenRules:
    """Rules from settings; ``roles`` are ``value=role``. Raises ConfigError."""
    if not audience:
        raise ConfigError(where="oidc_audience", reason="a provider needs an audience, or tokens for others would pass")
    found = dict(row.rpartition("=")[::2] for row in roles)
    for role in (*found.values(), *([default] if default else [])):
        if role not in ROLES:
            raise ConfigError(where="oidc_roles", reason=f"{role} is not one of {', '.join(ROLES)}")
    return TokenRules(issuer, audience, claim, found, default)
