"""Why a query takes its time: its algebra, and how many statements fit each of its triple patterns.

The engine gives no plan, so the algebra is that of the text by SPARQL 1.1, section 18.2, as rdflib
translates it. The engine chooses the order of joins itself, by what it guesses of these numbers.
Everything here runs in a worker, within its limits.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import msgspec
import pyoxigraph as ox
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from kg.query.answering import Begin, Emit, engine_errors, evaluate
from kg.query.dataset import clauses
from kg.query.frames import Explanation, PatternCount, Question
from kg.query.gate import check_query

MOST = 1_000_000
"""Statements that are counted for one pattern."""
PARSE_SECONDS = 2.0
COUNT_SECONDS = 4.0
"""After which the patterns that are left go uncounted."""
_HIDDEN = frozenset({"_vars", "datasetClause", "lazy"})


class _TooLong(Exception):
    """Parsing took more than PARSE_SECONDS."""


def answer(store: ox.Store, question: Question, begin: Begin, emit: Emit) -> int:
    """Write the explanation as JSON; see ``kg.query.answering.answer``."""
    with engine_errors():
        found = explain(store, question)
    begin("json")
    emit(msgspec.json.encode(found))
    return 1


def explain(store: ox.Store, question: Question) -> Explanation:
    """Explain a query. Raises what the gate and the engine's parser do."""
    gauge = check_query(question.text)
    evaluate(ox.Store(), question)  # where nothing is found only the text can fail
    start = perf_counter()
    algebra = _algebra(question)
    parsed = perf_counter()
    patterns: tuple[PatternCount, ...] = ()
    if algebra is not None:
        dataset = clauses(question.text, question.base)
        if dataset is not None and not (question.default_graphs or question.named_graphs):
            question = msgspec.structs.replace(
                question, default_graphs=dataset.default, named_graphs=dataset.named
            )  # fmt: skip
        found = dict.fromkeys(_patterns(algebra, ""))
        patterns = tuple(_count(store, question, *one, parsed + COUNT_SECONDS) for one in found)
    ended = perf_counter()
    return Explanation(
        gauge,
        None if algebra is None else _plain(algebra),
        patterns,
        round(parsed - start, 4),
        round(ended - parsed, 4),
    )


def _algebra(question: Question) -> CompValue | None:
    try:
        with _alarm(PARSE_SECONDS):
            found: CompValue = translateQuery(parseQuery(question.text), base=question.base or None).algebra
            return found
    except MemoryError:
        raise
    except Exception:
        # rdflib knows no SPARQL 1.2, stops at deep nesting, and raises bare exceptions of many kinds.
        return None


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _patterns(part: object, graph: str) -> Iterator[tuple[str, str, bool]]:
    """Each triple pattern with its GRAPH, and whether its predicate is a path."""
    if isinstance(part, CompValue):
        inner = _text(part.term) if part.name == "Graph" else graph
        for name, value in part.items():
            if name == "triples":
                for row in value:
                    for at in range(0, len(row), 3):
                        yield " ".join(_text(term) for term in row[at : at + 3]), graph, isinstance(row[at + 1], Path)
            elif name not in _HIDDEN:
                yield from _patterns(value, inner)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _patterns(one, graph)


def _count(store: ox.Store, question: Question, pattern: str, graph: str, path: bool, until: float) -> PatternCount:
    if path or perf_counter() > until:
        return PatternCount(pattern, graph)
    group = f"GRAPH {graph} {{ {pattern} }}" if graph else pattern
    text = f"SELECT (COUNT(*) AS ?count_) {{ SELECT * {{ {group} }} LIMIT {MOST + 1} }}"
    result = evaluate(store, msgspec.structs.replace(question, text=text, base=""))
    assert isinstance(result, ox.QuerySolutions)
    counted = next(result)["count_"]
    assert isinstance(counted, ox.Literal)
    number = int(counted.value)
    return PatternCount(pattern, graph, min(number, MOST), number > MOST)


def _plain(part: object) -> Any:
    """The algebra as JSON can hold it."""
    if isinstance(part, CompValue):
        return {"operator": part.name} | {
            name: _plain(value) for name, value in part.items() if name not in _HIDDEN and value is not None
        }
    if isinstance(part, list | tuple | set | frozenset):
        return [_plain(one) for one in part]
    if isinstance(part, dict):
        return {_text(name): _plain(value) for name, value in part.items()}
    return part if isinstance(part, int | float | bool) else _text(part)


def _text(term: object) -> str:
    return str(term.n3()) if isinstance(term, Node | Path) else str(term)
