"""Flags of rules: raised when a generation is published, lowered when their reason is gone, or when somebody looked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Engine, insert, select

from kg.errors import ApprovalRefused, UnknownName
from kg.model.standing import Flag, FlagKind
from kg.workflow.audit import Audit, Event
from kg.workflow.decided import flag_of, tick
from kg.workflow.jobs import now
from kg.workflow.proposals import Person, Proposal, Proposals
from kg.workflow.tables import RuleFlagRow

MACHINE = Person("medkg", "machine")
TASK = "rule-review"


class Doubt(msgspec.Struct, frozen=True):
    """One reason to look at a rule again, as a generation shows it; ``owner``: whose rule it is."""

    rule: str
    pack: str
    kind: FlagKind
    about: str
    what: str
    title: str = ""
    owner: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.rule, self.pack, self.kind, self.about, self.what


class RuleFlags:
    """The flags of one data folder; raises StoreError, StorageFull."""

    def __init__(self, engine: Engine, audit: Audit) -> None:
        self._engine, self._audit = engine, audit

    def found(self, doubts: Iterable[Doubt], generation: str) -> list[Flag]:
        """What a generation shows: new doubts are raised, each with a task; those that are gone are lowered.

        What somebody has looked at and lowered is not raised again. Returns what is new.
        """
        wanted = {one.key: one for one in doubts}
        with self._audit.together() as noted:
            rows = list(noted.session.scalars(select(RuleFlagRow)))
            known = {_key(row) for row in rows if not row.until or row.cleared}
            gone = [row for row in rows if not row.until and _key(row) not in wanted]
            for row in gone:
                row.until = now()
            new = [one for key, one in wanted.items() if key not in known]
            at = now()
            if new:
                noted.session.execute(insert(RuleFlagRow), [_row(one, generation, at) for one in new])
            told = [("flag", one.rule, one.what) for one in new] + [("unflag", row.rule, row.what) for row in gone]
            noted.events.extend(_event(*one, MACHINE) for one in told)
            if told:
                tick(noted.session)
        flags = [
            Flag(rule=one.rule, pack=one.pack, kind=one.kind, about=one.about, what=one.what, generation=generation,
                 since=at)
            for one in new
        ]  # fmt: skip
        self._enter(new)
        return flags

    def clear(self, rule: str, person: Person, words: str) -> list[Flag]:
        """Somebody looked, and the rule stands; raises UnknownName for one without flags, ApprovalRefused."""
        if not words.strip() or not person.name.strip():
            raise ApprovalRefused(name=rule, why="reason")
        with self._audit.together() as noted:
            held = select(RuleFlagRow).where(RuleFlagRow.until == "", RuleFlagRow.rule == rule)
            rows = list(noted.session.scalars(held))
            if not rows:
                raise UnknownName(kind="flagged rule", name=rule, known="GET /api/v1/rules/standings/flags")
            for row in rows:
                row.until, row.cleared, row.words = now(), person.name, words
            noted.events.append(_event("cleared", rule, words[:60], person))
            tick(noted.session)
            return [flag_of(row) for row in rows]

    def _enter(self, doubts: Iterable[Doubt]) -> None:
        """A task for each rule, in the one queue."""
        proposals = Proposals(self._engine, self._audit)
        by: dict[str, list[Doubt]] = {}
        for one in doubts:
            by.setdefault(one.rule, []).append(one)
        for rule, rows in by.items():
            reason = "; ".join(f"{one.kind} {one.what} {one.about}" for one in rows)
            owner = f"@{rows[0].owner} " if rows[0].owner else ""
            proposals.add(
                Proposal(
                    name="", author=MACHINE.name, kind="task", state="submitted", form=TASK, subject=rule,
                    title=f"{owner}{rows[0].title or rule}"[:200], reason=reason,
                ),
                MACHINE,
            )  # fmt: skip


def _row(one: Doubt, generation: str, at: str) -> dict[str, object]:
    return {
        "rule": one.rule, "pack": one.pack, "kind": one.kind, "about": one.about[:500], "what": one.what[:40],
        "generation": generation, "since": at, "until": "", "cleared": "", "words": "",
    }  # fmt: skip


def _key(row: RuleFlagRow) -> tuple[str, str, str, str, str]:
    return row.rule, row.pack, row.kind, row.about, row.what


def _event(action: str, rule: str, what: str, person: Person) -> Event:
    return Event(action=f"rule {action} {rule} {what}"[:200], actor=person.name, role=person.role[:20], outcome="done")
