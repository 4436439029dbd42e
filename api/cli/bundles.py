"""``medkg rules bundle``: one file that answers when the service does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.casefiles import case_of, rules_of
from api.cli.options import AsOf, Data
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from kg.rules.bundle import Bundle

File = Annotated[Path, typer.Argument(help=say("cli.rules.bundle.file"))]
Id = Annotated[str, typer.Option("--id", help=say("cli.rules.bundle.id"))]
Keys = Annotated[list[Path] | None, typer.Option("--key", help=say("cli.rules.bundle.key"))]


def add_to(rules: typer.Typer) -> None:
    bundle = typer.Typer(help=say("cli.rules.bundle.help"), no_args_is_help=True)
    bundle.command("write", help=say("cli.rules.bundle.write"))(write)
    bundle.command("verify", help=say("cli.rules.bundle.verify"))(verify)
    bundle.command("evaluate", help=say("cli.rules.bundle.evaluate"))(evaluate)
    rules.add_typer(bundle, name="bundle")


def write(
    file: File, days: Annotated[int, typer.Option(help=say("cli.rules.bundle.days"))] = 7,
    sign: Annotated[Path | None, typer.Option(help=say("cli.rules.bundle.sign"))] = None,
    data: Data = None, as_of: AsOf = None,
) -> None:  # fmt: skip
    from api.bundles import bundle

    decisions, found = rules_of(data, as_of)
    put(bundle(decisions, found, file, days=days, key=sign))


def verify(file: File, id: Id = "", key: Keys = None) -> None:
    from kg.rules.bundle import Bundle

    opened = Bundle(file, id, key or ())
    put(opened.id)
    _tell(opened)


def _tell(opened: Bundle) -> None:
    made = opened.manifest
    tell(say("cli.rules.bundle.verified", generation=made.generation, rules=len(opened.content.firings)))
    tell(say("cli.rules.bundle.term", issued=made.issued, expires=made.expires))
    if not opened.vouched:
        tell(say("cli.rules.bundle.unvouched"))


def evaluate(
    file: File, case: Annotated[Path, typer.Argument(help=say("cli.rules.file"))],
    explain: Annotated[bool, typer.Option(help=say("cli.rules.explain"))] = False, id: Id = "", key: Keys = None,
    kills: Annotated[Path | None, typer.Option(help=say("cli.rules.bundle.kills"))] = None,
) -> None:  # fmt: skip
    import msgspec

    from api.bundles import Bundled
    from api.killlist import kill_list
    from kg.rules.bundle import Bundle
    from kg.rules.ruleset import Asked

    opened = Bundle(file, id, key or ())
    answering = Bundled(opened, kills=kill_list(kills) if kills else ())
    told = answering.evaluate(case_of(case), Asked(explain=explain))
    _tell(opened)
    put(msgspec.json.encode(told).decode())
