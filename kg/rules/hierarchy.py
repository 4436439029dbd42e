"""What concepts are in the eyes of rules, read from a generation: members of every concept that a rule names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.model.ids import Ids
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.rules.base import Meaning, PathStep
from kg.store.base import Reader

_NOTHING = Meaning()


class Hierarchy:
    """Members by ``kg/query/rules/members.rq``, read once for all concepts of ``targets``."""

    def __init__(self, reader: Reader, ids: Ids, targets: Iterable[str]) -> None:
        self._reader, self._ids = reader, ids
        within: defaultdict[str, set[str]] = defaultdict(set)
        same: defaultdict[str, set[str]] = defaultdict(set)
        for target in sorted(set(targets)):
            for found, query in ((within, "rules/members"), (same, "rules/same")):
                for row in reader.select(named(query), {"target": self._term(target)}):
                    found[self._curie(row["member"])].add(target)
            within[target].add(target)
            same[target].add(target)
        self._meanings = {
            concept: Meaning(frozenset(same.get(concept, ())), frozenset(targets) | frozenset(same.get(concept, ())))
            for concept, targets in within.items()
        }

    def table(self) -> dict[str, Meaning]:
        """All of it: every concept that is one of ``targets``."""
        return dict(self._meanings)

    def of(self, concept: str) -> Meaning:
        return self._meanings.get(concept, _NOTHING)

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        if not target or concept == target:
            return ()
        bound = {"target": self._term(target), "member": self._term(concept)}
        ways = [
            [self._curie(row[name]) for name in ("member", "one", "below", "meant", "target")]
            for row in self._reader.select(named("rules/path"), bound)
        ]
        if not ways:
            return ()
        best = min(ways, key=lambda way: (len(set(way)), way))
        names = ("skos:exactMatch", "biolink:has_chemical_role", "mkg:broaderTransitive", "skos:exactMatch")
        return tuple(
            PathStep(subject, name, object_)
            for subject, object_, name in zip(best, best[1:], names, strict=False)
            if subject != object_
        )

    def _term(self, concept: str) -> Term:
        return iri(self._ids.expand(concept))

    def _curie(self, term: Term) -> str:
        text = lexical(term)
        return self._ids.contract(text) or text
