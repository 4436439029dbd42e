"""``medkg curation dump`` and ``changelog``: a release of a terminology as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsOf, Data
from api.cli.output import put, say, tell


def add_to(curation: typer.Typer) -> None:
    """The commands, in the group of curation."""
    curation.command("dump", help=say("cli.dump.help"))(dump)
    curation.command("changelog", help=say("cli.dump.changelog"))(changelog)


def dump(
    scheme: Annotated[str, typer.Option("--scheme", help=say("cli.dump.scheme"))] = "",
    form: Annotated[str, typer.Option("--format", help=say("cli.dump.format"))] = "skos",
    output: Annotated[Path | None, typer.Option("--output", help=say("cli.dump.output"))] = None,
    language: Annotated[str, typer.Option("--language", help=say("cli.dump.language"))] = "en",
    target: Annotated[str, typer.Option("--target", help=say("cli.dump.target"))] = "",
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    import sys

    from api import wiring
    from api.engine import use_engine
    from api.settings import load
    from kg.dumps.concepts import schemes
    from kg.dumps.writing import FORMS, SchemeDump, write
    from kg.model.ids import Ids
    from kg.store.base import STORES, Snapshot

    if form not in FORMS:
        raise typer.BadParameter(", ".join(FORMS), param_hint="--format")
    settings = load({"data": data})
    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest = shelf.manifest(name)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=shelf.path(name) / "store"))
    try:
        if not scheme:
            for prefix, number in schemes(reader, Ids(manifest.base)).items():
                put(f"{prefix}\t{number}")
            return
        made = SchemeDump(reader, manifest, scheme, as_of if as_of and as_of != name else "")
        lines = made.lines(form, language=language, target=target)
        if output is None:
            sys.stdout.writelines(lines)
        else:
            write(lines, output)
            tell(say("cli.dump.written", number=made.count, scheme=made.scheme, path=str(output), id=name))
    finally:
        reader.close()


def changelog(
    before: Annotated[str, typer.Argument(help=say("cli.dump.before"))],
    after: Annotated[str, typer.Argument(help=say("cli.dump.after"))],
    folder: Annotated[Path, typer.Option("--output", help=say("cli.dump.folder"))],
    data: Data = None,
) -> None:
    """What changed in concepts and mappings, in both languages."""
    from tempfile import TemporaryDirectory

    from api import wiring
    from api.settings import load
    from kg.errors import ConfigError
    from kg.generation.changelog import changelogs
    from kg.store.disk import storage

    settings = load({"data": data})
    shelf = wiring.shelf(settings)
    old, new = shelf.find(before), shelf.find(after)
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as work:
        for language, lines in changelogs(settings.folder, old, new, Path(work)):
            path = folder / f"changelog-{before}-{after}.{language}.md"
            if path.exists():
                raise ConfigError(where=path, why="exists")
            with storage(path), path.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(lines)
            tell(say("cli.dump.changed", path=str(path)))
