"""The columns of ``SELECT *``: in the order in which the query names them, as its author reads it.

The engine gives them in alphabetical order. SPARQL leaves the order open, but CSV and TSV have nothing else to tell
columns by for who reads them by place (the W3C tests of both formats expect the order of the text).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from kg.sparql import Token, tokens

_FORMS = frozenset({"select", "distinct", "reduced"})


def in_order(text: str, base: str = "") -> str:
    """``text`` with the star of its projection written out; itself where there is none. Raises SyntaxError.

    >>> in_order("SELECT * { ?s ?p [ ?a ?s ] }")
    'SELECT  ?s ?p ?a  { ?s ?p [ ?a ?s ] }'
    """
    star = _star(tokens(text)) if "*" in text else None
    if star is None:
        return text
    # On an empty store: nothing is evaluated, only which variables are in scope is learned.
    solutions = _empty().query(text, base_iri=base or None)
    assert isinstance(solutions, ox.QuerySolutions)
    visible = {variable.value for variable in solutions.variables}
    named = (token.value[1:] for token in tokens(text[star.end :]) if token.kind == "variable")
    ordered = [name for name in dict.fromkeys(named) if name in visible]
    if len(ordered) < len(visible) or not ordered:
        return text
    return f"{text[: star.start]} {' '.join(f'?{name}' for name in ordered)} {text[star.end :]}"


@cache
def _empty() -> ox.Store:
    """Nothing is ever put into it; making one takes as long as parsing a small query."""
    return ox.Store()


def _star(found: Iterable[Token]) -> Token | None:
    """The star after the outermost SELECT."""
    before = ""
    for token in found:
        if token.kind == "open":
            return None
        if token.value == "*" and before in _FORMS:
            return token
        before = token.value.lower()
    return None
