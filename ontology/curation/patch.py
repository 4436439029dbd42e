"""Edits as an RDF Patch and back (https://afs.github.io/rdf-delta/rdf-patch.html): how machines write proposals.

Rows are of the default graph: which source states what is taken away does not matter. Only statements about concepts
that an edit can make are taken; a patch with any other row is refused as a whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from kg import vocab
from kg.errors import EditTableRefused, InputError
from kg.mapping.base import TYPE, Context, term
from kg.mapping.concept import STATED, concept_statements
from kg.model.concept import Concept, ConceptMapping, Label, LabelKind
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Deprecate,
    Edit,
    NewConcept,
    Reinstate,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from kg.model.ids import Ids
from kg.model.terms import Term, language, lexical
from ontology.curation.applying import Look, applied
from ontology.curation.graph import concept_of
from ontology.curation.spreadsheet import TableError

MEDIA_TYPE = "application/rdf-patch"
_CONCEPT = term(vocab.SKOS, "Concept")
_DEFINITION = term(vocab.SKOS, "definition")
_BROADER = term(vocab.SKOS, "broader")
_DEPRECATED = term(vocab.OWL, "deprecated")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_LABELS: dict[Term, LabelKind] = dict(STATED)
_MATCHES = {term(vocab.SKOS, f"{name}Match"): f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow",
                                                                              "related")}  # fmt: skip
_BESIDE = frozenset({term(vocab.SKOS, "altLabel")})
"""Stands beside a typed synonym, which is the one that counts."""
_IRI = re.compile(r"<[^\x00-\x20<>\"{}|^`\\]+>").fullmatch
_TEXT = re.compile(r'"(?:[^"\\\n]|\\[tbnrf"\\])*"(?:\^\^<[^\x00-\x20<>]+>)?').fullmatch
_WORDED = re.compile(r'"(?:[^"\\\n]|\\[tbnrf"\\])+"@[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*').fullmatch


def patch_text(edits: Sequence[Edit], states: Mapping[str, Concept | None], base: str, number: int) -> str:
    """What the edits of proposal ``number`` change of the concepts as they were, as one transaction."""
    context = Context(ids=Ids(base))
    after = applied(edits, states.get)
    rows: list[tuple[str, str]] = []
    for name in sorted(after):
        old, new = (_rows(one, context) for one in (states.get(name), after[name]))
        rows += [("D", row) for row in sorted(old - new)] + [("A", row) for row in sorted(new - old)]
    head = f"H id <urn:uuid:{uuid5(NAMESPACE_URL, f'{base}proposal/{number}')}> .\n"
    return head + "TX .\n" + "".join(f"{sign} {row} .\n" for sign, row in rows) + "TC .\n"


def _rows(concept: Concept | None, context: Context) -> set[str]:
    return set(concept_statements(concept, context)) if concept else set()


def read_patch(data: bytes, look: Look, base: str) -> tuple[Edit, ...]:
    """The edits that a patch means, by concept; raises EditTableRefused naming the lines that mean none."""
    ids = Ids(base)
    added: defaultdict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    removed: defaultdict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    errors: list[TableError] = []
    for number, line in enumerate(_lines(data), 1):
        if not line or line[:2] in ("H ", "TX", "TC", "# ") or line == "#":
            continue
        parts = line.removesuffix(".").rstrip().split(" ", 3)
        if len(parts) != 4 or parts[0] not in ("A", "D") or not _fits(parts[1:]):
            errors.append(TableError(f"line {number}", "", "patch-row", line[:80]))
            continue
        side = added if parts[0] == "A" else removed
        side[Term(parts[1])][Term(parts[2])].append(Term(parts[3]))
    if errors:
        raise EditTableRefused(rows=tuple(errors[:100]))
    found: list[Edit] = []
    for node in dict.fromkeys((*removed, *added)):
        found += _edits(ids.curie(lexical(node)), added[node], removed[node], look, ids)
    return tuple(found)


def _lines(data: bytes) -> list[str]:
    try:
        return [line.strip() for line in data.decode("utf-8").split("\n")]
    except UnicodeDecodeError as error:
        raise InputError(path="patch", position=f"byte {error.start}", reason="it is not UTF-8") from error


def _fits(parts: Sequence[str]) -> bool:
    """Whether a row is about something that edits change, in the form that we write."""
    subject, predicate, value = (Term(part) for part in parts)
    if not _IRI(subject):
        return False
    if predicate in _LABELS or predicate == _DEFINITION:
        return bool(_WORDED(value))
    if predicate in _MATCHES or predicate in (_BROADER, _REPLACED, TYPE):
        return bool(_IRI(value))
    return predicate in _OWN and bool(_IRI(value) or _TEXT(value))


_OWN = frozenset(
    {_DEPRECATED, term(vocab.MEDKG, "category"), term(vocab.DCTERMS, "identifier"), term(vocab.SKOS, "notation")}
)


def _edits(
    name: str, added: Mapping[Term, list[Term]], removed: Mapping[Term, list[Term]], look: Look, ids: Ids
) -> Iterator[Edit]:
    if look(name) is None and _CONCEPT in added.get(TYPE, ()):
        yield NewConcept(concept_of(name, added, ids))
        return
    typed = {value for kind, values in removed.items() if kind in _LABELS and kind not in _BESIDE for value in values}
    for kind, values in removed.items():
        for value in values:
            if not (kind in _BESIDE and value in typed):
                yield from _taken(name, kind, value, ids)
    typed = {value for kind, values in added.items() if kind in _LABELS and kind not in _BESIDE for value in values}
    for kind, values in added.items():
        for value in values:
            if not (kind in _BESIDE and value in typed):
                yield from _given(name, kind, value, ids)
    replaced = tuple(ids.curie(lexical(value)) for value in added.get(_REPLACED, ()))
    if replaced or _DEPRECATED in added:
        yield Deprecate(name, replaced)


def _given(name: str, kind: Term, value: Term, ids: Ids) -> Iterator[Edit]:
    if kind in _LABELS:
        yield AddLabel(name, Label(lexical(value), language(value), _LABELS[kind]))
    elif kind == _DEFINITION:
        yield AddDefinition(name, Label(lexical(value), language(value)))
    elif kind == _BROADER:
        yield AddParent(name, ids.curie(lexical(value)))
    elif kind in _MATCHES:
        yield AddMapping(_mapping(name, kind, value, ids))


def _taken(name: str, kind: Term, value: Term, ids: Ids) -> Iterator[Edit]:
    if kind in _LABELS:
        yield RemoveLabel(name, Label(lexical(value), language(value), _LABELS[kind]))
    elif kind == _DEFINITION:
        yield RemoveDefinition(name, Label(lexical(value), language(value)))
    elif kind == _BROADER:
        yield RemoveParent(name, ids.curie(lexical(value)))
    elif kind in _MATCHES:
        yield RemoveMapping(_mapping(name, kind, value, ids))
    elif kind == _DEPRECATED:
        yield Reinstate(name)


def _mapping(name: str, kind: Term, value: Term, ids: Ids) -> ConceptMapping:
    return ConceptMapping(name, _MATCHES[kind], ids.curie(lexical(value)), "semapv:ManualMappingCuration")
