"""``medkg strategy``: the field search language without a server, and whole results as references."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import put, say, tell
from api.cli.query import given, label, opened

if TYPE_CHECKING:
    from api.knowledge import Knowledge
    from kg.index.boolean import Order
    from kg.search.strategy.searching import Strategy, StrategyReading


def register(app: typer.Typer) -> None:
    app.command("strategy", help=say("cli.strategy.help"))(strategy)


def strategy(
    text: Annotated[str, typer.Argument(help=say("cli.strategy.text"))],
    history: Annotated[list[str] | None, typer.Option("--history", help=say("cli.strategy.history"))] = None,
    sort: Annotated[str, typer.Option(help=say("cli.strategy.sort"))] = "relevance",
    export: Annotated[str, typer.Option(help=say("cli.strategy.export"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help=say("cli.search.limit"))] = 10,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    from typing import get_args

    import msgspec

    from api.hits import work
    from kg.errors import ConfigError
    from kg.index.boolean import Order
    from kg.references.formats import FORMATS
    from kg.search.base import Names
    from kg.search.strategy.searching import Strategy

    if sort not in get_args(Order):
        known = ", ".join(get_args(Order))
        raise ConfigError(where="--sort", reason=say("cli.strategy.sorts", sort=sort, known=known))
    if export and export not in FORMATS:
        known = ", ".join(FORMATS)
        raise ConfigError(where="--export", reason=say("cli.strategy.exports", format=export, known=known))
    found = opened(data, as_of)
    asked = Strategy(given("-") if text == "-" else text, tuple(history or ()), cast("Order", sort), limit)
    if export:
        _export(found, asked, export)
        return
    results = found.strategies.search(asked)
    _tell(results.interpretation)
    for card, records in zip(results.items, results.records, strict=True):
        if json:
            put(msgspec.json.encode(work(card, records, found)).decode())
            continue
        mark = f" {say('cli.search.illustrative')}" if card.illustrative else ""
        put(f"{card.year or ''}\t{card.id}\t{label(Names(card.zh, card.en), card.id)}{mark}")


def _tell(reading: StrategyReading) -> None:
    """How the strategy was read goes beside the hits, which programs may read."""
    tell(say("cli.strategy.read", words=label(reading.words, reading.canonical)))
    tell(say("cli.strategy.written", text=reading.resolved))
    for heading in reading.headings:
        if heading.concepts:
            tell(say("cli.strategy.heading", text=heading.text, ids=", ".join(heading.concepts)))
        else:
            tell(say("cli.strategy.unknown", text=heading.text))
    for told in reading.translations:
        tell(say("cli.strategy.told", dialect=told.dialect, text=told.text))
        for loss in told.losses:
            tell(say("cli.strategy.loss", loss=label(loss, told.dialect)))
    tell(say("cli.strategy.found", found=reading.found))
    for one in reading.similar:
        tell(say("cli.strategy.similar", text=one.text, name=label(one.label, one.name), id=one.id))


def _export(found: Knowledge, asked: Strategy, form: str) -> None:
    from api import bibliography
    from kg.references.formats import FORMATS

    works = bibliography.hits(found.strategies, asked, bibliography.WRITTEN)
    written = FORMATS[form].write(bibliography.read(found.documents, works, form))
    sys.stdout.buffer.write(written.encode())
    sys.stdout.buffer.flush()
    tell(say("cli.strategy.found", found=len(works)))
