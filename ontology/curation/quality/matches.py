"""Matches with other concepts: several where one is meant, of another kind, or against the hierarchy.

qSKOS: Mapping Clashes, Mapping Relations Misuse, Relation Clashes (SKOS reference, S27 and S46).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.model.concept import Concept
from kg.model.finding import Finding
from ontology.curation.current import Current, system
from ontology.curation.quality.hierarchy import ancestors, disjoint

_OTHERS = frozenset({"broadMatch", "narrowMatch", "relatedMatch"})


def match_findings(concept: Concept, current: Current) -> Iterator[Finding]:
    """What is to be said about the matches of a concept that is in use; ids that nobody verified are none."""
    relations: defaultdict[str, set[str]] = defaultdict(set)
    for xref in concept.xrefs:
        if xref.verified is not False:
            relations[xref.curie].add(xref.relation)
    if concept.deprecated:
        return
    incoming = current.matching(concept.id)
    if relations or incoming:
        exact = {other for other, names in relations.items() if "exactMatch" in names}
        yield from _several(concept, exact | {one for one, name in incoming if name == "exactMatch"}, current)
    above = ancestors(concept.id, current) if relations and concept.parents else {}
    for other, names in sorted(relations.items()):
        if "exactMatch" in names and names & _OTHERS:
            yield Finding("match-contradicts", concept.id, other, "error")
        if other == concept.id:
            yield Finding("match-itself", concept.id, severity="error")
            continue
        known = current.concept(other)
        if known is None:
            continue
        if known.deprecated and names & {"exactMatch", "closeMatch"}:
            yield Finding("match-deprecated", concept.id, other)
        if "exactMatch" in names and disjoint(concept.category, known.category):
            about = f"{concept.category} / {known.category}"
            yield Finding("match-category", concept.id, f"{other} ({about})", "error", (other,))
        if other in above and names & {"exactMatch", "closeMatch", "relatedMatch"}:
            yield Finding("match-hierarchy", concept.id, other, "error", _way(concept.id, other, above))
        elif system(other) == system(concept.id):
            yield Finding("match-same-system", concept.id, other)


def _several(concept: Concept, exact: set[str], current: Current) -> Iterator[Finding]:
    """Exact matches with several concepts of one terminology would make these the same."""
    by_system: defaultdict[str, list[str]] = defaultdict(list)
    for other in sorted(exact - {concept.id}):
        known = current.concept(other)
        if system(other) != system(concept.id) and (known is None or not known.deprecated):
            by_system[system(other)].append(other)
    for others in by_system.values():
        if len(others) > 1:
            for other in others:
                yield Finding("match-several", concept.id, other, "error", tuple(others[:20]))


def _way(start: str, top: str, above: dict[str, str]) -> tuple[str, ...]:
    path = [top]
    while path[-1] != start:
        path.append(above[path[-1]])
    return tuple(reversed(path))
