"""Who may call the CDS doors: issuers that are listed, and where their public keys come from.

One TOML file says it (setting ``cds_clients``)::

    [[client]]
    issuer = "https://ehr.example.org/"
    keys = "ehr-jwks.json"                      # a JWK set in a file beside this one
    # or: keys_url = "https://ehr.example.org/jwks.json"
    # or: [[client.jwk]] with the members of a public key

Keys that come from nobody but the operator cannot be changed by who sends a token (CDS Hooks 2.0, Trusting CDS
Clients: an allow list of ``iss`` and ``jku``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

import msgspec

from api.access.jwks import KeySet, PublicKey, public_keys
from api.addresses import Network, loopback
from api.fetching import Fetcher
from kg.errors import ConfigError, FetchFailed

SETTING = "cds_clients"
ALGORITHMS = frozenset({"ES384", "RS384"})
"""What the specification recommends; nothing else is taken (never ``none``, never a shared secret)."""
_MOST_KEYS = 100


class Keys(Protocol):
    """Where a key is found by its name; raises FetchFailed when that cannot be known."""

    async def find(self, kid: str) -> PublicKey | None: ...


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issuer: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    keys: str = ""
    keys_url: str = ""
    jwk: tuple[dict[str, Any], ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    client: Annotated[tuple[_Row, ...], msgspec.Meta(min_length=1, max_length=1_000)]


class CdsClient(msgspec.Struct, frozen=True):
    """One issuer. ``jku``: the only address that the header of its tokens may name; "" for none."""

    issuer: str
    jku: str
    keys: Keys


class _Listed:
    """Keys that stand in a file; who changes them starts the service again."""

    def __init__(self, keys: dict[str, PublicKey]) -> None:
        self._keys = keys

    async def find(self, kid: str) -> PublicKey | None:
        return self._keys.get(kid)


def read_clients(path: Path, networks: Iterable[Network]) -> dict[str, CdsClient]:
    """Clients by issuer; raises ConfigError that names what does not fit. Keys at addresses are not fetched yet."""
    try:
        rows = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).client
    except OSError as error:
        raise ConfigError(where=path, reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(where=path, reason=str(error)) from error
    found: dict[str, CdsClient] = {}
    trusted = tuple(networks)
    for row in rows:
        if row.issuer in found:
            raise ConfigError(where=path, reason=f"{row.issuer} is there twice")
        found[row.issuer] = CdsClient(row.issuer, row.keys_url, _keys(row, path, trusted))
    return found


def _keys(row: _Row, path: Path, networks: tuple[Network, ...]) -> Keys:
    if [bool(row.keys), bool(row.keys_url), bool(row.jwk)].count(True) != 1:
        raise ConfigError(where=path, reason=f"{row.issuer} needs one of keys, keys_url, jwk")
    if row.keys_url:
        parts = urlsplit(row.keys_url)
        if parts.scheme == "http" and not loopback(parts.hostname or ""):
            raise ConfigError(where=path, reason=f"{row.keys_url} is no address beginning with https://")
        try:
            return KeySet(row.keys_url, Fetcher([row.keys_url], networks))
        except FetchFailed as error:
            raise ConfigError(where=path, reason=f"{row.keys_url} is no address beginning with https://") from error
    if row.jwk:
        return _Listed(_usable({"keys": list(row.jwk)}, path))
    file = path.parent / row.keys
    try:
        document = msgspec.json.decode(file.read_bytes())
    except OSError as error:
        raise ConfigError(where=file, reason=error.strerror or str(error)) from error
    except msgspec.DecodeError as error:
        raise ConfigError(where=file, reason=str(error)) from error
    return _Listed(_usable(document, file))


def _usable(document: object, where: Path) -> dict[str, PublicKey]:
    """Keys of a set that can verify ES384 or RS384, by names that are each there once; raises ConfigError."""
    rows = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST_KEYS:
        raise ConfigError(where=where, reason="it is no JWK set")
    names = [row.get("kid") if isinstance(row, dict) else None for row in rows]
    if not all(isinstance(name, str) and name for name in names) or len(set(map(str, names))) < len(names):
        raise ConfigError(where=where, reason="each key needs a kid of its own")
    if any(secret in row for row in rows for secret in ("d", "k", "p", "q")):
        raise ConfigError(where=where, reason="it holds a private key or a shared secret; only public keys belong here")
    try:
        found = public_keys(msgspec.json.encode(document))
    except FetchFailed as error:
        raise ConfigError(where=where, reason="no key in it can sign a token") from error
    usable = {name: key for name, key in found.items() if key.algorithms & ALGORITHMS}
    if not usable:
        raise ConfigError(where=where, reason=f"no key in it is for {' or '.join(sorted(ALGORITHMS))}")
    return usable
