"""``medkg jobs``: what ran, and running it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Data, Json
from api.cli.output import put, say

if TYPE_CHECKING:
    from kg.workflow.jobs import Jobs


def register(app: typer.Typer) -> None:
    jobs = typer.Typer(help=say("cli.jobs.help"), invoke_without_command=True, no_args_is_help=False)
    jobs.callback()(table)
    jobs.command("show", help=say("cli.jobs.show"))(show)
    jobs.command("retry", help=say("cli.jobs.retry"))(retry)
    app.add_typer(jobs, name="jobs")


def table(context: typer.Context, data: Data = None, json: Json = False) -> None:
    if context.invoked_subcommand:
        return
    import msgspec

    for job in _jobs(data).list():
        line = f"{job.id}\t{job.kind}\t{job.state}\t{job.started}\t{job.message}"
        put(msgspec.json.encode(job).decode() if json else line)


def show(number: int, data: Data = None) -> None:
    import msgspec

    put(msgspec.json.format(msgspec.json.encode(_jobs(data).get(number)), indent=2).decode())


def retry(number: Annotated[int, typer.Argument()], data: Data = None) -> None:
    from api.cli.building import finish, run_build
    from api.settings import load
    from ingest.adhoc import adhoc_config
    from ingest.config import read_config

    arguments = _jobs(data).get(number).arguments
    paths = arguments.get("paths")
    if isinstance(paths, list):
        named = {name: str(arguments[name]) for name in ("format_", "name", "version", "licence")}
        config = adhoc_config([Path(str(path)) for path in paths], **named)
    else:
        config = read_config(Path(str(arguments["config"])))
    finish(run_build(load({"data": data}), config, arguments))


def _jobs(data: str | None) -> Jobs:
    from api.settings import load
    from api.wiring import jobs

    return jobs(load({"data": data}))
