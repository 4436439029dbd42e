"""Mentions that documents keep while others are linked again."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import msgspec

from ingest.changes import Changes, Touched
from ingest.journal import Blocks
from ingest.text.annotate import guess_language
from kg import vocab
from kg.mapping.base import TYPE, term
from kg.model.document import Document
from kg.model.terms import Term, lexical

_MENTION = term(vocab.OA, "Annotation")
_EXACT = term(vocab.OA, "exact")


class Kept(msgspec.Struct, frozen=True):
    """What was linked before with other names or corrections: ``graph`` of a journal, and what changed since."""

    journal: Path
    graph: str
    changes: Changes


class Keeper:
    """Finds the mentions that a document had, where no change concerns it.

    ``counts``: documents that were ``linked.kept`` and ``linked.again``, and of the latter the mentions that are
    ``mentions.removed``, ``.added`` and ``.changed`` (same place and category), each by language (``….en``).

    Raises StoreError where the journal cannot be read.
    """

    def __init__(self, kept: Kept) -> None:
        self._touched = Touched(kept.changes)
        self._blocks = Blocks(kept.journal, kept.graph)
        self._data = kept.journal.parent
        self.counts: Counter[str] = Counter()

    def keeps(self, document: Document) -> bool:
        """Whether it has the mentions that it had."""
        return not self._touched.by(document)

    def kept(self, document: str) -> bytes:
        """The quads of the mentions and claims of a document that keeps them; none where it had none."""
        self.counts["linked.kept"] += 1
        return self._lines(document)

    def compare(self, document: str, after: bytes) -> None:
        """Count what became of the mentions of a document that was linked again."""
        self.counts["linked.again"] += 1
        old, new = _mentions(self._lines(document)), _mentions(after)
        for node in old.keys() | new.keys():
            if old.get(node) != new.get(node):
                effect = "removed" if node not in new else "added" if node not in old else "changed"
                self.counts[f"mentions.{effect}.{_language(new.get(node) or old[node])}"] += 1

    def _lines(self, document: str) -> bytes:
        found = self._blocks.get(document)
        return found.read(self._data) if found else b""

    def close(self) -> None:
        self._blocks.close()


def _mentions(quads: bytes) -> dict[str, dict[str, list[str]]]:
    """Mention -> predicate -> values, graph included."""
    nodes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in quads.decode().split("\n"):
        if line:
            node, predicate, rest = line.split(" ", 2)
            nodes[node][predicate].append(rest)
    return {node: told for node, told in nodes.items() if any(one.startswith(_MENTION) for one in told.get(TYPE, ()))}


def _language(mention: dict[str, list[str]]) -> str:
    """By its words."""
    return guess_language(lexical(Term(mention[_EXACT][0].rpartition(" <")[0])))
