"""Names of concepts as a graph states them, for a lexicon where the label tables of the sources are lost.

Two categories that share a Biolink class cannot be told apart (``test`` and ``procedure``): the first is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.mapping.base import TYPE, term
from kg.mapping.concept import STATED
from kg.model.concept import Concept, Label
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, iri, language, lexical
from ontology.lexicon import LabelRow, label_rows

_CONCEPT = term(vocab.SKOS, "Concept")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_CATEGORY = term(vocab.MEDKG, "category")
_DEPRECATED = term(vocab.OWL, "deprecated")
_CATEGORIES = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}
_READ = frozenset({TYPE, _IDENTIFIER, _CATEGORY, _DEPRECATED, *(name for name, _ in STATED)})


def stated_labels(rows: Iterable[Statement], source: str, base: str) -> Iterator[LabelRow]:
    """The label rows of the concepts of one graph."""
    found: dict[Term, dict[Term, list[Term]]] = {}
    for row in rows:
        subject, predicate, value = row.split(" ", 2)
        if predicate in _READ:
            found.setdefault(Term(subject), {}).setdefault(Term(predicate), []).append(Term(value))
    ids = Ids(base)
    for node, values in found.items():
        if _CONCEPT in values.get(TYPE, ()):
            yield from label_rows(_concept(ids.curie(lexical(node)), values), source)


def _concept(curie: str, values: dict[Term, list[Term]]) -> Concept:
    labels: dict[Term, Label] = {}
    for name, kind in STATED:
        for value in values.get(name, ()):
            labels.setdefault(value, Label(lexical(value), language(value), kind))
    stated = values.get(_IDENTIFIER)
    category = next((_CATEGORIES[value] for value in values.get(_CATEGORY, ()) if value in _CATEGORIES), "other")
    return Concept(
        lexical(stated[0]) if stated else curie, category, tuple(labels.values()), deprecated=_DEPRECATED in values
    )
