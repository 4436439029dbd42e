"""The concepts as they would be after edits: what each edit does, and the questions of the gate answered over both.

This is what a release makes of an edit (ADR 24), said of whole concepts: a preferred name takes the place of the one
before, which stays as a synonym; a merged concept is deprecated, and the other gets its names as synonyms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from kg.model.concept import Concept, Label, Xref
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    Reinstate,
    RemoveCorrection,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from ontology.curation.current import Current, HeldConcepts, system

T = TypeVar("T")
_RELATIONS = frozenset({"exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"})


def edited(edit: Edit) -> tuple[str, ...]:
    """The concepts that an edit changes, the one that it is about first; none for a correction of a text."""
    match edit:
        case NewConcept(concept):
            return (concept.id,)
        case Merge(concept, into):
            return concept, into
        case AddMapping(mapping) | RemoveMapping(mapping):
            return (mapping.subject,)
        case Correct() | RemoveCorrection():
            return ()
        case _:
            return (edit.concept,)


def relation(predicate: str) -> str | None:
    """The SKOS mapping property of a predicate (CURIE), None for another.

    >>> relation("skos:exactMatch"), relation("owl:sameAs")
    ('exactMatch', None)
    """
    name = predicate.removeprefix("skos:")
    return name if name in _RELATIONS else None


def after(concept: Concept, edit: Edit, merged: Concept | None = None) -> Concept:
    """``concept`` as the edit leaves it; what does not fit it changes nothing. ``merged``: for a Merge into it."""
    match edit:
        case AddLabel(_, label):
            return replace(concept, labels=_with_label(concept.labels, label))
        case RemoveLabel(_, label):
            return replace(concept, labels=tuple(one for one in concept.labels if not _same(one, label)))
        case AddDefinition(_, definition):
            return replace(concept, definitions=_with(concept.definitions, definition))
        case RemoveDefinition(_, definition):
            return replace(concept, definitions=tuple(one for one in concept.definitions if one != definition))
        case AddParent(_, parent):
            return replace(concept, parents=tuple(sorted({*concept.parents, parent})))
        case RemoveParent(_, parent):
            return replace(concept, parents=tuple(one for one in concept.parents if one != parent))
        case Deprecate(_, replaced_by):
            return replace(concept, deprecated=True, replaced_by=tuple(sorted({*concept.replaced_by, *replaced_by})))
        case Merge(source, into):
            if concept.id == source:
                return replace(concept, deprecated=True, replaced_by=(into,))
            return replace(concept, labels=_synonyms(concept.labels, merged.labels if merged else ()))
        case Reinstate():
            return replace(concept, deprecated=False, replaced_by=())
        case AddMapping(mapping) if not mapping.negative and (name := relation(mapping.predicate)):
            return replace(concept, xrefs=_with(concept.xrefs, Xref(mapping.object, None, name)))  # type: ignore[arg-type]
        case RemoveMapping(mapping):
            name = relation(mapping.predicate)
            gone = [one for one in concept.xrefs if (one.curie, one.relation) == (mapping.object, name)]
            return replace(concept, xrefs=tuple(one for one in concept.xrefs if one not in gone))
        case _:
            return concept


def _with(values: tuple[T, ...], one: T) -> tuple[T, ...]:
    return values if one in values else (*values, one)


def _same(one: Label, other: Label) -> bool:
    return (one.value, one.language, one.kind) == (other.value, other.language, other.kind)


def _with_label(labels: tuple[Label, ...], label: Label) -> tuple[Label, ...]:
    if label.kind != "preferred":
        return labels if any(_same(one, label) for one in labels) else (*labels, label)
    rest = [one for one in labels if (one.value, one.language) != (label.value, label.language)]
    demoted = [
        replace(one, kind="exact") if one.kind == "preferred" and one.language == label.language else one
        for one in rest
    ]
    return (label, *demoted)


def _synonyms(own: tuple[Label, ...], others: Sequence[Label]) -> tuple[Label, ...]:
    known = {(one.value, one.language) for one in own}
    more = [replace(one, kind="exact") if one.kind == "preferred" else one for one in others]
    return (*own, *(one for one in more if (one.value, one.language) not in known))


class Edited:
    """``current`` after ``edits`` in their order. ``changed`` are the concepts that differ, as they would be."""

    def __init__(self, current: Current, edits: Iterable[Edit] = ()) -> None:
        self._current = current
        self.changed: dict[str, Concept] = {}
        self._indexed: HeldConcepts | None = None
        self._made: set[str] = set()
        for edit in edits:
            self.apply(edit)

    def apply(self, edit: Edit) -> None:
        """One more edit."""
        self._indexed = None
        if isinstance(edit, NewConcept):
            if self.concept(edit.concept.id) is None:
                self.changed[edit.concept.id] = edit.concept
                self._made.add(system(edit.concept.id))
            return
        known = {curie: self.concept(curie) for curie in edited(edit)}
        merged = known.get(edit.concept) if isinstance(edit, Merge) else None
        for curie, one in known.items():
            if one is not None:
                self.changed[curie] = after(one, edit, merged)
                if self.changed[curie] == self._current.concept(curie):
                    del self.changed[curie]

    @property
    def _held(self) -> HeldConcepts:
        if self._indexed is None:
            self._indexed = HeldConcepts(self.changed.values())
        return self._indexed

    def _merged(self, before: Sequence[str], now: Sequence[str]) -> Sequence[str]:
        if not self.changed:
            return before
        return sorted({one for one in before if one not in self.changed} | set(now))

    def concept(self, curie: str) -> Concept | None:
        return self.changed.get(curie) or self._current.concept(curie)

    def children(self, curie: str) -> Sequence[str]:
        return self._merged(self._current.children(curie), self._held.children(curie))

    def matching(self, curie: str) -> Sequence[tuple[str, str]]:
        before = {one for one in self._current.matching(curie) if one[0] not in self.changed}
        return sorted(before | set(self._held.matching(curie)))

    def named(self, spelling: str) -> Sequence[str]:
        return self._merged(self._current.named(spelling), self._held.named(spelling))

    def defined(self, value: str, language: str) -> Sequence[str]:
        return self._merged(self._current.defined(value, language), self._held.defined(value, language))

    def noted(self, code: str) -> Sequence[str]:
        return self._merged(self._current.noted(code), self._held.noted(code))

    def holds(self, system: str) -> bool:
        return system in self._made or self._current.holds(system)

    def hierarchical(self, system: str) -> bool:
        return self._current.hierarchical(system) or self._held.hierarchical(system)
