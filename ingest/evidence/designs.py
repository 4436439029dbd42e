"""Study designs in order, by the Oxford Centre for Evidence-Based Medicine's 2011 Levels of Evidence.

The columns on treatment benefits and harms put systematic reviews first, then randomised trials, then controlled
cohort and follow-up studies, then case series, case-control and historically controlled studies. A design that can
stand on several steps stands on the lowest of them: a trial without a word of randomisation may be a single arm. What
those columns have no step for comes last, and is named only where no other design is known. No level is written: they
are for a question and can be moved up or down by who reads the study, which no program here does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ingest.text.claims.studies import publication_types

_STEPS = (
    ("systematic-review", "meta-analysis"),
    ("randomised-trial",),
    ("cohort",),
    ("trial", "case-control", "observational", "case-report"),
    ("cross-sectional", "guideline", "review"),
)
"""Best first; within a step the order only says which one is named."""
_RANKS = {name: rank for rank, name in enumerate(name for step in _STEPS for name in step)}
SECONDARY = frozenset({"meta-analysis", "systematic-review", "guideline", "review"})
"""Designs that report what other studies found."""


def best(designs: Iterable[str]) -> str:
    """The first design in order; empty where none is known.

    >>> best(["case-report", "review", "randomised-trial"]), best(["review"]), best([])
    ('randomised-trial', 'review', '')
    """
    return min((name for name in designs if name in _RANKS), key=rank, default="")


def rank(design: str) -> int:
    """The place of a design in the order; unknown ones come last.

    >>> rank("cohort") < rank("case-control") < rank("review") < rank("")
    True
    """
    return _RANKS.get(design, len(_RANKS))


@lru_cache(maxsize=4096)
def design_of_type(publication_type: str) -> str:
    """The design that a publication type of PubMed names; empty for most.

    >>> design_of_type("Randomized Controlled Trial"), design_of_type("Journal Article")
    ('randomised-trial', '')
    """
    return publication_types().get(publication_type, "")
