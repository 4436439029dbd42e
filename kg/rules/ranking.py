"""In which order cards are shown: how strongly a rule speaks, what it rests on, whether it is new.

One after the other, not multiplied: a product of ranks would let well-founded advice go before a warning.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kg.model.rule import RuleEvidence, Tier

SEVERITY: dict[Tier, int] = {"block": 0, "interrupt": 1, "warn": 2, "inform": 3, "silent": 4}
"""Tier -> its rank, strongest first."""


class Place(msgspec.Struct, frozen=True, order=True):
    """Why a card stands where it does; each number is a rank, 0 goes first.

    ``severity``: block 0 to silent 4. ``evidence``: 0 a checked quote with a grade, 1 a checked quote, 2 a paraphrase.
    ``repeated``: 1 where the same card was shown before and is shown again all the same. Then by ``rule``.
    """

    severity: int
    evidence: int
    repeated: int
    rule: str


def founded(evidence: Sequence[RuleEvidence]) -> int:
    """The rank of what a rule rests on, by the best of its supporting sources."""
    best = 2
    for one in evidence:
        if one.polarity == "supports" and one.basis == "quoted":
            best = min(best, 0 if one.grade else 1)
    return best


def placed(rule: str, tier: Tier, evidence: Sequence[RuleEvidence], repeated: bool = False) -> Place:
    """Where a card of a rule stands among others."""
    return Place(SEVERITY[tier], founded(evidence), int(repeated), rule)
