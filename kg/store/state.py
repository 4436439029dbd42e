"""What a store remembers about its graphs: the state digest that each batch left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kg import vocab
from kg.errors import BaseMismatch
from kg.model.batch import GraphChange
from kg.model.terms import Statement, boolean, iri, literal
from kg.store.batch import Batch

STATE_GRAPH = f"{vocab.MEDKG}stateGraph"
"""Holds one ``<graph> mkg:state "digest"`` for each graph that a batch has set."""
DERIVED_GRAPH = f"{vocab.MEDKG}derivedGraph"
"""Holds what publishing materialised, so that readers can tell it from what was asserted."""
INTERNAL = frozenset({STATE_GRAPH, DERIVED_GRAPH})

_STATE = iri(f"{vocab.MEDKG}state")
_APART = iri(f"{vocab.MEDKG}apartFromDefault")


class Ledger(msgspec.Struct, frozen=True):
    """The state of every graph, and which graphs stay out of the default graph (gold ones)."""

    states: dict[str, str]
    apart: frozenset[str]

    def after(self, changes: Iterable[GraphChange]) -> Ledger:
        done = list(changes)
        return Ledger(
            states=self.states | {change.graph: change.state for change in done},
            apart=self.apart | {change.graph for change in done if not change.default},
        )

    def statements(self) -> list[Statement]:
        rows = [f"{iri(graph)} {_STATE} {literal(state)}" for graph, state in sorted(self.states.items())]
        rows += [f"{iri(graph)} {_APART} {boolean(True)}" for graph in sorted(self.apart)]
        return [Statement(row) for row in rows]


def read_ledger(statements: Iterable[Statement]) -> Ledger:
    """The ledger that ``Ledger.statements`` wrote."""
    states: dict[str, str] = {}
    apart: set[str] = set()
    for row in statements:
        subject, predicate, value = row.split(" ", 2)
        if predicate == _STATE:
            states[subject[1:-1]] = value.strip('"')
        else:
            apart.add(subject[1:-1])
    return Ledger(states=states, apart=frozenset(apart))


def changes_to_apply(batch: Batch, states: Mapping[str, str]) -> list[GraphChange]:
    """The changes of ``batch`` that this store does not hold yet.

    Raises BaseMismatch for a patch whose base is not the graph's state, before anything changed.
    """
    changes = []
    for change in batch.manifest.graphs:
        found = states.get(change.graph, "")
        if found == change.state:
            continue
        if change.mode == "patch" and found != change.base:
            raise BaseMismatch(graph=change.graph, expected=change.base[:12], found=found[:12] or "nothing")
        changes.append(change)
    return changes


def loadable_at_once(batches: Sequence[Batch]) -> int:
    """How many of the first batches an empty store can load in one go: each graph once, none patched."""
    seen: set[str] = set()
    for number, batch in enumerate(batches):
        graphs = [change.graph for change in batch.manifest.graphs]
        modes = {change.mode for change in batch.manifest.graphs}
        if "patch" in modes or seen.intersection(graphs) or len(set(graphs)) < len(graphs):
            return number
        seen.update(graphs)
    return len(batches)
