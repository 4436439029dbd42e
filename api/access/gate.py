"""What the service needs to know who asks: keys, tokens, refusals of the minute, the audit log."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from api import wiring
from api.access.cdsclients import SETTING, read_clients
from api.access.cdstokens import CdsTokens
from api.access.credentials import Presented
from api.access.denials import Denials
from api.access.jwks import KeySet
from api.access.keyring import KeyRing
from api.access.rights import ROLES, Right, anonymous_rights
from api.access.tokens import Tokens, token_rules
from api.access.trail import Trail
from api.actor import Actor
from api.addresses import Hosts, Proxies, networks
from api.fetching import Fetcher
from api.settings import Settings
from kg.errors import ConfigError, FetchFailed
from kg.workflow.audit import Audit

DISCOVERY = "/cds-services"
log = logging.getLogger("medkg.access")


class Rejected(Exception):
    """The credentials are not good; nobody is told why."""


class Limited(Exception):
    """There were too many bad ones from this address; ``seconds`` until tokens are looked at again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Opened(msgspec.Struct, frozen=True):
    audit: Audit
    trail: Trail
    keys: KeyRing
    tokens: Tokens | None
    cds: CdsTokens | None


class Gate:
    """Made from settings, raises ConfigError; ``start`` opens the database and raises ConfigError, StoreError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._anonymous = anonymous_rights(settings.listed("anonymous"))
        self.hosts = Hosts(settings.host, settings.listed("hosts"))
        self.proxies = Proxies(settings.listed("proxies"))
        self.denials = Denials(settings.denials)
        self._found: _Opened | None = None

    async def start(self) -> None:
        if self._found is None:
            self._found = await asyncio.to_thread(_open, self._settings)
            log.warning("audit log at entry %d, %s", *await asyncio.to_thread(self._found.audit.head))

    @property
    def _opened(self) -> _Opened:
        assert self._found is not None, "the application was not started"
        return self._found

    @property
    def seconds(self) -> float:
        """For which who asks the rules waits at most."""
        return self._settings.decision_seconds

    @property
    def trail(self) -> Trail:
        return self._opened.trail

    async def actor(self, shown: Presented, address: str, door: str = "") -> Actor:
        """Who asks; raises Rejected, Limited, StoreError, FetchFailed. Bad credentials make nobody anonymous.

        ``door``: the path of a door of CDS Hooks. Where clients of these are listed, only their tokens open it;
        discovery is open to others, too.
        """
        wait = self.denials.wait(address)
        if door and self._opened.cds is not None:
            found = await self._opened.cds.actor(shown.text, door) if shown.kind == "token" else None
            if found is not None:
                return found
            if door != DISCOVERY:
                raise Limited(wait) if wait else Rejected
        if shown.kind == "none":
            return Actor(client=address)
        # Good credentials work even from an address with many bad ones: others may share it.
        if shown.kind == "key":
            key = await self._opened.keys.find(shown.text, again=not wait)
            if key is not None:
                return Actor(key.role, key.person, f"key {key.id}")
        elif shown.kind == "token" and self._opened.tokens is not None:
            found = await self._opened.tokens.actor(shown.text, new=not wait)
            if found is not None:
                return found
        if wait:
            raise Limited(wait)
        raise Rejected

    def rights(self, actor: Actor) -> frozenset[Right]:
        """What the actor may do."""
        return ROLES.get(actor.role, frozenset()) if actor.role != "anonymous" else self._anonymous

    async def close(self) -> None:
        if self._found is not None:
            await self._found.trail.close()


def _open(settings: Settings) -> _Opened:
    audit = wiring.audit(settings)
    return _Opened(audit, Trail(audit), KeyRing(wiring.keys(settings)), _tokens(settings), _cds(settings))


def _cds(settings: Settings) -> CdsTokens | None:
    if not settings.cds_clients:
        return None
    address = settings.cds_address.rstrip("/")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise ConfigError(where="cds_address", reason=f"{SETTING} needs the address of this service that is called")
    trusted = networks(settings.listed("fetch_networks"), "fetch_networks")
    clients = read_clients(Path(settings.cds_clients).expanduser(), trusted)
    return CdsTokens(clients, address, wiring.used_tokens(settings).use)


def _tokens(settings: Settings) -> Tokens | None:
    if not settings.oidc_issuer:
        return None
    rules = token_rules(
        settings.oidc_issuer, settings.oidc_audience, settings.oidc_role_claim, settings.listed("oidc_roles"),
        settings.oidc_default_role,
    )  # fmt: skip
    trusted = networks(settings.listed("fetch_networks"), "fetch_networks")
    try:
        fetcher = Fetcher([settings.oidc_keys], trusted)
    except FetchFailed as error:
        raise ConfigError(where="oidc_keys", reason="it is no address beginning with https://") from error
    use = wiring.used_tokens(settings).use if settings.oidc_single_use else None
    return Tokens(rules, KeySet(settings.oidc_keys, fetcher), use)
