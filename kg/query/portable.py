"""Which queries another engine answers like the embedded one: the part of SPARQL that engines agree on.

Left out is what engines were seen to answer differently (docs/engines.md): property paths that count,
arithmetic and aggregates other than COUNT, functions of strings and dates, typed literals, graphs and
datasets of the query's own, and MINUS without a variable that both sides have.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import QuerySyntax
from kg.sparql import Token, tokens

_WORDS = frozenset(
    """
    prefix base select distinct reduced where optional union filter exists not minus values count as group having order
    by asc desc limit offset bound isiri isuri isliteral isblank lang langmatches str a
    """.split()  # noqa: SIM905
)
_COMPARISONS = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||", "!"})
_STARRED = frozenset({"(", "select", "distinct", "reduced"})


def portable(text: str) -> bool:
    """Whether a query is in that part; False for what is no SPARQL.

    >>> portable("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    True
    >>> portable("SELECT * { ?s <x:broader>+ ?o }"), portable("ASK { ?s ?p ?o }")
    (False, False)
    """
    try:
        found = list(tokens(text))
    except QuerySyntax:
        return False
    if not any(token.kind == "word" and token.value.lower() == "select" for token in found):
        return False
    return all(_plain(found, index) for index in range(len(found)))


def _plain(found: Sequence[Token], at: int) -> bool:
    token = found[at]
    word = token.value.lower()
    if token.kind == "operator":
        before = found[at - 1].value.lower() if at else ""
        return word in _COMPARISONS or (word == "*" and before in _STARRED)
    if token.kind != "word":
        return True
    return word in _WORDS and (word != "minus" or _shares(found, at))


def _shares(found: Sequence[Token], at: int) -> bool:
    """Whether the group after MINUS at this index has a variable that stands before it in the same group."""
    depth, before = 0, set()
    for token in reversed(found[:at]):
        depth += (token.value == "}") - (token.value == "{")
        if depth < 0:
            break
        # Of what stands in a group inside, OPTIONAL say, a row may have nothing.
        if depth == 0 and token.kind == "variable":
            before.add(token.value[1:])
    depth, inside = 0, set()
    for token in found[at + 1 :]:
        depth += (token.value == "{") - (token.value == "}")
        if depth == 0:
            break
        if depth == 1 and token.kind == "variable":
            inside.add(token.value[1:])
    return not before.isdisjoint(inside)
