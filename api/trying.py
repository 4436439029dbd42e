"""Dry runs as the service and the command line make them: what a draft would change for synthetic patients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from api.decisions import Decisions, RuleShelf
from api.knowledge import Knowledge
from api.texts import text
from ingest.cases.synthetic import bundle_cases
from kg.model.case import Case, Event
from kg.model.override import RuleOverride
from kg.model.rule import Bilingual, Rule
from kg.model.standing import Decided, Standing
from kg.rules.firing import Firing, Installed
from kg.rules.local import InstalledOverride, Overrides
from kg.rules.trial import RuleTrial, Trial, TrialCase, trial

MOST_CASES = 10_000
_Said = Callable[..., str]
_SHOWN = 20
"""Patients that the report names of one rule."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried. ``whole``: the draft is all of ``pack``, so that what it leaves out is gone.

    ``against``: rules as they stand here, or as if all that are installed of the pack stood.
    """

    pack: str
    rules: tuple[Rule, ...] = ()
    overrides: tuple[RuleOverride, ...] = ()
    whole: bool = False
    against: Literal["standing", "installed"] = "standing"


class DryRunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``rules`` and ``overrides`` as packs write them. Patients: the cases of all rules that are installed and of the
    draft (``shipped``), ``cases``, and FHIR R4 ``bundles`` at each of ``events``; all of them synthetic."""

    pack: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]*$", max_length=100)] = "draft"
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=5_000)] = ()
    overrides: Annotated[tuple[RuleOverride, ...], msgspec.Meta(max_length=5_000)] = ()
    whole: bool = False
    against: Literal["standing", "installed"] = "standing"
    shipped: bool = True
    cases: Annotated[tuple[Case, ...], msgspec.Meta(max_length=1_000)] = ()
    bundles: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=100)] = ()
    events: Annotated[tuple[Event, ...], msgspec.Meta(min_length=1, max_length=13)] = ("patient-view",)


class DryRun(msgspec.Struct, frozen=True):
    """What was found, and the same in words: Markdown in both languages."""

    trial: Trial
    report: Bilingual


def tried(decisions: Decisions, found: Knowledge, draft: Draft, cases: Iterable[TrialCase], now: datetime) -> DryRun:
    """Ask the rules before and after about each patient; nothing is stored, and nothing is activated."""
    shelf = decisions.shelf(found)
    before = _before(shelf, draft)
    new = [Firing(Installed(draft.pack, rule), "active") for rule in draft.rules]
    names = {one.rule.id for one in new}
    kept = [one for one in before if one.rule.id not in names]
    if draft.whole:
        kept = [one for one in kept if one.installed.pack != draft.pack]
    decided = shelf.decided.decided
    old = shelf.changes.over(before, decided)[0]
    every = {one.rule.id: one for one in shelf.every} | {one.rule.id: one.installed for one in new}
    added = [InstalledOverride(draft.pack, one) for one in draft.overrides]
    ids = {one.id for one in added}
    changes = Overrides(
        [*added, *(one for one in shelf.changes.every if one.id not in ids)], every.values()
    )  # fmt: skip
    after = changes.over([*kept, *new], _standing(decided, changes, added))[0]
    made = trial(shelf.engine_of(found, old), shelf.engine_of(found, after), cases, now)
    return DryRun(made, Bilingual(zh=report(made, "zh"), en=report(made, "en")))


def shipped(every: Iterable[Installed], rules: Iterable[Rule], changes: Iterable[RuleOverride]) -> Iterator[TrialCase]:
    """The cases that installed rules bring along, and those of a draft that are not among them."""
    seen = set()
    for one in every:
        for number, case in enumerate(one.rule.cases):
            seen.add(case.case)
            yield TrialCase(f"{one.rule.id}#{number}", case.case)
    drafts = [(rule.id, rule.cases) for rule in rules] + [(change.override, change.cases) for change in changes]
    for name, cases in drafts:
        for number, case in enumerate(cases):
            if case.case not in seen:
                yield TrialCase(f"draft {name}#{number}", case.case)


def patients(asked: DryRunRequest, every: Iterable[Installed]) -> Iterator[TrialCase]:
    """The patients of a request; raises ``ingest.cases.chart.Unread`` for a bundle that does not fit."""
    if asked.shipped:
        yield from shipped(every, asked.rules, asked.overrides)
    yield from (TrialCase(f"cases[{number}]", case) for number, case in enumerate(asked.cases))
    for number, raw in enumerate(asked.bundles):
        for case in bundle_cases(raw, asked.events, f"$.bundles[{number}]"):
            yield TrialCase(f"bundles[{number}] {case.event}", case)


def report(made: Trial, language: str) -> str:
    """A trial in words: one line a rule that changes, with the patients it changes for."""

    def said(key: str, **params: object) -> str:
        return text(f"rules.trial.{key}", language, **params)

    changing = [row for row in made.rules if row.firing or row.silent or row.unsure]
    lines = [
        f"# {said('title')}", "",
        said("summary", cases=made.cases, before=made.before, after=made.after, rules=len(changing)), "",
        f"| {' | '.join(map(said, ('rule', 'before', 'after', 'firing', 'silent', 'unsure')))} |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row in made.rules:
        counts = (row.before, row.after, len(row.firing), len(row.silent), len(row.unsure))
        lines.append(f"| {row.rule} {getattr(row.title, language)} | {' | '.join(map(str, counts))} |")
    for row in changing:
        lines += ["", f"## {row.rule}", *_named(row, said)]
    if made.problems:
        lines += ["", said("problems", cases=len(made.problems), entries=sum(made.problems.values()))]
    if made.cut:
        lines += ["", said("cut", rules=", ".join(made.cut))]
    return "\n".join(lines) + "\n"


def _named(row: RuleTrial, said: _Said) -> Iterator[str]:
    for key in ("firing", "silent", "unsure"):
        names: tuple[str, ...] = getattr(row, key)
        if names:
            more = said("more", number=len(names) - _SHOWN) if len(names) > _SHOWN else ""
            yield f"- {said(key)} ({len(names)}): {', '.join(names[:_SHOWN])}{more}"


def _before(shelf: RuleShelf, draft: Draft) -> list[Firing]:
    if draft.against == "standing":
        return shelf.firings
    names = {rule.id for rule in draft.rules}
    shown = [one for one in shelf.every if one.pack == draft.pack or one.rule.id in names]
    ids = {one.rule.id for one in shown}
    return [Firing(one, "active") for one in shown] + [one for one in shelf.firings if one.rule.id not in ids]


def _standing(decided: Decided, changes: Overrides, added: Iterable[InstalledOverride]) -> Decided:
    """What is decided, with the changes of the draft as if they were approved."""
    made = [Standing(mark=mark, mode="active", since="") for one in added if (mark := changes.mark(one))]
    names = {one.mark.rule for one in made}
    held = [one for one in decided.standings if one.mark.rule not in names]
    return msgspec.structs.replace(decided, standings=(*held, *made))
