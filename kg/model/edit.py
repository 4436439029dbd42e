"""What curators change in terminologies: one edit is one small change of one concept or one mapping.

Edits are the language between proposals, the gate, the preview of consequences and releases. What an edit
adds is stated in the graph of the release that brought it; what it takes away is withheld from the graph of
the source, however often the source is read again (ADR 24).
"""

from __future__ import annotations

import msgspec

from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.correction import Correction


class _Tagged(msgspec.Struct, frozen=True, tag_field="edit", tag=str.lower):
    """Written as ``{"edit": "addlabel", …}``."""


class NewConcept(_Tagged, frozen=True):
    """A concept that no terminology has; its id is minted by who proposes (``medkg:`` and a slug) or given."""

    concept: Concept


class AddLabel(_Tagged, frozen=True):
    """Another name. A preferred one takes the place of the one before, which stays as a synonym."""

    concept: str
    label: Label


class RemoveLabel(_Tagged, frozen=True):
    """A name that is wrong: value, language and kind must be those that stand there."""

    concept: str
    label: Label


class AddDefinition(_Tagged, frozen=True):
    concept: str
    definition: Label


class RemoveDefinition(_Tagged, frozen=True):
    concept: str
    definition: Label


class AddParent(_Tagged, frozen=True):
    concept: str
    parent: str


class RemoveParent(_Tagged, frozen=True):
    concept: str
    parent: str


class Deprecate(_Tagged, frozen=True):
    """Not to be used any more; ``replaced_by`` may be empty, or several after a split."""

    concept: str
    replaced_by: tuple[str, ...] = ()


class Merge(_Tagged, frozen=True):
    """Two concepts are one: ``concept`` is deprecated in favour of ``into``, which gets its names as synonyms."""

    concept: str
    into: str


class Reinstate(_Tagged, frozen=True):
    """In use again: takes back a ``Deprecate`` or a ``Merge``, whoever said so."""

    concept: str


class AddMapping(_Tagged, frozen=True):
    """A mapping, or, where it is ``negative``, the finding that it does not hold."""

    mapping: ConceptMapping


class RemoveMapping(_Tagged, frozen=True):
    """A mapping that is taken back: nothing is said of the pair any more."""

    mapping: ConceptMapping


class Correct(_Tagged, frozen=True):
    """A correction of a mention or a claim in a text (ADR 15)."""

    correction: Correction


class RemoveCorrection(_Tagged, frozen=True):
    """A correction that is taken back: the place is read as if it had never been made."""

    correction: Correction


Edit = (
    NewConcept | AddLabel | RemoveLabel | AddDefinition | RemoveDefinition | AddParent | RemoveParent | Deprecate
    | Merge | Reinstate | AddMapping | RemoveMapping | Correct | RemoveCorrection
)  # fmt: skip
"""A split is ``NewConcept`` for each part and ``Deprecate`` with them as ``replaced_by``."""


class ReleasedEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of ``curation/releases/<version>.jsonl``: an edit that everybody sees, and who stands behind it.

    ``number`` counts the edits of its proposal from 1. ``date``: day (ISO 8601) of the approval. ``category``: of the
    concept that gets names by it. ``names``: what the concept was called when it was released, where the edit needs
    it: those of a merged concept, and the preferred names that a new one took the place of.
    """

    edit: Edit
    release: str
    proposal: int
    number: int
    author: str
    approver: str
    date: str
    reason: str = ""
    category: str = ""
    names: tuple[Label, ...] = ()


class ReleaseHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the file of a release. ``sequence`` counts releases from 1; ``before`` is the version of the
    one before, empty for the first; ``generation`` the one that its edits were checked against."""

    release: str
    sequence: int
    date: str
    by: str
    before: str = ""
    generation: str = ""
    note: str = ""


def concepts_of(edit: Edit) -> tuple[str, ...]:
    """The concepts that an edit changes, the one that it is about first; none for a correction of a text.

    >>> concepts_of(Merge("DOID:1", "DOID:2"))
    ('DOID:1', 'DOID:2')
    """
    match edit:
        case NewConcept(concept):
            return (concept.id,)
        case Merge(concept, into):
            return (concept, into)
        case AddMapping(mapping) | RemoveMapping(mapping):
            return (mapping.subject, mapping.object)
        case Correct() | RemoveCorrection():
            return ()
    return (edit.concept,)
