"""What publishing says of claims taken together (ADR 14): assertions, conflicts, sources of one cohort.

No source is rewritten. The terms are used for nothing else, so that they can be told from what was asserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kg import vocab
from kg.mapping.base import Context, term
from kg.model.terms import Statement, Term, integer, iri, lexical, literal

SUBJECT = term(vocab.MEDKG, "assertedSubject")
PREDICATE = term(vocab.MEDKG, "assertedPredicate")
OBJECT = term(vocab.MEDKG, "assertedObject")
HAS_CLAIM = term(vocab.MEDKG, "hasClaim")
STANDING = term(vocab.MEDKG, "assertionStanding")
BEST_DESIGN = term(vocab.MEDKG, "bestDesign")
BEST_REFUTING = term(vocab.MEDKG, "bestRefutingDesign")
FIRST_YEAR = term(vocab.MEDKG, "firstYear")
LAST_YEAR = term(vocab.MEDKG, "lastYear")
COUNTS: dict[str, Term] = {
    "supports": term(vocab.MEDKG, "supportCount"),
    "refutes": term(vocab.MEDKG, "refutationCount"),
    "insufficient": term(vocab.MEDKG, "insufficientCount"),
    "curated": term(vocab.MEDKG, "curatedCount"),
    "text-mined": term(vocab.MEDKG, "textMinedCount"),
    "preprint": term(vocab.MEDKG, "preprintCount"),
    "retracted": term(vocab.MEDKG, "retractedCount"),
    "concern": term(vocab.MEDKG, "concernCount"),
    "corrected": term(vocab.MEDKG, "correctedCount"),
    "superseded": term(vocab.MEDKG, "supersededCount"),
    "sources": term(vocab.MEDKG, "sourceCount"),
    "independent-support": term(vocab.MEDKG, "independentSupport"),
    "independent-refutation": term(vocab.MEDKG, "independentRefutation"),
}
"""What is counted -> the predicate that says so; what there is none of is not said."""
CONFLICTS = term(vocab.MEDKG, "conflictsWith")
SAME_COHORT = term(vocab.MEDKG, "sameCohort")
COHORT_SOURCE = term(vocab.MEDKG, "cohortSource")
COHORT_REASON = term(vocab.MEDKG, "cohortReason")
COHORT_EVIDENCE = term(vocab.MEDKG, "cohortEvidence")

ASSERTION_TERMS = frozenset(
    {
        SUBJECT,
        PREDICATE,
        OBJECT,
        HAS_CLAIM,
        STANDING,
        BEST_DESIGN,
        BEST_REFUTING,
        FIRST_YEAR,
        LAST_YEAR,
        *COUNTS.values(),
    }
)
COHORT_TERMS = frozenset({SAME_COHORT, COHORT_SOURCE, COHORT_REASON, COHORT_EVIDENCE})


class Assertion(msgspec.Struct, frozen=True):
    """What claims with one subject, predicate and object come to.

    ``counts`` has the keys of ``COUNTS``. ``standing``: supported, refuted, contested, insufficient or withdrawn.
    ``design`` is the best of what supports, ``refuting`` of what refutes; both may be empty.
    """

    subject: Term
    predicate: Term
    object: Term
    claims: tuple[Term, ...]
    counts: dict[str, int]
    standing: str
    design: str = ""
    refuting: str = ""
    years: tuple[int, int] | None = None


def assertion_iri(subject: Term, predicate: Term, obj: Term, context: Context) -> Term:
    """The IRI of an assertion: a digest of the three, whoever claims them."""
    return iri(context.ids.mint("assertion", lexical(subject), lexical(predicate), lexical(obj)))


def assertion_statements(found: Assertion, context: Context) -> Iterator[Statement]:
    """One node with the three, its claims, and what they come to."""
    node = assertion_iri(found.subject, found.predicate, found.object, context)
    yield Statement(f"{node} {SUBJECT} {found.subject}")
    yield Statement(f"{node} {PREDICATE} {found.predicate}")
    yield Statement(f"{node} {OBJECT} {found.object}")
    for claim in found.claims:
        yield Statement(f"{node} {HAS_CLAIM} {claim}")
    for name, predicate in COUNTS.items():
        if count := found.counts.get(name, 0):
            yield Statement(f"{node} {predicate} {integer(count)}")
    yield Statement(f"{node} {STANDING} {literal(found.standing)}")
    for predicate, text in ((BEST_DESIGN, found.design), (BEST_REFUTING, found.refuting)):
        if text:
            yield Statement(f"{node} {predicate} {literal(text)}")
    if found.years:
        for predicate, year in zip((FIRST_YEAR, LAST_YEAR), found.years, strict=True):
            yield Statement(f"{node} {predicate} {integer(year)}")


def conflict(a: Term, b: Term) -> Iterator[Statement]:
    """Two claims that cannot both hold, said from either side."""
    yield Statement(f"{a} {CONFLICTS} {b}")
    yield Statement(f"{b} {CONFLICTS} {a}")


def same_cohort(a: Term, b: Term, reason: str, evidence: Iterable[str], context: Context) -> Iterator[Statement]:
    """Two works report one study or the same people, and why that is thought: a node named after the pair."""
    first, second = sorted((a, b))
    node = iri(context.ids.mint("cohort-match", first, second, reason))
    yield Statement(f"{first} {SAME_COHORT} {second}")
    for work in (first, second):
        yield Statement(f"{node} {COHORT_SOURCE} {work}")
    yield Statement(f"{node} {COHORT_REASON} {literal(reason)}")
    for item in evidence:
        yield Statement(f"{node} {COHORT_EVIDENCE} {literal(item)}")
