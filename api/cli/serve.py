"""``medkg serve`` and ``medkg up``: the service over an existing folder, or over the starter graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.options import Data
from api.cli.output import complain, say, tell

if TYPE_CHECKING:
    from api.settings import Settings

Host = Annotated[str | None, typer.Option("--host", help=say("cli.serve.host"))]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help=say("cli.serve.port"))]
Doors = Annotated[Literal["all", "rules"] | None, typer.Option("--doors", help=say("cli.serve.doors"))]
Processes = Annotated[int | None, typer.Option("--processes", min=1, help=say("cli.serve.processes"))]

EXAMPLE_QUERY = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept ?zh ?en WHERE {
  ?concept skos:prefLabel ?zh, ?en FILTER(LANG(?zh) = "zh" && LANG(?en) = "en")
} LIMIT 5"""


def register(app: typer.Typer) -> None:
    app.command("up", help=say("cli.up.help"))(up)
    app.command("serve", help=say("cli.serve.help"))(serve)


def serve(
    data: Data = None, host: Host = None, port: Port = None, doors: Doors = None, processes: Processes = None
) -> None:
    from api.cli.serving import run
    from api.settings import load

    given = {"data": data, "host": host, "port": port, "doors": doors, "serve_processes": processes}
    settings = load(given)
    run(settings, _ready(settings, _current(settings)))


def up(data: Data = None, host: Host = None, port: Port = None) -> None:
    from api.cli.serving import run
    from api.settings import load
    from api.wiring import shelf

    settings = load({"data": data, "host": host, "port": port})
    if shelf(settings).current() is None:
        _build(settings)
    _admin_key(settings)
    run(settings, [*_ready(settings, _current(settings)), *_examples(settings)])


def _current(settings: Settings) -> str:
    from api.cli.exits import Exit
    from api.wiring import shelf

    current = shelf(settings).current()
    if current is None:
        complain(say("cli.serve.empty", folder=str(settings.folder)))
        raise typer.Exit(Exit.USAGE)
    return current


def _build(settings: Settings) -> None:
    from importlib.resources import as_file, files

    from api.cli.building import finish, run_build
    from api.cli.exits import Exit
    from ingest.config import read_config

    tell(say("cli.up.building"))
    with as_file(files("api") / "starter.toml") as path:
        built = run_build(settings, read_config(path), {"config": str(path)})
    try:
        finish(built)
    except typer.Exit as outcome:
        # Records that were left out are told; the rest is there to be served.
        if outcome.exit_code != Exit.REJECTS:
            raise


def _admin_key(settings: Settings) -> None:
    """Make the local admin key at the first start; show it once and keep it where only the owner reads."""
    import os

    from api.wiring import keys

    path: Path = settings.folder / "admin.key"
    if path.exists():
        return
    key = keys(settings).create("local admin", "admin").text
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{key}\n")
    tell(say("cli.up.key", path=str(path), key=key))


def _ready(settings: Settings, current: str) -> list[str]:
    ready = [say("cli.serve.ready", id=current, host=settings.host, port=settings.port)]
    if settings.host in ("0.0.0.0", "::") and not settings.hosts:  # noqa: S104 - compared with, not bound to
        ready.append(say("cli.serve.hosts"))
    return ready


def _examples(settings: Settings) -> list[str]:
    """Commands to try: one search in each language, a query, and a call with the admin key."""
    import shlex

    address = f"http://{settings.host}:{settings.port}"
    key = shlex.quote(str(settings.folder / "admin.key"))
    return [
        say("cli.up.example"),
        f"  curl -G '{address}/api/v1/search' --data-urlencode 'q=糖尿病'",
        f"  curl '{address}/api/v1/search?q=metformin'",
        f"  curl '{address}/sparql' -H 'Content-Type: application/sparql-query' --data-binary '{EXAMPLE_QUERY}'",
        f"  curl '{address}/workspaces' -H \"Authorization: Bearer $(cat {key})\"",
    ]
