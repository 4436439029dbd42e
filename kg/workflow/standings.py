"""Standings of rules: asked for by one person, approved by another with the record of a committee (ADR 39).

A request is a proposal of kind ``rule`` in the one queue. Every change is on disk with its entry of the audit log and
with the counter that services look at, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kg.errors import ApprovalRefused, NotInState, QueryError, UnknownName
from kg.model.standing import ENDED, REVIEW_DAYS, CommitteeRecord, RuleMark, RuleRequest, Standing, StandingMode
from kg.workflow.audit import Audit, Event
from kg.workflow.database import session
from kg.workflow.decided import put, standing_at, standing_of, tick
from kg.workflow.jobs import now
from kg.workflow.proposals import Person, Proposal, Proposals, note, proposal_of
from kg.workflow.states import Action, State, moved, same_person
from kg.workflow.tables import ProposalRow, RuleRequestRow, RuleStandingRow

FORM = "standing"


class Rolled(msgspec.Struct, frozen=True):
    """What going back to a moment did. ``kept``: rules that were withdrawn since, which nothing brings back."""

    moment: str
    restored: tuple[str, ...]
    ended: tuple[str, ...]
    kept: tuple[str, ...]


class Signature(msgspec.Struct, frozen=True):
    """Who approves, in which role of the hospital, with which record of the committee; a shadow needs none."""

    person: Person
    role: str
    committee: CommitteeRecord | None = None


class Standings:
    """The standings of one data folder; what changes one raises NotInState, OwnProposal, UnknownName, StoreError."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine, self._audit = engine, audit
        self._proposals = Proposals(engine, audit)

    def propose(self, request: RuleRequest, person: Person, title: str = "") -> Proposal:
        """Ask for it; nothing fires by that. Raises ApprovalRefused for nobody."""
        if not person.name.strip():
            raise ApprovalRefused(name=title, why="nobody")
        with self._audit.together() as noted:
            subject = request.rules[0].rule if len(request.rules) == 1 else request.rules[0].pack
            row = ProposalRow(
                kind="rule", name="", author=person.name, created=now(), digest="", added=0, removed=0, path="",
                state="submitted", title=title[:200], reason=request.reason, form=FORM, subject=subject, version=1,
                generation="", edits="[]", states="{}", reviewer="", decided="", release="", undoes="", receipt="",
            )  # fmt: skip
            noted.session.add(row)
            noted.session.flush()
            noted.session.add(RuleRequestRow(proposal=row.id, body=msgspec.json.encode(request).decode()))
            note(noted.session, noted.events, row, person, "create", "", request.mode)
            return proposal_of(row)

    def request(self, number: int) -> RuleRequest:
        """What a proposal asks for; raises UnknownName."""
        with session(self._engine) as opened:
            return _request(opened, number)

    def approve(
        self, number: int, signature: Signature, passed: Collection[RuleMark], words: str = ""
    ) -> list[Standing]:  # fmt: skip
        """Put in force what was asked for. ``passed``: the marks that the gate let through, just now.

        Raises OwnProposal for the author, ApprovalRefused without a committee (but for a shadow), for a record of a
        day that is not yet, and where a rule is not what was asked for.
        """
        with self._audit.together() as noted:
            request = _request(noted.session, number)
            row = noted.session.get_one(ProposalRow, number)
            _check(request, signature, passed, str(number))
            before = row.state
            row.state = moved("approve", msgspec.convert(before, State), row.author, signature.person.name, str(number))
            row.reviewer, row.decided, row.version = signature.person.name, now(), row.version + 1
            note(noted.session, noted.events, row, signature.person, "approve", before, words)
            made = [_made(mark, request, row, signature) for mark in request.rules]
            _replace(noted.session, made)
            noted.events.extend(_event(one, signature.person) for one in made)
            tick(noted.session)
            return made

    def reject(self, number: int, person: Person, words: str) -> Proposal:
        """Not so; raises OwnProposal."""
        return self._move("reject", number, person, words)

    def withdraw_request(self, number: int, person: Person, words: str = "") -> Proposal:
        """Its author takes it back; raises OthersProposal."""
        return self._move("withdraw", number, person, words)

    def _move(self, action: Action, number: int, person: Person, words: str) -> Proposal:
        self.request(number)
        return self._proposals.move(action, number, person, words)

    def end(self, rules: Sequence[str], mode: StandingMode, person: Person, reason: str) -> list[Standing]:
        """Retire or withdraw rules at once, with a reason. One person may: it can only make less fire.

        Raises NotInState where a rule has no standing that could end, ApprovalRefused without a reason.
        """
        if mode not in ENDED or not reason.strip() or not person.name.strip():
            raise ApprovalRefused(name=", ".join(rules[:5]), why="reason")
        with self._audit.together() as noted:
            held = {row.rule: standing_of(row) for row in _open(noted.session) if row.rule in set(rules)}
            made = []
            for name in dict.fromkeys(rules):
                standing = held.get(name)
                if standing is None or standing.mode in ENDED:
                    state = standing.mode if standing else "draft"
                    raise NotInState(name=name, state=state, known="shadow, pilot, active")
                made.append(
                    msgspec.structs.replace(standing, mode=mode, since=now(), until="", by=person.name, reason=reason)
                )
            _replace(noted.session, made)
            noted.events.extend(_event(one, person) for one in made)
            tick(noted.session)
            return made

    def rollback(self, moment: str, person: Person, reason: str) -> Rolled:
        """Let rules stand as they did at a moment (ISO 8601), each by the approval that it had then. One person may,
        because two people and a committee let each of them fire before, in this text, this mode and these scopes.

        What was withdrawn since stays withdrawn, and kill switches stay pulled. Raises QueryError for no moment,
        ApprovalRefused without a reason, for a moment that is not yet, and where a rule would fire again that was
        never approved by two and, but for a shadow, a committee; then nothing is done.
        """
        at = _utc(moment)
        if not reason.strip() or not person.name.strip():
            raise ApprovalRefused(name=moment, why="reason")
        if at > now():
            raise ApprovalRefused(name=moment, why="not-yet")
        with self._audit.together() as noted:
            then = {row.rule: standing_of(row) for row in noted.session.scalars(standing_at(at))}
            current = {row.rule: standing_of(row) for row in _open(noted.session)}
            gone = {name for name, one in current.items() if one.mode == "withdrawn"}
            kept = sorted(name for name in gone if name not in then or then[name].mode != "withdrawn")
            back = [
                msgspec.structs.replace(one, since=now(), until="", by=person.name, reason=reason)
                for name, one in sorted(then.items())
                if name not in gone and (name not in current or not _alike(one, current[name]))
            ]
            if unapproved := [one.mark.rule for one in back if not _approved(one)]:
                raise ApprovalRefused(name=", ".join(unapproved[:5]), why="rollback-unapproved")
            ended = sorted(name for name in current if name not in then and name not in gone)
            _close(noted.session, ended)
            _replace(noted.session, back)
            noted.events.extend(_event(one, person) for one in back)
            told = f"rules rollback {at}: {len(back)} restored, {len(ended)} ended"
            noted.events.append(Event(action=told, actor=person.name, role=person.role[:20], outcome="done"))
            tick(noted.session)
            return Rolled(at, tuple(one.mark.rule for one in back), tuple(ended), tuple(kept))


def _check(request: RuleRequest, signature: Signature, passed: Collection[RuleMark], name: str) -> None:
    if not signature.person.name.strip() or not signature.role.strip():
        raise ApprovalRefused(name=name, why="nobody")
    committee = signature.committee
    if committee is None and (request.mode != "shadow" or request.basis == "local-consensus"):
        raise ApprovalRefused(name=name, why="committee")
    if committee is not None:
        try:
            day = date.fromisoformat(committee.date)
        except ValueError:
            raise ApprovalRefused(name=name, why="committee-date") from None
        # A day ends later west of here than it does in UTC, and begins earlier east of it.
        if day > datetime.now(UTC).date() + timedelta(days=1):
            raise ApprovalRefused(name=name, why="committee-date")
    if missing := [mark.rule for mark in request.rules if mark not in passed]:
        raise ApprovalRefused(name=", ".join(missing[:5]), why="other-content")


def _made(mark: RuleMark, request: RuleRequest, row: ProposalRow, signature: Signature) -> Standing:
    at = now()
    due = request.review_due or (date.fromisoformat(at[:10]) + timedelta(days=REVIEW_DAYS)).isoformat()
    return Standing(
        mark=mark, mode=request.mode, since=at, scopes=request.scopes, tier=request.tier, basis=request.basis,
        author=row.author, approver=signature.person.name, role=signature.role, committee=signature.committee,
        approved=at, review_due=due, proposal=row.id, reason=request.reason,
    )  # fmt: skip


def _request(opened: Session, number: int) -> RuleRequest:
    row = opened.get(RuleRequestRow, number)
    if row is None:
        raise UnknownName(kind="request", name=str(number), known="GET /api/v1/rules/standings/requests")
    return msgspec.json.decode(row.body, type=RuleRequest)


def _open(opened: Session) -> list[RuleStandingRow]:
    return list(opened.scalars(select(RuleStandingRow).where(RuleStandingRow.until == "")))


def _close(opened: Session, rules: Collection[str]) -> None:
    at, names = now(), set(rules)
    for row in _open(opened):
        if row.rule in names:
            row.until = at
    opened.flush()


def _replace(opened: Session, made: Sequence[Standing]) -> None:
    _close(opened, {one.mark.rule for one in made})
    put(opened, made)


def _approved(one: Standing) -> bool:
    """Whether two people, and a committee where anybody sees its cards, stand behind what it says; always for what
    has ended."""
    if one.mode in ENDED:
        return True
    two = bool(one.author.strip() and one.approver.strip()) and not same_person(one.author, one.approver)
    return two and (one.committee is not None or (one.mode == "shadow" and one.basis == "evidence"))


def _alike(one: Standing, other: Standing) -> bool:
    """Whether two say the same of a rule, whenever they began."""
    plain = {"since": "", "until": "", "by": "", "reason": ""}
    return msgspec.structs.replace(one, **plain) == msgspec.structs.replace(other, **plain)


def _event(standing: Standing, person: Person) -> Event:
    told = f"rule {standing.mark.rule} {standing.mark.version} {standing.mode}"
    return Event(action=told[:200], actor=person.name, role=person.role[:20], outcome="done")


def _utc(moment: str) -> str:
    """A moment as rows hold it: UTC, to the second; without a zone it is meant in UTC.

    >>> _utc("2026-11-22T20:00:00+08:00"), _utc("2026-11-22")
    ('2026-11-22T12:00:00+00:00', '2026-11-22T00:00:00+00:00')
    """
    try:
        found = datetime.fromisoformat(moment)
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError(why="no-moment", name=moment) from None
    return at.isoformat(timespec="seconds")
