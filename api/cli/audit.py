"""``medkg audit``: who asked the rules."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import Data, Json
from api.cli.output import put, say


def register(app: typer.Typer) -> None:
    audit = typer.Typer(help=say("cli.audit.help"), no_args_is_help=True)
    # Without a callback the only command would take the place of its group.
    audit.callback()(_group)
    audit.command("rules", help=say("cli.audit.rules"))(questions)
    app.add_typer(audit, name="audit")


def _group() -> None:
    pass


def questions(
    since: Annotated[str, typer.Option(help=say("cli.audit.since"))] = "",
    until: Annotated[str, typer.Option(help=say("cli.audit.until"))] = "",
    limit: Annotated[int, typer.Option(min=1, help=say("cli.audit.limit"))] = 100,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.settings import load
    from api.stewardship import opened

    with opened(load({"data": data})) as desk:
        for one in desk.questions(since, until, limit, None):
            if json:
                put(msgspec.json.encode(one).decode())
                continue
            who = f"{one.role} {one.actor}".strip()
            put("\t".join((one.minute, who, one.door, str(one.status), one.generation, one.rules, str(one.cases),
                           str(one.cards))))  # fmt: skip
