"""The concepts of one side of a mapping, with their names prepared for comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from kg.model.concept import Concept, Label, LabelKind
from ontology.mapping.wording import Wording, worded

KINDS: Mapping[LabelKind, float] = {
    "preferred": 1.0, "exact": 0.97, "clinical": 0.97, "brand": 0.95, "lay": 0.9, "old": 0.9, "spelling": 0.9,
    "abbreviation": 0.75, "narrow": 0.6, "broad": 0.55, "related": 0.7,
}  # fmt: skip
"""What an equal name of a kind says of the concept; 1 for the preferred one."""
BORROWED = 0.9
"""A name that another vocabulary's concept, said to be the same, has."""
_ANCESTORS = 12


class Name(msgspec.Struct, frozen=True, gc=False):
    """One name of the concept at place ``concept``; ``via`` is the concept elsewhere that it was borrowed from."""

    concept: int
    label: Label
    wording: Wording
    weight: float
    via: str = ""


class Vocabulary:
    """Concepts of one side, each id once: what several sources state of it is joined. Deprecated ones are left out.

    ``borrowed``: further names by concept, with the id that each comes from (see ``borrowing``).
    """

    def __init__(
        self, concepts: Iterable[Concept], borrowed: Mapping[str, Iterable[tuple[Label, str]]] | None = None
    ) -> None:
        self.concepts = joined(concepts)
        self.place = {concept.id: at for at, concept in enumerate(self.concepts)}
        self.names = list(self._names(borrowed or {}))

    def __len__(self) -> int:
        return len(self.concepts)

    def _names(self, borrowed: Mapping[str, Iterable[tuple[Label, str]]]) -> Iterator[Name]:
        for at, concept in enumerate(self.concepts):
            seen: set[Wording] = set()
            own = [(label, KINDS[label.kind], "") for label in concept.labels]
            others = [(label, BORROWED * KINDS[label.kind], via) for label, via in borrowed.get(concept.id, ())]
            for label, weight, via in sorted(own, key=lambda row: -row[1]) + others:
                wording = worded(label.value)
                if wording.text and wording not in seen:
                    seen.add(wording)
                    yield Name(at, label, wording, weight, via)

    @cached_property
    def names_of(self) -> list[list[int]]:
        """Places of its names, by place of the concept."""
        found: list[list[int]] = [[] for _ in self.concepts]
        for at, name in enumerate(self.names):
            found[name.concept].append(at)
        return found

    @cached_property
    def parents(self) -> list[tuple[int, ...]]:
        return [
            tuple(self.place[parent] for parent in concept.parents if parent in self.place) for concept in self.concepts
        ]

    @cached_property
    def children(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.concepts]
        for at, parents in enumerate(self.parents):
            for parent in parents:
                found[parent].append(at)
        return found

    def above(self, place: int) -> frozenset[int]:
        """The concept and what stands above it, cycles cut."""
        if place not in self._above:
            found, wave = {place}, {place}
            for _ in range(_ANCESTORS):
                wave = {parent for one in wave for parent in self.parents[one]} - found
                if not wave:
                    break
                found |= wave
            self._above[place] = frozenset(found)
        return self._above[place]

    @cached_property
    def _above(self) -> dict[int, frozenset[int]]:
        return {}


def joined(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Each id once, in order of first appearance; what is deprecated anywhere is left out."""
    found: dict[str, list[Concept]] = defaultdict(list)
    for concept in concepts:
        found[concept.id].append(concept)
    return tuple(
        parts[0] if len(parts) == 1 else _union(parts)
        for parts in found.values()
        if not any(part.deprecated for part in parts)
    )


def _union(parts: list[Concept]) -> Concept:
    """Several partial statements about one id."""
    return msgspec.structs.replace(
        parts[0],
        category=next((part.category for part in parts if part.category not in ("", "other")), parts[0].category),
        labels=tuple(dict.fromkeys(label for part in parts for label in part.labels)),
        definitions=tuple(dict.fromkeys(text for part in parts for text in part.definitions)),
        parents=tuple(dict.fromkeys(parent for part in parts for parent in part.parents)),
        xrefs=tuple(dict.fromkeys(xref for part in parts for xref in part.xrefs)),
        notations=tuple(dict.fromkeys(code for part in parts for code in part.notations)),
    )
