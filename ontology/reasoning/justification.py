"""A smallest set of axioms that a result follows from: what is left when no axiom can be taken away any more.

The reasoner is asked again and again (QuickXplain: Junker 2004), so it needs no proofs of its own. It is asked about
a module, the axioms that can matter for the lower class, which is small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ontology.reasoning.axioms import (
    THING,
    Axiom,
    DisjointClasses,
    EquivalentClasses,
    Expression,
    SubClassOf,
    names,
    signature,
)
from ontology.reasoning.classification import Classified, classified

Holds = Callable[[Sequence[Axiom]], bool]


class Modules:
    """The axioms of a classified ontology by the classes that can make use of them."""

    def __init__(self, axioms: Iterable[Axiom], result: Classified) -> None:
        self._above = result.above
        self._roles: list[Axiom] = []
        self._named: dict[str, list[tuple[Axiom, Expression]]] = defaultdict(list)
        self._complex: list[tuple[Axiom, frozenset[str]]] = []
        for axiom in axioms:
            match axiom:
                case SubClassOf(lower, upper):
                    self._add(axiom, lower, upper)
                case EquivalentClasses(one, other):
                    self._add(axiom, one, other)
                    self._add(axiom, other, one)
                case DisjointClasses(one, other):
                    self._complex.append((axiom, _classes(one) | _classes(other)))
                case _:
                    self._roles.append(axiom)

    def _add(self, axiom: Axiom, lower: Expression, upper: Expression) -> None:
        if isinstance(lower, str):
            self._named[lower].append((axiom, upper))
        else:
            # It is of use only where what it says holds: with everything that it names.
            self._complex.append(
                (axiom, _classes(lower) | (_classes(upper) if isinstance(upper, str) else frozenset()))
            )

    def of(self, name: str) -> list[Axiom]:
        """Every axiom that a proof of something above ``name`` can use: a proof speaks only of classes above it, of
        what these are related to, and of classes above those."""
        reached, waiting = {THING}, [name]
        found: dict[Axiom, None] = dict.fromkeys(self._roles)
        others = list(self._complex)
        while waiting:
            while waiting:
                one = waiting.pop()
                if one not in reached:
                    reached.add(one)
                    waiting += self._above.get(one, ())
                    for axiom, upper in self._named[one]:
                        found[axiom] = None
                        waiting += _classes(upper)
            for axiom, needed in others:
                if needed <= reached:
                    found[axiom] = None
                    # What it says may have existentials, which reach further.
                    waiting += _of(axiom) - reached
            others = [row for row in others if row[0] not in found]
        return list(found)


def _classes(expression: Expression) -> frozenset[str]:
    return frozenset(name for name in names(expression) if not name.startswith("role "))


def _of(axiom: Axiom) -> frozenset[str]:
    return frozenset(name for name in signature(axiom) if not name.startswith("role "))


def follows(lower: str, upper: str) -> Holds:
    """The question whether ``lower`` is below ``upper``."""

    def holds(axioms: Sequence[Axiom]) -> bool:
        found = classified(axioms)
        return upper in found.above.get(lower, ()) or lower in found.empty

    return holds


def justification(axioms: Sequence[Axiom], holds: Holds) -> tuple[Axiom, ...] | None:
    """A set from which nothing can be left out, in the order of ``axioms``; None where it does not hold at all."""
    if not holds(axioms):
        return None
    return tuple(sorted(_least((), (), list(axioms), holds), key=list(axioms).index))


def _least(kept: Sequence[Axiom], added: Sequence[Axiom], rest: list[Axiom], holds: Holds) -> list[Axiom]:
    if added and holds(kept):
        return []
    if len(rest) == 1:
        return rest
    middle = len(rest) // 2
    first, second = rest[:middle], rest[middle:]
    in_second = _least((*kept, *first), first, second, holds)
    in_first = _least((*kept, *in_second), in_second, first, holds)
    return [*in_first, *in_second]
