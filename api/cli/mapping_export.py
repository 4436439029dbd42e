"""``medkg mappings export``: what is mapped to what, as a mapping set (SSSOM)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsOf, Data
from api.cli.output import LANGUAGE, put, say, tell


def export(
    subject: Annotated[str, typer.Option("--subject-prefix", help=say("cli.mappings.prefix"))] = "",
    object_: Annotated[str, typer.Option("--object-prefix", help=say("cli.mappings.prefix"))] = "",
    predicate: Annotated[str, typer.Option("--predicate", help=say("cli.mappings.predicate"))] = "",
    state: Annotated[str, typer.Option("--state", help=say("cli.mappings.state"))] = "",
    licence: Annotated[list[str], typer.Option("--licence", help=say("cli.mappings.licence"))] = [],  # noqa: B006 (typer reads it, nobody changes it)
    output: Annotated[Path | None, typer.Option("--output", help=say("cli.mappings.output"))] = None,
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    """Everything that fits, or the file of everything; ``state`` is one of ``kg.query.mappings.STATES``."""
    from api.mapping_sets import held, mapping_set
    from api.settings import load
    from kg.query.mappings import STATES, Wanted

    if state not in ("", *STATES):
        raise typer.BadParameter(", ".join(STATES), param_hint="--state")
    manifest, mappings = held(load({"data": data}), as_of)
    wanted = Wanted(subject, object_, predicate, state, tuple(licence))
    lines = list(mapping_set(manifest, mappings, wanted, LANGUAGE))
    if output is None:
        put("".join(lines).rstrip("\n"))
    else:
        output.write_text("".join(lines), "utf-8", newline="\n")
    tell(say("cli.mappings.exported", number=sum(not line.startswith("#") for line in lines) - 1))
