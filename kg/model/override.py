"""What a hospital changes of a rule that somebody else wrote: narrowed, silenced, or of another tier."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kg.model.rule import Bilingual, Condition, RuleCase, Tier, concepts

_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*:[A-Za-z0-9._/-]+$", max_length=200)]


class RuleOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One change of one rule, or of another change.

    ``override``: its own id, a CURIE. ``of``: what it changes, in the version ``base`` that it was written against.
    *narrow* adds the condition ``when``, and has ``cases`` of the narrowed rule; *re-tier* gives it ``tier``. Where
    what it changes is another than it was, it does nothing until somebody has looked. ``of_pack``: the pack of the
    rule, where an id stands in several.
    """

    override: _Id
    version: str
    of: _Id
    base: str
    does: Literal["narrow", "silence", "re-tier"]
    reason: Bilingual
    when: Condition | None = None
    tier: Tier | None = None
    cases: tuple[RuleCase, ...] = ()
    author: str = ""
    of_pack: str = ""

    def __post_init__(self) -> None:
        if (self.when is not None) != (self.does == "narrow") or bool(self.cases) != (self.does == "narrow"):
            raise ValueError("what narrows has a condition and cases, and nothing else has")
        if (self.tier is not None) != (self.does == "re-tier"):
            raise ValueError("what gives another tier names it, and nothing else does")
        if self.of == self.override:
            raise ValueError("nothing changes itself")

    @property
    def concepts(self) -> tuple[str, ...]:
        """Every concept that its condition names, in order."""
        return tuple(sorted(set(concepts(self.when)))) if self.when is not None else ()


class PackedOverride(msgspec.Struct, frozen=True, kw_only=True):
    """A change with what its pack says of all that is in it."""

    pack: str
    release: str
    licence: str
    override: RuleOverride
