"""Local packs over base packs: what a hospital changes of rules that stay as they are (ADR 39).

A change that was approved is applied to the rule as it fires. A change may itself be changed; to silence one is to take
it back. One whose base is gone, or another than it was written and approved against, is a conflict and does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from kg.model.override import RuleOverride
from kg.model.rule import All, Rule
from kg.model.standing import ENDED, Decided, RuleMark, Standing
from kg.rules.content import content
from kg.rules.firing import Firing, Installed

Why = Literal["gone", "changed", "cyclic", "double", "ambiguous"]
"""Why a change does nothing: what it changes is not there, or is another; it leads back to itself; two changes give one
rule two tiers; several packs have a rule, or changes, of that id and nothing says which is meant."""


class InstalledOverride(msgspec.Struct, frozen=True):
    """A change and the pack that it came with."""

    pack: str
    override: RuleOverride
    licence: str = ""

    @property
    def id(self) -> str:
        return self.override.override


class LocalConflict(msgspec.Struct, frozen=True):
    """A change that does nothing. ``path``: from it to the rule, as far as there is one; ``told``: the version that was
    wanted and the one that is there, or the other change."""

    override: str
    pack: str
    of: str
    why: Why
    path: tuple[str, ...]
    told: str = ""


class Overrides:
    """The changes of a generation over its rules."""

    def __init__(self, overrides: Iterable[InstalledOverride], rules: Iterable[Installed]) -> None:
        self.every = sorted(overrides, key=lambda one: one.id)
        self._by_id = {one.id: one for one in self.every}
        self._double = {name for name, number in Counter(one.id for one in self.every).items() if number > 1}
        self._rules: dict[str, list[Installed]] = {}
        for one in rules:
            self._rules.setdefault(one.rule.id, []).append(one)

    def path(self, one: InstalledOverride) -> tuple[str, ...]:
        """Ids from a change to the rule; it ends with one that was there before where it leads back to itself."""
        found = [one.id, one.override.of]
        while found[-1] in self._by_id and found[-1] not in found[:-1]:
            found.append(self._by_id[found[-1]].override.of)
        return tuple(found)

    def conflict(self, one: InstalledOverride) -> LocalConflict | None:
        """What keeps a change from being applied, whoever approved it; None where nothing does."""
        path = self.path(one)
        if path[-1] in path[:-1]:
            return _conflict(one, "cyclic", path)
        if twice := self._double.intersection(path):
            return _conflict(one, "ambiguous", path, ", ".join(sorted(twice)))
        fitting = self._fitting(path)
        if len(fitting) > 1:
            return _conflict(one, "ambiguous", path, ", ".join(sorted(rule.pack for rule in fitting)))
        base = self._version(one.override.of, fitting)
        if base is None or not fitting:
            return _conflict(one, "gone", path, one.override.base)
        if base != one.override.base:
            return _conflict(one, "changed", path, f"{one.override.base} → {base}")
        return None

    def mark(self, one: InstalledOverride) -> RuleMark | None:
        """What stands for a change together with all that it changes; None where that is not there."""
        path = self.path(one)
        rule = self._rule(path)
        if rule is None:
            return None
        parts = [self._by_id[name].override for name in path[:-1]]
        return RuleMark(one.pack, one.id, one.override.version, content(*parts, rule.rule), one.override.of)

    def changed(self, one: InstalledOverride) -> Installed | None:
        """The rule as it is with a change and those below it, under the id of the change, with its cases."""
        path = self.path(one)
        rule = self._rule(path)
        if rule is None or path[-1] in path[:-1]:
            return None
        made = rule.rule
        for name in reversed(path[:-1]):
            made = _applied(made, self._by_id[name].override) or made
        written = (self._by_id[name].override.cases for name in path[:-1])
        cases = next((found for found in written if found), made.cases)
        return Installed(one.pack, msgspec.structs.replace(made, id=one.id, cases=cases), False, one.licence)

    def _fitting(self, path: Sequence[str]) -> list[Installed]:
        """The rules that a way may end at: those of its last id, in the pack that the change nearest to it names."""
        nearest = self._by_id[path[-2]].override
        return [one for one in self._rules.get(path[-1], ()) if nearest.of_pack in ("", one.pack)]

    def _rule(self, path: Sequence[str]) -> Installed | None:
        """The one rule at the end of a way; None where there is none, or more than one."""
        fitting = self._fitting(path)
        return fitting[0] if len(fitting) == 1 else None

    def _version(self, name: str, fitting: Sequence[Installed]) -> str | None:
        if name in self._by_id:
            return self._by_id[name].override.version
        return fitting[0].rule.version if fitting else None

    def over(self, firings: Sequence[Firing], decided: Decided) -> tuple[list[Firing], list[LocalConflict]]:
        """The rules that fire with the approved changes applied, and the changes that are not.

        Changes that nobody approved do nothing and are no conflict, unless they lead back to themselves.
        """
        standings = {one.mark.rule: one for one in decided.standings if one.mode not in ENDED}
        held = {one.rule.id: one for one in firings}
        conflicts: list[LocalConflict] = []
        good: list[InstalledOverride] = []
        for one in self.every:
            standing = standings.get(one.id)
            found = self.conflict(one)
            if found is None and standing is not None and standing.mark != self.mark(one):
                found = _conflict(one, "changed", self.path(one), standing.mark.version)
            if found is not None and (standing is not None or found.why == "cyclic"):
                conflicts.append(found)
            elif standing is not None and standing.mode == "active" and not _killed(one, decided):
                good.append(one)
        conflicts += _gone(standings, self._by_id)
        applied = self._applicable(good)
        twice = _twice(applied)
        conflicts += [_conflict(one, "double", self.path(one), other) for one, other in twice]
        out = {one.id for one, _ in twice}
        # What is nearest to the rule comes first.
        for one in sorted(applied, key=lambda one: (len(self.path(one)), one.id)):
            base, rule = self.path(one)[-1], self._rule(self.path(one))
            # Of two packs with a rule of this id, the one that fires need not be the one that was changed.
            same = rule is not None and base in held and held[base].installed.pack == rule.pack
            if same and not out.intersection(self.path(one)):
                changed = _over(held.pop(base), one.override)
                if changed is not None:
                    held[base] = changed
        return [held[one.rule.id] for one in firings if one.rule.id in held], conflicts

    def _applicable(self, good: Sequence[InstalledOverride]) -> list[InstalledOverride]:
        """Without changes that another one silences, and those over changes that are not applied."""
        muting = {one.id: one.override.of for one in good if one.override.does == "silence"}
        names = {one.id for one in good} - set(muting.values())
        return [
            one
            for one in good
            if names.issuperset(self.path(one)[:-1]) and muting.get(one.id) not in self._by_id
        ]  # fmt: skip


def _over(firing: Firing, change: RuleOverride) -> Firing | None:
    rule = _applied(firing.rule, change)
    if rule is None:
        return None
    installed = msgspec.structs.replace(firing.installed, rule=rule)
    return msgspec.structs.replace(firing, installed=installed, tier=change.tier or firing.tier)


def _applied(rule: Rule, change: RuleOverride) -> Rule | None:
    """A rule as a change makes it, whose version tells so; None for none."""
    version = f"{rule.version}+{change.override}@{change.version}"
    if change.does == "silence":
        return None
    if change.when is not None:
        return msgspec.structs.replace(rule, version=version, when=All((rule.when, change.when)))
    return msgspec.structs.replace(rule, version=version, tier=change.tier or rule.tier)


def _killed(one: InstalledOverride, decided: Decided) -> bool:
    # A switch for the whole service stops rules already.
    return any(kill.stops(one.pack, one.id) for kill in decided.kills)


def _gone(standings: Mapping[str, Standing], known: Mapping[str, InstalledOverride]) -> list[LocalConflict]:
    """Approved changes that no pack brings any more."""
    return [
        LocalConflict(name, one.mark.pack, one.mark.of, "gone", (name,), one.mark.version)
        for name, one in sorted(standings.items())
        if one.mark.of and name not in known
    ]


def _twice(applied: Sequence[InstalledOverride]) -> list[tuple[InstalledOverride, str]]:
    """Changes that give one thing different tiers, side by side: none of them can go before the others."""
    by: dict[str, list[InstalledOverride]] = {}
    for one in applied:
        if one.override.does == "re-tier":
            by.setdefault(one.override.of, []).append(one)
    return [
        (one, ", ".join(other.id for other in rows if other is not one))
        for rows in by.values()
        if len({one.override.tier for one in rows}) > 1
        for one in rows
    ]


def _conflict(one: InstalledOverride, why: Why, path: tuple[str, ...], told: str = "") -> LocalConflict:
    return LocalConflict(one.id, one.pack, one.override.of, why, path, told)
