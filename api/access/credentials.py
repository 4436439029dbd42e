"""What a request shows of its sender: credentials, name of the host, hops."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote_to_bytes

import msgspec

from kg.workflow.keys import PREFIX

_IN_URL = frozenset({b"access_token", b"api_key", b"apikey"})
LONGEST = 8_192
"""Bytes of a credential."""


class Presented(msgspec.Struct, frozen=True):
    """``kind``: ``none``; ``key`` or ``token`` with its ``text``; ``bad`` for whatever cannot be right.

    ``host`` is empty unless there is exactly one Host header.
    """

    kind: Literal["none", "key", "token", "bad"]
    text: str
    host: bytes
    forwarded: bytes


def presented(headers: Iterable[tuple[bytes, bytes]], query: bytes, *, pages: bool = False) -> Presented:
    """Read the headers and the query string of a request once.

    ``pages``: a page is asked for whose reader shows a key as the password of HTTP Basic (RFC 7617), whatever name
    comes with it. Two credentials are none, and one in the URL is one too many (RFC 6750, section 2; RFC 9700, 4.3.2).

    >>> presented([(b"authorization", b"Bearer mk_x"), (b"host", b"a")], b"").kind
    'key'
    >>> presented([(b"authorization", b"Basic eDp5")], b"").kind, presented([], b"q=1&access_token=x").kind
    ('bad', 'bad')
    >>> presented([(b"authorization", b"Basic bGk6bWtfeA==")], b"", pages=True).text
    'mk_x'
    """
    found: list[bytes] = []
    hosts: list[bytes] = []
    forwarded: list[bytes] = []
    for name, value in headers:
        if name == b"host":
            hosts.append(value.strip())
        elif name == b"authorization":
            found.append(value)
        elif name == b"x-api-key":
            found.append(b"Bearer " + value)
        elif name == b"x-forwarded-for":
            forwarded.append(value)
    kind, text = _credential([_bearer(value) for value in found] if pages else found, query)
    return Presented(kind, text, hosts[0] if len(hosts) == 1 else b"", b",".join(forwarded))


def _bearer(value: bytes) -> bytes:
    """The password of HTTP Basic as a bearer's credential; what is no such thing stays."""
    scheme, _, rest = value.partition(b" ")
    if scheme.lower() != b"basic" or len(rest) > LONGEST:
        return value
    try:
        _, colon, password = b64decode(rest.strip(), validate=True).partition(b":")
    except ValueError:
        return value
    return b"Bearer " + password if colon else value


def _credential(found: list[bytes], query: bytes) -> tuple[Literal["none", "key", "token", "bad"], str]:
    if query and _in_url(query):
        return "bad", ""
    if not found:
        return "none", ""
    scheme, _, rest = found[0].partition(b" ")
    rest = rest.strip()
    if len(found) > 1 or scheme.lower() != b"bearer" or not rest.isascii() or not 0 < len(rest) <= LONGEST:
        return "bad", ""
    text = rest.decode("ascii")
    return ("key" if text.startswith(PREFIX) else "token"), text


def _in_url(query: bytes) -> bool:
    return any(unquote_to_bytes(part.partition(b"=")[0]).lower() in _IN_URL for part in query.split(b"&"))
