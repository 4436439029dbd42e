"""XML as text: elements that hold nothing are not written, and nothing in a text is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from kg.references.fields import line

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Not in XML, not even as a reference (https://www.w3.org/TR/xml/#charsets)."""


def text(value: str) -> str:
    """A text on one line, escaped.

    >>> text("p < 0.05 & more"), text("a" + chr(0) + "b")
    ('p &lt; 0.05 &amp; more', 'ab')
    """
    # What is printable has none of those characters, and to ask is faster.
    return escape(line(value if value.isprintable() else _FORBIDDEN.sub("", value)))


def leaf(tag: str, value: str, /, **attributes: str) -> str:
    """An element with a text, empty without one; attributes as in ``element``."""
    return element(tag, text(value), **attributes) if value else ""


def block(tag: str, value: str, /, **attributes: str) -> str:
    """A ``leaf`` whose text keeps its lines."""
    return element(tag, escape(_FORBIDDEN.sub("", value).replace("\r", "\n").strip()), **attributes)


def element(tag: str, /, *content: str, **attributes: str) -> str:
    """An element around what is XML already, empty where all of that is; empty attributes are left out.

    ``xml__lang`` stands for ``xml:lang``, ``pub_type`` for ``pub-type``.

    >>> element("a", leaf("b", "x<y", xml__lang="zh", pub_type="1"), leaf("c", ""))
    '<a><b xml:lang="zh" pub-type="1">x&lt;y</b></a>'
    """
    inner = "".join(content)
    if not inner:
        return ""
    return f"<{tag}{_written(attributes) if attributes else ''}>{inner}</{tag}>"


def elements(tag: str, values: Iterable[str], /, **attributes: str) -> str:
    """A ``leaf`` for each value that is not empty."""
    return "".join(leaf(tag, value, **attributes) for value in values)


def empty(tag: str, /, **attributes: str) -> str:
    """An element that says all by its attributes.

    >>> empty("xref", rid="aff1")
    '<xref rid="aff1"/>'
    """
    return f"<{tag}{_written(attributes)}/>"


def _written(attributes: dict[str, str]) -> str:
    return "".join(
        f" {name.replace('__', ':').replace('_', '-')}={quoteattr(value if value.isalnum() else _attribute(value))}"
        for name, value in attributes.items()
        if value
    )


def _attribute(value: str) -> str:
    return line(_FORBIDDEN.sub("", value))
