"""``medkg rules report``: what became of the cards of a month."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.options import Data
from api.cli.output import LANGUAGE, put, say


def add_to(rules: typer.Typer) -> None:
    rules.command("report", help=say("cli.rules.report"))(report)


def report(
    month: Annotated[str, typer.Option(help=say("cli.rules.month"))],
    department: Annotated[str | None, typer.Option(help=say("cli.rules.department"))] = None,
    whole: Annotated[bool, typer.Option("--whole", help=say("cli.rules.whole"))] = False,
    form: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help=say("cli.rules.report-format"))
    ] = "table",
    data: Data = None,
) -> None:
    import sys

    import msgspec

    from api.alertsheet import csv_sheet, plain_sheet
    from api.settings import load
    from api.stewardship import opened
    from kg.workflow.alertreport import summed

    with opened(load({"data": data})) as desk:
        found = desk.report(month, department)
    rows = summed(found.rows, "rule", "version", "pack", "tier", "mode") if whole else found.rows
    if form == "json":
        put(msgspec.json.encode(msgspec.structs.replace(found, rows=tuple(rows))).decode())
    elif form == "csv":
        sys.stdout.write(csv_sheet(rows, LANGUAGE))
    else:
        put(plain_sheet(found, rows, LANGUAGE))
