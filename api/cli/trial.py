"""``medkg rules try``: what a pack in a file would change for synthetic patients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.trying import Draft
    from kg.rules.firing import Installed
    from kg.rules.trial import TrialCase


def add_to(rules: typer.Typer) -> None:
    rules.command("try", help=say("cli.trial.help"))(try_)


def try_(
    file: Annotated[Path, typer.Argument(help=say("cli.trial.file"))],
    patients: Annotated[list[Path] | None, typer.Option("--patients", help=say("cli.trial.patients"))] = None,
    events: Annotated[list[str] | None, typer.Option("--event", help=say("cli.trial.events"))] = None,
    at: Annotated[str, typer.Option(help=say("cli.trial.at"))] = "",
    shipped: Annotated[bool, typer.Option(help=say("cli.trial.shipped"))] = True,
    installed: Annotated[bool, typer.Option("--installed", help=say("cli.trial.installed"))] = False,
    report: Annotated[Path | None, typer.Option(help=say("cli.trial.report"))] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.casefiles import rules_of
    from api.trying import tried

    draft = _draft(file, installed=installed)
    decisions, found = rules_of(data, None)
    every = decisions.shelf(found).every
    cases = _cases(draft, every, patients or [], events or [], at, shipped=shipped)
    made = tried(decisions, found, draft, cases, decisions.now())
    if report is not None:
        report.write_text(f"{made.report.zh}\n{made.report.en}", "utf-8")
        tell(say("cli.trial.written", path=report))
    if json:
        put(msgspec.json.encode(made.trial).decode())
    else:
        put((made.report.zh if LANGUAGE == "zh" else made.report.en).rstrip())


def _draft(file: Path, *, installed: bool) -> Draft:
    """The pack of a file, whole; raises InputError with the place of what does not fit."""
    from api.trying import Draft
    from ingest.sources.rules import Rules
    from kg.errors import InputError
    from kg.model.override import PackedOverride
    from kg.model.rule import PackedRule
    from kg.model.source import RawFile, Reject

    try:
        raw = RawFile(file, "", file.stat().st_size)
    except OSError as error:
        raise InputError(path=file, position="byte 0", reason=error.strerror or str(error)) from error
    items = list(Rules().parse(raw, {}))
    wrong = next((one for one in items if isinstance(one, Reject)), None)
    if wrong is not None:
        raise InputError(path=file, position=wrong.position, reason=wrong.detail or wrong.reason)
    rules = [one for one in items if isinstance(one, PackedRule)]
    changes = [one for one in items if isinstance(one, PackedOverride)]
    packs = [one.pack for one in rules] + [one.pack for one in changes]
    return Draft(
        pack=packs[0] if packs else file.stem,
        rules=tuple(one.rule for one in rules),
        overrides=tuple(one.override for one in changes),
        whole=True,
        against="installed" if installed else "standing",
    )


def _cases(
    draft: Draft, every: list[Installed], files: list[Path], names: list[str], at: str, *, shipped: bool
) -> Iterator[TrialCase]:  # fmt: skip
    import msgspec

    from api.trying import shipped as of_rules
    from ingest.cases.synthetic import file_cases
    from kg.errors import ConfigError
    from kg.model.case import Event
    from kg.rules.trial import TrialCase

    try:
        events = msgspec.convert(names, tuple[Event, ...])
    except msgspec.ValidationError as error:
        raise ConfigError(where="--event", reason=str(error)) from None
    if shipped:
        yield from of_rules(every, draft.rules, draft.overrides)
    # Without a word about it, the moments that the draft speaks at.
    events = events or tuple(sorted({event for rule in draft.rules for event in rule.events})) or ("patient-view",)
    for path in files:
        for number, case in enumerate(file_cases(path, events, at)):
            yield TrialCase(f"{path.name} {case.event}{'' if len(events) > number else f' {number}'}", case)
