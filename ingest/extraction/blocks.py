"""The text of a guideline as blocks in reading order, whatever the kind of file, and as passages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ingest.reading.languages import of_text
from kg.model.document import Passage

BlockKind = Literal["title", "heading", "paragraph", "item", "quote", "caption", "table"]
_PASSAGES: dict[str, Literal["heading", "section", "caption", "table"]] = {
    "heading": "heading", "paragraph": "section", "item": "section", "quote": "section", "caption": "caption",
    "table": "table",
}  # fmt: skip

COLUMNS = 200
"""Columns up to which merged cells are filled up with empty ones."""


class Block(msgspec.Struct, frozen=True):
    """A stretch of text with the headings above it; a heading's own ``path`` ends before it.

    The rows of a table are lines, its cells are parted by tabs. ``pages`` are (offset, page) of where the text of a
    paged file goes on on another page, the first at offset 0.
    """

    kind: BlockKind
    text: str
    path: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()

    def page(self, offset: int) -> int | None:
        """The page that a code point stands on."""
        return max((row for row in self.pages if row[0] <= offset), default=(0, None))[1]


class Text(msgspec.Struct, frozen=True):
    """What a file gives: its blocks, and (name, value) of what it says about itself, names in small letters."""

    blocks: tuple[Block, ...]
    about: tuple[tuple[str, str], ...] = ()

    def titled(self) -> tuple[str, tuple[Block, ...]]:
        """The title and the blocks without it, also among the headings above them; empty where there is none.

        The first heading of the highest rank is the title, else what the file says of itself.
        """
        first = next((block for block in self.blocks if block.kind == "heading" and not block.path), None)
        if first is None:
            return dict(self.about).get("title", ""), self.blocks
        return first.text, tuple(_below(block, first.text) for block in self.blocks if block is not first)


def _below(block: Block, title: str) -> Block:
    return msgspec.structs.replace(block, path=block.path[1:]) if block.path[:1] == (title,) else block


class Outline:
    """Collects blocks and knows the headings above the next one."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._headings)

    def heading(self, level: int, text: str, pages: tuple[tuple[int, int], ...] = ()) -> None:
        """A heading of ``level``, which ends those of the same or a lower rank."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if text:
            self.blocks.append(Block("heading", text, self.path, pages))
            self._headings.append((level, text))

    def add(self, kind: BlockKind, text: str, pages: tuple[tuple[int, int], ...] = ()) -> None:
        if text:
            self.blocks.append(Block(kind, text, self.path, pages))

    def table(self, rows: Iterable[Iterable[str]]) -> None:
        """A table; white space inside a cell is one blank, so that lines and tabs are its own."""
        lines = ["\t".join(" ".join(cell.split()) for cell in row).rstrip() for row in rows]
        self.add("table", "\n".join(line for line in lines if line))


def passages(blocks: Iterable[Block], language: str) -> list[tuple[Block, Passage]]:
    """Each block with its passage: ``heading.1``, ``section.1``, ``caption.1``, ``table.1`` …; titles are left out."""
    counts: dict[str, int] = {}
    found = []
    for block in blocks:
        if block.kind == "title":
            continue
        kind = _PASSAGES[block.kind]
        number = counts[kind] = counts.get(kind, 0) + 1
        label = " > ".join(block.path)
        found.append((block, Passage(f"{kind}.{number}", kind, of_text(block.text, language), block.text, label)))
    return found
