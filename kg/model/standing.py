"""What was decided about a rule: by whom, on which text of it, in which mode, for whom, until when (ADR 39)."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec

from kg.model.case import Scope
from kg.model.rule import Tier

StandingMode = Literal["shadow", "pilot", "active", "retired", "withdrawn"]
"""*retired*: its time is over; *withdrawn*: it was wrong. A rule without a standing is a draft."""
STANDING_MODES: tuple[StandingMode, ...] = get_args(StandingMode)
ENDED: frozenset[StandingMode] = frozenset({"retired", "withdrawn"})
Basis = Literal["evidence", "local-consensus"]
"""What an approval rests on: a quoted sentence with its grade, or what a committee of the hospital agreed on."""
KillKind = Literal["rule", "pack", "service"]
FlagKind = Literal["source-standing", "contrary-evidence"]
REVIEW_DAYS = 180
"""Until the next review, where nobody says otherwise."""

_Word = Annotated[str, msgspec.Meta(max_length=200)]
_Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class RuleMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text of one rule, or of one local change with the rule that it changes. ``content``: SHA-256 of what they say
    (``kg.rules.content``). ``of``: what a change changes, empty for a rule."""

    pack: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    rule: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    version: Annotated[str, msgspec.Meta(max_length=80)]
    content: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    of: _Word = ""


class CommitteeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a committee decided: its name, the number of the decision, the day, and where the minutes are found."""

    committee: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    date: _Day
    minutes: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class RuleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody wants to come into force.

    ``scopes``: of a pilot, whom it speaks to. ``tier``: instead of the rule's own. ``review_due``: empty for the
    default of 180 days.
    """

    rules: Annotated[tuple[RuleMark, ...], msgspec.Meta(min_length=1, max_length=5_000)]
    mode: Literal["shadow", "pilot", "active"]
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(max_length=100)] = ()
    tier: Tier | None = None
    basis: Basis = "evidence"
    reason: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    review_due: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class Approval(msgspec.Struct, frozen=True):
    """What a card says of who let its rule speak: the role of the approver, the day, the record of the committee."""

    role: str
    reviewed: str
    review_due: str
    basis: Basis
    committee: CommitteeRecord | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a rule stands since a moment (ISO 8601, UTC). ``until`` is empty for what holds now.

    ``author`` asked for it and ``approver``, in ``role``, is somebody else. ``proposal``: its number in the queue.
    ``by``: who ended, withdrew or restored it; ``reason``: why.
    """

    mark: RuleMark
    mode: StandingMode
    since: str
    until: str = ""
    scopes: tuple[Scope, ...] = ()
    tier: Tier | None = None
    basis: Basis = "evidence"
    author: str = ""
    approver: str = ""
    role: str = ""
    committee: CommitteeRecord | None = None
    approved: str = ""
    review_due: str = ""
    proposal: int = 0
    by: str = ""
    reason: str = ""

    @property
    def approval(self) -> Approval:
        return Approval(self.role, self.approved[:10], self.review_due, self.basis, self.committee)


class Kill(msgspec.Struct, frozen=True):
    """A switch that somebody pulled: nothing of this rule, of this pack, or nothing at all fires. ``revived`` is empty
    while it holds."""

    id: int
    kind: KillKind
    name: str
    person: str
    reason: str
    since: str
    until: str = ""
    revived: str = ""
    words: str = ""

    def stops(self, pack: str, rule: str) -> bool:
        return self.kind == "service" or self.name == {"pack": pack, "rule": rule}[self.kind]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """Why a rule is to be looked at again. ``about``: the document or the assertion; ``what``: a standing of it
    (``retracted``, ``superseded``, ``concern``), or what became of it (``refuted``, ``contested``). ``cleared``: who
    looked, and found with ``words`` that the rule stands."""

    rule: str
    pack: str
    kind: FlagKind
    about: str
    what: str
    generation: str
    since: str
    until: str = ""
    cleared: str = ""
    words: str = ""


class Decided(msgspec.Struct, frozen=True):
    """Everything that holds at one moment. ``version`` goes up with every change of any of it."""

    version: int = 0
    standings: tuple[Standing, ...] = ()
    kills: tuple[Kill, ...] = ()
    flags: tuple[Flag, ...] = ()
