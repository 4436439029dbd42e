"""Files of definitions as plain trees: YAML documents one after the other, or JSON Lines, streaming.

Every scalar of YAML is read as text, so that a code such as ``250.00`` or ``no`` stays what it is. Anchors and aliases
are refused (a few lines can stand for gigabytes), repeated keys too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path

import msgspec
import yaml

from ontology.reading.raw import lines

LARGEST = 2_000_000
"""Characters of one document."""


class Tree(msgspec.Struct, frozen=True):
    """One document. ``position`` is its first line; ``typed`` where numbers and truth values have types (JSON).

    ``damage`` says what cannot be read; then ``value`` is None.
    """

    position: str
    value: object
    typed: bool = False
    damage: str = ""


class _Plain(yaml.BaseLoader):  # type: ignore[misc]  # it has no types
    """Strings, lists and mappings, nothing else."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.YAMLError("anchors and aliases are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if repeated := next((key for place, key in enumerate(keys) if key in keys[:place]), None):
            raise yaml.YAMLError(f"the key {repeated[:80]} comes twice")
        made: dict[Hashable, object] = super().construct_mapping(node, deep)
        return made


def trees(path: Path) -> Iterator[Tree]:
    """Every document of a file, each as soon as it is read; a damaged one has its damage.

    A line ``---`` begins a YAML document; a line that begins with ``{`` where none is open and ends with ``}`` is a
    document of JSON. Raises EncodingError or TruncatedInput in place of the document that is not whole.
    """
    first, size = 0, 0
    rows: list[str] = []
    for number, line in lines(path):
        marker = line.rstrip() in ("---", "...")
        if not rows and line.startswith("{") and line.rstrip().endswith("}"):
            yield _json(number, line)
            continue
        if marker:
            if rows:
                yield _yaml(first, rows, size)
            rows, size = [], 0
            continue
        if not rows and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if not rows:
            first = number
        size += len(line)
        if size <= LARGEST:
            rows.append(line)
    if rows:
        yield _yaml(first, rows, size)


def _json(number: int, line: str) -> Tree:
    position = f"line {number}"
    try:
        return Tree(position, msgspec.json.decode(line), typed=True)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as error:
        return Tree(position, None, damage=str(error)[:200])


def _yaml(first: int, rows: list[str], size: int) -> Tree:
    position = f"line {first}"
    if size > LARGEST:
        return Tree(position, None, damage=f"more than {LARGEST} characters")
    try:
        return Tree(position, yaml.load("\n".join(rows), _Plain))  # noqa: S506 - it makes strings, lists, mappings only
    except yaml.YAMLError as error:
        return Tree(position, None, damage=" ".join(str(error).split())[:200])
    except (RecursionError, ValueError) as error:
        return Tree(position, None, damage=type(error).__name__)
