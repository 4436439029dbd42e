"""Property chains: what follows from relations of ontologies along is-a and part-of (``chains.toml``, ADR 29).

A result between two concepts is the existence of a path of asserted steps, so a path is its explanation.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, lexical
from kg.query.named import named
from kg.store.base import Reader

IS_A = "is_a"
_BROADER = term(vocab.SKOS, "broader")
LONGEST = 50_000
"""Concepts that are looked at for one explanation."""


class Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``result`` is a term of our vocabulary; steps are ``is_a`` or names of Biolink predicates."""

    result: str
    core: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    source: str

    @property
    def predicate(self) -> Term:
        return term(vocab.MEDKG, self.result)


class ChainTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``is_a``: CURIE prefixes of terminologies in which ``skos:broader`` says that every A is a B."""

    is_a: tuple[str, ...]
    methods: tuple[str, ...]
    chain: tuple[Chain, ...]


class Step(NamedTuple):
    """One asserted step of a path."""

    subject: Term
    predicate: Term
    object: Term


Forward = Callable[[Term], Iterable[tuple[str, Step]]]
"""Concept -> the steps that lead away from it, with their names."""


@cache
def table() -> ChainTable:
    """The chains that are declared."""
    return msgspec.convert(tomllib.loads((files("kg.generation") / "chains.toml").read_text("utf-8")), ChainTable)


CHAIN_TERMS: frozenset[Term] = frozenset(chain.predicate for chain in table().chain)


def chains(reader: Reader, base: str) -> Iterator[Statement]:
    """What the chains give, as a derivation of publishing; relations of terminologies alone, is-a steps inside one."""
    ids, declared = Ids(base), table()
    edges: dict[str, list[tuple[Term, Term]]] = defaultdict(list)
    for row in reader.select(named("derive/chain-claims")):
        if lexical(row["method"]) in declared.methods:
            edges[_local(row["predicate"])].append((row["subject"], row["object"]))
    if not edges:
        return
    for row in reader.select(named("derive/broader")):
        if _is_a(row["concept"], row["parent"], ids):
            edges[IS_A].append((row["concept"], row["parent"]))
    down: dict[str, dict[Term, list[Term]]] = {name: _index(pairs, 1) for name, pairs in edges.items()}
    up: dict[str, dict[Term, list[Term]]] = {name: _index(pairs, 0) for name, pairs in edges.items()}
    for chain in declared.chain:
        found: set[tuple[Term, Term]] = set()
        for start, end in edges.get(chain.core, ()):
            before, after = _reached(start, down, chain.before), _reached(end, up, chain.after)
            found.update((one, other) for one in before for other in after if one != other)
        for one, other in sorted(found):
            yield Statement(f"{one} {chain.predicate} {other}")


def path(chain: Chain, start: Term, end: Term, forward: Forward) -> tuple[Step, ...] | None:
    """A shortest path that ``chain`` allows, None where there is none within ``LONGEST`` concepts."""
    before, after = frozenset(chain.before), frozenset(chain.after)
    seen = {(start, False)}
    waiting: deque[tuple[Term, bool, tuple[Step, ...]]] = deque([(start, False, ())])
    while waiting and len(seen) < LONGEST:
        node, past, steps = waiting.popleft()
        for name, step in sorted(forward(node)):
            # The same step may be one before the core, the core, or one after it.
            states = [past] if name in (after if past else before) else []
            if not past and name == chain.core:
                states.append(True)
            for state in states:
                if state and step.object == end:
                    return (*steps, step)
                if (step.object, state) not in seen:
                    seen.add((step.object, state))
                    waiting.append((step.object, state, (*steps, step)))
    return None


def steps_of(reader: Reader, ids: Ids) -> Forward:
    """The steps that a store asserts."""
    methods = frozenset(table().methods)

    def forward(node: Term) -> Iterator[tuple[str, Step]]:
        for name, value in reader.about(node):
            if name == _BROADER and _is_a(node, value, ids):
                yield IS_A, Step(node, name, value)
        for row in reader.select(named("explain/relations"), {"subject": node}):
            if lexical(row["method"]) in methods:
                yield _local(row["predicate"]), Step(node, row["predicate"], row["object"])

    return forward


def _is_a(concept: Term, parent: Term, ids: Ids) -> bool:
    prefix = ids.curie(lexical(concept)).partition(":")[0]
    return prefix in table().is_a and ids.curie(lexical(parent)).partition(":")[0] == prefix


def _local(predicate: Term) -> str:
    return lexical(predicate).removeprefix(vocab.BIOLINK)


def _index(pairs: Iterable[tuple[Term, Term]], key: int) -> dict[Term, list[Term]]:
    found: dict[Term, list[Term]] = defaultdict(list)
    for pair in pairs:
        found[pair[key]].append(pair[1 - key])
    return found


def _reached(start: Term, edges: Mapping[str, Mapping[Term, list[Term]]], allowed: tuple[str, ...]) -> set[Term]:
    """``start`` and everything that allowed steps lead to."""
    found, stack = {start}, [start]
    while stack:
        node = stack.pop()
        for name in allowed:
            for other in edges.get(name, {}).get(node, ()):
                if other not in found:
                    found.add(other)
                    stack.append(other)
    return found
