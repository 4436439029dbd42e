"""Statements as RDF text, in the formats that graphs are answered in."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import QueryError
from kg.model.terms import Statement
from kg.vocab import NAMESPACES

_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_NAME = re.compile(r"[^\W\d][\w.\-]*\Z").search


def is_element(predicate: str) -> bool:
    """Whether RDF/XML can write a predicate: it must end in a name (Namespaces in XML, NCName).

    The engine would write what is no XML for one that does not.

    >>> is_element("http://purl.org/dc/terms/title"), is_element("http://example.org/1")
    (True, False)
    """
    return _NAME(predicate) is not None


def serialize(statements: Iterable[Statement], format_: str) -> bytes:
    """A graph in ``turtle``, ``ntriples``, ``jsonld`` or ``rdfxml``; raises QueryError for what RDF/XML cannot write.

    >>> serialize([Statement("<urn:a> <urn:b> <urn:c>")], "ntriples")
    b'<urn:a> <urn:b> <urn:c> .\\n'
    """
    lines = "".join(f"{row} .\n" for row in statements).encode()
    return _written(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES), format_)


def converted(turtle: Iterable[bytes], format_: str) -> bytes:
    """Turtle of our own as one graph in another format."""
    return _written((row for part in turtle for row in ox.parse(part, format=ox.RdfFormat.TURTLE)), format_)


def _written(quads: Iterable[ox.Quad], format_: str) -> bytes:
    prefixes = dict(NAMESPACES) if format_ in {"turtle", "rdfxml"} else None
    triples = [row.triple for row in quads]
    if format_ == "rdfxml" and not all(is_element(row.predicate.value) for row in triples):
        raise QueryError(why="graph-not-writable", format="RDF/XML")
    return ox.serialize(triples, format=_FORMATS[format_], prefixes=prefixes) or b""
