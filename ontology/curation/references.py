"""What edits speak of: whether it is there, in use, and not done already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.errors import IdentifierError
from kg.model.concept import Concept, ConceptMapping, Label
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
from kg.model.finding import Finding
from kg.model.ids import Ids
from ontology.curation.current import NAMING, Current, spelling, system
from ontology.curation.edited import Edited, after, relation
from ontology.curation.quality.hierarchy import disjoint
from ontology.curation.quality.labels import told


def reference_findings(edits: Iterable[Edit], current: Current, ids: Ids) -> Iterator[Finding]:
    """Each edit is held against the concepts as the edits before it leave them."""
    there = Edited(current)
    for edit in edits:
        if isinstance(edit, NewConcept):
            # Names are looked up among those that there are: an index of all edits so far would be made anew each time.
            yield from _elsewhere(edit.concept, current)
        yield from _of(edit, there, ids)
        there.apply(edit)


def _of(edit: Edit, current: Edited, ids: Ids) -> Iterator[Finding]:
    match edit:
        case NewConcept(concept):
            yield from _new(concept, current, ids)
        case AddMapping(mapping) | RemoveMapping(mapping):
            yield from _mapping(mapping, isinstance(edit, RemoveMapping), current, ids)
        case Correct(correction):
            for curie in {correction.concept, correction.subject, correction.object} - {""}:
                yield from _target(correction.document, curie, current)
        case RemoveCorrection():
            return
        case _:
            yield from _change(edit, current)


def _new(concept: Concept, current: Current, ids: Ids) -> Iterator[Finding]:
    try:
        ids.expand(concept.id)
    except IdentifierError as error:
        yield Finding("id-unusable", concept.id, str(error.params["reason"]), "error")
        return
    if current.concept(concept.id) is not None:
        yield Finding("id-taken", concept.id, severity="error")
    if concept.category not in vocab.CATEGORIES:
        yield Finding("category-unknown", concept.id, concept.category, "error")


def _elsewhere(concept: Concept, current: Current) -> Iterator[Finding]:
    """Names that another terminology has already."""
    for label in concept.labels:
        others = [one for one in current.named(spelling(label.value)) if system(one) != system(concept.id)]
        if label.kind in NAMING and others:
            yield Finding("label-elsewhere", concept.id, told(label), path=tuple(others[:20]))


def _change(
    edit: AddLabel
    | RemoveLabel
    | AddDefinition
    | RemoveDefinition
    | AddParent
    | RemoveParent
    | Deprecate
    | Merge
    | Reinstate,
    current: Current,
) -> Iterator[Finding]:
    concept = current.concept(edit.concept)
    if concept is None:
        yield Finding("concept-unknown", edit.concept, severity="error")
        return
    if concept.deprecated and not isinstance(edit, Reinstate):
        yield Finding("concept-deprecated", concept.id)
    if about := _absent(edit, concept):
        yield Finding("not-there", concept.id, about, "error")
    elif after(concept, edit) == concept:
        yield Finding("already-there", concept.id, _told(edit))
    match edit:
        case AddParent(_, parent):
            yield from _target(concept.id, parent, current)
        case Deprecate(_, ()):
            yield Finding("no-replacement", concept.id)
        case Deprecate(_, replaced_by):
            for other in replaced_by:
                yield from _target(concept.id, other, current)
        case Merge(_, into):
            yield from _merge(concept, into, current)


def _absent(edit: Edit, concept: Concept) -> str:
    """What an edit would take away that is not there; empty where all is."""
    match edit:
        case RemoveLabel(_, label):
            there = any((one.value, one.language, one.kind) == (label.value, label.language, label.kind)
                        for one in concept.labels)  # fmt: skip
            return "" if there else f"{told(label)} ({label.kind})"
        case RemoveDefinition(_, definition):
            same = [one for one in concept.definitions if told(one) == told(definition)]
            return "" if same else told(definition)
        case RemoveParent(_, parent):
            return "" if parent in concept.parents else parent
    return ""


def _told(edit: Edit) -> str:
    value = next((getattr(edit, name) for name in ("label", "definition", "parent") if hasattr(edit, name)), "")
    return told(value) if isinstance(value, Label) else str(value)


def _target(about: str, curie: str, current: Current) -> Iterator[Finding]:
    concept = current.concept(curie)
    if concept is None:
        yield Finding("target-unknown", about, curie, "error")
    elif concept.deprecated:
        yield Finding("target-deprecated", about, curie, "error", concept.replaced_by)


def _merge(concept: Concept, into: str, current: Current) -> Iterator[Finding]:
    if into == concept.id:
        yield Finding("merge-itself", concept.id, severity="error")
        return
    yield from _target(concept.id, into, current)
    other = current.concept(into)
    if other is not None and disjoint(concept.category, other.category):
        yield Finding("merge-category", concept.id, f"{concept.category} / {other.category}", "error", (into,))


def _mapping(mapping: ConceptMapping, removed: bool, current: Current, ids: Ids) -> Iterator[Finding]:
    concept = current.concept(mapping.subject)
    about = f"{mapping.predicate} {mapping.object}"
    if concept is None:
        yield Finding("concept-unknown", mapping.subject, severity="error")
        return
    name = relation(mapping.predicate)
    stated = name is not None and (mapping.object, name) in [
        (one.curie, one.relation) for one in concept.xrefs if one.verified is not False
    ]
    if removed:
        if name is not None and not stated and not mapping.negative:
            yield Finding("not-there", concept.id, about, "error")
        return
    if concept.deprecated:
        yield Finding("concept-deprecated", concept.id)
    if stated and not mapping.negative:
        yield Finding("already-there", concept.id, about)
    if name is None:
        yield Finding("predicate-unusual", concept.id, mapping.predicate)
    if mapping.object == concept.id:
        yield Finding("match-itself", concept.id, severity="error")
        return
    other = current.concept(mapping.object)
    if other is None:
        try:
            ids.expand(mapping.object)
        except IdentifierError as error:
            yield Finding("id-unusable", mapping.object, str(error.params["reason"]), "error")
        else:
            if current.holds(system(mapping.object)):
                yield Finding("target-unknown", concept.id, mapping.object, "error")
    elif other.deprecated and not mapping.negative:
        yield Finding("target-deprecated", concept.id, mapping.object, "error", other.replaced_by)
