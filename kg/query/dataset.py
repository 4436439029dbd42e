"""The RDF dataset that a query is asked of: its own FROM clauses, or the protocol's, which come first.

The default graph of several graphs is their RDF merge (SPARQL 1.1 Query, section 13.2.1): what two of
them state is stated once. The engine reads them as a list and counts it twice, so graphs that overlap
are merged in memory, under the limits of the worker. Those that do not are read where they are:
finding that out takes about 5 µs a triple of the smaller one, merging 10 to 15 µs a triple of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import msgspec
import pyoxigraph as ox

from kg.errors import QueryRefused, QuerySyntax
from kg.query.frames import Question
from kg.sparql import Token, tokens

MOST_COMPARED = 8
"""Default graphs that are compared in pairs; more are merged at once."""
_MARK = "urn:from:"
_PROLOGUE = frozenset({"prefix", "base", "version"})
Name = ox.NamedNode | ox.BlankNode


class Dataset(msgspec.Struct, frozen=True):
    """The IRIs of the default graph's parts, and of the named graphs."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class View(msgspec.Struct, frozen=True):
    """Where a query runs: None for what the store itself has as default and named graphs."""

    store: ox.Store
    default: list[Name | ox.DefaultGraph] | None = None
    named: list[Name] | None = None


def view(store: ox.Store, question: Question) -> View:
    """What ``question`` is asked of. Graphs that the store does not have are empty.

    Raises SyntaxError, QuerySyntax and QueryRefused for FROM clauses that cannot be read.
    """
    if question.default_graphs or question.named_graphs:
        dataset = Dataset(question.default_graphs, question.named_graphs)
    else:
        found = clauses(question.text, question.base)
        if found is None:
            return View(store)
        dataset = found
    default = [ox.NamedNode(name) for name in dict.fromkeys(dataset.default)]
    named: list[Name] = [ox.NamedNode(name) for name in dict.fromkeys(dataset.named)]
    if len(default) > 1 and _overlap(store, default):
        return View(_merged(store, default, named), [ox.DefaultGraph()], named)
    return View(store, list(default), named)


def clauses(text: str, base: str = "") -> Dataset | None:
    """What the FROM clauses of a query name, None without any.

    >>> clauses("PREFIX g: <http://e.org/> SELECT * FROM g:a FROM NAMED <b> { ?s ?p ?o }", "http://e.org/x/")
    Dataset(default=('http://e.org/a',), named=('http://e.org/x/b',))
    """
    if "from" not in text.lower():
        return None
    outside = _outside(text)
    begin = _prologue(outside)
    declared = {before.value[:-1] for before in outside[:begin] if before.kind == "name"}
    found: list[tuple[bool, str]] = []
    rest = iter(outside[begin:])
    for token in rest:
        word = token.value.lower() if token.kind == "word" else ""
        if word == "from":
            graph = next(rest, None)
            named = graph is not None and graph.value.lower() == "named"
            graph = next(rest, None) if named else graph
            if graph is None or graph.kind not in {"iri", "name"}:
                raise QuerySyntax(reason="FROM")
            _check(graph, declared)
            found.append((named, graph.value))
        else:
            _check(token, declared)
    if not found:
        return None
    names = _resolved(text[: outside[begin].start], [name for _, name in found], base)
    pairs = [(named, name) for (named, _), name in zip(found, names, strict=True)]
    return Dataset(tuple(name for named, name in pairs if not named), tuple(name for named, name in pairs if named))


def _outside(text: str) -> list[Token]:
    """Tokens outside of all brackets."""
    found, depth = [], 0
    for token in tokens(text):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind != "close":
            found.append(token)
    return found


def _prologue(outside: Sequence[Token]) -> int:
    """The index of the first token after BASE and PREFIX."""
    for index, token in enumerate(outside):
        if token.kind == "word" and token.value.lower() not in _PROLOGUE:
            return index
    return 0


def _check(token: Token, declared: set[str]) -> None:
    """The parser has no word boundaries: ``ASKFROM`` is two words to it, ``FROM:g`` a word and a name."""
    word = token.value if token.kind == "word" else token.value.partition(":")[0] if token.kind == "name" else ""
    if word not in declared and ("from" in word.lower() or (token.kind == "name" and word.lower() == "named")):
        raise QueryRefused(why="from")


def _resolved(prologue: str, names: Sequence[str], base: str) -> list[str]:
    """``names`` as whole IRIs. Turtle has the prologue, names and escapes of SPARQL, so its parser reads them."""
    lines = "".join(f"\n<{_MARK}s> <{_MARK}p> {name} ." for name in names)
    found = ox.parse(f"{prologue}{lines}", format=ox.RdfFormat.TURTLE, base_iri=base or None)
    return [row.object.value for row in found if isinstance(row.object, ox.NamedNode)]


def _overlap(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> bool:
    """Whether a triple may stand in two of ``graphs``."""
    if len(graphs) > MOST_COMPARED:
        return True
    ordered = sorted(graphs, key=lambda graph: _size(store, graph))
    # The engine goes through the first pattern and looks for each of its triples in the second graph.
    return any(
        bool(store.query(f"ASK {{ GRAPH {one} {{ ?s ?p ?o }} GRAPH {other} {{ ?s ?p ?o }} }}"))
        for one, other in combinations(ordered, 2)
    )


def _size(store: ox.Store, graph: ox.NamedNode) -> int:
    rows = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=graph)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(rows)["n"].value)


def _merged(store: ox.Store, default: Sequence[ox.NamedNode], named: Sequence[Name]) -> ox.Store:
    """A store in memory with the merge as its default graph. Blank nodes keep their names: they are the store's."""
    merged = ox.Store()
    for graph in default:
        rows = store.quads_for_pattern(None, None, None, graph)
        merged.extend(ox.Quad(row.subject, row.predicate, row.object) for row in rows)
    for name in named:
        merged.extend(store.quads_for_pattern(None, None, None, name))
    return merged
