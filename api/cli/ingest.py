"""``medkg ingest`` and ``medkg sources``: add files, and say which formats are known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Data, Workers
from api.cli.output import put, say, tell


def register(app: typer.Typer) -> None:
    app.command("ingest", help=say("cli.ingest.help"))(ingest)
    app.command("sources", help=say("cli.sources.help"))(sources)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help=say("cli.ingest.paths"))],
    format_: Annotated[str, typer.Option("--format", help=say("cli.ingest.format"))] = "",
    name: Annotated[str, typer.Option(help=say("cli.ingest.name"))] = "",
    version: Annotated[str, typer.Option("--source-version", help=say("cli.ingest.version"))] = "",
    licence: Annotated[str, typer.Option(help=say("cli.ingest.licence"))] = "unknown",
    data: Data = None,
    workers: Workers = None,
) -> None:
    from api.cli.building import finish, run_build
    from api.settings import load
    from ingest.adhoc import adhoc_config, first_file
    from ingest.reading.encoding import decoded

    named = {"format_": format_, "name": name, "version": version, "licence": licence}
    config = adhoc_config(paths, **named)
    for spec in config.input:
        if not format_:
            encoding = decoded(first_file(Path(spec.paths[0]))).encoding
            tell(say("cli.ingest.guess", path=spec.paths[0], format=spec.format, encoding=encoding))
    settings = load({"data": data, "workers": workers})
    finish(run_build(settings, config, {"paths": [str(path.resolve()) for path in paths], **named}))


def sources() -> None:
    from ingest.base import SOURCES
    from ontology.base import TERMINOLOGIES

    for table in (TERMINOLOGIES, SOURCES):
        for name in table.names():
            put(f"{table.kind}\t{name}\t{table.targets()[name]}")
