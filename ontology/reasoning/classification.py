"""Which named classes stand below which: the EL profile, said to a reasoner of the RL profile.

The completion algorithm of EL (Baader, Brandt, Lutz: Pushing the EL envelope, 2005) keeps one representative for each
class and asks what else it is an instance of. Here the representative of A is an individual of A; "every A has some B
by r" becomes "every A has the representative of B by r" (``owl:hasValue``), and everything else is in RL as it stands:
intersections and existentials on the left, roles below roles, chains, transitive roles (Krötzsch: Efficient rule-based
inferencing for OWL EL, 2011). A is below B where the representative of A is an instance of B.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kg.vocab import OWL, RDF, RDFS
from ontology.reasoning.axioms import (
    NOTHING,
    THING,
    All,
    Axiom,
    DisjointClasses,
    EquivalentClasses,
    Expression,
    Some,
    SubClassOf,
    SubPropertyOf,
    TransitiveProperty,
    signature,
)
from ontology.reasoning.reasoner import Triple, closure

_TYPE = f"{RDF}type"
_SUB = f"{RDFS}subClassOf"
_CLASS, _ROLE, _ONE, _NODE = "urn:x-class:", "urn:x-role:", "urn:x-one:", "urn:x-node:"


class Classified(msgspec.Struct, frozen=True):
    """``above``: class -> every named class above it, itself excluded. ``empty``: classes that nothing can be in."""

    above: dict[str, frozenset[str]]
    empty: frozenset[str]


def classified(axioms: Iterable[Axiom]) -> Classified:
    """All subsumptions between named classes that follow."""
    rows = list(axioms)
    chains = [
        (tuple(_ROLE + step for step in axiom.lower), _ROLE + axiom.upper)
        for axiom in rows if isinstance(axiom, SubPropertyOf) and len(axiom.lower) > 1
    ]  # fmt: skip
    types = closure(_Encoding().triples(rows), chains, _TYPE)
    classes = sorted({name for axiom in rows for name in signature(axiom) if not name.startswith("role ")})
    wanted = {_CLASS + name: name for name in (*classes, NOTHING)}
    above: dict[str, set[str]] = {name: set() for name in classes if name not in (THING, NOTHING)}
    for one, kind in types:
        if one.startswith(_ONE) and kind in wanted and (name := one.removeprefix(_ONE)) in above:
            above[name].add(wanted[kind])
    empty = frozenset(name for name in above if NOTHING in above[name])
    return Classified({name: frozenset(others - {name, THING, NOTHING}) for name, others in above.items()}, empty)


class _Encoding:
    """Expressions become nodes of their own; the same expression is one node on each side."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[bool, str], str] = {}
        self._new: list[Triple] = []
        self._fillers: dict[str, Expression] = {}

    def triples(self, axioms: Iterable[Axiom]) -> Iterator[Triple]:
        rows = list(axioms)
        classes = {name for axiom in rows for name in signature(axiom) if not name.startswith("role ")}
        for name in sorted({*classes, NOTHING}):
            yield _ONE + name, _TYPE, _CLASS + name
        # What has something by a role that cannot be, cannot be.
        for role in sorted({name for axiom in rows for name in signature(axiom) if name.startswith("role ")}):
            yield from self._below(self._lower(Some(role.removeprefix("role "), NOTHING)), NOTHING)
            yield from self._flushed()
        for axiom in rows:
            yield from self._axiom(axiom)
            yield from self._flushed()
        # Representatives of expressions that stand as fillers on the right: what they are follows from their parts.
        done: set[str] = set()
        while rest := [name for name in self._fillers if name not in done]:
            for name in rest:
                done.add(name)
                yield _ONE + name, _TYPE, _CLASS + name
                yield from self._below(_CLASS + name, self._fillers[name])
                yield from self._flushed()
        for name in sorted({*classes, *self._fillers} - {NOTHING, THING}):
            yield _ONE + name, _TYPE, _CLASS + THING

    def _flushed(self) -> Iterator[Triple]:
        yield from self._new
        self._new.clear()

    def _axiom(self, axiom: Axiom) -> Iterator[Triple]:
        match axiom:
            case SubClassOf(lower, upper):
                yield from self._below(self._lower(lower), upper)
            case EquivalentClasses(one, other):
                yield from self._below(self._lower(one), other)
                yield from self._below(self._lower(other), one)
            case DisjointClasses(one, other):
                yield from self._below(self._lower(All((one, other))), NOTHING)
            case SubPropertyOf(lower, upper) if len(lower) == 1:
                yield _ROLE + lower[0], f"{RDFS}subPropertyOf", _ROLE + upper
            case TransitiveProperty(role):
                yield _ROLE + role, _TYPE, f"{OWL}TransitiveProperty"

    def _below(self, lower: str, upper: Expression) -> Iterator[Triple]:
        match upper:
            case All(parts):
                for part in parts:
                    yield from self._below(lower, part)
            case Some(role, filler):
                yield lower, _SUB, self._upper(role, filler)
            case str(name):
                yield lower, _SUB, _CLASS + name

    def _lower(self, expression: Expression) -> str:
        """A node whose instances are recognised."""
        if isinstance(expression, str):
            return _CLASS + expression
        key = True, str(expression)
        if key not in self._nodes:
            node = self._nodes[key] = f"{_NODE}{len(self._nodes)}"
            match expression:
                case All(parts):
                    self._new.append((node, f"{OWL}intersectionOf", self._list([self._lower(one) for one in parts])))
                case Some(role, filler):
                    self._new.append((node, f"{OWL}someValuesFrom", self._lower(filler)))
                    self._new.append((node, f"{OWL}onProperty", _ROLE + role))
                    self._new.append((node, _TYPE, f"{OWL}Restriction"))
        return self._nodes[key]

    def _upper(self, role: str, filler: Expression) -> str:
        """A node whose instances have the representative of ``filler``."""
        key = False, f"{role} {filler}"
        if key not in self._nodes:
            node = self._nodes[key] = f"{_NODE}{len(self._nodes)}"
            name = filler if isinstance(filler, str) else f"filler-{len(self._nodes)}"
            if not isinstance(filler, str):
                self._fillers[name] = filler
            self._new.append((node, f"{OWL}hasValue", _ONE + name))
            self._new.append((node, f"{OWL}onProperty", _ROLE + role))
            self._new.append((node, _TYPE, f"{OWL}Restriction"))
        return self._nodes[key]

    def _list(self, items: list[str]) -> str:
        nodes = [f"{_NODE}list-{len(self._nodes)}-{place}" for place in range(len(items))]
        self._nodes[False, f"list {nodes}"] = nodes[0]
        for place, (node, item) in enumerate(zip(nodes, items, strict=True)):
            self._new.append((node, f"{RDF}first", item))
            self._new.append((node, f"{RDF}rest", nodes[place + 1] if place + 1 < len(nodes) else f"{RDF}nil"))
        return nodes[0]


def told(axioms: Iterable[Axiom]) -> dict[str, set[str]]:
    """Class -> named classes that an axiom says are above it, without any reasoning."""
    found: dict[str, set[str]] = {}
    for axiom in axioms:
        pairs: list[tuple[Expression, Expression]] = []
        match axiom:
            case SubClassOf(lower, upper):
                pairs = [(lower, upper)]
            case EquivalentClasses(one, other):
                pairs = [(one, other), (other, one)]
        for lower, upper in pairs:
            if isinstance(lower, str):
                uppers = upper.parts if isinstance(upper, All) else (upper,)
                found.setdefault(lower, set()).update(part for part in uppers if isinstance(part, str))
    return found
