"""Which corrections hold, where curators contradict each other, and how often two of them agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from ingest.text.annotate import guess_language
from kg.model.correction import Correction

Judged = tuple[str, ...]
"""What was judged: document, passage, start, end, and the ends of a claim where it is one."""


class Settled(msgspec.Struct, frozen=True):
    """Corrections that hold, one a place, and all of those at places where two curators contradict each other."""

    applied: tuple[Correction, ...] = ()
    disputed: tuple[Correction, ...] = ()


class Agreement(msgspec.Struct, frozen=True):
    """Of two curators, in one language: how many places both judged, of how many the same, and Cohen's kappa of their
    verdicts; None where chance alone would make them agree everywhere."""

    first: str
    second: str
    language: str
    both: int
    same: int
    kappa: float | None


def language_of(correction: Correction) -> str:
    """``zh`` or ``en``, by its words, which are all that a table has of the text."""
    return guess_language(correction.surface)


def newest(corrections: Iterable[Correction]) -> list[Correction]:
    """One judgement of each curator and place: a later row replaces an earlier one."""
    return list({one.identity: one for one in corrections}.values())


def settled(corrections: Iterable[Correction]) -> Settled:
    """Places that all curators judge alike, told by the reviewed correction where there is one; the others apart."""
    applied: list[Correction] = []
    disputed: list[Correction] = []
    for _, rows in sorted(_places(corrections).items()):
        if len({_conclusion(one) for one in rows}) == 1:
            applied.append(min(rows, key=lambda one: (not one.reviewer, one.identity)))
        else:
            disputed += sorted(rows, key=lambda one: one.identity)
    return Settled(tuple(applied), tuple(disputed))


def agreements(corrections: Iterable[Correction]) -> list[Agreement]:
    """Of every two curators who judged the same places, by language."""
    told: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for rows in _places(corrections).values():
        for one, other in combinations(sorted(rows, key=lambda one: one.by), 2):
            told[one.by, other.by, language_of(one)].append((one.verdict, other.verdict))
    return [
        Agreement(first, second, language, len(pairs), sum(a == b for a, b in pairs), kappa(pairs))
        for (first, second, language), pairs in sorted(told.items())
    ]


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: agreement beyond that of two who say each thing as often, but at random.

    >>> kappa([("right", "right"), ("right", "missing"), ("missing", "missing"), ("missing", "missing")])
    0.5
    >>> kappa([("right", "right")]) is None
    True
    """
    if not pairs:
        return None
    first, second = (Counter(told) for told in zip(*pairs, strict=True))
    chance = sum(first[one] * second[one] for one in first) / len(pairs) ** 2
    if chance == 1:
        return None
    return round((sum(a == b for a, b in pairs) / len(pairs) - chance) / (1 - chance), 3)


def _places(corrections: Iterable[Correction]) -> dict[Judged, list[Correction]]:
    places: dict[Judged, list[Correction]] = defaultdict(list)
    for one in newest(corrections):
        places[one.document, one.passage, f"{one.start:09d}", f"{one.end:09d}", *_claim(one)].append(one)
    return places


def _claim(one: Correction) -> Iterator[str]:
    if one.about_relation:
        yield from (one.subject, one.predicate, one.object)


def _conclusion(one: Correction) -> tuple[str, ...]:
    """What follows for the place: a word more in the reason is no contradiction."""
    return one.verdict, one.category, one.concept
