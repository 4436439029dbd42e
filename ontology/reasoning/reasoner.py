"""The reasoner: ``reasonable`` (BSD, Rust), which knows OWL 2 RL; the one adapter to it.

A set of facts and rules of the RL profile goes in, and what follows comes out. How the EL profile is said in RL stands
in ``ontology.reasoning.classification``. Of RL it lacks property chains (prp-spo2): they are joined here, between its
runs, until nothing new comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version

import reasonable
from rdflib import URIRef

Triple = tuple[str, str, str]
Chain = tuple[tuple[str, ...], str]
"""Roles one after the other, and the role that they come to."""


def name() -> str:
    """The reasoner with its version, as inferences tell it."""
    return f"reasonable {version('reasonable')}"


def closure(triples: Iterable[Triple], chains: Sequence[Chain], predicate: str) -> set[tuple[str, str]]:
    """Subject and object of everything in ``predicate`` that follows from triples of IRIs, these included."""
    reasoner = reasonable.PyReasoner()
    added = list(triples)
    while True:
        reasoner.from_graph([tuple(map(URIRef, triple)) for triple in added])
        found = {(str(s), str(p), str(o)) for s, p, o in reasoner.reason()}
        added = sorted(set(_joined(found, chains)) - found)
        if not added:
            return {(s, o) for s, p, o in found if p == predicate}


def _joined(found: Iterable[Triple], chains: Sequence[Chain]) -> Iterator[Triple]:
    """What one use of each chain gives."""
    if not chains:
        return
    roles = {role for steps, _ in chains for role in steps}
    links: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, role, value in found:
        if role in roles:
            links[role][subject].add(value)
    for steps, result in chains:
        for start, nexts in list(links[steps[0]].items()):
            ends = set(nexts)
            for role in steps[1:]:
                ends = {end for one in ends for end in links[role].get(one, ())}
            yield from ((start, result, end) for end in ends)
