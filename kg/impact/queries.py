"""Example queries that name a changed concept, by its IRI or by a label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from kg.examples import Example, examples
from kg.impact.base import Reason, Sample, Touched, World
from kg.impact.changed import RETIRED, Changed, Way
from kg.impact.lookup import node_of
from kg.model.terms import lexical
from kg.query.records import LabelPair

_PREFIX = re.compile(r"^PREFIX (\S*): <([^>]*)>$", re.M)
_IRI = re.compile(r"<([^<>\s]+)>")
_NAME = re.compile(r"(?<![\w<?$\"])([A-Za-z]\w*):([\w.-]*\w)")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


class Queries:
    """Queries of ``kg.examples``: one that names a deprecated concept finds less, or nothing."""

    kind: ClassVar[str] = "queries"
    _ways: ClassVar[frozenset[Way]] = RETIRED | {"moved", "renamed"}

    def touched(self, changed: Changed, world: World) -> Touched:
        by: defaultdict[str, set[str]] = defaultdict(set)
        reasons: list[Reason] = []
        for curie in changed.by(self._ways):
            node = node_of(curie, world.naming.ids)
            labels = world.naming.label(curie)
            names = {name for name in (labels.zh, labels.en) if name}
            for one in examples():
                if node is not None and lexical(node) in named_in(one):
                    by[curie].add(one.id)
                    reasons.append(Reason("query-names", curie, one.id))
                elif names & texts_in(one):
                    by[curie].add(one.id)
                    reasons.append(Reason("query-text", curie, one.id))
        return Touched({curie: frozenset(found) for curie, found in by.items()}, reasons=tuple(reasons))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        known = {one.id: one for one in examples()}
        for name in ids:
            yield Sample(name, LabelPair(known[name].title["zh"], known[name].title["en"]))


def named_in(example: Example) -> frozenset[str]:
    """The IRIs that a query names, prefixed names expanded; those of its prefixes are not among them.

    >>> query = "PREFIX obo: <http://purl.obolibrary.org/obo/>\\nSELECT * { obo:DOID_9352 ?p ?o }"
    >>> sorted(named_in(Example("a", "", "", {}, (), query)))
    ['http://purl.obolibrary.org/obo/DOID_9352']
    """
    prefixes = dict(_PREFIX.findall(example.query))
    body = _PREFIX.sub("", example.query)
    plain = _TEXT.sub(" ", body)
    names = (prefixes[prefix] + local for prefix, local in _NAME.findall(plain) if prefix in prefixes)
    return frozenset({*_IRI.findall(body), *names})


def texts_in(example: Example) -> frozenset[str]:
    """The string literals of a query."""
    return frozenset(_TEXT.findall(example.query))
