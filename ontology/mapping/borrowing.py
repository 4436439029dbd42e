"""What other vocabularies bring to a comparison: names of what is the same, and cross-references in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

from kg.model.concept import Concept, ConceptMapping, Label
from ontology.mapping.wording import worded

_SAME = frozenset({"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"})


class Links:
    """Which ids are said to be the same, both ways, one step at a time: mappings that hold and exact cross-references.

    Negative mappings block: a pair that somebody found wrong is no link, whoever else states it.
    """

    def __init__(self, mappings: Iterable[ConceptMapping] = (), concepts: Iterable[Concept] = ()) -> None:
        stated = [(row.subject, row.object, row) for row in mappings]
        self._negative = {frozenset((one, other)) for one, other, row in stated if row.negative}
        self._near: defaultdict[str, set[str]] = defaultdict(set)
        self.labels: dict[str, str] = {}
        for one, other, row in stated:
            if row.predicate in _SAME and not row.negative:
                self._join(one, other)
            for name, label in ((one, row.subject_label), (other, row.object_label)):
                if label:
                    self.labels.setdefault(name, label)
        for concept in concepts:
            for xref in concept.xrefs:
                if xref.verified is not False and xref.relation in ("exactMatch", "closeMatch"):
                    self._join(concept.id, xref.curie)

    def _join(self, one: str, other: str) -> None:
        if one != other and frozenset((one, other)) not in self._negative:
            self._near[one].add(other)
            self._near[other].add(one)

    def near(self, one: str) -> Set[str]:
        return self._near.get(one, frozenset())

    def shared(self, sources: Iterable[str], prefix: str) -> dict[str, dict[str, Set[str]]]:
        """For each id its neighbours in third vocabularies, with the ids of ``prefix`` that these are said to be."""
        found: dict[str, dict[str, Set[str]]] = {}
        for one in sources:
            own = one.partition(":")[0]
            ways: dict[str, Set[str]] = {
                way: ends
                for way in sorted(self.near(one))
                if way.partition(":")[0] not in (own, prefix)
                and (ends := {end for end in self.near(way) if end.partition(":")[0] == prefix})
            }
            if ways:
                found[one] = ways
        return found


def borrowed(
    targets: Iterable[Concept], links: Links, others: Iterable[Concept] = (), without: Set[str] = frozenset()
) -> Mapping[str, list[tuple[Label, str]]]:
    """Further names for ``targets``: of concepts that links say are the same, and, for names in other languages, of
    concepts of ``others`` that have an equal name. ``without``: prefixes that lend nothing.
    """
    targets, others = list(targets), [one for one in others if one.id.partition(":")[0] not in without]
    by_id: defaultdict[str, list[Label]] = defaultdict(list)
    for other in others:
        by_id[other.id] += other.labels
    by_words: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for other in others:
        for label in other.labels:
            if label.kind in ("preferred", "exact"):
                by_words[worded(label.value).words].add(other.id)
    found: dict[str, list[tuple[Label, str]]] = {}
    for target in targets:
        rows: dict[tuple[Label, str], None] = {}
        own = target.id.partition(":")[0]
        spoken = {label.language[:2] for label in target.labels}
        for way in sorted(links.near(target.id)):
            if way.partition(":")[0] in without or way.partition(":")[0] == own:
                continue
            labels = by_id.get(way) or ([Label(links.labels[way], "en", "exact")] if way in links.labels else [])
            rows |= dict.fromkeys((label, way) for label in labels)
        equal = {way for label in target.labels for way in by_words.get(worded(label.value).words, ())}
        for way in sorted(equal - {target.id}):
            rows |= dict.fromkeys((label, way) for label in by_id[way] if label.language[:2] not in spoken)
        if rows:
            found[target.id] = list(rows)
    return found
