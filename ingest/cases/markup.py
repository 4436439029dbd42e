"""XML of callers, parsed so that it can neither grow nor reach out: a document with a DOCTYPE is refused unread.

Entities can be declared in a DTD alone (XML 1.0, section 4.2), so without one there is nothing to expand and nothing
to fetch. libxml2 runs without DTD, network and raised limits besides (depth 256).
"""

from __future__ import annotations

import codecs
import re
from typing import TypeAlias

from lxml import etree

from kg.errors import ForbiddenXml, InputError

Element: TypeAlias = etree._Element

ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "gb18030": "gb18030",
             "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "utf-16": "utf-16"}  # fmt: skip
"""Names of character sets that are read -> the codec; GB 18030 holds all of GBK and GB 2312."""
BODY = "body"
"""What errors call that which was sent."""
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BEFORE_ROOT = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)


def parsed(data: bytes, charset: str = "") -> Element:
    """The root of a document. ``charset``: of the transport, before what the document declares (RFC 7303, section 3).

    Raises ForbiddenXml for a DOCTYPE; InputError, with line and column, for what is not well-formed or not in its
    encoding. No error repeats what stands in the document.
    """
    text = _decoded(data, charset)
    text = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
    before = _BEFORE_ROOT.match(text)
    if before is not None and text.startswith("<!", before.end()):
        raise ForbiddenXml(path=BODY, position=f"line {text.count(chr(10), 0, before.end()) + 1}", why="xml-doctype")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, attribute_defaults=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise InputError(path=BODY, position=f"line {line}, column {column}", why="xml-malformed") from None
    except (ValueError, UnicodeError):
        raise InputError(path=BODY, position="line 1", why="xml-malformed") from None


def _decoded(data: bytes, charset: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8)[:200].lstrip())
        name = charset or (declared[1].decode("ascii") if declared else "utf-8")
    codec = ENCODINGS.get(name.lower())
    if codec is None:
        raise InputError(path=BODY, position="byte 0", why="body-encoding", known=", ".join(ENCODINGS))
    try:
        return data.decode(codec).removeprefix("\ufeff").lstrip()
    except UnicodeDecodeError as error:
        raise InputError(path=BODY, position=f"byte {error.start}", why="body-bytes", known=codec) from None
