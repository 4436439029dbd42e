"""The one client for whatever is fetched from other servers: only those on a list, at addresses that were checked.

Redirects are not followed. A name is resolved once, and the connection goes to the address that was
checked, so that a name which changes its address in between (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpcore
import msgspec

from api.addresses import Address, Network, within
from kg.errors import FetchFailed

_TRANSLATED = tuple(ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 networks whose addresses hold one of IPv4, which may be anything."""


Header = tuple[str, str]
_BROKEN = (OSError, TimeoutError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


class Fetched(msgspec.Struct, frozen=True):
    """A whole answer with status 200 to 299; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Fetcher:
    """Asks servers of ``origins`` (``https://host`` or with a port).

    Addresses in private networks are refused but for those in ``networks``; http is for loopback only.
    ``seconds`` is for everything together, ``limit`` in bytes of a body.
    """

    def __init__(
        self, origins: Iterable[str], networks: Iterable[Network] = (), *, seconds: float = 5.0, limit: int = 1_000_000
    ) -> None:
        self._origins = frozenset(_origin(text) for text in origins)
        self._networks = tuple(networks)
        self._seconds = seconds
        self._limit = limit

    def check(self, url: str) -> None:
        """Raises FetchFailed where ``url`` lies on no server of the list."""
        if _origin(url) not in self._origins:
            raise FetchFailed(why="fetch-origin")

    async def get(self, url: str) -> Fetched:
        """GET ``url``; raises FetchFailed."""
        return await self.ask("GET", url)

    async def ask(self, method: str, url: str, content: bytes = b"", headers: Sequence[Header] = ()) -> Fetched:
        """One request; raises FetchFailed."""
        self.check(url)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(method, url, content, headers)
        except _BROKEN as error:
            raise FetchFailed(why="fetch-network") from error

    async def _ask(self, method: str, url: str, content: bytes, headers: Sequence[Header]) -> Fetched:
        backend = _Checked(self._networks, plain=url.startswith("http:"))
        sent = [("Accept-Encoding", "identity"), ("User-Agent", "medkg"), ("Host", urlsplit(url).netloc), *headers]
        async with (
            httpcore.AsyncConnectionPool(ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream(method, url, headers=sent, content=content or None) as response,
        ):
            if not 200 <= response.status < 300:
                raise FetchFailed(why="fetch-answer", status=response.status)
            body = bytearray()
            async for block in response.aiter_stream():
                body += block
                if len(body) > self._limit:
                    raise FetchFailed(why="fetch-size", limit=self._limit)
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Fetched(response.status, found, bytes(body))


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to addresses that may be asked, and only to the one that was checked."""

    def __init__(self, networks: tuple[Network, ...], *, plain: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._networks = networks
        self._plain = plain

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore; raises FetchFailed when any address of the name may not be asked."""
        loop = asyncio.get_running_loop()
        rows = await loop.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        found = [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
        if not found or not all(self._allowed(address) for address in found):
            raise FetchFailed(why="fetch-address")
        return await self._inner.connect_tcp(str(found[0]), port, timeout, local_address, socket_options)

    def _allowed(self, address: Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if self._plain and not address.is_loopback:
            return False
        if within(address, self._networks):
            return True
        return address.is_global and not address.is_multicast and not within(address, _TRANSLATED)


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; raises FetchFailed for anything else than plain http(s)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchFailed(why="fetch-origin") from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host.isascii() or not host or "@" in parts.netloc or parts.fragment:
        raise FetchFailed(why="fetch-origin")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)
