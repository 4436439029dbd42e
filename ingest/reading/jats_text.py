"""The running text of JATS: what a reader would read in one go, without floats and footnotes."""

from __future__ import annotations

from html import unescape

from lxml import etree

from ontology.reading.xml import Element, collapse, text

FLOATS = frozenset(
    {"fig", "fig-group", "table-wrap", "table-wrap-group", "supplementary-material", "media", "boxed-text"}
)
_SKIPPED = FLOATS | {"fn", "fn-group", "tex-math", "object-id", "email"}
_BLOCKS = frozenset(
    {"p", "list", "list-item", "def-list", "def-item", "disp-formula", "disp-quote", "break", "title", "label", "sec"}
)
_FORMATS = frozenset({"italic", "bold", "sup", "sub", "sc", "underline"})
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LINK = "{http://www.w3.org/1999/xlink}href"


def running_text(element: Element) -> str:
    """Text of ``element`` without floats, footnotes and TeX twins of formulas; blocks are kept apart."""
    parts: list[str] = []
    _gather(element, parts)
    return collapse("".join(parts))


def citation_text(element: Element) -> str:
    """A reference as printed, with a blank where two fields meet and the file prints none."""
    parts: list[str] = []
    _gather_fields(element, parts)
    return collapse("".join(parts))


def table_text(element: Element) -> str:
    """A table as lines of cells with tabs between, merged cells once."""
    rows = [[text(cell) for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
    return "\n".join("\t".join(row).rstrip() for row in rows if any(row))


def notes_text(element: Element) -> str:
    """What is printed below a table, one note a line; elsewhere footnotes are no part of the text."""
    lines = [
        notes_text(child) if child.tag == "fn-group" else running_text(child)
        for child in element
        if isinstance(child.tag, str)
    ]
    return "\n".join(filter(None, lines))


def floats_of(element: Element) -> list[Element]:
    """The outermost floats inside a paragraph, in order."""
    found: list[Element] = []
    for child in element:
        if child.tag in FLOATS:
            found.append(child)
        elif isinstance(child.tag, str):
            found += floats_of(child)
    return found


def _gather_fields(element: Element, parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if isinstance(child.tag, str):
            _gather_fields(child, parts)
            follower = child.getnext()
            if not child.tail and follower is not None and not {child.tag, follower.tag} & _FORMATS:
                parts.append(" ")
        elif child.tag is etree.Entity:
            parts.append(unescape(child.text or ""))
        if child.tail:
            parts.append(child.tail)


def _gather(element: Element, parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        tag = child.tag
        if tag is etree.Entity:
            parts.append(unescape(child.text or ""))
        elif isinstance(tag, str) and tag not in _SKIPPED:
            if tag.startswith(_MATHML):
                parts += [piece.strip(" \t\r\n") for piece in child.itertext()]
            elif tag in _BLOCKS:
                parts.append(" ")
                _gather(child, parts)
                parts.append(" ")
            else:
                _gather(child, parts)
        if child.tail:
            parts.append(child.tail)
