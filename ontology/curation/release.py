"""From accepted proposals to the lines of a release."""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import EditRefused
from kg.model.concept import Concept, Label
from kg.model.edit import AddLabel, Correct, Edit, Merge, NewConcept, ReleasedEdit, RemoveCorrection, concepts_of
from kg.workflow.releases import Taken
from ontology.curation.applying import Concepts, Look, merged_names


def released_edits(taken: Iterable[Taken], release: str, look: Look) -> list[ReleasedEdit]:
    """The edits of a release in order, each with what it needs to know of the concepts as they are.

    Raises EditRefused naming the first that does not fit them any more: ``position`` is proposal and place in it.
    """
    concepts = Concepts(look)
    found = []
    for proposal, content in taken:
        for number, edit in enumerate(content.edits, 1):
            category, names = _needed(edit, concepts)
            try:
                concepts.apply(edit)
            except EditRefused as error:
                raise EditRefused(**error.params | {"position": f"{proposal.id}:{number}"}) from None
            found.append(
                ReleasedEdit(
                    edit=edit, release=release, proposal=proposal.id, number=number, author=proposal.author,
                    approver=proposal.reviewer, date=proposal.decided[:10], reason=proposal.reason,
                    category=category, names=names,
                )
            )  # fmt: skip
    return found


def _needed(edit: Edit, concepts: Concepts) -> tuple[str, tuple[Label, ...]]:
    """The category of what gets names, and the names that an edit moves."""
    match edit:
        case NewConcept(concept):
            return concept.category, ()
        case Correct() | RemoveCorrection():
            return "", ()
        case Merge(name, into):
            merged, other = concepts.get(name), concepts.get(into)
            return (other.category, merged_names(merged, other)) if merged and other else ("", ())
    found = concepts.get(concepts_of(edit)[0])
    if found is None:
        return "", ()
    return found.category, _preferred(found, edit.label) if isinstance(edit, AddLabel) else ()


def _preferred(concept: Concept, label: Label) -> tuple[Label, ...]:
    """The preferred names that a new preferred one takes the place of."""
    if label.kind != "preferred":
        return ()
    return tuple(one for one in concept.labels if (one.kind, one.language) == ("preferred", label.language))
