"""``medkg diff``: what changed between two generations, whole, whatever its size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Data
from api.cli.output import LANGUAGE, say

if TYPE_CHECKING:
    from kg.generation.diff import Summary


def register(app: typer.Typer) -> None:
    app.command("diff", help=say("cli.diff.help"))(diff)


def diff(
    before: Annotated[str, typer.Argument(help=say("cli.diff.before"))],
    after: Annotated[str, typer.Argument(help=say("cli.diff.after"))],
    format_: Annotated[str, typer.Option("--format", help=say("cli.diff.format"))] = "markdown",
    output: Annotated[Path | None, typer.Option("--output", help=say("cli.diff.output"))] = None,
    data: Data = None,
) -> None:
    import os
    import shutil
    from tempfile import TemporaryDirectory

    from api.settings import load
    from api.wiring import shelf
    from kg.errors import ConfigError
    from kg.generation.differ import CHANGES, PATCH, make, read_summary
    from kg.store.disk import storage

    forms = {"json": CHANGES, "patch": PATCH, "markdown": f"markdown-{LANGUAGE}"}
    if format_ not in forms:
        raise ConfigError(where="--format", reason=say("cli.diff.formats", format=format_))
    settings = load({"data": data})
    kept = shelf(settings)
    with TemporaryDirectory(dir=output.parent if output else None) as name:
        work = Path(name)
        made = make(settings.folder, kept.find(before), kept.find(after), forms[format_], work)
        if format_ == "json":
            made = _whole(read_summary(work), made, work / "whole")
        if output:
            with storage(output):
                os.replace(made, output)
            return
        with made.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _whole(summary: Summary, changes: Path, target: Path) -> Path:
    """Summary and changes as one JSON document, a change a line."""
    import msgspec

    def pieces() -> Iterator[bytes]:
        yield msgspec.json.encode(summary)[:-1] + b',"changes":['
        between = b"\n"
        with changes.open("rb") as lines:
            for line in lines:
                yield between + line.rstrip(b"\n")
                between = b",\n"
        yield b"\n]}\n"

    with target.open("wb") as out:
        out.writelines(pieces())
    return target
