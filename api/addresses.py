"""Names that the service answers to, and the address that a request came from."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from kg.errors import ConfigError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def loopback(host: str) -> bool:
    """Whether only this machine can reach an address that is bound to.

    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def unseen(host: str, names: Iterable[str]) -> bool:
    """Whether only this machine asks: an address of its own is bound to, and no further name is answered that others
    could resolve. A domain name means a proxy in front of it, whether or not it is listed as one.

    >>> unseen("127.0.0.1", ["localhost"]), unseen("127.0.0.1", ["cdss.example.org"]), unseen("127.0.0.1", ["*"])
    (True, False, False)
    """
    return loopback(host) and not any(_public(name.strip().lower()) for name in names)


def _public(name: str) -> bool:
    """A name with a dot, an address, or ``*``. A name of one label is the local network's own business."""
    bare = name.strip("[]")
    if not bare or loopback(bare) or bare.endswith(".localhost"):
        return False
    return "." in bare or ":" in bare or bare == "*"


class Hosts:
    """The Host headers that are answered: a page elsewhere whose name resolves to us (DNS rebinding) is not.

    >>> hosts = Hosts("127.0.0.1", ["graph.example.org"])
    >>> [hosts.allow(name) for name in (b"localhost:8000", b"GRAPH.example.org", b"evil.example", b"")]
    [True, True, False, False]
    """

    def __init__(self, bound: str, names: Iterable[str]) -> None:
        """``bound``: the address that is listened at. ``names``: further ones, without port; ``*`` for all."""
        given = [name.strip().lower() for name in names]
        own = [] if bound in _ANY else [f"[{bound}]" if ":" in bound else bound.lower()]
        self._all = "*" in given
        self._names = frozenset(name.encode("idna") for name in (*LOOPBACK, *own, *given) if name != "*")

    def allow(self, host: bytes) -> bool:
        """Whether a request with this Host header is answered; its port does not matter."""
        if self._all:
            return bool(host)
        name = host[: host.find(b"]") + 1] if host.startswith(b"[") else host.partition(b":")[0]
        return name.lower() in self._names


def networks(texts: Iterable[str], setting: str) -> tuple[Network, ...]:
    """Networks in CIDR form; raises ConfigError naming ``setting``."""
    try:
        return tuple(ip_network(text.strip()) for text in texts)
    except ValueError as error:
        raise ConfigError(where=setting, reason=str(error)) from error


def within(address: Address, among: Iterable[Network]) -> bool:
    """Whether ``address`` lies in one of the networks."""
    return any(address.version == network.version and address in network for network in among)


class Proxies:
    """Finds who asks behind proxies that are trusted; X-Forwarded-For of anybody else is not looked at."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = networks(trusted, "proxies")

    def client(self, peer: str, forwarded: bytes) -> str:
        """The address that rates and budgets are counted for: of an IPv6 address the first 64 bits.

        >>> proxies = Proxies(["10.0.0.0/8"])
        >>> proxies.client("10.0.0.1", b"6.6.6.6, 192.0.2.7, 10.0.0.2"), proxies.client("192.0.2.1", b"6.6.6.6")
        ('192.0.2.7', '192.0.2.1')
        >>> proxies.client("2001:db8::1:2:3:4", b"")
        '2001:db8::/64'
        """
        if self._trusted and forwarded:
            peer = self._before(peer, forwarded)
        return _block(peer) if ":" in peer else peer

    def _before(self, peer: str, forwarded: bytes) -> str:
        """Walk back from the peer as long as each hop is trusted."""
        for hop in (peer.encode(), *reversed(forwarded.split(b","))):
            found = _address(hop)
            if found is None:
                break
            peer = str(found)
            if not within(found, self._trusted):
                break
        return peer


def _address(hop: bytes) -> Address | None:
    text = hop.strip().decode("latin-1")
    try:
        return ip_address(text[1:].partition("]")[0] if text.startswith("[") else text)
    except ValueError:
        return None


def _block(peer: str) -> str:
    found = _address(peer.encode())
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))
    return peer
