"""Why a statement is in a generation: its grounds, down to what named graphs assert (R47).

Closure and chains are explained by a path of asserted steps, what a reasoner found by the axioms that it follows from,
a plain edge by its claims, everything else that publishing derives by the statements that it reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal

import msgspec

from kg import vocab
from kg.errors import NotStated
from kg.generation.chains import LONGEST, Chain, Step, path, steps_of, table
from kg.generation.methods import DERIVED, grounds, method_of
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Term, lexical
from kg.query.named import named
from kg.query.quads import Quad
from kg.store.base import Reader

_CLOSURE = term(vocab.MEDKG, "broaderTransitive")
_BROADER = term(vocab.SKOS, "broader")
How = Literal["asserted", "reasoner", "closure", "chain", "claims", "computed"]


class Inferred(msgspec.Struct, frozen=True):
    """What a reasoner rests a statement on: axioms of its source, in OWL functional syntax; none can be left out."""

    graph: str
    reasoner: str
    axioms: tuple[str, ...]


class StatementGrounds(msgspec.Struct, frozen=True):
    """One statement, how it came about, and what it rests on.

    ``graphs`` state it; none for what publishing derives. ``because`` are in the order of the path where there is one.
    ``more``: it rests on further statements that are not listed. ``source``: of the rule, where it has one.
    """

    subject: str
    predicate: str
    object: str
    how: How
    method: str
    graphs: tuple[str, ...]
    because: tuple[StatementGrounds, ...] = ()
    inferred: tuple[Inferred, ...] = ()
    source: str = ""
    more: bool = False


class Explainer:
    """Explains statements of one generation."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids

    def explain(self, subject: Term, predicate: Term, obj: Term) -> StatementGrounds:
        """Raises NotStated where no graph has the statement."""
        bound = {"s": subject, "p": predicate, "o": obj}
        graphs = [row["g"] for row in self._reader.select(named("explain/graphs"), bound)]
        if asserted := [graph for graph in graphs if graph != DERIVED]:
            return self._asserted(Quad(subject, predicate, obj, asserted[0]), asserted)
        if not graphs:
            raise NotStated
        quad = Quad(subject, predicate, obj, DERIVED)
        if predicate == _CLOSURE:
            return self._by_path(quad, "closure", self._upward(subject, obj))
        chain = next((one for one in table().chain if one.predicate == predicate), None)
        if chain is not None:
            return self._by_chain(quad, chain)
        if predicate.startswith(f"<{vocab.BIOLINK}"):
            return self._by_claims(quad)
        found, more = grounds(self._reader, quad)
        return self._made(quad, "computed", tuple(self._asserted(row, [row.graph]) for row in found), more=more)

    def _asserted(self, quad: Quad, graphs: Sequence[Term]) -> StatementGrounds:
        bound = {"s": quad.subject, "p": quad.predicate, "o": quad.object}
        found: dict[tuple[str, str, str], list[str]] = {}
        for row in self._reader.select(named("explain/inferences"), bound):
            key = lexical(row["g"]), lexical(row["node"]), lexical(row["reasoner"])
            found.setdefault(key, []).append(lexical(row["axiom"]))
        inferred = tuple(Inferred(graph, reasoner, tuple(axioms)) for (graph, _, reasoner), axioms in found.items())
        by_reasoner = {one.graph for one in inferred}
        plain = [graph for graph in graphs if lexical(graph) not in by_reasoner]
        return StatementGrounds(
            *self._shown(quad),
            how="asserted" if plain or not inferred else "reasoner",
            method="" if plain or not inferred else inferred[0].reasoner,
            graphs=tuple(sorted(map(lexical, graphs))),
            inferred=inferred,
        )

    def _stated(self, step: Step) -> StatementGrounds:
        """A step of a path: a hierarchical statement, or a relation with its claims."""
        bound = {"s": step.subject, "p": step.predicate, "o": step.object}
        graphs = [row["g"] for row in self._reader.select(named("explain/graphs"), bound) if row["g"] != DERIVED]
        if graphs:
            return self._asserted(Quad(*step, graphs[0]), graphs)
        return self._by_claims(Quad(*step, DERIVED))

    def _by_path(self, quad: Quad, how: How, steps: Sequence[Step], source: str = "") -> StatementGrounds:
        return self._made(quad, how, tuple(map(self._stated, steps)), source=source, more=not steps)

    def _by_chain(self, quad: Quad, chain: Chain) -> StatementGrounds:
        steps = path(chain, quad.subject, quad.object, steps_of(self._reader, self._ids))
        return self._by_path(quad, "chain", steps or (), chain.source)

    def _by_claims(self, quad: Quad) -> StatementGrounds:
        bound = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
        rows = self._reader.select(named("explain/curated"), bound)
        because = tuple(
            StatementGrounds(self._ids.curie(lexical(row["claim"])), *self._shown(quad)[1:], how="asserted", method="",
                        graphs=(lexical(row["g"]),))
            for row in rows[:20]
        )  # fmt: skip
        return self._made(quad, "claims", because, more=len(rows) > 20)

    def _upward(self, start: Term, end: Term) -> tuple[Step, ...]:
        """A shortest path of ``skos:broader``."""
        seen = {start}
        waiting: deque[tuple[Term, tuple[Step, ...]]] = deque([(start, ())])
        while waiting and len(seen) < LONGEST:
            node, steps = waiting.popleft()
            for parent in sorted(value for name, value in self._reader.about(node) if name == _BROADER):
                step = Step(node, _BROADER, parent)
                if parent == end:
                    return (*steps, step)
                if parent not in seen:
                    seen.add(parent)
                    waiting.append((parent, (*steps, step)))
        return ()

    def _made(
        self, quad: Quad, how: How, because: tuple[StatementGrounds, ...], *, source: str = "", more: bool = False
    ) -> StatementGrounds:
        name = method_of(quad).name
        return StatementGrounds(*self._shown(quad), how, name, (), because, source=source, more=more)

    def _shown(self, quad: Quad) -> tuple[str, str, str]:
        obj = quad.object
        return (
            self._ids.curie(lexical(quad.subject)),
            vocab_name(quad.predicate),
            self._ids.curie(lexical(obj)) if obj.startswith("<") else obj,
        )


def vocab_name(predicate: Term) -> str:
    """A predicate as people write it: ``skos:broader``; the IRI where no prefix fits.

    >>> vocab_name(_BROADER)
    'skos:broader'
    """
    name = lexical(predicate)
    for prefix, namespace in vocab.NAMESPACES.items():
        if name.startswith(namespace) and len(name) > len(namespace):
            return f"{prefix}:{name[len(namespace) :]}"
    return name
