"""``medkg generations`` and ``medkg verify``: what is kept, and whether it is whole."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import put, say, tell


def register(app: typer.Typer) -> None:
    app.command("generations", help=say("cli.generations.help"))(generations)
    app.command("verify", help=say("cli.verify.help"))(verify)


def generations(data: Data = None, json: Json = False) -> None:
    import msgspec

    from api.settings import load
    from api.wiring import shelf

    kept = shelf(load({"data": data}))
    current = kept.current()
    for name in kept.ids():
        manifest = kept.manifest(name)
        statements = manifest.counts.get("", 0)
        if json:
            row = {
                "id": name,
                "published": manifest.published,
                "statements": statements,
                "batches": len(manifest.batches),
                "current": name == current,
            }
            put(msgspec.json.encode(row).decode())
        else:
            mark = say("cli.generations.current") if name == current else ""
            put(f"{name}\t{manifest.published}\t{statements}\t{len(manifest.batches)}\t{mark}")


def verify(
    data: Data = None,
    as_of: AsOf = None,
    full: Annotated[bool, typer.Option("--full", help=say("cli.verify.full"))] = False,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.exits import Exit
    from api.settings import load
    from api.wiring import shelf
    from kg.generation.verification import verify as checks

    kept = shelf(load({"data": data}))
    name = kept.find(as_of)
    problems = 0
    for check in checks(kept.path(name), full=full):
        problems += not check.ok
        state = say("cli.verify.ok" if check.ok else "cli.verify.failed")
        put(msgspec.json.encode(check).decode() if json else f"{state}\t{check.kind}\t{check.message}")
    tell(say("cli.verify.summary", number=problems, id=name))
    if problems:
        raise typer.Exit(Exit.FAILED)
