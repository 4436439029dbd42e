"""Which workspace an update writes to, when it comes through the door of the published graphs.

Read from tokens, after the grammar of SPARQL 1.1 Update (rules [29]-[53]); what does not fit is refused.
A mistake here could not harm a published graph: the update is handed to a workspace, which holds no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import NotWorkspaceGraph, QuerySyntax
from kg.sparql import Token, tokens

_NAME = re.compile(r"([a-z0-9-]{1,64})/(?=.)")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL = re.compile(r"\\(.)")


def workspace_of(graph: str, base: str) -> str:
    """The workspace that the graph named by an IRI belongs to; raises NotWorkspaceGraph.

    >>> workspace_of("https://w3id.org/medkg/workspace/cardio/draft", "https://w3id.org/medkg/")
    'cardio'
    """
    start = f"{base}workspace/"
    found = _NAME.match(graph, len(start)) if graph.startswith(start) else None
    if found is None:
        raise NotWorkspaceGraph(base=base)
    return found[1]


def written_workspace(text: str, base: str) -> str:
    """The one workspace that every operation of an update writes to.

    Raises NotWorkspaceGraph where one writes to the default graph, to a graph that a variable names, to all
    graphs, or where there are two workspaces or none; QuerySyntax.

    >>> b = "https://w3id.org/medkg/"
    >>> written_workspace(f"INSERT DATA {{ GRAPH <{b}workspace/a/g> {{ <x:s> <x:p> 1 }} }}", b)
    'a'
    """
    try:
        found = {workspace_of(graph, base) for graph in _Update(list(tokens(text))).targets()}
    except (IndexError, _Unfit):
        raise NotWorkspaceGraph(base=base) from None
    if len(found) != 1:
        raise NotWorkspaceGraph(base=base)
    return found.pop()


class _Unfit(Exception):
    """The update has another form than those that are told apart here."""


class _Update:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._prefixes: dict[str, str] = {}

    def targets(self) -> Iterator[str]:
        """IRIs of the graphs written to; raises IndexError or _Unfit where that cannot be told."""
        while self._at < len(self._tokens):
            word = self._word()
            if word == "prefix":
                name = self._next("name").value
                if not name.endswith(":"):
                    raise _Unfit
                self._prefixes[name[:-1]] = _plain(self._next("iri").value)
            elif word == "base":
                self._next("iri")
            else:
                yield from self._operation(word)
                if self._at < len(self._tokens) and self._take().value != ";":
                    raise _Unfit

    def _operation(self, word: str) -> Iterator[str]:
        if word in {"clear", "drop", "create"}:
            self._skip("silent")
            self._expect("graph")
            yield self._graph()
        elif word in {"add", "move", "copy"}:
            self._skip("silent")
            self._skip("graph")
            yield self._graph()
            self._expect("to")
            self._skip("graph")
            yield self._graph()
        elif (word in {"insert", "delete"} and self._skip("data")) or (word == "delete" and self._skip("where")):
            yield from self._template("")
        elif word in {"with", "insert", "delete"}:
            yield from self._modify(word)
        else:
            raise _Unfit

    def _modify(self, word: str) -> Iterator[str]:
        default = ""
        if word == "with":
            default = self._graph()
            # Read by the WHERE part, too, so it counts even if no template writes to it.
            yield default
            word = self._word()
        if word == "delete":
            yield from self._template(default)
            word = self._word()
        if word == "insert":
            yield from self._template(default)
            word = self._word()
        while word == "using":
            self._skip("named")
            self._graph()
            word = self._word()
        if word != "where":
            raise _Unfit
        self._block()

    def _template(self, default: str) -> Iterator[str]:
        """Quads in curly brackets; triples outside of GRAPH need a default."""
        if self._take().value != "{":
            raise _Unfit
        while True:
            token = self._take()
            if token.value == "}" and token.kind == "close":
                return
            if token.kind == "word" and token.value.lower() == "graph":
                yield self._graph()
                self._block()
            elif token.kind == "open":
                self._at -= 1
                self._block()
                _needed(default)
            elif not (token.kind == "separator" and token.value == "."):
                _needed(default)

    def _block(self) -> None:
        """Skip from one bracket to the one that closes it."""
        depth = 0
        while True:
            kind = self._take().kind
            depth += (kind == "open") - (kind == "close")
            if depth == 0:
                return
            if depth < 0:
                raise _Unfit

    def _graph(self) -> str:
        token = self._take()
        if token.kind == "iri":
            return _plain(token.value)
        if token.kind != "name":
            raise _Unfit
        prefix, _, local = token.value.partition(":")
        if prefix not in self._prefixes:
            raise QuerySyntax(reason=f"{prefix}:")
        return self._prefixes[prefix] + _LOCAL.sub(r"\1", local)

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _next(self, kind: str) -> Token:
        token = self._take()
        if token.kind != kind:
            raise _Unfit
        return token

    def _word(self) -> str:
        return self._next("word").value.lower()

    def _expect(self, word: str) -> None:
        if self._word() != word:
            raise _Unfit

    def _skip(self, word: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at]
        if found and found.kind == "word" and found.value.lower() == word:
            self._at += 1
            return True
        return False


def _needed(default: str) -> None:
    if not default:
        raise _Unfit


def _plain(iri: str) -> str:
    """The IRI without its brackets and escapes."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), iri[1:-1])
