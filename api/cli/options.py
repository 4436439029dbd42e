"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import say

Data = Annotated[str | None, typer.Option("--data", help=say("cli.option.data"))]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help=say("cli.option.workers"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=say("cli.option.as-of"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.option.json"))]
Model = Annotated[Path | None, typer.Option("--model", help=say("cli.option.model"))]
LinkedBy = Annotated[Path | None, typer.Option("--linker", help=say("cli.option.linker"))]
Generation = Annotated[str | None, typer.Option("--generation", "--as-of", help=say("cli.option.as-of"))]
Corpora = Annotated[Path | None, typer.Option("--corpora", help=say("cli.eval.corpora"))]
Terminologies = Annotated[Path | None, typer.Option("--terminologies", help=say("cli.eval.terminologies"))]
Name = Annotated[str, typer.Option("--name", help=say("cli.train.name"))]
Seed = Annotated[int, typer.Option("--seed", help=say("cli.train.seed"))]
