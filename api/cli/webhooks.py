"""``medkg webhooks`` and ``medkg changes``: who is told of changes, and the changes themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.settings import Settings

Number = Annotated[int, typer.Argument(help=say("cli.webhooks.number"))]


def register(app: typer.Typer) -> None:
    hooks = typer.Typer(help=say("cli.webhooks.help"), no_args_is_help=True)
    hooks.command("add", help=say("cli.webhooks.add"))(add)
    hooks.command("list", help=say("cli.webhooks.list"))(table)
    hooks.command("resume", help=say("cli.webhooks.resume"))(resume)
    hooks.command("remove", help=say("cli.webhooks.remove"))(remove)
    hooks.command("deliver", help=say("cli.webhooks.deliver"))(deliver)
    app.add_typer(hooks, name="webhooks")
    app.command("changes", help=say("cli.webhooks.changes"))(changes)


def add(
    url: Annotated[str, typer.Argument(help=say("cli.webhooks.url"))],
    start: Annotated[bool, typer.Option("--start", help=say("cli.webhooks.start"))] = False,
    data: Data = None,
) -> None:
    from api import wiring
    from api.deliveries import check_url
    from kg.generation.feed import Feed

    settings = _settings(data)
    cursor = "" if start else Feed(settings.folder).end()
    made = wiring.webhooks(settings).add(check_url(url, settings), "command line", cursor)
    _record(settings, "medkg webhooks add", f"{made.hook.id} {url}")
    tell(say("cli.webhooks.made", number=made.hook.id))
    put(made.secret)


def table(data: Data = None, json: Json = False) -> None:
    import msgspec

    from api import wiring

    for hook in wiring.webhooks(_settings(data)).all():
        line = f"{hook.id}\t{hook.url}\t{hook.state}\t{hook.cursor}\t{hook.failures}\t{hook.message}"
        put(msgspec.json.encode(hook).decode() if json else line)


def resume(number: Number, data: Data = None) -> None:
    from api import wiring

    settings = _settings(data)
    hook = wiring.webhooks(settings).resume(number)
    _record(settings, "medkg webhooks resume", str(number))
    tell(say("cli.webhooks.resumed", number=hook.id))


def remove(number: Number, data: Data = None) -> None:
    from api import wiring

    settings = _settings(data)
    wiring.webhooks(settings).remove(number)
    _record(settings, "medkg webhooks remove", str(number))
    tell(say("cli.webhooks.removed", number=number))


def deliver(data: Data = None) -> None:
    """What is due, once: for a clock of one's own where no service runs."""
    import asyncio

    from api import wiring
    from api.deliveries import Deliveries

    settings = _settings(data)
    number = asyncio.run(Deliveries(settings, wiring.webhooks(settings)).once())
    tell(say("cli.webhooks.delivered", number=number))


def changes(
    after: Annotated[str, typer.Option("--after", help=say("cli.webhooks.after"))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help=say("cli.webhooks.limit"))] = 100,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from kg.generation.feed import Feed

    found = Feed(_settings(data).folder).read(after or None, limit)
    for item in found:
        event = item.event
        order = (event.label.zh, event.label.en) if LANGUAGE == "zh" else (event.label.en, event.label.zh)
        line = f"{item.cursor}\t{event.kind}\t{event.action}\t{event.thing}\t{order[0] or order[1] or ''}"
        put(msgspec.json.encode(item).decode() if json else line)
    if found:
        tell(say("cli.webhooks.next", cursor=found[-1].cursor))


def _settings(data: str | None) -> Settings:
    from api.settings import load

    return load({"data": data})


def _record(settings: Settings, action: str, details: str) -> None:
    from api import wiring
    from kg.workflow.audit import Event

    event = Event(action=action, actor="command line", role="admin", outcome="done")
    wiring.audit(settings).append([(event, details.encode())])
