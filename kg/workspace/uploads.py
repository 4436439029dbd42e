"""What is checked about an uploaded graph before the engine parses it, and the parts of a form.

The engine expands entities of RDF/XML (617 bytes took 2 GB, reliability page) and dies of deep JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP

from kg.errors import GraphRefused
from kg.workspace.tasks import GRAPH_MEDIA, MULTIPART

DEPTH = 100
"""Of brackets in JSON-LD."""
PARTS = 100
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"|([\[{])|([\]}])', re.DOTALL)


def format_of(media: str) -> str:
    """The format that a Content-Type names, empty for one that holds no graph.

    >>> format_of("text/turtle; charset=utf-8"), format_of("application/n-quads")
    ('turtle', '')
    """
    return GRAPH_MEDIA.get(media.partition(";")[0].strip().lower(), "")


def parts(data: bytes, media: str) -> Iterator[tuple[bytes, str]]:
    """The graphs of an upload with their formats: the body, or each file of a form (RFC 7578).

    Raises GraphRefused.
    """
    if not media.strip().lower().startswith(MULTIPART):
        yield checked(data, media)
        return
    form = message_from_bytes(b"Content-Type: " + media.encode("latin-1", "replace") + b"\r\n\r\n" + data, policy=HTTP)
    found = list(form.iter_parts()) if form.is_multipart() else []
    if not found or len(found) > PARTS:
        raise GraphRefused(why="multipart")
    for part in found:
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            raise GraphRefused(why="multipart")
        yield checked(body, str(part.get("Content-Type", "")))


def checked(data: bytes, media: str) -> tuple[bytes, str]:
    """The bytes and their format; raises GraphRefused for what must not reach the parser."""
    name = format_of(media)
    if not name:
        raise GraphRefused(why="graph-format", known=", ".join(GRAPH_MEDIA))
    try:
        data.decode()
    except UnicodeDecodeError:
        raise GraphRefused(why="not-utf-8") from None
    if b"\0" in data:
        # Neither RDF syntax has a NUL; UTF-16 has many, and would hide what is looked for below.
        raise GraphRefused(why="not-utf-8")
    if name == "rdfxml":
        _check_xml(data)
    if name == "jsonld":
        _check_json(data)
    return data, name


def _check_xml(data: bytes) -> None:
    if _DECLARATION.search(data):
        raise GraphRefused(why="doctype")
    encoding = _ENCODING.search(data[:1_000])
    if encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
        raise GraphRefused(why="not-utf-8")


def _check_json(data: bytes) -> None:
    depth = 0
    for found in _BRACKETS.finditer(data):
        depth += 1 if found[1] else -1 if found[2] else 0
        if depth > DEPTH:
            raise GraphRefused(why="depth", limit=DEPTH)
