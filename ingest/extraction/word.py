"""Word files (ECMA-376, WordprocessingML) as blocks, as they would be printed: insertions in, deletions out.

Headings are known by the outline level or the name of their style, in English and Chinese Word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.extraction.blocks import COLUMNS, Outline, Text
from kg.errors import SourceError
from ontology.reading.package import Package
from ontology.reading.xml import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}coreProperties"
_DC = "{http://purl.org/dc/elements/1.1/}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN, _STYLES, _ABOUT = "word/document.xml", "word/styles.xml", "docProps/core.xml"
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE).fullmatch
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pict", f"{_COMPATIBLE}Fallback"})
_SPACES = frozenset({f"{_W}tab", f"{_W}br", f"{_W}cr"})
_CONTAINERS = frozenset({f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"})


def word_text(path: Path, data: bytes) -> Text:
    """The blocks of a Word file; raises TruncatedInput, SourceError, ForbiddenXml, EncodingError."""
    package = Package(path, data)
    if _MAIN not in package.names:
        raise SourceError(path=path, position=_MAIN, reason="it is not there")
    levels = dict(_levels(package)) if _STYLES in package.names else {}
    outline = Outline()
    for body in package.elements(_MAIN, f"{_W}body"):
        _blocks(body, levels, outline)
    return Text(tuple(outline.blocks), tuple(_about(package)) if _ABOUT in package.names else ())


def _levels(package: Package) -> Iterator[tuple[str, int]]:
    """(style id, outline level from 1, 0 for the title) of the styles that make headings."""
    for style in package.elements(_STYLES, f"{_W}style"):
        name = _value(style.find(f"{_W}name")).strip()
        level = _value(style.find(f"{_W}pPr/{_W}outlineLvl"))
        key = style.get(f"{_W}styleId") or ""
        if found := _HEADING(name):
            yield key, int(found[1])
        elif name.lower() in ("title", "标题"):
            yield key, 0
        elif level.isdigit() and int(level) < 9:
            yield key, int(level) + 1


def _about(package: Package) -> Iterator[tuple[str, str]]:
    for core in package.elements(_ABOUT, _CORE):
        for name in ("title", "publisher", "identifier"):
            value = " ".join((core.findtext(f"{_DC}{name}") or "").split())
            if value:
                yield name, value


def _blocks(element: Element, levels: dict[str, int], outline: Outline) -> None:
    for child in element:
        if child.tag == f"{_W}p":
            _paragraph(child, levels, outline)
        elif child.tag == f"{_W}tbl":
            outline.table(_rows(child))
        elif child.tag in _CONTAINERS:
            _blocks(child, levels, outline)


def _paragraph(element: Element, levels: dict[str, int], outline: Outline) -> None:
    text = _words(element)
    style = _value(element.find(f"{_W}pPr/{_W}pStyle"))
    own = _value(element.find(f"{_W}pPr/{_W}outlineLvl"))
    level = int(own) + 1 if own.isdigit() and int(own) < 9 else levels.get(style)
    if level is not None and text:
        outline.heading(level, text)
    else:
        listed = element.find(f"{_W}pPr/{_W}numPr") is not None or style.startswith("List")
        outline.add("item" if listed else "paragraph", text)


def _rows(table: Element) -> Iterator[list[str]]:
    """Rows with a cell for each column; a merged cell stands in its first place, the others are empty."""
    for row in _inner(table, f"{_W}tr"):
        cells: list[str] = []
        for cell in _inner(row, f"{_W}tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            below = merge is not None and _value(merge) != "restart"
            span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            cells.append("" if below else " ".join(_words(part) for part in cell.iter(f"{_W}p")))
            cells += [""] * max(0, min(int(span[:4]) - 1 if span.isdigit() else 0, COLUMNS - len(cells)))
        yield cells


def _inner(element: Element, tag: str) -> Iterator[Element]:
    """The children with a tag, also those inside content controls; not those of tables inside the table."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _CONTAINERS:
            yield from _inner(child, tag)


def _words(element: Element) -> str:
    parts: list[str] = []
    _gather(element, parts)
    return " ".join("".join(parts).split())


def _gather(element: Element, parts: list[str]) -> None:
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _SPACES:
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            _gather(child, parts)


def _value(element: Element | None) -> str:
    return (element.get(f"{_W}val") or "") if element is not None else ""
