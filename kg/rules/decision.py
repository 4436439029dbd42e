"""What the engine answers: never a bare empty list.

Each rule that was reached comes to one of a closed set of outcomes: *fired* (a card), *silent*, *insufficient* (data
is missing, and which), *outside* (it does not speak of such patients), *conflicting* (another rule that fired goes
before it). Rules that no fact reached are silent; those that nobody could reach, because a list was not sent, are
counted under that list.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.rule import Bilingual, RuleEvidence, Suggestion, Tier
from kg.rules.base import PathStep
from kg.rules.facts import Unused
from kg.rules.seen import Seen

Outcome = Literal["fired", "silent", "insufficient", "outside", "conflicting", "not-in-force"]


class UsedFact(msgspec.Struct, frozen=True):
    """A fact that made a rule fire: where it stands in what was sent, the concepts it was read as, and how these come
    to be what the rule is about (with ``explain``)."""

    place: str
    concepts: tuple[str, ...] = ()
    path: tuple[PathStep, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is said. ``id`` is the same for the same rule and facts, so a caller can tell repeats; ``patient`` is the
    token that came with the case."""

    id: str
    rule: str
    version: str
    pack: str
    tier: Tier
    title: Bilingual
    message: Bilingual
    facts: tuple[UsedFact, ...]
    evidence: tuple[RuleEvidence, ...]
    suggestions: tuple[Suggestion, ...] = ()
    override_reasons: tuple[str, ...] = ()
    origin: str = "literature"
    review_due: str = ""
    patient: str = ""


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


class Unjudged(msgspec.Struct, frozen=True):
    """How many rules could not be reached, because ``list`` was not sent."""

    list: str
    rules: int


class Reasoned(msgspec.Struct, frozen=True):
    """Why a rule came to its outcome: its conditions with their values, applicability first where it has any."""

    rule: str
    version: str
    outcome: Outcome
    conditions: tuple[Seen, ...]


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer to one case. ``rules`` stands for the rules that could have fired, ``folded`` counts cards
    beyond those shown."""

    event: str
    at: str
    rules: str
    cards: tuple[Card, ...]
    folded: int
    insufficient: tuple[Insufficient, ...]
    conflicts: tuple[Conflict, ...]
    unjudged: tuple[Unjudged, ...]
    problems: tuple[Unused, ...]
    silent: int
    outside: int
    not_in_force: int
    explained: tuple[Reasoned, ...] = ()
