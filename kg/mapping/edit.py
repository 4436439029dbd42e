"""Released edits to statements (ADR 24): who changed what in which release, and the statement that came or went."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate, term
from kg.mapping.concept import STATED
from kg.mapping.correction import correction_iri
from kg.model.concept import Label
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Edit,
    Merge,
    Reinstate,
    ReleasedEdit,
    RemoveCorrection,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
    concepts_of,
)
from kg.model.terms import Statement, Term, boolean, date, iri, literal

_IS_EDIT = is_a(vocab.MEDKG, "Edit")
_KIND = predicate(vocab.MEDKG, "editKind")
_CONCEPT = predicate(vocab.MEDKG, "editedConcept")
_PROPERTY = predicate(vocab.MEDKG, "editedProperty")
_VALUE = predicate(vocab.MEDKG, "editedValue")
_WORDS = predicate(vocab.MEDKG, "editedText")
_EFFECT = predicate(vocab.MEDKG, "editEffect")
_RELEASE = predicate(vocab.MEDKG, "inRelease")
_PROPOSAL = predicate(vocab.MEDKG, "ofProposal")
_AUTHOR = predicate(vocab.MEDKG, "proposedBy")
_APPROVER = predicate(vocab.MEDKG, "approvedBy")
_DATE = predicate(vocab.MEDKG, "approvalDate")
_REASON = predicate(vocab.MEDKG, "editReason")
_NAMES = {kind: name for name, kind in STATED}
_DEFINITION = term(vocab.SKOS, "definition")
_BROADER = term(vocab.SKOS, "broader")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_DEPRECATED = term(vocab.OWL, "deprecated")
_VERDICT = term(vocab.MEDKG, "verdict")


def edit_iri(released: ReleasedEdit, context: Context) -> str:
    """The node of an edit, named after its release, proposal and place in it."""
    return context.ids.mint("edit", released.release, str(released.proposal), str(released.number))


def edit_statements(released: ReleasedEdit, context: Context) -> list[Statement]:
    """The edit with its release and the people behind it, and which statement it brought or took away.

    Raises IdentifierError for a CURIE with an unknown prefix.
    """
    node = iri(edit_iri(released, context))
    expand = context.ids.expand
    rows = [
        f"{node}{_IS_EDIT}",
        f"{node}{_KIND}{literal(type(released.edit).__name__.lower())}",
        f"{node}{_RELEASE}{literal(released.release)}",
        f"{node}{_PROPOSAL}{literal(str(released.proposal))}",
        f"{node}{_AUTHOR}{literal(released.author)}",
        f"{node}{_APPROVER}{literal(released.approver)}",
        f"{node}{_DATE}{date(released.date)}",
        *(f"{node}{_CONCEPT}{iri(expand(concept))}" for concept in concepts_of(released.edit)),
    ]
    if released.reason:
        rows.append(f"{node}{_REASON}{literal(released.reason)}")
    told = _told(released.edit, context)
    if told:
        effect, name, values = told
        rows.append(f"{node}{_EFFECT}{literal(effect)}")
        rows.append(f"{node}{_PROPERTY}{name}")
        rows += [f"{node}{_VALUE if value.startswith('<') else _WORDS}{value}" for value in values]
    return [Statement(row) for row in dict.fromkeys(rows)]


def _told(edit: Edit, context: Context) -> tuple[str, Term, list[Term]] | None:
    """What became of statements (``stated``, ``withheld``), their property and values; a new concept states its own."""
    expand = context.ids.expand
    match edit:
        case AddLabel(_, label):
            return "stated", _NAMES[label.kind], [_text(label)]
        case RemoveLabel(_, label):
            return "withheld", _NAMES[label.kind], [_text(label)]
        case AddDefinition(_, text):
            return "stated", _DEFINITION, [_text(text)]
        case RemoveDefinition(_, text):
            return "withheld", _DEFINITION, [_text(text)]
        case AddParent(_, parent):
            return "stated", _BROADER, [iri(expand(parent))]
        case RemoveParent(_, parent):
            return "withheld", _BROADER, [iri(expand(parent))]
        case Merge(_, into):
            return "stated", _REPLACED, [iri(expand(into))]
        case Deprecate(_, replaced_by) if replaced_by:
            return "stated", _REPLACED, [iri(expand(other)) for other in replaced_by]
        case Deprecate():
            return "stated", _DEPRECATED, [boolean(True)]
        case Reinstate():
            return "withheld", _DEPRECATED, [boolean(True)]
        case AddMapping(mapping):
            effect = "withheld" if mapping.negative else "stated"
            return effect, iri(_expanded(mapping.predicate, context)), [iri(expand(mapping.object))]
        case RemoveMapping(mapping):
            effect = "stated" if mapping.negative else "withheld"
            return effect, iri(_expanded(mapping.predicate, context)), [iri(expand(mapping.object))]
        case Correct(correction) | RemoveCorrection(correction):
            effect = "stated" if isinstance(edit, Correct) else "withheld"
            return effect, _VERDICT, [iri(correction_iri(correction, context))]
    return None


def _text(label: Label) -> Term:
    return literal(label.value, label.language)


def _expanded(curie: str, context: Context) -> str:
    """``skos:`` and its like before the prefixes of data."""
    prefix, _, local = curie.partition(":")
    namespace = vocab.NAMESPACES.get(prefix)
    return namespace + local if namespace and local and not local.startswith("//") else context.ids.expand(curie)
