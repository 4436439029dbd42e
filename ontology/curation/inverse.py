"""The edits that take released ones back. Nothing is deleted: a concept that was new is deprecated."""

from __future__ import annotations

from collections.abc import Sequence

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
    ReleasedEdit,
    RemoveCorrection,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)


def inverse(undone: Sequence[ReleasedEdit], before: Sequence[ReleasedEdit] = ()) -> tuple[Edit, ...]:
    """What undoes ``undone`` (in the order of release), last first; ``before``: what was released earlier.

    >>> from kg.model.concept import Label
    >>> made = ReleasedEdit(edit=AddParent("DOID:1", "DOID:4"), release="1", proposal=1, number=1, author="a",
    ...     approver="b", date="2026-11-22")
    >>> inverse([made])
    (RemoveParent(concept='DOID:1', parent='DOID:4'),)
    """
    found: list[Edit] = []
    for place in range(len(undone) - 1, -1, -1):
        found += _taken_back(undone[place], [*before, *undone[:place]])
    return tuple(found)


def _taken_back(released: ReleasedEdit, before: Sequence[ReleasedEdit]) -> list[Edit]:
    match released.edit:
        case NewConcept(concept):
            return [Deprecate(concept.id)]
        case AddLabel(concept, label):
            # The name that had its place was kept as a synonym.
            return [RemoveLabel(concept, label), *(AddLabel(concept, old) for old in released.names)]
        case RemoveLabel(concept, label):
            return [AddLabel(concept, label)]
        case AddDefinition(concept, definition):
            return [RemoveDefinition(concept, definition)]
        case RemoveDefinition(concept, definition):
            return [AddDefinition(concept, definition)]
        case AddParent(concept, parent):
            return [RemoveParent(concept, parent)]
        case RemoveParent(concept, parent):
            return [AddParent(concept, parent)]
        case Deprecate(concept) | Merge(concept):
            return [Reinstate(concept)]
        case Reinstate(concept):
            return [_retired(concept, before)]
        case AddMapping(mapping):
            return [RemoveMapping(mapping)]
        case RemoveMapping(mapping):
            return [AddMapping(mapping)]
        case Correct(correction):
            return [RemoveCorrection(correction)]
        case RemoveCorrection(correction):
            return [Correct(correction)]


def _retired(concept: str, before: Sequence[ReleasedEdit]) -> Edit:
    """How a concept that is in use again was deprecated before."""
    for released in reversed(before):
        match released.edit:
            case Deprecate(name) | Merge(name) if name == concept:
                return released.edit
    return Deprecate(concept)
