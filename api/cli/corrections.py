"""``medkg corrections``: what became of what curators said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from api.cli.options import Data, Json
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from ingest.corrections.report import CorrectionReport


def register(app: typer.Typer) -> None:
    corrections = typer.Typer(help=say("cli.corrections.help"), no_args_is_help=True)
    corrections.callback()(_group)
    corrections.command("report", help=say("cli.corrections.report"))(report)
    app.add_typer(corrections, name="corrections")


def _group() -> None:
    """A group with one command stays a group."""


def report(data: Data = None, json: Json = False) -> None:
    import msgspec

    from api.settings import load
    from ingest.corrections.report import report as made
    from ingest.journal import Journal
    from kg.errors import InputError

    folder = load({"data": data}).folder
    path = folder / "journal.sqlite"
    if not path.is_file():
        raise InputError(path=path, position="byte 0", why="missing-file")
    journal = Journal(path)
    try:
        found = made(folder, journal)
    finally:
        journal.close()
    if json:
        put(msgspec.json.encode(found).decode())
    else:
        _put(found)


def _put(found: CorrectionReport) -> None:
    tell(say("cli.corrections.told", reviewed=found.reviewed, rejected=found.rejected, disputed=len(found.disputed)))
    for language, counts in found.rows.items():
        for verdict, number in counts.items():
            put("\t".join([language, say(f"cli.corrections.{verdict}"), str(number)]))
    for one in found.agreement:
        kappa = "-" if one.kappa is None else f"{one.kappa:.3f}"
        put(say("cli.corrections.agreement", language=one.language, first=one.first, second=one.second, both=one.both,
                same=one.same, kappa=kappa))  # fmt: skip
    for row in found.disputed:
        place = f"{row.document} {row.passage} {row.start}-{row.end}"
        verdict = say(f"cli.corrections.{row.verdict}")
        put(say("cli.corrections.dispute", place=place, surface=row.surface, by=row.by, verdict=verdict))
    for language, number in found.in_rules.items():
        put(say("cli.corrections.in-rules", language=language, n=number))
    for rule in found.rules:
        kind = say(f"cli.corrections.rule-{rule.kind}")
        put("\t".join([kind, rule.name, rule.category, rule.concept or "-", str(len(rule.rows))]))
    for effect in found.effects:
        for kind, number in effect.counts.items():
            put("\t".join([effect.input, _effect(kind), str(number)]))


def _effect(kind: str) -> str:
    """``mentions.removed.en`` in words."""
    what, _, rest = kind.partition(".")
    effect, _, language = rest.partition(".")
    told = say(f"cli.corrections.{what}-{effect}")
    return f"{told}\t{language}" if language else told
