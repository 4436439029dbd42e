"""A query about one generation, rewritten for an engine that holds several, token by token.

A generation's graphs have its prefix before their own name (``<urn:x-medkg:7f3a:https://w3id.org/…>``).
Data name graphs by their own names, so the names have to be restored inside the query, not in its answer:

- ``GRAPH <g> {…}`` becomes ``GRAPH <prefix g> {…}``;
- ``GRAPH ?g {…}`` becomes ``{ GRAPH ?g__placed {…} BIND(<its own name> AS ?g) }``, which joins like the original.
  It is refused where ``?g`` stands inside its own group as well;
- a bound variable becomes ``VALUES`` at the begin of each SELECT whose result it is part of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.errors import QueryRefused, QuerySyntax
from kg.model.terms import Term, iri, lexical
from kg.sparql import Token, tokens

PLACED = "__placed"
"""End of the name of a variable that stands for a graph as the engine names it."""
_FORMS = frozenset({"select", "ask", "construct", "describe"})
_TERM = {("iri",), ("string",), ("string", "language"), ("string", "operator", "iri")}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^\\]*>").fullmatch
_ESCAPED = re.compile(r"\\(.)")


class Rewritten(str):
    """Query text; ``named`` tells whether it asks for named graphs."""

    named: bool = False


def written(term: Term) -> str:
    """A term as SPARQL writes it: as N-Triples does. Raises ValueError for what is no single term."""
    try:
        found = list(tokens(term))
    except QuerySyntax as error:
        raise ValueError("this is no RDF term") from error
    if tuple(token.kind for token in found) not in _TERM or (len(found) == 3 and found[1].value != "^^"):
        raise ValueError("this is no RDF term")
    return str(term)


def rewrite(query: str, prefix: str, bindings: Mapping[str, Term] | None = None) -> Rewritten:
    """``query`` for the generation whose graphs have this prefix; ``bindings`` are substituted as terms.

    Raises QuerySyntax for text that holds something else than tokens, QueryRefused for a dataset of its own, SERVICE
    and for a graph variable that is used inside its own group; ValueError for a binding that is no term.

    >>> rewrite("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "urn:x:")
    'SELECT ?g { { GRAPH ?g__placed { ?s ?p ?o } BIND(IRI(STRAFTER(STR(?g__placed), "urn:x:")) AS ?g) } }'
    """
    found = list(tokens(query))
    closing = _closing(found, query)
    values = {name: written(term) for name, term in (bindings or {}).items()}
    edits: list[tuple[int, int, str]] = []
    named = False
    for index, token in enumerate(found):
        word = token.value.lower() if token.kind == "word" else ""
        if word in {"from", "service"}:
            raise QueryRefused(why="dataset" if word == "from" else "service")
        if word == "graph":
            named = True
            edits += _placed(found, index, closing, prefix, bindings or {})
        elif word in _FORMS and values:
            edits += _bound(found, index, closing, values)
    text = query
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    result = Rewritten(text)
    result.named = named
    return result


def _closing(found: Sequence[Token], query: str) -> dict[int, int]:
    """Index of each opening bracket -> index of its end."""
    pairs, waiting = {}, []
    for index, token in enumerate(found):
        if token.kind == "open":
            waiting.append(index)
        elif token.kind == "close":
            if not waiting:
                raise QuerySyntax(why="bracket", bracket=token.value)
            pairs[waiting.pop()] = index
    if waiting:
        raise QuerySyntax(why="bracket", bracket=found[waiting[-1]].value)
    return pairs


def _placed(
    found: Sequence[Token], at: int, closing: Mapping[int, int], prefix: str, bindings: Mapping[str, Term]
) -> list[tuple[int, int, str]]:
    """The edits of ``GRAPH`` at this index."""
    if at + 2 >= len(found) or at + 2 not in closing:
        raise QuerySyntax(reason="GRAPH")
    name, begin, end = found[at + 1], found[at + 2], found[closing[at + 2]]
    if name.kind != "variable":
        return [(name.start, name.end, f"<{prefix}{_resolved(name, found)}>")]
    variable = name.value[1:]
    if variable in bindings:
        graph = bindings[variable]
        return [(name.start, name.end, f"<{prefix}{lexical(graph) if graph.startswith('<') else ''}>")]
    inside = found[at + 3 : closing[at + 2]]
    if any(token.kind == "variable" and token.value[1:] == variable for token in inside):
        raise QueryRefused(why="graph-variable", name=variable)
    own = f' BIND(IRI(STRAFTER(STR(?{variable}{PLACED}), "{prefix}")) AS ?{variable}) }}'
    return [(found[at].start, begin.start, f"{{ GRAPH ?{variable}{PLACED} "), (end.end, end.end, own)]


def _resolved(name: Token, found: Sequence[Token]) -> str:
    """The IRI that a token names, by the prefixes that the query declares."""
    if name.kind == "iri" and _ABSOLUTE(name.value):
        return lexical(iri(name.value[1:-1]))
    if name.kind == "name":
        short, _, local = name.value.partition(":")
        for index in range(len(found) - 2):
            word, declared, target = found[index : index + 3]
            fits = word.value.lower() == "prefix" and declared.value == f"{short}:"
            if fits and target.kind == "iri" and _ABSOLUTE(target.value):
                return target.value[1:-1] + _ESCAPED.sub(r"\1", local)
    raise QuerySyntax(reason=f"GRAPH {name.value}")


def _bound(
    found: Sequence[Token], at: int, closing: Mapping[int, int], values: Mapping[str, str]
) -> list[tuple[int, int, str]]:
    """VALUES at the begin of the group of the query form at this index."""
    form = found[at].value.lower()
    begin = _group(found, at + 1, closing)
    if form == "construct" and begin == at + 1:
        begin = _group(found, closing[begin] + 1, closing)
    if begin is None:
        raise QuerySyntax(reason=form.upper())
    inner = any(
        token.value == "{" and index < at < closing[index] for index, token in enumerate(found) if index in closing
    )
    seen = _projected(found, at + 1, begin, closing)
    taken = {name: value for name, value in values.items() if not inner or name in seen or "*" in seen}
    text = "".join(f" VALUES ?{name} {{ {value} }}" for name, value in taken.items())
    return [(found[begin].end, found[begin].end, text)]


def _projected(found: Sequence[Token], at: int, end: int, closing: Mapping[int, int]) -> set[str]:
    """Names of variables, and ``*``, between a SELECT and its group, expressions skipped."""
    seen = set()
    while at < end:
        seen.add(found[at].value.lstrip("?$"))
        at = closing.get(at, at) + 1
    return seen


def _group(found: Sequence[Token], at: int, closing: Mapping[int, int]) -> int | None:
    """The index of the first ``{`` from ``at`` on, brackets of expressions skipped."""
    while at < len(found):
        if found[at].value == "{":
            return at
        at = closing[at] + 1 if at in closing else at + 1
    return None
