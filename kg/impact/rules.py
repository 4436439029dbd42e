"""Rules of decision support (ADR 31) that name a concept, or one that it stands below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from kg import vocab
from kg.impact.base import Reason, Sample, Touched, World
from kg.impact.changed import RETIRED, Changed, Way
from kg.impact.lookup import rows_of, stated, words
from kg.mapping.base import term
from kg.model.terms import Term, language, lexical
from kg.query.records import LabelPair

_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_LABEL = term(vocab.SKOS, "prefLabel")


class Rules:
    """A rule is never changed by a preview's edits; what it comes upon is."""

    kind: ClassVar[str] = "rules"
    _ways: ClassVar[frozenset[Way]] = RETIRED | {"moved", "mapped"}

    def touched(self, changed: Changed, world: World) -> Touched:
        by: defaultdict[str, set[str]] = defaultdict(set)
        how: dict[tuple[str, str], tuple[str, ...]] = {}
        for curie, row in rows_of("rules", changed.by(self._ways), world):
            by[curie].add(row["item"])
            above = (world.naming.curie(row["above"]),) if "above" in row else ()
            how[curie, row["item"]] = min(how.get((curie, row["item"]), above), above)
        reasons = [
            Reason("rule-below" if above else "rule-names", curie, words(stated(rule, world), _IDENTIFIER), above)
            for (curie, rule), above in sorted(how.items())
        ]
        return Touched({curie: frozenset(rules) for curie, rules in by.items()}, reasons=tuple(reasons))

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        for node in ids:
            found = stated(node, world)
            labels: dict[str, Term] = {language(value): value for value in found.get(_LABEL, ())}
            zh, en = (lexical(labels[code]) if code in labels else None for code in ("zh", "en"))
            yield Sample(words(found, _IDENTIFIER), LabelPair(zh, en))
