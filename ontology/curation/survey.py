"""The quality list over a whole generation: counts with samples, and what its terminologies cover."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from kg.messages import LANGUAGES
from kg.model.concept import Concept
from kg.model.finding import Finding, Severity
from ontology.curation.current import HeldConcepts, system
from ontology.curation.quality import quality

SAMPLES = 5


class QualityCount(msgspec.Struct, frozen=True):
    """How often a code was found, by terminology, with the first findings."""

    code: str
    severity: Severity
    count: int
    systems: dict[str, int]
    samples: tuple[Finding, ...]


class SystemCover(msgspec.Struct, frozen=True):
    """One terminology: concepts in use, deprecated ones, those at the top of a hierarchy, and those with a preferred
    name in each language."""

    system: str
    concepts: int
    deprecated: int
    tops: int
    named: dict[str, int]


class Survey(msgspec.Struct, frozen=True):
    """Codes in the order errors first, most frequent first."""

    concepts: int
    errors: int
    warnings: int
    counts: tuple[QualityCount, ...]
    systems: tuple[SystemCover, ...]


def survey(held: HeldConcepts, samples: int = SAMPLES) -> Survey:
    """Every concept, held against all others."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kept: defaultdict[str, list[Finding]] = defaultdict(list)
    severities: dict[str, Severity] = {}
    for finding in quality(held, held):
        code = finding.code
        found[code][system(finding.concept)] += 1
        severities.setdefault(code, finding.severity)
        if len(kept[code]) < samples:
            kept[code].append(finding)
    counts = [
        QualityCount(code, severities[code], each.total(), dict(sorted(each.items())), tuple(kept[code]))
        for code, each in found.items()
    ]
    counts.sort(key=lambda one: (one.severity, -one.count, one.code))
    total = Counter[str]()
    for one in counts:
        total[one.severity] += one.count
    return Survey(len(held), total["error"], total["warning"], tuple(counts), tuple(_covers(held)))


def _covers(held: HeldConcepts) -> Sequence[SystemCover]:
    rows: defaultdict[str, list[Concept]] = defaultdict(list)
    for concept in held:
        rows[system(concept.id)].append(concept)
    return [_cover(name, concepts, held) for name, concepts in sorted(rows.items())]


def _cover(name: str, concepts: Sequence[Concept], held: HeldConcepts) -> SystemCover:
    used = [one for one in concepts if not one.deprecated]
    tops = [one for one in used if not one.parents and held.children(one.id)] if held.hierarchical(name) else []
    return SystemCover(
        system=name,
        concepts=len(used),
        deprecated=len(concepts) - len(used),
        tops=len(tops),
        named={code: sum(one.label(code) is not None for one in used) for code in LANGUAGES},
    )
