"""Which claims contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.evidence.assertion import Voice
from ingest.evidence.designs import rank
from kg import vocab
from kg.mapping.base import term
from kg.model.terms import Term

MOST = 400
"""Pairs of one contradiction that are all named; of more, each claim is linked with the strongest against it."""
_OPPOSITE = (
    ("ameliorates_condition", "exacerbates_condition"),
    ("positively_correlated_with", "negatively_correlated_with"),
    ("preventative_for_condition", "promotes_condition"),
)
"""What Biolink Model annotates as ``opposite_of``. Treating and being contraindicated are not: both can be so."""
OPPOSITES: dict[Term, Term] = {
    term(vocab.BIOLINK, one): term(vocab.BIOLINK, other) for pair in _OPPOSITE for one, other in (pair, pair[::-1])
}


def conflicts(one: Iterable[Voice], other: Iterable[Voice]) -> Iterator[tuple[Term, Term]]:
    """Pairs of claims of two sides that cannot both hold; what was withdrawn contradicts nobody."""
    ours, theirs = _strongest_first(one), _strongest_first(other)
    if len(ours) * len(theirs) <= MOST:
        yield from ((a, b) for a in ours for b in theirs)
        return
    yield from ((a, theirs[0]) for a in ours)
    yield from ((ours[0], b) for b in theirs[1:])


def _strongest_first(side: Iterable[Voice]) -> list[Term]:
    """By study design, then by id, so that the order of the store does not matter."""
    standing = (one for one in side if not one.withheld)
    return [one.claim for one in sorted(standing, key=lambda one: (rank(one.design), one.claim))]
