"""Cards that were shown before are not said again: held back, named and counted.

A card is the same where rule, version, facts and their values are (``Card.id``), so a new value, a new drug or a new
version of the rule makes another one, which is shown. What blocks is shown again, unless local policy says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from kg.model.rule import Bilingual, Tier
from kg.rules.decision import Card, Decision, Suppressed
from kg.rules.ranking import placed

Because = Literal["recent", "shown-before"]
EVERY = 100_000
"""Cards that are made where some of them may be held back: those behind the cap may move up."""


def stewarded(decision: Decision, limit: int, repeated: Mapping[str, Because], *, blocks: bool = False) -> Decision:
    """``decision``, which holds every card, without those that were shown before and down to ``limit``.

    ``repeated``: id of a card -> how it is known. ``blocks``: hold back what blocks, too.
    """
    held = [card for card in decision.cards if card.id in repeated and (blocks or card.tier != "block")]
    names = {card.id for card in held}
    cards = sorted(
        (card for card in decision.cards if card.id not in names),
        key=lambda card: placed(card.rule, card.tier, card.evidence, card.id in repeated),
    )
    # As in the engine: what blocks is never folded away.
    kept = tuple(card for number, card in enumerate(cards) if number < limit or card.tier == "block")
    return msgspec.structs.replace(
        decision, cards=kept, folded=decision.folded + len(cards) - len(kept),
        suppressed=tuple(_told(card, repeated[card.id]) for card in held),
        order=tuple(placed(card.rule, card.tier, card.evidence, card.id in repeated) for card in kept),
    )  # fmt: skip


def _told(card: Card, because: Because) -> Suppressed:
    title: Bilingual = card.title
    tier: Tier = card.tier
    return Suppressed(card.id, card.rule, tier, title, because)
