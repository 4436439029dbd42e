"""Contradictions in mappings, each with the chain that shows it.

What is an exact match of an exact match is the same concept, too. So two concepts of one system on a chain would be one
(collapse), a chain between categories that cannot be one thing is wrong somewhere (category), and a pair that somebody
rejected must not come back by a detour (denied). Broader and narrower matches must not lead in a circle (cycle).
Paths are shortest, and of equals the first by id, so that the same mappings give the same findings.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import numpy as np

from kg.model.concept import ConceptMapping
from kg.model.finding import Finding
from ontology.curation.current import system
from ontology.curation.quality.hierarchy import disjoint

_SAME = frozenset({"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"})
_UP, _DOWN = "skos:broadMatch", "skos:narrowMatch"
_SHOWN = 20
"""Pairs of one system that are told of one chain."""
Near = Mapping[str, Set[str]]


def contradictions(
    mappings: Iterable[ConceptMapping], categories: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Every finding, sorted by kind and concept. ``categories``: of concepts, where they are known.

    >>> rows = [ConceptMapping("A:1", "skos:exactMatch", "B:1"), ConceptMapping("A:2", "skos:exactMatch", "B:1")]
    >>> [(found.code, found.path) for found in contradictions(rows)]
    [('mapping-collapse', ('A:1', 'B:1', 'A:2'))]
    """
    rows = list(mappings)
    denied = {frozenset((row.subject, row.object)) for row in rows if row.negative}
    near: defaultdict[str, set[str]] = defaultdict(set)
    up: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.negative or row.subject == row.object:
            continue
        # A link that somebody rejected leads nowhere; that it is stated all the same is told below.
        if row.predicate in _SAME and frozenset((row.subject, row.object)) not in denied:
            near[row.subject].add(row.object)
            near[row.object].add(row.subject)
        elif row.predicate == _UP:
            up[row.subject].add(row.object)
        elif row.predicate == _DOWN:
            up[row.object].add(row.subject)
    stated = {frozenset((row.subject, row.object)) for row in rows if not row.negative and row.predicate in _SAME}
    found = [
        *_collapses(near),
        *_clashes(near, categories or {}),
        *_denied(near, denied, stated),
        *_cycles(near, up),
    ]
    yield from sorted(set(found))


def _collapses(near: Near) -> Iterator[Finding]:
    for group in _components(near):
        by_system: defaultdict[str, list[str]] = defaultdict(list)
        for one in group:
            by_system[system(one)].append(one)
        for members in by_system.values():
            if len(members) > 1:
                yield from _pairs(near, sorted(members))


def _pairs(near: Near, members: Sequence[str]) -> Iterator[Finding]:
    """Each member with the nearest other one: enough to see every link that is too much."""
    for one in members[:_SHOWN]:
        path = _path(near, one, set(members) - {one})
        if path:
            first, last = sorted((path[0], path[-1]))
            way = path if path[0] == first else tuple(reversed(path))
            yield Finding("mapping-collapse", first, last, "error", way)


def _clashes(near: Near, categories: Mapping[str, str]) -> Iterator[Finding]:
    for group in _components(near):
        known = [one for one in group if categories.get(one)]
        for one in known[:_SHOWN]:
            against = {two for two in known if disjoint(categories[one], categories[two])}
            path = _path(near, one, against)
            # A clash is told once, where it is nearest: of a path, no shorter part clashes.
            if path and not any(
                disjoint(categories.get(path[a]) or "other", categories.get(path[b]) or "other")
                for a in range(len(path)) for b in range(a + 1, len(path)) if (a, b) != (0, len(path) - 1)
            ):  # fmt: skip
                first, last = sorted((path[0], path[-1]))
                way = path if path[0] == first else tuple(reversed(path))
                about = f"{last} ({categories[first]} / {categories[last]})"
                yield Finding("mapping-category", first, about, "error", way)


def _denied(near: Near, denied: Set[frozenset[str]], stated: Set[frozenset[str]]) -> Iterator[Finding]:
    for pair in denied:
        if len(pair) != 2:
            continue
        first, last = sorted(pair)
        if pair in stated:
            yield Finding("mapping-disputed", first, last, "warning", (first, last))
        if path := _path(near, first, {last}):
            yield Finding("mapping-denied", first, last, "error", path)


def _cycles(near: Near, up: Near) -> Iterator[Finding]:
    """Circles of broader matches; what is the same is one step of no length."""
    heads = {one: group[0] for group in _components(near) for one in group}
    edges = {(heads.get(one, one), heads.get(other, other)) for one, others in up.items() for other in others}
    nodes = sorted({end for edge in edges for end in edge})
    place = {node: at for at, node in enumerate(nodes)}
    for one, other in sorted(edges):
        if one == other:
            yield from _circle(near, up, one, heads)
    if not nodes:
        return
    rows, columns = zip(*((place[one], place[other]) for one, other in sorted(edges)), strict=True)
    # A service need not wait for it before it answers.
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    table = csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(nodes), len(nodes)))
    _, labels = connected_components(table, directed=True, connection="strong")
    members: defaultdict[int, list[str]] = defaultdict(list)
    for node, label in zip(nodes, labels, strict=True):
        members[int(label)].append(node)
    for group in members.values():
        if len(group) > 1:
            yield from _circle(near, up, group[0], heads)


def _circle(near: Near, up: Near, head: str, heads: Mapping[str, str]) -> Iterator[Finding]:
    """The shortest way from a concept up and back to itself."""
    for start in sorted({one for one in {*up, *near} if heads.get(one, one) == head}):
        for first in sorted(up.get(start, ())):
            both = {one: near.get(one, set()) | up.get(one, set()) for one in {*near, *up}}
            path = (start, *back) if (back := _path(both, first, {start})) else ()
            if path:
                yield Finding("mapping-cycle", start, first, "error", path)
                return


def _components(near: Near) -> Iterator[list[str]]:
    """Concepts that chains of exact matches join, each group sorted, groups by their first."""
    seen: set[str] = set()
    for start in sorted(near):
        if start in seen:
            continue
        group, wave = {start}, [start]
        while wave:
            wave = [other for one in wave for other in near[one] if other not in group and not group.add(other)]  # type: ignore[func-returns-value]
        seen |= group
        yield sorted(group)


def _path(near: Near, start: str, ends: Set[str]) -> tuple[str, ...]:
    """The shortest way to any of ``ends``, both ends included; empty where there is none."""
    before: dict[str, str] = {start: ""}
    queue = deque([start])
    while queue:
        one = queue.popleft()
        if one in ends:
            way = [one]
            while before[way[-1]]:
                way.append(before[way[-1]])
            return tuple(reversed(way))
        for other in sorted(near.get(one, ())):
            if other not in before:
                before[other] = one
                queue.append(other)
    return ()
