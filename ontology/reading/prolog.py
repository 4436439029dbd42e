"""What stands before the root element of an XML file, read before any XML library sees it.

XML 1.0, section 2.8 (prolog) and appendix F (detection of encodings). Allowed: the declaration,
comments, processing instructions, and a document type that names an external DTD (which is never
fetched) or declares elements. Everything else is refused, because entities grow and reach out.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from kg.errors import EncodingError, ForbiddenXml, SourceError

LIMIT = 1 << 20
_BLOCK = 1 << 16
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']").match
_ASCII_BASED = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|gb2312|gbk|gb18030|big5|euc_\w+|shift_jis|koi8-\w"
).fullmatch
_SPACE = re.compile(r"[ \t\r\n]*").match
_TYPE_SIGN = re.compile(r"[>\"'\[]").search


class _Unfinished(Exception):
    """The prolog goes on behind the bytes at hand."""


def check_prolog(path: Path, stream: BinaryIO) -> bytes:
    """The first bytes of ``stream``, at least up to the root element, once they are found harmless.

    Raises ForbiddenXml, EncodingError, or SourceError when no root element begins within 1 MiB.
    """
    data = b""
    while True:
        block = stream.read(_BLOCK)
        data += block
        try:
            _scan(path, _decode(path, data))
        except _Unfinished:
            if not block:
                return data
            if len(data) > LIMIT:
                raise SourceError(path=path, position="byte 0", reason="no root element within 1 MiB") from None
        else:
            return data


def _decode(path: Path, data: bytes) -> str:
    """The text of the prolog; bytes that only matter further on may be wrong.

    Encodings in which ASCII bytes are not ASCII would hide declarations from the scanner.
    """
    for mark, name in (
        (codecs.BOM_UTF8, ""),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(mark) and data[:4] not in (codecs.BOM_UTF32_LE, b"<\0\0\0"):
            start = len(mark) if mark[0] > 0x7F else 0
            if name:
                return data[start:].decode(name, "replace")
            data = data[start:]
            break
    declared = _DECLARED(data)
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if not _ASCII_BASED(codec):
        raise EncodingError(path=path, position="byte 0", reason=f"the encoding {name} is not read")
    return data.decode("latin-1")


def _scan(path: Path, text: str) -> None:
    at = 0
    while True:
        at = _skip_space(text, at)
        if text.startswith("<!DOCTYPE", at):
            at = _doctype(path, text, at)
        elif text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at + 4)
        elif len(text) - at < len("<!DOCTYPE"):
            raise _Unfinished
        elif "\0" in text[at : at + 8]:
            # Two-byte text behind a one-byte declaration would hide what the scanner looks for.
            raise EncodingError(path=path, position=f"byte {at}", reason="a NUL byte where an element should begin")
        else:
            return


def _doctype(path: Path, text: str, at: int) -> int:
    while True:
        found = _TYPE_SIGN(text, at)
        if found is None:
            raise _Unfinished
        sign, at = found[0], found.end()
        if sign == ">":
            return at
        at = _subset(path, text, at) if sign == "[" else _after(text, sign, at)


def _subset(path: Path, text: str, at: int) -> int:
    while True:
        at = _skip_space(text, at)
        if _sign(text, at) == "]":
            return at + 1
        if text.startswith("<!--", at):
            at = _after(text, "-->", at + 4)
        elif text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith(("<!ELEMENT", "<!NOTATION", "<!ATTLIST"), at):
            end = _after(text, ">", at)
            # A default value is text that one declaration puts into any number of elements.
            if text.startswith("<!ATTLIST", at) and ('"' in text[at:end] or "'" in text[at:end]):
                raise _forbidden(path, text, at, "the document type declares attribute values")
            at = end
        elif text.startswith("<!ENTITY", at) or text[at] == "%":
            raise _forbidden(path, text, at, "the document type declares entities")
        elif len(text) - at < len("<!NOTATION"):
            raise _Unfinished
        else:
            raise _forbidden(path, text, at, "the document type holds what is not known here")


def _forbidden(path: Path, text: str, at: int, reason: str) -> ForbiddenXml:
    return ForbiddenXml(path=path, position=f"line {text.count(chr(10), 0, at) + 1}", reason=reason)


def _sign(text: str, at: int) -> str:
    if at >= len(text):
        raise _Unfinished
    return text[at]


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    if found < 0:
        raise _Unfinished
    return found + len(end)


def _skip_space(text: str, at: int) -> int:
    found = _SPACE(text, at)
    return found.end() if found else at
