"""``medkg build``: a graph from the inputs that a file lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Data, Workers
from api.cli.output import say


def register(app: typer.Typer) -> None:
    app.command("build", help=say("cli.build.help"))(build)


def build(
    config: Annotated[Path, typer.Option("--config", help=say("cli.build.config"))],
    data: Data = None,
    workers: Workers = None,
    cluster: Annotated[str | None, typer.Option(help=say("cli.build.cluster"))] = None,
    vectors: Annotated[bool, typer.Option(help=say("cli.build.vectors"))] = True,
) -> None:
    from api.cli.building import finish, run_build
    from api.settings import load
    from ingest.config import read_config

    overrides = {"data": data, "workers": workers, "cluster": cluster, "encoder": None if vectors else "none"}
    settings = load(overrides)
    finish(run_build(settings, read_config(config), {"config": str(config.resolve())}))
