"""``medkg rules lint``: whether the quotes of rules stand where they say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Exit
from api.cli.options import AsOf, Data, Json
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.settings import Settings
    from kg.generation.verification import Check
    from kg.rules.quotes import QuoteResult, Sources


def add_to(rules: typer.Typer) -> None:
    rules.command("lint", help=say("cli.quotes.lint"))(lint)


def lint(
    files: Annotated[
        Path | None, typer.Option("--files", envvar="MEDKG_TEST_DATA", help=say("cli.quotes.files"))
    ] = None,
    require: Annotated[bool, typer.Option("--require", help=say("cli.quotes.require"))] = False,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Exit code 1 for a quote that is not there, and with ``require`` for one that could not be looked for."""
    import msgspec

    from api.cli.query import opened
    from ingest.quotes.files import FileSources, shipped
    from kg.rules.passages import GraphSources
    from kg.rules.quotes import looked_at
    from kg.rules.shelf import installed

    found = opened(data, as_of)
    rules = [one.rule for one in installed(found.reader)]
    quoted = {part.document for rule in rules for part in rule.evidence if part.basis == "quoted"}
    sources: list[Sources] = [GraphSources(found.reader, found.naming.ids)]
    if files is not None:
        beside = FileSources(files, shipped(), quoted)
        for path in beside.absent:
            tell(say("cli.quotes.no-file", path=path))
        sources.append(beside)
    results = list(looked_at(rules, *sources))
    for one in results:
        if json:
            put(msgspec.json.encode(one).decode())
        elif one.state != "found":
            put(told(one))
    faults, absent = ([one for one in results if one.state == state] for state in ("fault", "absent"))
    tell(say("cli.quotes.summary", quotes=len(results), rules=len({one.rule for one in results}),
             found=len(results) - len(faults) - len(absent), faults=len(faults), absent=len(absent)))  # fmt: skip
    if faults or (require and absent):
        raise typer.Exit(Exit.FAILED)


def told(one: QuoteResult) -> str:
    """What is wrong with a quote, and where."""
    return say(f"cli.quotes.{one.reason}", rule=one.rule, number=one.number, document=one.document, detail=one.detail)


def quote_checks(settings: Settings, folder: Path) -> Iterator[Check]:
    """For ``medkg verify``: the quotes whose documents the generation in ``folder`` holds."""
    from kg.generation.manifest import read_manifest
    from kg.generation.verification import Check
    from kg.model.ids import Ids
    from kg.rules.passages import GraphSources
    from kg.rules.quotes import looked_at
    from kg.rules.shelf import installed
    from kg.store.base import STORES, Snapshot

    manifest = read_manifest(folder)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        rules = [one.rule for one in installed(reader)]
        results: Sequence[QuoteResult] = list(looked_at(rules, GraphSources(reader, Ids(settings.base))))
    finally:
        reader.close()
    if not results:
        return
    yield from (Check("quote", False, told(one)) for one in results if one.state == "fault")
    found, absent = (sum(one.state == state for one in results) for state in ("found", "absent"))
    yield Check("quote", True, say("cli.quotes.checked", found=found, quotes=len(results), absent=absent))
