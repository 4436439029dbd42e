"""What the API shows of claims and of what they come to: frozen records.

Offsets are Unicode code points, start inclusive, end exclusive, in the passage's own text.
"""

from __future__ import annotations

import msgspec

from kg.query.records import LabelPair, Named


class EvidenceSource(msgspec.Struct, frozen=True):
    """A document that a claim rests on; ``standing`` is empty where the graph holds nothing but its id."""

    id: str
    label: LabelPair
    year: int | None
    standing: str


class QuoteRecord(msgspec.Struct, frozen=True):
    """``passage.text[start:end] == text`` in the source; ``passage`` is the key of a passage."""

    text: str
    passage: str
    start: int
    end: int


class StudyRecord(msgspec.Struct, frozen=True):
    """What the source says of its study; empty or None where it does not say."""

    design: str
    size: int | None
    design_quote: QuoteRecord | None
    population: QuoteRecord | None


class ClaimRecord(msgspec.Struct, frozen=True):
    """One claim with its evidence. ``sentence`` is what the source says, None for tables that quote none.

    ``source``: where it is said; ``references``: what it refers to. ``flag``: the gravest standing among these, empty
    where all stand. ``assertion``: what it is counted in. ``conflicts``: claims that it contradicts, at most twenty.
    """

    id: str
    iri: str
    subject: Named
    predicate: str
    object: Named
    direction: str
    evidence: str
    method: str
    score: float | None
    qualifiers: tuple[str, ...]
    directness: str
    sentence: QuoteRecord | None
    source: EvidenceSource | None
    references: tuple[EvidenceSource, ...]
    study: StudyRecord
    flag: str
    assertion: str | None
    conflicts: tuple[str, ...]
    more_conflicts: bool


class CohortRecord(msgspec.Struct, frozen=True):
    """Two works that report one study, of which at least one is a source, and why that is thought."""

    a: str
    b: str
    reason: str
    evidence: tuple[str, ...]


class AssertionRecord(msgspec.Struct, frozen=True):
    """What all claims with one subject, predicate and object come to.

    Claims of retracted, doubted, corrected and superseded sources are counted by that, and nowhere else.
    ``independent_support``: groups of sources that speak for themselves; ``cohorts`` says which were brought together.
    """

    id: str
    iri: str
    subject: Named
    predicate: str
    object: Named
    standing: str
    supports: int
    refutes: int
    insufficient: int
    curated: int
    text_mined: int
    preprints: int
    retracted: int
    concern: int
    corrected: int
    superseded: int
    sources: int
    independent_support: int
    independent_refutation: int
    best_design: str
    best_refuting_design: str
    first_year: int | None
    last_year: int | None
    cohorts: tuple[CohortRecord, ...]
    more_cohorts: bool
