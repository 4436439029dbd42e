"""Rules as a pack brought them, and as they may fire here: in which mode, for whom, how strongly.

A pack says what a rule is (``Installed``); what was decided here says whether it fires (``Firing``). Nothing else does.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.case import Scope
from kg.model.rule import Rule, Tier

Mode = Literal["shadow", "pilot", "active", "demo"]
"""*shadow*: judged and counted, never a card. *pilot*: cards for those of ``scopes``, as shadow elsewhere. *demo*:
cards that say of themselves that they are examples."""


class Installed(msgspec.Struct, frozen=True):
    """A rule and the pack that it came with."""

    pack: str
    rule: Rule
    example: bool = True
    licence: str = ""


class Audience(msgspec.Struct, frozen=True):
    """Who gets cards: ``nobody``, or those of ``scopes``, or all where there are none."""

    nobody: bool = False
    scopes: tuple[Scope, ...] = ()

    def holds(self, scope: Scope) -> bool:
        """Whether who asks is one of them."""
        return not self.nobody and (not self.scopes or any(_within(scope, one) for one in self.scopes))


class Firing(msgspec.Struct, frozen=True):
    """A rule that may fire.

    ``scopes``: who gets its cards; an empty field of one matches all. Without scopes a pilot speaks to nobody, every
    other mode to all. ``tier``: as decided here, instead of the rule's own. ``under_review``: why somebody is to look
    at it again (a source was retracted, a review is overdue); its cards say so.
    """

    installed: Installed
    mode: Mode
    scopes: tuple[Scope, ...] = ()
    tier: Tier | None = None
    under_review: str = ""

    @property
    def rule(self) -> Rule:
        return self.installed.rule

    @property
    def strength(self) -> Tier:
        """How its cards come up."""
        return self.tier or self.rule.tier

    @property
    def audience(self) -> Audience:
        """Who gets its cards; for others it is judged as a shadow is."""
        nobody = self.mode == "shadow" or (self.mode == "pilot" and not self.scopes)
        return Audience(nobody, () if nobody else self.scopes)

    @property
    def mark(self) -> str:
        """What stands for this rule as it fires: the same where all of it is the same."""
        body = msgspec.json.encode((self.mode, self.scopes, self.strength, self.under_review), order="sorted")
        return f"{self.rule.id} {self.rule.version} {body.decode()}"


def _within(asking: Scope, decided: Scope) -> bool:
    """Whether who asks is one of those that were decided.

    >>> _within(Scope(department="icu", role="nurse"), Scope(department="icu")), _within(Scope(), Scope(site="a"))
    (True, False)
    """
    return all(
        wanted in ("", given)
        for wanted, given in (
            (decided.site, asking.site), (decided.department, asking.department), (decided.role, asking.role),
        )
    )  # fmt: skip
