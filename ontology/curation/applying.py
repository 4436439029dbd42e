"""Whether edits fit the concepts that they are about, one after the other, and what they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from kg.errors import EditRefused
from kg.model.concept import Concept, Label
from kg.model.edit import (
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
    concepts_of,
)
from ontology.curation.edited import after

Look = Callable[[str], Concept | None]
"""A concept as it is now, None where there is none."""
_ON_DEPRECATED = (RemoveLabel, RemoveDefinition, RemoveParent, RemoveMapping, Reinstate)
"""Edits that make sense of a concept that is not to be used any more."""


class Concepts:
    """Concepts as edits leave them, one after the other."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._known: dict[str, Concept | None] = {}

    def get(self, curie: str) -> Concept | None:
        if curie not in self._known:
            self._known[curie] = self._look(curie)
        return self._known[curie]

    @property
    def touched(self) -> Mapping[str, Concept | None]:
        """Every concept that was asked for or changed."""
        return self._known

    def apply(self, edit: Edit, position: int = 1) -> None:
        """Raises EditRefused where the edit says something that is not so, or changes nothing."""
        if isinstance(edit, Correct | RemoveCorrection):
            return
        name = concepts_of(edit)[0]
        concept = self.get(name)

        def refused(why: str) -> EditRefused:
            return EditRefused(position=position, name=name, why=why)

        if isinstance(edit, NewConcept):
            if concept is not None:
                raise refused("edit-known-concept")
            self._known[name] = edit.concept
            return
        if concept is None:
            raise refused("edit-unknown-concept")
        if concept.deprecated and not isinstance(edit, _ON_DEPRECATED):
            raise refused("edit-deprecated-concept")
        for other in _targets(edit):
            target = self.get(other)
            if target is None or target.deprecated or other == name:
                why = "edit-unknown-target" if target is None else "edit-unfit-target"
                raise EditRefused(position=position, name=other, why=why)
        made = after(concept, edit)
        if made == concept and not _beside(edit):
            raise refused("edit-changes-nothing")
        self._known[name] = made
        if isinstance(edit, Merge):
            into = self.get(edit.into)
            assert into is not None
            self._known[edit.into] = after(into, edit, concept)


def applied(edits: Iterable[Edit], look: Look) -> Mapping[str, Concept | None]:
    """The concepts that the edits leave, in their order; raises EditRefused naming the first that cannot be applied.

    >>> from kg.model.edit import AddLabel
    >>> gout = Concept("DOID:1", "disease", (Label("gout", "en"),))
    >>> after = applied([AddLabel("DOID:1", Label("痛风", "zh"))], {"DOID:1": gout}.get)
    >>> after["DOID:1"].label("zh")
    '痛风'
    """
    concepts = Concepts(look)
    for position, edit in enumerate(edits, 1):
        concepts.apply(edit, position)
    return concepts.touched


def merged_names(concept: Concept, into: Concept) -> tuple[Label, ...]:
    """The names that a merge gives: those that the other lacks, preferred ones as synonyms."""
    known = {(one.value, one.language) for one in into.labels}
    return tuple(
        msgspec.structs.replace(one, kind="exact") if one.kind == "preferred" else one
        for one in concept.labels
        if (one.value, one.language) not in known
    )


def _targets(edit: Edit) -> tuple[str, ...]:
    """Concepts that must be there and in use."""
    match edit:
        case AddParent(_, parent):
            return (parent,)
        case Merge(_, into):
            return (into,)
        case Deprecate(_, replaced_by):
            return replaced_by
    return ()


def _beside(edit: Edit) -> bool:
    """Whether an edit may change something that no concept shows: mapping sets, and mappings that do not hold."""
    return isinstance(edit, AddMapping | RemoveMapping)
