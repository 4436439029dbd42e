"""What the engine answers: never a bare empty list.

Each rule that was reached comes to one of a closed set of outcomes: *fired* (a card), *silent*, *insufficient* (data
is missing, and which), *outside* (it does not speak of such patients), *conflicting* (another rule that fired goes
before it), *cut* (it took too long). Rules that no fact reached are silent; those that what was not sent, or was not
understood, could have reached are counted under that list.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.rule import Bilingual, RuleEvidence, Suggestion, Tier
from kg.model.standing import Approval
from kg.rules.base import PathStep
from kg.rules.facts import Unused
from kg.rules.firing import Mode
from kg.rules.ranking import Place
from kg.rules.seen import Seen

Outcome = Literal[
    "fired", "no-recommendation", "silent", "insufficient", "outside", "conflicting", "not-in-force", "cut",
    "not-active",
]  # fmt: skip
"""*no-recommendation*: it fired, and says that experts decided to recommend nothing. *cut*: it took longer than its
share of time. *not-active*: it was asked about and may not fire here."""
Gap = Literal["not-sent", "not-understood", "absent"]
"""Why it is not known what a list holds: it was not sent, something in it was not understood (or is dated in the
future), or the result that rules wait for is not among those that were sent."""


class UsedFact(msgspec.Struct, frozen=True, gc=False):
    """A fact that made a rule fire: where it stands in what was sent, the concepts it was read as, and how these come
    to be what the rule is about (with ``explain``)."""

    place: str
    concepts: tuple[str, ...] = ()
    path: tuple[PathStep, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is said. ``id`` is the same for the same rule and facts, so a caller can tell repeats; ``uuid`` is new each
    time that it is shown, and given where it is. ``patient`` is the token that came with the case; ``under_review``:
    why somebody is to look at the rule again; ``approval``: who let it speak, of all that are no examples;
    ``read_from``: which characters of which notes it rests on, where it would not have fired without them."""

    id: str
    uuid: str = ""
    rule: str
    version: str
    pack: str
    mode: Mode
    tier: Tier
    title: Bilingual
    message: Bilingual
    facts: tuple[UsedFact, ...]
    evidence: tuple[RuleEvidence, ...]
    no_recommendation: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    override_reasons: tuple[str, ...] = ()
    origin: str = "literature"
    review_due: str = ""
    read_from: tuple[str, ...] = ()
    under_review: str = ""
    approval: Approval | None = None
    patient: str = ""


class ShadowHit(msgspec.Struct, frozen=True):
    """A rule that would have fired and gives no card to who asks: a shadow, or a pilot elsewhere."""

    rule: str
    version: str
    mode: Mode


class Suppressed(msgspec.Struct, frozen=True):
    """A card that is not said again: ``recent`` where the caller named it, ``shown-before`` where it was remembered
    here. ``card`` is the id that it had and would have."""

    card: str
    rule: str
    tier: Tier
    title: Bilingual
    because: Literal["recent", "shown-before"]


class Insufficient(msgspec.Struct, frozen=True):
    """A rule that could not be judged; ``missing`` names fields of the case, or concepts of tests."""

    rule: str
    title: Bilingual
    missing: tuple[str, ...]


class Conflict(msgspec.Struct, frozen=True):
    """Two rules that both fired and of which one goes before the other, as the loser's ``loses_to`` says."""

    winner: str
    loser: str
    message: Bilingual


class Contradiction(msgspec.Struct, frozen=True):
    """Two rules that both fired, of which one suggests ``concept`` and the other warns about it, and nobody said which
    goes before. Both are shown."""

    suggests: str
    warns: str
    concept: str


class Unjudged(msgspec.Struct, frozen=True):
    """How many rules could not be judged, because what they are about may stand in ``list``."""

    list: str
    rules: int
    gap: Gap = "not-sent"


class CutRule(msgspec.Struct, frozen=True):
    """A rule that was not judged, because it took longer than its share of time; the rest of the answer is whole."""

    rule: str
    version: str
    pack: str
    title: Bilingual


class Reasoned(msgspec.Struct, frozen=True):
    """Why a rule came to its outcome: its conditions with their values, applicability first where it has any."""

    rule: str
    version: str
    outcome: Outcome
    conditions: tuple[Seen, ...]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer to one case. ``rules`` stands for the rules that could have fired, ``folded`` counts cards
    beyond those shown. ``shadow`` is for who counts, not for who asks: no number of the answer knows of it."""

    event: str
    at: str
    rules: str
    cards: tuple[Card, ...]
    folded: int
    insufficient: tuple[Insufficient, ...]
    conflicts: tuple[Conflict, ...]
    contradictions: tuple[Contradiction, ...] = ()
    cut: tuple[CutRule, ...] = ()
    unjudged: tuple[Unjudged, ...]
    problems: tuple[Unused, ...]
    silent: int
    outside: int
    not_in_force: int
    shadow: tuple[ShadowHit, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    order: tuple[Place, ...] = ()
    explained: tuple[Reasoned, ...] = ()
