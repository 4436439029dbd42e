"""What text adds to a decision: a rule may fire on it, more weakly, and that is all it does.

The case is judged without its notes and with what was read from them. Whatever comes of the first stands; rules that
fire in the second alone come to it, not above a tier that is set, with the places of the text. So text that was
misread can neither silence a rule nor settle what is unknown.
"""

from __future__ import annotations

import msgspec

from kg.model.rule import Tier
from kg.rules.decision import Card, Decision
from kg.rules.ranking import SEVERITY

READ = "/notes/"
"""How places in notes begin."""


def with_readings(plain: Decision, read: Decision, cap: Tier) -> Decision:
    """``plain``, the decision without notes, with what fires in ``read`` alone, at most as ``cap``. Both hold every
    card."""
    known = {card.rule for card in plain.cards} | {one.loser for one in plain.conflicts}
    new = [_read(card, cap) for card in read.cards if card.rule not in known and _places(card)]
    names = {card.rule for card in new}
    lacking = tuple(one for one in plain.insufficient if one.rule not in names)
    quiet = len(new) - (len(plain.insufficient) - len(lacking))
    outside = min(quiet, max(0, plain.outside - read.outside))
    told = {(one.winner, one.loser) for one in plain.conflicts}
    more = tuple(one for one in read.conflicts if (one.winner, one.loser) not in told and one.loser not in known)
    explained = tuple(one for one in plain.explained if one.rule not in names)
    return msgspec.structs.replace(
        plain, cards=plain.cards + tuple(new), insufficient=lacking, outside=plain.outside - outside,
        # A rule that no list could reach was not counted as silent either.
        silent=plain.silent - min(quiet - outside, max(0, plain.silent - read.silent)),
        conflicts=plain.conflicts + more,
        explained=explained + tuple(one for one in read.explained if one.rule in names),
    )  # fmt: skip


def _read(card: Card, cap: Tier) -> Card:
    tier = card.tier if SEVERITY[card.tier] >= SEVERITY[cap] else cap
    return msgspec.structs.replace(card, tier=tier, read_from=_places(card))


def _places(card: Card) -> tuple[str, ...]:
    return tuple(one.place for one in card.facts if one.place.startswith(READ))
