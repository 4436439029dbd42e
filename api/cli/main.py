"""``medkg``: the command line's table of commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli import (
    analytics,
    annotation,
    audit,
    build,
    bulk,
    claims,
    corrections,
    curation,
    deidentify,
    diff,
    discovery,
    evaluation,
    explain,
    gene_report,
    generations,
    ingest,
    jobs,
    keys,
    lineage,
    mappings,
    query,
    rules,
    serve,
    sets,
    strategy,
    train,
    webhooks,
)
from api.cli.exits import Exit, code_of
from api.cli.output import LANGUAGE, complain, say
from kg.errors import MedkgError

app = typer.Typer(
    name="medkg",
    help=say("cli.help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: loading rich for it would double the time
)
for module in (
    serve,
    build,
    ingest,
    jobs,
    keys,
    generations,
    diff,
    sets,
    webhooks,
    lineage,
    explain,
    claims,
    mappings,
    query,
    discovery,
    annotation,
    rules,
    audit,
    strategy,
    bulk,
    analytics,
    evaluation,
    gene_report,
    deidentify,
    corrections,
    curation,
    train,
):
    module.register(app)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"medkg {version('medkg')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("cli.version"))
    ] = False,
) -> None:
    """Options that stand before every command."""


def run() -> None:
    """Entry point: errors of the tree become one sentence and an exit code (see ``api.cli.exits``)."""
    try:
        app(standalone_mode=True)
    except MedkgError as error:
        complain(error.text(LANGUAGE))
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        complain(say("cli.interrupted"))
        sys.exit(Exit.FAILED)
