"""``medkg analytics``: put a generation into the engine that helps with long queries."""

from __future__ import annotations

import typer

from api.cli.options import AsOf, Data
from api.cli.output import say, tell


def register(app: typer.Typer) -> None:
    app.command("analytics", help=say("cli.analytics.help"))(analytics)


def analytics(data: Data = None, as_of: AsOf = None) -> None:
    from api.engine import use_engine
    from api.settings import load
    from api.wiring import shelf
    from kg.generation.copies import make_copy
    from kg.store.lock import writer_lock

    settings = load({"data": data})
    use_engine(settings)
    name = shelf(settings).find(as_of)
    with writer_lock(settings.folder):
        make_copy(settings.folder, name)
    tell(say("cli.analytics.done", id=name))
