"""Quads by pattern: what is stated of a subject, and in which named graph."""

from __future__ import annotations

import re

import msgspec

from kg.errors import IdentifierError, QuerySyntax
from kg.model.ids import Ids
from kg.model.terms import XSD, Statement, Term, iri, lexical, literal
from kg.query.named import PREFIXES
from kg.store.base import Reader
from kg.vocab import NAMESPACES

_LITERAL = re.compile(
    r'"((?:[^"\\\n\r]|\\(?:[tbnrf"\'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*)"(?:@([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)|\^\^<([^<>]+)>)?'
).fullmatch
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+").fullmatch

_NAMES = (("s", "subject"), ("p", "predicate"), ("o", "object"), ("g", "graph"))


class Pattern(msgspec.Struct, frozen=True):
    """Quads with this subject and, where given, this predicate, object and named graph."""

    subject: Term
    predicate: Term | None = None
    object: Term | None = None
    graph: Term | None = None


class Quad(msgspec.Struct, frozen=True):
    """A statement in a named graph."""

    subject: Term
    predicate: Term
    object: Term
    graph: Term

    @property
    def statement(self) -> Statement:
        return Statement(f"{self.subject} {self.predicate} {self.object}")


def read_iri(text: str, ids: Ids) -> Term:
    """An IRI, in angle brackets or not, or a CURIE with a prefix of ours or of a vocabulary; raises IdentifierError.

    >>> read_iri("skos:broader", Ids()) == read_iri("<http://www.w3.org/2004/02/skos/core#broader>", Ids())
    True
    """
    if text.startswith("<") and text.endswith(">"):
        name = text[1:-1]
        if not _ABSOLUTE(name):
            raise IdentifierError(value=text, reason="not an absolute IRI")
    elif text.startswith(("http://", "https://", "urn:")):
        name = text
    else:
        prefix, _, local = text.partition(":")
        name = NAMESPACES[prefix] + local if prefix in NAMESPACES and local else ""
    try:
        return iri(name or ids.expand(text))
    except ValueError as error:
        raise IdentifierError(value="", reason="not text") from error


def read_term(text: str, ids: Ids) -> Term:
    """An object: an IRI or CURIE, or a literal in N-Triples form; raises IdentifierError.

    >>> read_term('"gout"@en', Ids()), read_term('"2015"^^<http://www.w3.org/2001/XMLSchema#integer>', Ids())
    ('"gout"@en', '"2015"^^<http://www.w3.org/2001/XMLSchema#integer>')
    """
    if not text.startswith('"'):
        return read_iri(text, ids)
    found = _LITERAL(text)
    if not found:
        raise IdentifierError(value="object", reason="not a literal in N-Triples form")
    _, tag, kind = found.groups()
    if kind and not _ABSOLUTE(kind):
        raise IdentifierError(value=kind, reason="not an absolute IRI")
    try:
        plain = literal(lexical(Term(text)), tag.lower() if tag else None)
    except ValueError as error:
        raise IdentifierError(value="object", reason=str(error)) from error
    return Term(f"{plain}^^{iri(kind)}") if kind and kind != f"{XSD}string" else plain


def matching(reader: Reader, pattern: Pattern, limit: int, start: int = 0) -> tuple[list[Quad], bool]:
    """``limit`` quads from ``start`` on, in a fixed order, and whether there are more.

    The graph in which stores keep their books is left out: it states nothing of the world. Raises IdentifierError
    for what the engine takes for no term.
    """
    bound = {
        name: term
        for name, term in (
            ("s", pattern.subject),
            ("p", pattern.predicate),
            ("o", pattern.object),
            ("g", pattern.graph),
        )
        if term is not None
    }
    query = (
        f"{PREFIXES}SELECT ?s ?p ?o ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != mkg:stateGraph) }} "
        f"ORDER BY ?g ?p STR(?o) LANG(?o) LIMIT {limit + 1} OFFSET {start}"
    )
    try:
        rows = reader.select(query, bound)
    except (ValueError, QuerySyntax) as error:
        # What the engine takes for no term; the query itself is ours.
        raise IdentifierError(value=pattern.subject[1:-1], reason="not all of the pattern are terms of RDF") from error
    quads = [Quad(**{long: row[short] for short, long in _NAMES}) for row in rows]
    return quads[:limit], len(quads) > limit
