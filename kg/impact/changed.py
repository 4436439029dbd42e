"""Which concepts edits change, and in which way: what every dependent is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

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

Way = Literal[
    "new", "renamed", "redefined", "moved", "deprecated", "merged", "enlarged", "reinstated", "mapped", "corrected"
]
"""``enlarged``: gets the names of a merged concept."""
RETIRED: frozenset[Way] = frozenset({"deprecated", "merged", "reinstated"})
"""Ways in which a concept ceases, or begins again, to stand for itself."""


class Changed(msgspec.Struct, frozen=True):
    """``ways`` by CURIE, each in the order of the edits; ``documents`` are those with a corrected text."""

    edits: tuple[Edit, ...]
    ways: dict[str, tuple[Way, ...]]
    documents: tuple[str, ...] = ()

    def by(self, ways: Iterable[Way]) -> list[str]:
        """The concepts that change in one of ``ways``, sorted."""
        wanted = frozenset(ways)
        return sorted(curie for curie, own in self.ways.items() if wanted.intersection(own))


def changed(edits: Sequence[Edit]) -> Changed:
    """What ``edits`` change.

    >>> changed([Merge("DOID:1", "DOID:2")]).ways
    {'DOID:1': ('merged',), 'DOID:2': ('enlarged',)}
    """
    ways: defaultdict[str, dict[Way, None]] = defaultdict(dict)
    documents: dict[str, None] = {}
    for edit in edits:
        for curie, way in _ways(edit):
            ways[curie][way] = None
        if isinstance(edit, Correct | RemoveCorrection):
            documents[edit.correction.document] = None
    return Changed(tuple(edits), {curie: tuple(own) for curie, own in ways.items()}, tuple(documents))


def _ways(edit: Edit) -> list[tuple[str, Way]]:
    match edit:
        case NewConcept(concept):
            return [(concept.id, "new")]
        case AddLabel(concept) | RemoveLabel(concept):
            return [(concept, "renamed")]
        case AddDefinition(concept) | RemoveDefinition(concept):
            return [(concept, "redefined")]
        case AddParent(concept) | RemoveParent(concept):
            return [(concept, "moved")]
        case Deprecate(concept):
            return [(concept, "deprecated")]
        case Reinstate(concept):
            return [(concept, "reinstated")]
        case Merge(concept, into):
            return [(concept, "merged"), (into, "enlarged")]
        case AddMapping(mapping) | RemoveMapping(mapping):
            return [(mapping.subject, "mapped"), (mapping.object, "mapped")]
        case Correct(correction) | RemoveCorrection(correction):
            return [(curie, "corrected") for curie in (correction.concept, correction.found) if curie]
