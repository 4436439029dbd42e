"""The gate before SPARQL text that users write: no network, no update, nothing that kills the engine.

pyoxigraph dies of deep nesting (SIGSEGV from 2,000 levels on), plans long property paths for
minutes, and its SERVICE reaches any host. So the text is read as tokens first, after the grammar of
SPARQL 1.1 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, rules [139]-[173]); only words
outside strings, IRIs and comments are looked at, and what is no token is refused. The parser behind
has no word boundaries (``trueSERVICE<x>{}`` and ``SERVICE:x{}`` are calls to it), so a word that
*holds* a forbidden one is refused as well. Refusing too much of what the parser refuses does no harm.
"""

from __future__ import annotations

import re

import msgspec

from kg.errors import QueryRefused, QuerySyntax
from kg.sparql import blanks_end, next_token

_VALUES = frozenset({"iri", "string", "variable", "node", "name", "number"})
_UPDATES = frozenset({"insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"})
_PAIRS = {")": "(", "}": "{", "]": "["}
# Inside an IRI these could be code to the parser, if it reads the "<" before them as an operator.
_TREACHEROUS = re.compile(r"[#'(\[!]|service", re.IGNORECASE).search


class GateLimits(msgspec.Struct, frozen=True):
    """What one query may hold. ``characters`` is checked on UTF-8 bytes; ``operators`` counts
    everything that makes the parse tree deeper: operators, signs, brackets outside data blocks."""

    size: int = 65_536
    depth: int = 64
    path_steps: int = 50
    patterns: int = 200
    operators: int = 1_000


class Gauge(msgspec.Struct, frozen=True):
    """What a text holds of that which is limited; ``path_steps`` of its longest path, ``depth`` of its deepest part."""

    size: int
    depth: int
    path_steps: int
    patterns: int
    operators: int


class _Context:
    """One open bracket: ``data`` is the block of VALUES; ``pending``: a triple has begun."""

    __slots__ = ("bracket", "data", "pending")

    def __init__(self, bracket: str, *, data: bool) -> None:
        self.bracket = bracket
        self.data = data
        self.pending = False


def check_query(text: str, limits: GateLimits | None = None) -> Gauge:
    """Raise QueryRefused or QuerySyntax unless ``text`` may go to the engine; returns what it holds.

    >>> check_query('SELECT * { ?s ?p "SERVICE" } # SERVICE')
    Gauge(size=38, depth=1, path_steps=0, patterns=1, operators=2)
    >>> check_query("SELECT*{SERVICE<http://127.0.0.1/>{?s ?p ?o}}")
    Traceback (most recent call last):
    kg.errors.QueryRefused: The query is not allowed here: SERVICE is never called from here.
    """
    return _check(text, limits or GateLimits(), update=False)


def check_update(text: str, limits: GateLimits | None = None) -> None:
    """The same for an update of a workspace: what INSERT DATA and DELETE DATA hold is not counted, LOAD is refused.

    >>> check_update('INSERT DATA { <x:s> <x:p> "LOAD <x:y>" } ; CLEAR ALL')
    >>> check_update("CLEAR ALL;LOADSILENT<http://127.0.0.1/>")
    Traceback (most recent call last):
    kg.errors.QueryRefused: The query is not allowed here: LOAD never fetches anything here.
    """
    _check(text, limits or GateLimits(), update=True)


def _check(text: str, limits: GateLimits, *, update: bool) -> Gauge:
    size = len(text.encode("utf-8", "surrogatepass")) if len(text) <= limits.size else len(text)
    if size > limits.size:
        raise QueryRefused(why="size", limit=limits.size)
    scan = _Scan(limits, update=update)
    scan.run(text)
    return scan.gauge(size)


class _Scan:
    def __init__(self, limits: GateLimits, *, update: bool) -> None:
        self._limits = limits
        self._update = update
        self._stack = [_Context("", data=False)]
        self._patterns = self._operators = self._steps = 0
        self._deepest = self._longest = 0
        self._values = 0  # 0: not in a VALUES clause, 1: its variables, 2: their brackets are open
        self._before = ("", "", 0)  # kind, text, end of the token before
        self._earlier = ""  # text of the one before that
        self._begun = False

    def run(self, text: str) -> None:
        at, size = 0, len(text)
        while at < size:
            token = next_token(text, at)
            if token is None:
                raise QuerySyntax(why="token", line=text.count("\n", 0, blanks_end(text, at)) + 1)
            kind = token.lastgroup or ""
            at = token.end()
            self._take(kind, token[kind], token.start(kind), at)
        if len(self._stack) > 1:
            raise QuerySyntax(why="bracket", bracket=self._stack[-1].bracket)

    def gauge(self, size: int) -> Gauge:
        """What was counted in ``run``."""
        return Gauge(size, self._deepest, self._longest + 1 if self._longest else 0, self._patterns, self._operators)

    def _take(self, kind: str, value: str, start: int, end: int) -> None:
        context = self._stack[-1]
        if kind in _VALUES:
            if self._update and kind == "name" and len(self._stack) == 1:
                self._outside(value)
            self._value(kind, value, start, context)
        elif kind == "word":
            self._word(value.lower(), context)
        elif kind == "open":
            self._open(value, context)
        elif kind == "close":
            self._close(value, context)
        elif kind == "separator":
            self._separate(context)
        elif kind == "operator":
            self._operate(value)
        self._earlier = self._before[1]
        self._before = (kind, value, end)

    def _value(self, kind: str, value: str, start: int, context: _Context) -> None:
        before, text, end = self._before
        follows = before in _VALUES or before == "language" or text == ")"
        if kind == "iri" and _TREACHEROUS(value):
            inside = context.bracket == "(" and not context.data and follows
            if inside or (text == "<" and end == start):
                raise QueryRefused(why="comparison")
        if context.bracket == "(" and not context.data and follows:
            # Two values side by side in round brackets: a collection, two patterns an item.
            self._pattern(2)
        context.pending = True

    def _outside(self, name: str) -> None:
        """A name between operations: to the parser ``LOAD:x`` may be the word LOAD and then a name."""
        if "load" in name.partition(":")[0].lower() and self._before[1].lower() != "prefix":
            raise QueryRefused(why="load")

    def _word(self, word: str, context: _Context) -> None:
        if "service" in word:
            raise QueryRefused(why="service")
        if self._update:
            if "load" in word:
                raise QueryRefused(why="load")
            self._begun = True
        if not self._begun and word not in {"prefix", "base", "version"}:
            self._begun = True
            if word in _UPDATES:
                raise QueryRefused(why="update")
        if word == "values":
            self._values = 1
        elif word in {"true", "false", "a"}:
            if context.bracket == "(" and not context.data and self._before[0] in _VALUES:
                self._pattern(2)
            context.pending = True

    def _open(self, bracket: str, context: _Context) -> None:
        kind, text, _ = self._before
        named = bracket == "{" and kind == "name" and "service" in text.partition(":")[0].lower()
        # To the parser this may be the word SERVICE and then a name; after GRAPH it cannot be.
        if named and self._earlier.lower() != "graph":
            raise QueryRefused(why="service")
        data = context.data
        if self._values == 1 and bracket == "(":
            data, self._values = True, 2
        elif self._values and bracket == "{":
            data, self._values = True, 0
        elif self._update and text.lower() == "data" and self._earlier.lower() in {"insert", "delete"}:
            data = True
        if bracket == "{":
            context.pending = False
            self._steps = 0
        if not context.data:
            self._operator()
        self._stack.append(_Context(bracket, data=data))
        self._deepest = max(self._deepest, len(self._stack) - 1)
        if self._deepest > self._limits.depth:
            raise QueryRefused(why="depth", limit=self._limits.depth)

    def _close(self, bracket: str, context: _Context) -> None:
        if context.bracket != _PAIRS[bracket]:
            raise QuerySyntax(why="bracket", bracket=bracket)
        if context.pending and bracket != ")" and not context.data:
            self._pattern(1)
        self._stack.pop()
        if bracket == "]":
            self._stack[-1].pending = True
        if bracket == "}":
            self._steps = 0

    def _separate(self, context: _Context) -> None:
        if context.pending and context.bracket in {"{", "["} and not context.data:
            self._pattern(1)
        context.pending = False
        self._steps = 0

    def _operate(self, operator: str) -> None:
        if operator in {"/", "|", "^"}:
            self._steps += 1
            self._longest = max(self._longest, self._steps)
            if self._steps >= self._limits.path_steps:
                raise QueryRefused(why="path", limit=self._limits.path_steps)
        if not self._stack[-1].data:
            self._operator()

    def _operator(self) -> None:
        self._operators += 1
        if self._operators > self._limits.operators:
            raise QueryRefused(why="operators", limit=self._limits.operators)

    def _pattern(self, number: int) -> None:
        self._patterns += number
        if self._patterns > self._limits.patterns:
            raise QueryRefused(why="patterns", limit=self._limits.patterns)
