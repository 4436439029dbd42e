"""What every mapping gets, and the vocabulary terms ready for statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

import msgspec

from kg import vocab
from kg.model.ids import Ids
from kg.model.terms import Term, iri


class Context(msgspec.Struct, frozen=True, dict=True):
    """What a mapping may know besides the record: the base of own IRIs and what made the record."""

    ids: Ids = Ids()
    method: str = ""

    @cached_property
    def node(self) -> Callable[[str], Term]:
        """CURIE -> IRI term; the last 16,384 are kept, because headings and concepts come again and again."""
        ids = self.ids
        return lru_cache(maxsize=1 << 14)(lambda curie: iri(ids.expand(curie)))

    @cached_property
    def categories(self) -> dict[str, Term]:
        return {slug: iri(value) for slug, value in vocab.CATEGORIES.items()}


TYPE = iri(f"{vocab.RDF}type")
VALUE = iri(f"{vocab.RDF}value")


def term(namespace: str, name: str) -> Term:
    """A vocabulary term.

    >>> term(vocab.SKOS, "broader")
    '<http://www.w3.org/2004/02/skos/core#broader>'
    """
    return iri(namespace + name)


def predicate(namespace: str, name: str) -> str:
    """A predicate with the blanks around it: ``f"{subject}{PREDICATE}{object}"`` is a statement.

    Two pieces fewer to join, in the code that makes every statement of every record.

    >>> predicate(vocab.SKOS, "broader")
    ' <http://www.w3.org/2004/02/skos/core#broader> '
    """
    return f" {term(namespace, name)} "


def is_a(namespace: str, name: str) -> str:
    """What follows a subject to give it a type: ``f"{subject}{IS_CLASS}"`` is a statement.

    >>> is_a(vocab.SKOS, "Concept").endswith(" <http://www.w3.org/2004/02/skos/core#Concept>")
    True
    """
    return f" {TYPE} {term(namespace, name)}"
