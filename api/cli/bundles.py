"""``medkg rules bundle``: one file that answers when the service does not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.casefiles import case_of, rules_of
from api.cli.options import AsOf, Data
from api.cli.output import put, say, tell

File = Annotated[Path, typer.Argument(help=say("cli.rules.bundle.file"))]
Id = Annotated[str, typer.Option("--id", help=say("cli.rules.bundle.id"))]


def add_to(rules: typer.Typer) -> None:
    bundle = typer.Typer(help=say("cli.rules.bundle.help"), no_args_is_help=True)
    bundle.command("write", help=say("cli.rules.bundle.write"))(write)
    bundle.command("verify", help=say("cli.rules.bundle.verify"))(verify)
    bundle.command("evaluate", help=say("cli.rules.bundle.evaluate"))(evaluate)
    rules.add_typer(bundle, name="bundle")


def write(file: File, data: Data = None, as_of: AsOf = None) -> None:
    from api.bundles import bundle

    decisions, found = rules_of(data, as_of)
    put(bundle(decisions, found, file))


def verify(file: File, id: Id = "") -> None:
    from kg.rules.bundle import Bundle

    opened = Bundle(file, id)
    put(opened.id)
    tell(say("cli.rules.bundle.verified", generation=opened.manifest.generation, rules=len(opened.content.firings)))


def evaluate(
    file: File, case: Annotated[Path, typer.Argument(help=say("cli.rules.file"))],
    explain: Annotated[bool, typer.Option(help=say("cli.rules.explain"))] = False, id: Id = "",
) -> None:  # fmt: skip
    import msgspec

    from api.bundles import Bundled
    from kg.rules.bundle import Bundle
    from kg.rules.ruleset import Asked

    told = Bundled(Bundle(file, id)).evaluate(case_of(case), Asked(explain=explain))
    put(msgspec.json.encode(told).decode())
