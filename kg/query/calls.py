"""Calls of our own services inside a query, found among its tokens.

    SERVICE mkg:search { ?doc mkg:query "gout" ; mkg:limit 50 ; mkg:score ?s ; mkg:sentence ?why }
    SERVICE mkg:nearest { ?other mkg:near <http://purl.obolibrary.org/obo/DOID_13189> ; mkg:score ?s }

One subject, a variable; what is given are literals or IRIs, what is wanted are variables. Every other
SERVICE is left as it stands, for the gate to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from kg.errors import QueryRefused, QuerySyntax
from kg.sparql import Token, tokens
from kg.vocab import MEDKG

SEARCH: Final = f"{MEDKG}search"
NEAREST: Final = f"{MEDKG}nearest"
DEFAULT_LIMIT = 200
MOST_LIMIT = 1_000
"""Rows of one call: joining 1,000 took 217 ms where 50 took 10."""
OUTPUTS: Final = ("score", "rank", "sentence")
_INPUTS: Final[Mapping[str, Mapping[str, str]]] = {
    SEARCH: {
        "query": "text", "limit": "number", "kind": "kind", "lang": "text", "yearFrom": "number", "yearTo": "number",
    },
    NEAREST: {"near": "iri", "limit": "number", "kind": "kind"},
}  # fmt: skip
_NEEDED: Final = {SEARCH: "query", NEAREST: "near"}
_KINDS = ("document", "concept")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_PRECEDING = frozenset({"optional", "minus", "bind"})


class Call(msgspec.Struct, frozen=True):
    """One call. ``text[start:end]`` is all of it, SERVICE included; its rows are to stand at ``at``.

    ``outputs`` are (variable, name) in the order written; ``subject`` and variables are without ``?``.
    """

    service: str
    subject: str
    inputs: dict[str, str]
    outputs: tuple[tuple[str, str], ...]
    start: int
    end: int
    at: int
    line: int

    @property
    def limit(self) -> int:
        return int(self.inputs.get("limit", DEFAULT_LIMIT))


def find_calls(text: str) -> tuple[Call, ...]:
    """The calls of our own services in a query, in order.

    Raises QuerySyntax where one is written wrongly, with its line, and for text that is no SPARQL.

    >>> call, = find_calls('''PREFIX m: <https://w3id.org/medkg/vocab#>
    ... SELECT * { SERVICE m:search { ?d m:query "gout" ; m:score ?s } ?d ?p ?o }''')
    >>> call.subject, call.inputs, call.outputs
    ('d', {'query': 'gout'}, (('s', 'score'),))
    """
    found = list(tokens(text))
    prefixes = _prefixes(found)
    calls: list[Call] = []
    groups: list[tuple[int, bool]] = []  # where each open group begins, and whether rows may stand there
    index = 0
    while index < len(found):
        token = found[index]
        if token.value == "{":
            groups.append((token.end, True))
        elif token.value == "}" and groups:
            groups.pop()
        elif token.kind == "word" and token.value.lower() in _PRECEDING and groups:
            groups[-1] = (groups[-1][0], False)
        elif token.kind == "word" and token.value.lower() == "service":
            name = index + 1
            if name < len(found) and found[name].value.lower() == "silent":
                name += 1
            service = _iri(found[name], prefixes) if name < len(found) else None
            if service is not None and service in _INPUTS and groups:
                begin, first = groups[-1]
                index, call = _call(text, found, index, name, service, prefixes, begin if first else token.start)
                calls.append(call)
                continue
        index += 1
    return tuple(calls)


def _prefixes(found: Sequence[Token]) -> dict[str, str]:
    return {
        name.value[:-1]: _decoded(target.value[1:-1])
        for word, name, target in zip(found, found[1:], found[2:], strict=False)
        if word.value.lower() == "prefix" and word.kind == "word" and name.value.endswith(":") and target.kind == "iri"
    }


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return _decoded(token.value[1:-1])
    if token.kind == "name":
        prefix, _, local = token.value.partition(":")
        if prefix in prefixes:
            return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    return None


class _Wrong(Exception):
    """A call is not written as it must be; arguments: the key of the reason, what its text needs."""


def _call(
    text: str, found: Sequence[Token], index: int, name: int, service: str, prefixes: Mapping[str, str], at: int
) -> tuple[int, Call]:
    """The index after the call, and the call."""
    line = text.count("\n", 0, found[index].start) + 1
    end = next((i for i in range(name + 1, len(found)) if found[i].value == "}"), len(found))
    body = found[name + 2 : end]
    try:
        if end == len(found) or found[name + 1].value != "{" or not body or body[0].kind != "variable":
            raise _Wrong("call-shape", {})
        inputs, outputs = _properties(body[1:], service, prefixes)
        _check(service, inputs)
    except _Wrong as error:
        why, params = error.args
        raise QuerySyntax(why=why, service=service.removeprefix(MEDKG), line=line, **params) from None
    subject = body[0].value[1:]
    if len({subject, *(variable for variable, _ in outputs)}) != 1 + len(outputs):
        raise QuerySyntax(why="call-twice", service=service.removeprefix(MEDKG), line=line)
    return end + 1, Call(service, subject, inputs, outputs, found[index].start, found[end].end, at, line)


def _properties(
    body: Sequence[Token], service: str, prefixes: Mapping[str, str]
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    inputs: dict[str, str] = {}
    outputs: list[tuple[str, str]] = []
    rest = list(body)
    while rest and rest[-1].value in {".", ";"}:
        rest.pop()
    while rest:
        if len(rest) < 2:
            raise _Wrong("call-shape", {})
        name, value = rest[0], rest[1]
        property_ = (_iri(name, prefixes) or "").removeprefix(MEDKG)
        rest = rest[2:]
        if property_ in OUTPUTS and value.kind == "variable":
            outputs.append((value.value[1:], property_))
        elif property_ in _INPUTS[service] and property_ not in inputs:
            inputs[property_] = _value(value, property_, _INPUTS[service][property_], prefixes)
            # A language tag on the text says nothing that the text does not.
            rest = rest[1:] if rest and rest[0].kind == "language" else rest
        else:
            raise _Wrong("call-property", {"name": name.value, "known": ", ".join((*_INPUTS[service], *OUTPUTS))})
        if rest and rest.pop(0).value != ";":
            raise _Wrong("call-shape", {})
    return inputs, tuple(outputs)


def _value(token: Token, name: str, expected: str, prefixes: Mapping[str, str]) -> str:
    value: str | None = None
    if expected == "iri":
        value = _iri(token, prefixes)
    elif expected == "number":
        value = token.value if token.kind == "number" and token.value.isdecimal() else None
    elif token.kind == "string":
        quotes = 3 if token.value[:3] in ('"""', "'''") and len(token.value) >= 6 else 1
        value = _decoded(token.value[quotes:-quotes])
        if expected == "kind" and value not in _KINDS:
            value = None
    if value is None:
        raise _Wrong("call-value", {"name": name, "expected": expected})
    return value


def _check(service: str, inputs: Mapping[str, str]) -> None:
    if _NEEDED[service] not in inputs:
        raise _Wrong("call-needs", {"name": _NEEDED[service]})
    limit = inputs.get("limit", "1")
    if len(limit) > len(str(MOST_LIMIT)) or not 1 <= int(limit) <= MOST_LIMIT:
        raise _Wrong("call-limit", {"limit": MOST_LIMIT})


def _decoded(text: str) -> str:
    """Text of a literal or IRI without its escapes (SPARQL 1.1, sections 19.2 and 19.7)."""

    def plain(match: re.Match[str]) -> str:
        four, eight, letter = match.groups()
        if letter:
            return _LETTERS.get(letter, letter)
        number = int(four or eight, 16)
        if number > 0x10FFFF or 0xD800 <= number < 0xE000:
            raise QueryRefused(why="escape")
        return chr(number)

    return _ESCAPE.sub(plain, text) if "\\" in text else text
