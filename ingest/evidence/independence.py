"""Works that report the same people without saying so: by their authors, the number of people, and the years.

A registration tells of one trial (``ingest.evidence.sources``); many papers have none. Two works that say the same of
the same concepts, studied the same number of people, were written mostly by the same authors and appeared within a few
years are taken as one cohort: teams publish one series of patients more than once, and the number of patients is what
stays the same. It is asked only within one assertion, because the same team counts 60 patients with another disease,
too. Numbers below ten are passed over: case reports of one team have the same small number by chance. Works that are
registered as different trials are apart, whatever else they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from ingest.evidence.assertion import Source, Voice
from ingest.evidence.designs import SECONDARY
from ingest.evidence.groups import Groups
from ingest.evidence.sources import Cohort
from ingest.evidence.teams import Team
from kg.model.terms import Term

AUTHORS = "authors"
FEWEST = 10
"""People studied from which the same number says something."""
YEARS = 5
"""How far apart papers on one cohort appear."""
MOST = 200
"""Works of one assertion with the same number of people that are compared: more have a number by fashion, not by
people (n = 60)."""


def alike(heard: Iterable[Voice]) -> list[tuple[int, list[Source]]]:
    """By number of people, the works of one assertion that studied as many, where there are several; in order."""
    found: dict[int, dict[Term, Source]] = {}
    for one in heard:
        # Of a claim that names several documents it is not known whose number it is.
        if not one.withheld and len(one.sources) == 1 and one.sources[0].design not in SECONDARY:
            for size in one.sizes:
                if size >= FEWEST:
                    found.setdefault(size, {})[one.sources[0].work] = one.sources[0]
    return [(size, [works[node] for node in sorted(works)]) for size, works in sorted(found.items()) if len(works) > 1]


def cohorts(
    blocks: Sequence[tuple[int, Sequence[Source]]],
    teams: Mapping[Term, Team],
    numbers: Mapping[Term, frozenset[str]],
    groups: Groups,
) -> Iterator[Cohort]:
    """Joins among the works of ``alike``, made in ``groups``.

    ``teams``: by record, of all works in ``blocks``; ``numbers``: registrations by work, where there are any.
    """
    trials: dict[Term, frozenset[str]] = {}
    for source in (source for _, works in blocks for source in works):
        group = groups.of(source.work)
        trials[group] = trials.get(group, frozenset()) | numbers.get(source.work, frozenset())
    for size, works in blocks:
        for a, b in combinations(works[:MOST], 2):
            if a.year is None or b.year is None or abs(a.year - b.year) > YEARS:
                continue
            one, other = (trials[groups.of(source.work)] for source in (a, b))
            if one and other and one.isdisjoint(other):
                continue
            shared = teams[a.record].mostly(teams[b.record])
            if shared and groups.join(a.work, b.work):
                trials[groups.of(a.work)] = one | other
                yield Cohort(a.work, b.work, AUTHORS, (f"people {size}", *(f"author {name}" for name in shared)))
