"""``medkg sets``: concept sets as they are defined, their members, and their exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.conceptsets import Export
    from kg.generation.manifest import GenerationManifest
    from kg.query.naming import Naming
    from kg.query.records import LabelPair
    from kg.sets.catalogue import ConceptSets
    from kg.sets.compilation import Compiled

Version = Annotated[str, typer.Option("--version", help=say("cli.sets.version"))]
Identifier = Annotated[str, typer.Argument(help=say("cli.sets.id"))]


def register(app: typer.Typer) -> None:
    sets = typer.Typer(help=say("cli.sets.help"), no_args_is_help=True)
    sets.command("list", help=say("cli.sets.list"))(table)
    sets.command("show", help=say("cli.sets.show"))(show)
    sets.command("compile", help=say("cli.sets.compile"))(compile_set)
    sets.command("export", help=say("cli.sets.export"))(export)
    app.add_typer(sets, name="sets")


def table(data: Data = None, as_of: AsOf = None, json: Json = False) -> None:
    import msgspec

    from kg.sets.shown import record

    sets, naming, _ = _opened(data, as_of)
    for row in sets.all():
        found = record(row, naming.label)
        line = f"{found.id}\t{found.version}\t{found.status}\t{_name(found.label)}"
        put(msgspec.json.encode(found).decode() if json else line)


def show(
    identifier: Identifier, version: Version = "", data: Data = None, as_of: AsOf = None, json: Json = False
) -> None:
    """The definition, then the members with the way to each."""
    import msgspec

    from kg.sets.shown import member, record, summary

    sets, naming, manifest = _opened(data, as_of)
    definition = sets.find(identifier, version)
    found = sets.compiled(identifier, definition.version)
    if json:
        tree = {
            "set": record(definition, naming.label), "generation": manifest.id, "summary": summary(definition, found),
            "members": [member(one, naming.label) for one in found.members],
        }  # fmt: skip
        put(msgspec.json.encode(tree).decode())
        return
    shown = record(definition, naming.label)
    put(f"{shown.id} {shown.version}\t{shown.status}\t{_name(shown.label)}")
    for mark, parts in (("+", shown.include), ("-", shown.exclude)):
        for part in parts:
            signs = (["*"] if part.descendants else []) + list(part.mapped)
            put(f"{mark} {part.concept or part.set} {part.version}\t{_name(part.label)}\t{' '.join(signs)}".rstrip())
    _put_members(found, naming, manifest)


def compile_set(
    path: Annotated[Path, typer.Argument(help=say("cli.sets.file"))],
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Try definitions of a file against a generation before they are built into one."""
    import msgspec

    from api.cli.exits import Exit
    from kg.model.conceptset import ConceptSet
    from ontology.reading.raw import describe
    from ontology.terminologies.concept_sets import ConceptSets as Reading

    sets, naming, manifest = _opened(data, as_of)
    items = list(Reading().parse(describe(path), {}))
    definitions = tuple(one for one in items if isinstance(one, ConceptSet))
    for item in items:
        if not isinstance(item, ConceptSet):
            tell(msgspec.json.encode(item).decode())
    for definition in definitions:
        found = sets.trial(definition, definitions)
        if json:
            put(msgspec.json.encode({"generation": manifest.id, "compiled": found}).decode())
        else:
            _put_members(found, naming, manifest)
    if len(definitions) < len(items):
        raise typer.Exit(Exit.REJECTS)


def export(
    identifier: Identifier,
    form: Annotated[str, typer.Option("--format", help=say("cli.sets.format"))] = "fhir",
    version: Version = "",
    output: Annotated[Path | None, typer.Option("--output", help=say("cli.sets.output"))] = None,
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    import sys

    from api.conceptsets import exported

    sets, naming, manifest = _opened(data, as_of)
    definition = sets.find(identifier, version)
    found = sets.compiled(identifier, definition.version)
    content = exported(_form(form), definition, found, naming, manifest)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        tell(say("cli.sets.written", path=str(output), number=len(found.members)))


def _form(form: str) -> Export:
    from typing import get_args

    from api.conceptsets import Export

    if form not in get_args(Export):
        raise typer.BadParameter(", ".join(get_args(Export)), param_hint="--format")
    return form  # type: ignore[return-value]


def _put_members(found: Compiled, naming: Naming, manifest: GenerationManifest) -> None:
    for one in found.members:
        reason = one.reasons[0]
        put(f"{one.id}\t{_name(naming.label(one.id))}\t{reason.how} {reason.part + 1}\t{' > '.join(reason.path)}")
    for gone in found.became:
        tell(say(f"cli.sets.{gone.state}", id=gone.id, by=", ".join(gone.by)))
    tell(
        say(
            "cli.sets.summary", id=f"{found.id} {found.version}", generation=manifest.id, digest=found.digest,
            members=len(found.members), removed=len(found.removed),
        )
    )  # fmt: skip


def _name(label: LabelPair) -> str:
    order = (label.zh, label.en) if LANGUAGE == "zh" else (label.en, label.zh)
    return order[0] or order[1] or ""


def _opened(data: str | None, as_of: str | None) -> tuple[ConceptSets, Naming, GenerationManifest]:
    from api import wiring
    from api.engine import use_engine
    from api.settings import load
    from kg.generation.indexes import open_indexes
    from kg.model.ids import Ids
    from kg.query.naming import Naming
    from kg.sets.catalogue import ConceptSets
    from kg.store.base import STORES, Snapshot

    settings = load({"data": data})
    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest, folder = shelf.manifest(name), shelf.path(name)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    naming = Naming(Ids(manifest.base), open_indexes(folder, None).text)
    return ConceptSets(reader, naming.ids), naming, manifest
