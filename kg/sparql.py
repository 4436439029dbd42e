"""Tokens of SPARQL 1.1 text (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, rules [139]-[173]).

Written for the gate: linear on any text, and stricter than the grammar where the engine's parser and
the grammar differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from kg.errors import QuerySyntax

_NAME = r"[\w\-]"
_LOCAL = r"(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKENS = re.compile(
    rf"""
    (?:[ \t\r\n]++|\#[^\r\n]*+)*+
    (?: (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\[\s\S]))*+\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|\\[\s\S]))*+'''
        |"(?!"")(?:[^"\\\r\n]|\\[^\r\n])*+"|'(?!'')(?:[^'\\\r\n]|\\[^\r\n])*+')
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[a-z]++)?)
    | (?P<node>_:\w{_NAME}*+(?:\.++{_NAME}++)*+)
    | (?P<name>(?:[^\W\d_](?:[\w.\-]{{0,62}}[\w\-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])
        {_LOCAL}*+(?:\.++{_LOCAL}++)*+)?)
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*+)
    | (?P<open>[{{(\[])
    | (?P<close>[}})\]])
    | (?P<separator>[.;,])
    | (?P<operator>\^\^|&&|\|\||!=|<=|>=|[=<>!+\-*/|^?~])
    | (?P<end>\Z) )
    """,
    re.VERBOSE,
)
_BLANKS = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")

next_token: Final = _TOKENS.match
"""``next_token(text, at)``: the match of the token at or after ``at``, its kind in ``lastgroup``; None
where there is none. The kind ``end`` is the end of the text."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """``text[start:end] == value``; kinds are the group names of the pattern."""

    kind: str
    value: str
    start: int
    end: int


def blanks_end(text: str, at: int) -> int:
    """Where white space and comments from ``at`` on end."""
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def tokens(text: str) -> Iterator[Token]:
    """Every token without white space and comments; raises QuerySyntax for what is none.

    >>> [token.value for token in tokens("ASK{?s ?p 'a # b'} # c")]
    ['ASK', '{', '?s', '?p', "'a # b'", '}']
    """
    at = 0
    while at < len(text):
        found = next_token(text, at)
        if found is None:
            raise QuerySyntax(why="token", line=text.count("\n", 0, blanks_end(text, at)) + 1)
        kind = found.lastgroup or ""
        at = found.end()
        if kind != "end":
            yield Token(kind, found[kind], found.start(kind), at)
