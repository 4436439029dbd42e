"""Answers of an engine, read whole and brought into our canonical text of terms.

Engines write terms differently (measured with Virtuoso 7.2.5): typed literals as ``typed-literal``, booleans
as ``1``, strings with or without ``xsd:string``, an ASK as a table. Every function raises ValueError for a
body that is not whole or of another form, and BlankNode for what stores of ours never hold.
"""

from __future__ import annotations

import msgspec

from kg.errors import QuerySyntax
from kg.model.terms import XSD, Statement, Term, boolean, iri, lexical, literal
from kg.sparql import Token, tokens

SOLUTIONS, TRIPLES = "application/sparql-results+json", "application/n-triples"
_BOOLEAN, _STRING = f"{XSD}boolean", f"{XSD}string"
_ASKED = "__ASK_RETVAL"


class BlankNode(ValueError):
    """Only IRIs and literals are kept."""


class _Value(msgspec.Struct, frozen=True):
    type: str
    value: str
    language: str = msgspec.field(default="", name="xml:lang")
    datatype: str = ""


class _Results(msgspec.Struct, frozen=True):
    bindings: list[dict[str, _Value]]


class _Head(msgspec.Struct, frozen=True):
    vars: list[str] = []


class _Answer(msgspec.Struct, frozen=True):
    head: _Head = _Head()
    boolean: bool | None = None
    results: _Results | None = None


def solutions(body: bytes) -> list[dict[str, Term]]:
    """Rows of SPARQL 1.1 Query Results JSON. Raises QuerySyntax when it was no SELECT."""
    return table(body)[1]


def table(body: bytes) -> tuple[list[str], list[dict[str, Term]]]:
    """Variables in their order, and rows; raises QuerySyntax when it was no SELECT."""
    answer = msgspec.json.decode(body, type=_Answer)
    if answer.results is None:
        if answer.boolean is None:
            raise ValueError("neither solutions nor a truth value")
        raise QuerySyntax(reason="a SELECT query is needed here")
    rows = [{name: _term(value) for name, value in row.items()} for row in answer.results.bindings]
    return answer.head.vars, rows


def truth(body: bytes) -> bool:
    """The same for an ASK; raises QuerySyntax when it was none."""
    answer = msgspec.json.decode(body, type=_Answer)
    if answer.boolean is not None:
        return answer.boolean
    if answer.results is None:
        raise ValueError("neither solutions nor a truth value")
    if answer.head.vars != [_ASKED]:
        raise QuerySyntax(reason="an ASK query is needed here")
    return any(row[_ASKED].value not in {"0", "false"} for row in answer.results.bindings)


def triples(body: bytes) -> list[Statement]:
    """Statements of N-Triples, each once; their terms are tokens of SPARQL as well."""
    lines = [line for line in body.decode().split("\n") if line.strip() and not line.startswith("#")]
    try:
        return list(dict.fromkeys(map(_statement, lines)))
    except (QuerySyntax, IndexError) as error:
        raise ValueError("not N-Triples") from error


def _term(value: _Value) -> Term:
    if value.type == "uri":
        return iri(value.value)
    if value.type not in {"literal", "typed-literal"}:
        raise BlankNode(value.type)
    return _literal(value.value, value.language, value.datatype)


def _statement(line: str) -> Statement:
    rest = list(tokens(line))
    terms = []
    while rest[0].value != ".":
        terms.append(_parsed(rest))
    if len(terms) != 3 or len(rest) != 1:
        raise ValueError("not one triple")
    return Statement(" ".join(terms))


def _literal(value: str, language: str, datatype: str) -> Term:
    if language:
        return literal(value, language.lower())
    if not datatype or datatype == _STRING:
        return literal(value)
    if datatype == _BOOLEAN and value in {"0", "1"}:
        return boolean(value == "1")
    return Term(f"{literal(value)}^^{iri(datatype)}")


def _parsed(rest: list[Token]) -> Term:
    """The first term of these tokens, which are taken away."""
    token = rest.pop(0)
    text = lexical(Term(f'"{token.value[1:-1]}"'))
    if token.kind == "iri":
        return iri(text)
    if token.kind == "node":
        raise BlankNode(token.kind)
    if token.kind != "string":
        raise ValueError(token.value)
    if rest[0].kind == "language":
        return _literal(text, rest.pop(0).value[1:], "")
    if rest[0].value == "^^":
        rest.pop(0)
        return _literal(text, "", rest.pop(0).value[1:-1])
    return literal(text)
