"""What the claims with one subject, predicate and object come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from ingest.evidence.designs import SECONDARY, best
from kg.mapping.assertions import Assertion
from kg.model.terms import Term


class Source(msgspec.Struct, frozen=True):
    """A work that stands and that a claim rests on; ``design`` and ``year`` where its ``record`` or the claim tells."""

    work: Term
    record: Term
    design: str = ""
    year: int | None = None
    preprint: bool = False


class Voice(msgspec.Struct, frozen=True):
    """One claim, for or against. ``withheld``: why it makes no support, empty where at least one source stands.

    ``sources`` are those that stand; a table that names no document has none. ``sizes``: people studied, by work.
    """

    claim: Term
    direction: str
    evidence: str
    withheld: str = ""
    sources: tuple[Source, ...] = ()
    sizes: tuple[int, ...] = ()

    @property
    def design(self) -> str:
        return best(source.design for source in self.sources)


Group = Callable[[Term], Term]
"""The work that stands for all works of its cohort."""


def assertion(triple: tuple[Term, Term, Term], heard: Sequence[Voice], group: Group) -> Assertion:
    """The sums over ``heard``, whatever its order. Claims whose sources do not stand are counted by why, and in nothing
    else."""
    standing = [one for one in heard if not one.withheld]
    counts: Counter[str] = Counter(one.withheld or one.direction for one in heard)
    counts.update(one.evidence for one in standing)
    counts["preprint"] = sum(all(source.preprint for source in one.sources) and bool(one.sources) for one in standing)
    counts["sources"] = len({source.work for one in standing for source in one.sources})
    supports = [one for one in standing if one.direction == "supports"]
    refutes = [one for one in standing if one.direction == "refutes"]
    counts["independent-support"] = independent(supports, group)
    counts["independent-refutation"] = independent(refutes, group)
    years = [source.year for one in standing for source in one.sources if source.year is not None]
    return Assertion(
        *triple,
        claims=tuple(sorted(one.claim for one in heard)),
        counts=dict(counts),
        standing=_standing(counts),
        design=best(one.design for one in supports),
        refuting=best(one.design for one in refutes),
        years=(min(years), max(years)) if years else None,
    )


def independent(heard: Iterable[Voice], group: Group) -> int:
    """How many groups of sources speak for themselves: cohorts of works that report research of their own.

    Reviews, guidelines and tables that name no document rest on others, on which is not known: they are one group, and
    only where there is no other.
    """
    heard = list(heard)
    sources = [source for one in heard for source in one.sources]
    # One claim may tell of the design of a work what another leaves open.
    secondary = {source.work for source in sources if source.design in SECONDARY}
    found = {group(source.work) for source in sources if source.work not in secondary}
    return len(found) if found else int(bool(heard))


def _standing(counts: Counter[str]) -> str:
    if counts["supports"]:
        return "contested" if counts["refutes"] else "supported"
    if counts["refutes"]:
        return "refuted"
    return "insufficient" if counts["insufficient"] else "withdrawn"
