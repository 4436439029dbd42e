"""``medkg keys``: API keys of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Data, Json
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from api.settings import Settings


def register(app: typer.Typer) -> None:
    keys = typer.Typer(help=say("cli.keys.help"), no_args_is_help=True)
    keys.command("create", help=say("cli.keys.create"))(create)
    keys.command("list", help=say("cli.keys.list"))(table)
    keys.command("revoke", help=say("cli.keys.revoke"))(revoke)
    app.add_typer(keys, name="keys")


def create(
    name: Annotated[str, typer.Argument(help=say("cli.keys.name"))],
    role: Annotated[str, typer.Option(help=say("cli.keys.role"))] = "reader",
    person: Annotated[str, typer.Option(help=say("cli.keys.person"))] = "",
    data: Data = None,
) -> None:
    from api import wiring

    settings = _settings(data)
    made = wiring.keys(settings).create(name, role, person)
    _record(settings, "medkg keys create", f"{made.key.id} {name} {role} {made.key.person}")
    tell(say("cli.keys.made", number=made.key.id))
    put(made.text)


def table(data: Data = None, json: Json = False) -> None:
    import msgspec

    from api import wiring

    for key in wiring.keys(_settings(data)).list():
        state = say("cli.keys.revoked", time=key.revoked) if key.revoked else ""
        line = f"{key.id}\t{key.name}\t{key.role}\t{key.person}\t{key.created}\t{state}"
        put(msgspec.json.encode(key).decode() if json else line)


def revoke(number: Annotated[int, typer.Argument(help=say("cli.keys.number"))], data: Data = None) -> None:
    from api import wiring

    settings = _settings(data)
    key = wiring.keys(settings).revoke(number)
    _record(settings, "medkg keys revoke", f"{key.id}")
    tell(say("cli.keys.gone", number=key.id, name=key.name))


def _settings(data: str | None) -> Settings:
    from api.settings import load

    return load({"data": data})


def _record(settings: Settings, action: str, details: str) -> None:
    from api import wiring
    from kg.workflow.audit import Event

    event = Event(action=action, actor="command line", role="admin", outcome="done")
    wiring.audit(settings).append([(event, details.encode())])
