"""Earlier strategies of a list put in the place of their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import QueryError
from kg.search.strategy.tree import WILDCARDS, And, Field, History, Not, Or, Pattern, Tree, leaves

MOST_EARLIER = 50
MOST_LEAVES = 500
DEEPEST = 60
MOST_PATTERNS = 100
MOST_LEADING = 5
"""Words that begin with a sign: each looks through all words of a field (80 ms for ten fields of 60,000 words)."""


def resolve(tree: Tree, earlier: Sequence[Tree]) -> Tree:
    """``tree`` without numbers; ``earlier`` may name only what stands before it.

    Raises QueryError for a number that is not there, and for what grows too large, too deep or too truncated.

    >>> from kg.search.strategy.parsing import parse
    >>> resolve(parse("#1 NOT c"), [parse("a OR b")]) == parse("(a OR b) NOT c")
    True
    """
    known: list[Tree] = []
    for one in (*earlier[:MOST_EARLIER], tree):
        known.append(_put(one, known))
        count, depth = _size(known[-1])
        if count > MOST_LEAVES:
            raise QueryError(why="strategy-leaves", limit=MOST_LEAVES)
        if depth > DEEPEST:
            raise QueryError(why="strategy-deep", limit=DEEPEST)
    patterns = [leaf.value.text for leaf in leaves(known[-1]) if isinstance(leaf.value, Pattern)]
    if len(patterns) > MOST_PATTERNS:
        raise QueryError(why="strategy-patterns", limit=MOST_PATTERNS)
    if sum(text[0] in WILDCARDS for text in patterns) > MOST_LEADING:
        raise QueryError(why="strategy-leading", limit=MOST_LEADING)
    return known[-1]


def _put(tree: Tree, known: Sequence[Tree]) -> Tree:
    match tree:
        case Field():
            return tree
        case And(parts):
            return And(tuple(_put(part, known) for part in parts))
        case Or(parts):
            return Or(tuple(_put(part, known) for part in parts))
        case Not(keep, without):
            return Not(_put(keep, known), _put(without, known))
        case History(number):
            if not 1 <= number <= len(known):
                raise QueryError(why="strategy-history")
            return known[number - 1]


def _size(tree: Tree) -> tuple[int, int]:
    """(leaves, depth)."""
    match tree:
        case And(parts) | Or(parts):
            sizes = [_size(part) for part in parts]
        case Not(keep, without):
            sizes = [_size(keep), _size(without)]
        case _:
            return 1, 1
    return sum(count for count, _ in sizes), 1 + max(depth for _, depth in sizes)
