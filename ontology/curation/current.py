"""What the gate asks about the concepts that there are: the protocol, and all of it in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kg.index.fields import key
from kg.model.concept import Concept

NAMING = frozenset({"preferred", "exact", "clinical", "brand", "lay", "old"})
"""Kinds of labels that name a concept itself; abbreviations mean several things by nature."""


class Current(Protocol):
    """Concepts by CURIE, every answer sorted; what is not there has no concept and no relations."""

    def concept(self, curie: str) -> Concept | None:
        """Everything that all sources together state of it; one label may come with several kinds."""

    def children(self, curie: str) -> Sequence[str]: ...

    def matching(self, curie: str) -> Sequence[tuple[str, str]]:
        """(subject, relation) of every match whose object it is."""

    def named(self, spelling: str) -> Sequence[str]:
        """Concepts with a label of any kind, a notation or an id that ``spelling`` folds alike."""

    def defined(self, value: str, language: str) -> Sequence[str]:
        """Concepts with exactly this definition."""

    def noted(self, code: str) -> Sequence[str]:
        """Concepts with exactly this notation."""

    def holds(self, system: str) -> bool:
        """Whether any concept has this prefix."""

    def hierarchical(self, system: str) -> bool:
        """Whether any concept of this prefix has a parent."""


def system(curie: str) -> str:
    """The terminology of a concept: the prefix of its CURIE, or its IRI up to the last slash or hash.

    >>> system("DOID:9352"), system("https://example.org/terms/a")
    ('DOID', 'https://example.org/terms')
    """
    if curie.startswith(("http://", "https://")):
        return curie[: max(curie.rfind("/"), curie.rfind("#"))]
    return curie.partition(":")[0]


def spelling(name: str) -> str:
    """A name as it is compared: without case, width, accents, and in simplified characters.

    >>> spelling("Sjögren  Syndrome"), spelling("腎炎")
    ('sjogren syndrome', '肾炎')
    """
    return key("name", name)


class HeldConcepts:
    """All concepts in memory, indexed by everything that is asked: for surveys, and small exact ones for tests."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = {one.id: one for one in sorted(concepts, key=lambda one: one.id)}
        self._children: defaultdict[str, list[str]] = defaultdict(list)
        self._matching: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        self._defined: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._noted: defaultdict[str, list[str]] = defaultdict(list)
        self._systems: set[str] = set()
        self._hierarchical: set[str] = set()
        for curie, one in self._concepts.items():
            self._systems.add(system(curie))
            if one.parents:
                self._hierarchical.add(system(curie))
            for parent in one.parents:
                self._children[parent].append(curie)
            for xref in one.xrefs:
                if xref.verified is not False:
                    self._matching[xref.curie].append((curie, xref.relation))
            values = {label.value for label in one.labels} | {curie, *one.notations}
            for folded in {spelling(value) for value in values} - {""}:
                self._named[folded].append(curie)
            for definition in one.definitions:
                self._defined[definition.value, definition.language].append(curie)
            for code in one.notations:
                self._noted[code].append(curie)

    def __len__(self) -> int:
        return len(self._concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def concept(self, curie: str) -> Concept | None:
        return self._concepts.get(curie)

    def children(self, curie: str) -> Sequence[str]:
        return self._children.get(curie, ())

    def matching(self, curie: str) -> Sequence[tuple[str, str]]:
        return sorted(set(self._matching.get(curie, ())))

    def named(self, spelling: str) -> Sequence[str]:
        return self._named.get(spelling, ())

    def defined(self, value: str, language: str) -> Sequence[str]:
        return self._defined.get((value, language), ())

    def noted(self, code: str) -> Sequence[str]:
        return self._noted.get(code, ())

    def holds(self, system: str) -> bool:
        return system in self._systems

    def hierarchical(self, system: str) -> bool:
        return system in self._hierarchical
