"""HTML and Markdown as blocks: what a reader sees of the page. Nothing is run and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html
from markdown_it import MarkdownIt

from ingest.extraction.blocks import COLUMNS, BlockKind, Outline, Text
from kg.errors import SourceError
from ontology.reading.xml import Element

_HIDDEN = frozenset({
    "script", "style", "nav", "template", "noscript", "head", "svg", "math", "form", "button", "iframe", "object",
    "embed", "applet", "canvas", "audio", "video", "select", "footer",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_HEADING = re.compile(r"h([1-6])").fullmatch
_ABOUT = frozenset({"dc.publisher", "dc.date", "dc.identifier", "citation_doi", "citation_publication_date"})
_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL).match
_PAIR = re.compile(r"([A-Za-z]\w*):[ \t]*(.+)").fullmatch


def page_text(data: bytes, encoding: str, place: Path) -> Text:
    """The blocks of an HTML page; raises SourceError where nothing can be read. ``place`` names the file in it."""
    parser = html.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(path=place, position="byte 0", reason=str(error)) from error
    for fault in parser.error_log:
        # It stops, as at elements nested too deeply: what comes after was not read.
        if fault.level == etree.ErrorLevels.FATAL:
            raise SourceError(path=place, position=f"line {fault.line}", reason=fault.message)
    walk = _Walk()
    body = root.find("body")
    walk.inside(root if body is None else body, "paragraph")
    return Text(tuple(walk.outline.blocks), tuple(_about(root)))


def markdown_text(data: str, place: Path) -> Text:
    """The blocks of a Markdown file (CommonMark and tables); ``name: value`` lines above it are about it."""
    front = _FRONT(data)
    pairs = [found.groups() for line in (front[1].splitlines() if front else []) if (found := _PAIR(line))]
    rendered = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").render(data[front.end() if front else 0 :])
    if not rendered.strip():
        return Text((), ())
    text = page_text(rendered.encode("utf-8", "replace"), "utf-8", place)
    return Text(text.blocks, tuple((name.lower(), value.strip("'\" ")) for name, value in pairs))


def _about(root: Element) -> Iterator[tuple[str, str]]:
    title = root.findtext("head/title")
    if title and title.strip():
        yield "title", " ".join(title.split())
    for item in root.iter("meta"):
        name = (item.get("name") or "").lower()
        if name in _ABOUT and item.get("content"):
            yield name.removeprefix("dc.").removeprefix("citation_"), (item.get("content") or "").strip()


class _Walk:
    """Goes through a page in reading order; inline text gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._inline: list[str] = []

    def inside(self, element: Element, kind: BlockKind) -> None:
        """What an element holds; its own text is of ``kind``."""
        self._inline.append(element.text or "")
        for child in element:
            name = child.tag
            if not isinstance(name, str) or name in _HIDDEN:
                pass
            elif name == "br":
                self._inline.append(" ")
            elif name in _INLINE:
                self.inside(child, kind)
            else:
                self._flush(kind)
                self._block(name, child, kind)
            self._inline.append(child.tail or "")
        if element.tag not in _INLINE:
            self._flush(kind)

    def _block(self, name: str, element: Element, kind: BlockKind) -> None:
        if found := _HEADING(name):
            self.outline.heading(int(found[1]), _visible(element))
        elif name == "table":
            for caption in element.iterchildren("caption"):
                self.outline.add("caption", _visible(caption))
            self.outline.table(_rows(element))
        elif name in ("li", "dd", "dt"):
            self.inside(element, "item" if kind == "paragraph" else kind)
        elif name in ("blockquote", "figcaption"):
            self.inside(element, "quote" if name == "blockquote" else "caption")
        else:
            self.inside(element, kind)

    def _flush(self, kind: BlockKind) -> None:
        self.outline.add(kind, " ".join("".join(self._inline).split()))
        self._inline.clear()


def _visible(element: Element) -> str:
    """The text of an element without what is hidden, white space collapsed."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _HIDDEN:
            apart = child.tag == "br" or child.tag not in _INLINE
            yield " " * apart
            yield from _pieces(child)
            yield " " * apart
        yield child.tail or ""


def _rows(table: Element) -> Iterator[list[str]]:
    """Rows with a cell for each column; a merged cell stands in its first place, the others are empty."""
    down: dict[int, int] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _under(cells, down)
            down[len(cells)] = _span(cell, "rowspan") - 1
            cells.append(_visible(cell))
            for _ in range(_span(cell, "colspan") - 1):
                if len(cells) < COLUMNS:
                    down[len(cells)] = down[len(cells) - 1]
                    cells.append("")
        _under(cells, down)
        yield cells


def _under(cells: list[str], down: dict[int, int]) -> None:
    """Empty cells where cells of the rows above reach down."""
    while down.get(len(cells), 0) > 0 and len(cells) < COLUMNS:
        down[len(cells)] -= 1
        cells.append("")


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value[:4]), COLUMNS) if value.isascii() and value.isdigit() and int(value[:4]) else 1
