"""How rules stand, as the service and the command line handle it: asked for, held against the gate, approved, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Literal

import msgspec

from api.decisions import Decisions
from api.keeping import Keeping
from api.knowledge import Knowledge
from kg.errors import RulesUnready, UnknownName
from kg.model.case import Scope
from kg.model.rule import Tier
from kg.model.standing import ENDED, Basis, Kill, KillKind, RuleMark, RuleRequest, Standing
from kg.rules.firing import Installed
from kg.rules.local import InstalledOverride, LocalConflict
from kg.rules.readiness import Unready, unready
from kg.rules.standing import overdue
from kg.workflow.proposals import Person, Proposal
from kg.workflow.queue import Wanted
from kg.workflow.standings import Signature

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class StandingWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How rules are to stand: ``rules`` by id, or all of ``pack``; both where an id is in several packs.

    The text that is asked for is the one that is installed in the served generation. ``scopes``: of a pilot, whom it
    speaks to. ``tier``: instead of the rule's own. ``review_due``: 180 days from the approval where it is empty.
    """

    mode: Literal["shadow", "pilot", "active"]
    rules: Annotated[tuple[_Id, ...], msgspec.Meta(max_length=5_000)] = ()
    pack: Annotated[str, msgspec.Meta(max_length=100)] = ""
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(max_length=100)] = ()
    tier: Tier | None = None
    basis: Basis = "evidence"
    title: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")] = ""
    reason: Annotated[str, msgspec.Meta(max_length=4_000, pattern=r"^[^\x00]*$")] = ""
    review_due: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""


class StandingRequest(msgspec.Struct, frozen=True):
    """A request with what keeps it from being approved now: nothing, for one that could be."""

    proposal: Proposal
    request: RuleRequest
    findings: tuple[dict[str, str], ...]


class StandingRecord(msgspec.Struct, frozen=True):
    """How a rule stands. ``applies``: the text that was approved is the one that is installed, so that it fires where
    its mode and no kill switch stop it. ``overdue``: its review is."""

    standing: Standing
    applies: bool
    killed: bool
    overdue: bool
    flagged: tuple[str, ...]


class Subject(msgspec.Struct, frozen=True):
    """What a standing may be about: a rule, or a local change of one, which has no mark where that is not there."""

    pack: str
    id: str
    mark: RuleMark | None
    rule: Installed | None = None
    change: InstalledOverride | None = None


class RuleDesk:
    """Requests, approvals and lists, against the rules of a generation."""

    def __init__(self, keeping: Keeping, decisions: Decisions) -> None:
        self.keeping, self._decisions = keeping, decisions

    def propose(self, found: Knowledge, person: Person, wanted: StandingWanted) -> Proposal:
        """Ask for it. Raises UnknownName, ApprovalRefused, RulesUnready where an id is in several packs, or where what
        a change changes is not there."""
        chosen = self._chosen(found, wanted.rules, wanted.pack)
        if lost := [one for one in chosen if one.mark is None]:
            raise RulesUnready(rows=[Unready(one.id, "of", "unready-override") for one in lost])
        request = RuleRequest(
            rules=tuple(one.mark for one in chosen if one.mark), mode=wanted.mode, scopes=wanted.scopes,
            tier=wanted.tier, basis=wanted.basis, reason=wanted.reason, review_due=wanted.review_due,
        )  # fmt: skip
        return self.keeping.standings.propose(request, person, wanted.title)

    def approve(self, found: Knowledge, number: int, signature: Signature, words: str = "") -> list[Standing]:
        """Raises RulesUnready with everything that is lacking, and what ``Standings.approve`` raises."""
        request = self.keeping.standings.request(number)
        named = self._named(found, request.rules)
        if rows := self._lacking(found, named, request):
            raise RulesUnready(rows=rows)
        passed = [one.mark for one in named if one.mark]
        return self.keeping.standings.approve(number, signature, passed, words)

    def dossier(self, found: Knowledge, number: int, language: str = "en") -> StandingRequest:
        """One request; raises UnknownName."""
        request = self.keeping.standings.request(number)
        proposal = self.keeping.proposals.get(number)
        rows: list[Unready] = []
        if proposal.state in ("submitted", "in-review"):
            named = self._named(found, request.rules)
            rows = self._lacking(found, named, request)
            held = {one.mark for one in named}
            rows += [Unready(mark.rule, "", "other-content") for mark in request.rules if mark not in held]
        return StandingRequest(proposal, request, RulesUnready(rows=rows).places(language))

    def requests(self, limit: int, below: int | None) -> list[Proposal]:
        """Newest first."""
        return self.keeping.queue.list(Wanted(kind="rule"), limit, below)

    def records(self, found: Knowledge) -> list[StandingRecord]:
        """Every standing that holds, by rule."""
        decided = self.keeping.decided()
        held = {one.mark for one in self._subjects(found)}
        flags: dict[str, list[str]] = {}
        for flag in decided.flags:
            flags.setdefault(flag.rule, []).append(f"{flag.kind} {flag.what} {flag.about}")
        today = _today()
        return [
            StandingRecord(
                standing=one, applies=one.mode not in ENDED and one.mark in held,
                killed=any(kill.stops(one.mark.pack, one.mark.rule) for kill in decided.kills),
                overdue=overdue(one, today), flagged=tuple(flags.get(one.mark.rule, ())),
            )
            for one in sorted(decided.standings, key=lambda one: one.mark.rule)
        ]  # fmt: skip

    def stop(self, found: Knowledge, kind: KillKind, name: str, person: Person, reason: str) -> Kill:
        """Pull a switch. Raises UnknownName for a rule or pack that is neither installed nor stands: whoever mistypes a
        name must not think that it is stopped."""
        held = self.keeping.decided().standings
        known = {
            "rule": {one.id for one in self._subjects(found)} | {one.mark.rule for one in held},
            "pack": {one.pack for one in self._subjects(found)} | {one.mark.pack for one in held},
        }
        if name not in known.get(kind, (name,)):
            near = ", ".join(get_close_matches(name, known[kind], 3)) or "GET /api/v1/rules"
            raise UnknownName(kind=kind, name=name, known=near)
        return self.keeping.kills.kill(kind, name, person, reason)

    def conflicts(self, found: Knowledge) -> list[LocalConflict]:
        """Changes that do nothing, because what they change is not as it was, and why."""
        return self._decisions.shelf(found).conflicts

    def known(self, rules: Sequence[str], pack: str) -> list[str]:
        """Ids of what stands: those that are named, or all of a pack. Raises UnknownName."""
        if rules:
            return list(rules)
        held = self.keeping.decided().standings
        names = [one.mark.rule for one in held if one.mark.pack == pack and one.mode not in ENDED]
        if not names:
            raise UnknownName(kind="pack with standing rules", name=pack, known="GET /api/v1/rules/standings")
        return names

    def _subjects(self, found: Knowledge) -> list[Subject]:
        shelf = self._decisions.shelf(found)
        rules = [Subject(one.pack, one.rule.id, shelf.marks(one), one) for one in shelf.every]
        changes = shelf.changes
        return rules + [Subject(one.pack, one.id, changes.mark(one), change=one) for one in changes.every]

    def _chosen(self, found: Knowledge, rules: Sequence[str], pack: str) -> list[Subject]:
        every = [one for one in self._subjects(found) if pack in ("", one.pack)]
        if not rules:
            if not pack or not every:
                raise UnknownName(kind="pack", name=pack, known="GET /api/v1/rules")
            return every
        chosen = []
        for name in dict.fromkeys(rules):
            fitting = [one for one in every if one.id == name]
            if not fitting:
                raise UnknownName(kind="rule", name=name, known="GET /api/v1/rules")
            if len(fitting) > 1:
                packs = ", ".join(one.pack for one in fitting)
                raise RulesUnready(rows=[Unready(name, "pack", "unready-twice", packs)])
            chosen += fitting
        return chosen

    def _named(self, found: Knowledge, marks: Sequence[RuleMark]) -> list[Subject]:
        """What is installed under the packs and ids of marks, whatever it says now."""
        names = {(mark.pack, mark.rule) for mark in marks}
        return [one for one in self._subjects(found) if (one.pack, one.id) in names]

    def _lacking(self, found: Knowledge, named: Sequence[Subject], request: RuleRequest) -> list[Unready]:
        decided, shelf, today = self.keeping.decided(), self._decisions.shelf(found), _today()
        rules = [one.rule for one in named if one.rule]
        rows = unready(rules, request, shelf.cases_of(rules, datetime.now(UTC)), today)
        # A change rests on what the committee says, and its rule on what the rule rests on.
        local = msgspec.structs.replace(request, basis="local-consensus")
        for change in (one.change for one in named if one.change):
            conflict, changed = shelf.changes.conflict(change), shelf.changes.changed(change)
            if request.mode != "active":
                rows.append(Unready(change.id, "mode", "unready-override-mode", request.mode))
            if conflict is not None:
                rows.append(Unready(change.id, "of", "unready-override", f"{conflict.why} {conflict.told}".strip()))
            elif changed is not None:
                rows += unready([changed], local, shelf.cases_of([changed], datetime.now(UTC)), today)
        packs = {one.id: one.pack for one in named}
        for standing in decided.standings:
            pack = packs.get(standing.mark.rule, standing.mark.pack)
            if pack != standing.mark.pack and standing.mode not in ENDED:
                rows.append(Unready(standing.mark.rule, "pack", "unready-twice", standing.mark.pack))
        for flag in decided.flags if request.mode != "shadow" else ():
            if packs.get(flag.rule) == flag.pack:
                rows.append(Unready(flag.rule, "evidence", "unready-flagged", f"{flag.what} {flag.about}"))
        return rows


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
