"""Streaming XML from untrusted files: one record at a time, no entities, no network.

Two walls stand before entity bombs and external reads. The bytes before the root element are read
by our own scanner (``ontology.reading.prolog``), which refuses what it does not know; libxml2 then
runs without DTD loading, network, entity replacement or raised limits, and what it found declared
is looked at once more at the first record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from html import unescape
from pathlib import Path
from typing import BinaryIO, TypeAlias

from lxml import etree

from kg.errors import EncodingError, ForbiddenXml, SourceError, TruncatedInput
from ontology.reading.prolog import check_prolog
from ontology.reading.raw import open_bytes

Element: TypeAlias = etree._Element

_CHUNK = 1 << 16
RECORD_LIMIT = 64 << 20
"""Bytes that may pass without a complete record: what bounds the memory."""

_SPACES = re.compile(r"[ \t\r\n]+").sub
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ENCODING_FAULTS = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
        etree.ErrorTypes.I18N_CONV_FAILED,
    }
)


def elements(path: Path, tags: Collection[str]) -> Iterator[Element]:
    """Every element whose tag is in ``tags`` (``name`` or ``{namespace}name``), complete, in order.

    An element is emptied and cut off as soon as the next one is asked for, so memory does not grow
    with the file; keep values, not elements. ``tags`` must not nest. Comments and processing
    instructions are left out; ``element.sourceline`` is the line of the start tag.

    Raises, after everything before the damage was handed out: ForbiddenXml, EncodingError,
    TruncatedInput, SourceError, each with the position; InputError when the file cannot be opened.
    """
    with open_bytes(path) as stream:
        yield from elements_in(path, stream, tags)


def elements_in(path: Path, stream: BinaryIO, tags: Collection[str]) -> Iterator[Element]:
    """``elements`` of a file that is inside another; ``path`` names it in errors."""
    yield from _Reading(path, stream, tags).elements()


class _Reading:
    """The state of reading one file."""

    def __init__(self, path: Path, stream: BinaryIO, tags: Collection[str]) -> None:
        self._path = path
        self._stream = stream
        self._checked = False
        # Not collect_ids=False, although it is faster: it makes libxml2 load the external DTD.
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=tuple(tags),
            resolve_entities=False,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )

    def elements(self) -> Iterator[Element]:
        block = check_prolog(self._path, self._stream)
        since = 0
        while block:
            error = self._attempt(self._parser.feed, block)
            since += len(block)
            for element in self._complete():
                since = 0
                yield element
            if error is not None:
                raise error
            if since > RECORD_LIMIT:
                raise SourceError(
                    path=self._path,
                    position=f"line {self._line()}",
                    reason=f"no complete record within {RECORD_LIMIT >> 20} MiB",
                )
            block = self._stream.read(_CHUNK)
        error = self._attempt(self._parser.close)
        # libxml2 holds back a little until it knows that nothing follows.
        yield from self._complete()
        if error is not None:
            raise TruncatedInput(**(error.params | {"reason": "the document is not complete"}))

    def _complete(self) -> Iterator[Element]:
        for _, element in self._parser.read_events():
            if not self._checked:
                self._second_wall(element)
            yield element
            element.clear()
            parent = element.getparent()
            if parent is not None:
                while parent[0] is not element:
                    del parent[0]

    def _second_wall(self, element: Element) -> None:
        self._checked = True
        declared = element.getroottree().docinfo.internalDTD
        if declared is not None and any(True for _ in declared.iterentities()):
            raise ForbiddenXml(path=self._path, position="the document type", reason="it declares entities")

    def _attempt(self, step: Callable[..., object], *arguments: bytes) -> SourceError | None:
        """The error of one parser step as ours: what was read before it is still to be handed out."""
        try:
            step(*arguments)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            kind = EncodingError if error.code in _ENCODING_FAULTS else SourceError
            reason = " ".join((error.msg or "not well-formed").split())
            return kind(path=self._path, position=f"line {line}, column {column}", reason=reason)
        return None

    def _line(self) -> int:
        log = self._parser.error_log
        return log[-1].line if len(log) else 0


def text(element: Element | None) -> str:
    """All text inside ``element``: markup dropped, its content kept, white space collapsed.

    Runs of the four XML white-space characters become one space and the ends are trimmed (the
    ``collapse`` rule of XML Schema); other spaces stay as they are. In MathML only token content
    counts. An entity that the missing DTD would define is resolved from the HTML table.

    >>> text(etree.fromstring("<t>p<sub>trend</sub>\\n =  0.05 </t>"))
    'ptrend = 0.05'
    """
    if element is None:
        return ""
    if len(element):
        parts: list[str] = []
        _gather(element, parts)
        return collapse("".join(parts))
    value: str | None = element.text
    if not value:
        return ""
    # Inlined from ``collapse``: this runs for most elements of every record.
    if "\n" in value or "  " in value or "\t" in value or "\r" in value:
        value = _SPACES(" ", value)
    return value.strip(" ")


def collapse(value: str) -> str:
    """``value`` with runs of XML white space as one space, trimmed.

    >>> collapse("  a \\n b\\u2009c ")
    'a b\\u2009c'
    """
    if "\n" in value or "\t" in value or "\r" in value or "  " in value:
        value = _SPACES(" ", value)
    return value.strip(" ")


def _gather(element: Element, parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        tag = child.tag
        if isinstance(tag, str):
            if tag.startswith(_MATHML):
                parts += [piece.strip(" \t\r\n") for piece in child.itertext()]
            else:
                _gather(child, parts)
        elif tag is etree.Entity:
            parts.append(unescape(child.text or ""))
        if child.tail:
            parts.append(child.tail)
