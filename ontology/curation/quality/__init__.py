"""The quality list: what is looked for in every concept, after the SKOS reference and qSKOS (ADR 30).

Each check asks of one concept, so that the same list runs over what a proposal touches and over a whole generation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.model.concept import Concept
from kg.model.finding import Finding
from ontology.curation.current import Current
from ontology.curation.quality.hierarchy import hierarchy_findings
from ontology.curation.quality.labels import label_findings
from ontology.curation.quality.matches import match_findings
from ontology.curation.quality.texts import text_findings

Check = Callable[[Concept, Current], Iterator[Finding]]
RELATIONS: tuple[Check, ...] = (hierarchy_findings, match_findings)
"""What others can bring upon a concept that is not changed itself."""
CHECKS: tuple[Check, ...] = (label_findings, text_findings, *RELATIONS)


def quality(concepts: Iterable[Concept], current: Current, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """What the list finds about ``concepts``, each finding once."""
    seen: set[tuple[str, str, str]] = set()
    for concept in concepts:
        for check in checks:
            for finding in check(concept, current):
                # A cycle is found by each of its members.
                if finding.identity not in seen:
                    seen.add(finding.identity)
                    yield finding
