"""What stands above and below: cycles, orphans, parents that are not there or of another kind.

qSKOS: Cyclic Hierarchical Relations, Reflexive Relations, Orphan Concepts, Hierarchical Redundancy; disjoint
categories, and references to unknown or deprecated concepts, are checks of our own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from kg.model.concept import Concept
from kg.model.finding import Finding
from ontology.curation.current import Current, system

_ALIKE = (
    frozenset({"drug", "chemical"}),
    frozenset({"gene", "gene-family", "variant"}),
    frozenset({"chemical", "gene-family"}),  # proteins
    frozenset({"test", "procedure"}),
    frozenset({"disease", "symptom"}),
)
"""Categories that may stand above each other: terminologies draw the line between them differently."""


def hierarchy_findings(concept: Concept, current: Current) -> Iterator[Finding]:
    """What is to be said about the parents, children and replacements of a concept."""
    if cycle := cycle_of(concept.id, current):
        yield Finding("cycle", cycle[0], " → ".join(cycle), "error", cycle)
    for parent in concept.parents:
        above = current.concept(parent)
        if above is None:
            yield Finding("parent-unknown", concept.id, parent, "error")
            continue
        if concept.deprecated:
            continue
        if above.deprecated:
            yield Finding("parent-deprecated", concept.id, parent)
        if disjoint(concept.category, above.category):
            yield Finding("parent-category", concept.id, f"{concept.category} / {above.category}", "error", (parent,))
    if len(concept.parents) > 1:
        yield from _redundant(concept, current)
    if _alone(concept, current):
        yield Finding("orphan", concept.id)
    for other in concept.replaced_by:
        it = current.concept(other)
        if it is None and current.holds(system(other)):
            yield Finding("replacement-unknown", concept.id, other, "error")
        elif it is not None and concept.id in _replacements(it, current):
            yield Finding("replacement-cycle", concept.id, other, "error")


def disjoint(one: str, other: str) -> bool:
    """Whether a concept of one category cannot be a kind of the other.

    >>> disjoint("disease", "gene"), disjoint("drug", "chemical"), disjoint("gene", "other")
    (True, False, False)
    """
    if one == other or "other" in (one, other):
        return False
    return not any({one, other} <= alike for alike in _ALIKE)


def cycle_of(start: str, current: Current) -> tuple[str, ...]:
    """The shortest way up from a concept to itself, from its smallest member on and back to it; empty for none."""
    came: dict[str, str] = {}
    wave = deque([start])
    while wave:
        node = wave.popleft()
        concept = current.concept(node)
        for parent in concept.parents if concept else ():
            if parent == start:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                path.reverse()
                least = path.index(min(path))
                return (*path[least:], *path[:least], path[least])
            if parent not in came:
                came[parent] = node
                wave.append(parent)
    return ()


def ancestors(start: str, current: Current) -> dict[str, str]:
    """Everything above a concept, each with the concept right below it on a shortest way; cycles do not loop."""
    came: dict[str, str] = {}
    wave = deque([start])
    while wave:
        node = wave.popleft()
        concept = current.concept(node)
        for parent in concept.parents if concept else ():
            if parent not in came and parent != start:
                came[parent] = node
                wave.append(parent)
    return came


def _redundant(concept: Concept, current: Current) -> Iterator[Finding]:
    for parent in concept.parents:
        if any(parent in ancestors(other, current) for other in concept.parents if other != parent):
            yield Finding("parent-redundant", concept.id, parent)


def _alone(concept: Concept, current: Current) -> bool:
    """Whether a concept in use has no relation at all, in a terminology that has a hierarchy."""
    if concept.deprecated or concept.parents or any(xref.verified is not False for xref in concept.xrefs):
        return False
    hierarchical = current.hierarchical(system(concept.id))
    return hierarchical and not current.children(concept.id) and not current.matching(concept.id)


def _replacements(concept: Concept, current: Current) -> set[str]:
    """Everything that replaces a concept, through the chain, and the concept itself."""
    found: set[str] = set()
    wave = [concept]
    while wave:
        one = wave.pop()
        if one.id not in found:
            found.add(one.id)
            wave += [it for other in one.replaced_by if (it := current.concept(other))]
    return found
