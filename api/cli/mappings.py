"""``medkg mappings``: local dictionaries, candidates for their codes, decisions, contradictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Exit
from api.cli.mapping_export import export
from api.cli.mapping_sheets import Output, System, conceptmap, decide, read_dictionary_file, sssom, tell_rejects
from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell
from api.settings import load

if TYPE_CHECKING:
    from api.settings import Settings
    from api.workbench import Workbench
    from kg.model.source import Reject

To = Annotated[list[str], typer.Option("--to", help=say("cli.mappings.to"))]


def register(app: typer.Typer) -> None:
    mappings = typer.Typer(help=say("cli.mappings.help"), no_args_is_help=True)
    mappings.command("systems", help=say("cli.mappings.systems"))(systems)
    mappings.command("register", help=say("cli.mappings.register"))(register_system)
    mappings.command("propose", help=say("cli.mappings.propose"))(propose)
    mappings.command("decide", help=say("cli.mappings.decide"))(decide)
    mappings.command("conceptmap", help=say("cli.mappings.conceptmap"))(conceptmap)
    mappings.command("sssom", help=say("cli.mappings.sssom"))(sssom)
    mappings.command("check", help=say("cli.mappings.check"))(check)
    mappings.command("export", help=say("cli.mappings.export"))(export)
    app.add_typer(mappings, name="mappings")


def systems(data: Data = None, json: Json = False) -> None:
    import msgspec

    from ontology.mapping.systems import Systems

    for one in Systems(load({"data": data}).folder).all():
        title = one.title.get(LANGUAGE) or next(iter(one.title.values()), "")
        put(msgspec.json.encode(one).decode() if json else f"{one.name}\t{one.iri}\t{one.version}\t{title}")


def register_system(
    name: Annotated[str, typer.Argument(help=say("cli.mappings.name"))],
    iri: Annotated[str, typer.Argument(help=say("cli.mappings.iri"))],
    zh: Annotated[str, typer.Option("--zh", help=say("cli.mappings.title"))] = "",
    en: Annotated[str, typer.Option("--en", help=say("cli.mappings.title"))] = "",
    version: Annotated[str, typer.Option("--version", help=say("cli.mappings.version"))] = "",
    data: Data = None,
) -> None:
    from ontology.mapping.systems import LocalSystem, Systems

    title = {language: text for language, text in (("zh", zh), ("en", en)) if text}
    made = Systems(load({"data": data}).folder).register(LocalSystem(name, iri, title, version))
    tell(say("cli.mappings.registered", name=made.name, iri=made.iri))


def propose(
    file: Annotated[Path | None, typer.Argument(help=say("cli.mappings.file"))] = None,
    system: System = "",
    to: To = [],  # noqa: B006 (typer reads it, nobody changes it)
    source: Annotated[list[str], typer.Option("--from", help=say("cli.mappings.from"))] = [],  # noqa: B006
    others: Annotated[list[str], typer.Option("--names-of", help=say("cli.mappings.names-of"))] = [],  # noqa: B006
    code: Annotated[str, typer.Option("--code", help=say("cli.mappings.column"))] = "code",
    name: Annotated[str, typer.Option("--name", help=say("cli.mappings.column"))] = "name",
    english: Annotated[str, typer.Option("--english", help=say("cli.mappings.column"))] = "",
    synonyms: Annotated[str, typer.Option("--synonyms", help=say("cli.mappings.column"))] = "",
    category: Annotated[str, typer.Option("--category", help=say("cli.mappings.category"))] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=50, help=say("cli.mappings.top"))] = 5,
    queue: Annotated[bool, typer.Option("--queue", help=say("cli.mappings.queue"))] = False,
    least: Annotated[float, typer.Option("--least", min=0, max=1, help=say("cli.mappings.least"))] = 0.5,
    output: Output = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api import wiring
    from api.workbench import ledger, record
    from ontology.mapping.worksheet import written

    if not to or (file is None) == (not source):
        raise typer.BadParameter(say("cli.mappings.which"), param_hint="--to, FILE, --from")
    settings = load({"data": data})
    bench = _bench(settings, as_of)
    rejects: list[Reject] = []
    if file is not None:
        concepts, rejects = read_dictionary_file(settings, file, system, (code, name, english, synonyms, category))
    else:
        concepts = bench.concepts(source)
    known = ledger(settings.folder, wiring.queue(settings), wiring.proposals(settings), bench.mappings)
    found = list(bench.candidates(concepts, to, others=others, top=top, ledger=known))
    if queue:
        from api.deciding import enqueue

        name = file.name if file is not None else f"{', '.join(source)} → {', '.join(to)}"
        new = {one.id: one for one in concepts} if file is not None else {}
        made = enqueue(settings, found, known, least, new, name)
        for one in made.proposals:
            put(str(one.id))
        count = len(made.proposals)
        tell(say("cli.mappings.queued", proposals=count, edits=made.edits, refused=made.refused))
    elif json:
        for row in found:
            put(msgspec.json.encode(record(row)).decode())
    else:
        text = written(((row.code, row.concept.category, one) for row in found for one in row.candidates), LANGUAGE)
        if output is None:
            put(text.rstrip("\n"))
        else:
            output.write_text(text, "utf-8-sig")
    with_any = sum(bool(row.candidates) for row in found)
    tell(say("cli.mappings.told", concepts=len(found), found=with_any, rejects=len(rejects)))
    tell_rejects(rejects)


def check(data: Data = None, as_of: AsOf = None, json: Json = False) -> None:
    import msgspec

    from ontology.mapping.consistency import contradictions

    bench = _bench(load({"data": data}), as_of)
    found = list(contradictions((mapping for _, mapping in bench.mappings), bench.categories()))
    for one in found:
        put(msgspec.json.encode(one.record()).decode() if json else f"{one.severity}\t{one.text(LANGUAGE)}")
    errors = sum(one.severity == "error" for one in found)
    tell(say("cli.mappings.checked", mappings=len(bench.mappings), errors=errors, warnings=len(found) - errors))
    if errors:
        raise typer.Exit(Exit.REJECTS)


def _bench(settings: Settings, as_of: str | None) -> Workbench:
    from api import wiring
    from api.engine import use_engine
    from api.workbench import Workbench
    from kg.model.ids import Ids
    from kg.store.base import STORES, Snapshot
    from kg.terminology.terminology import open_terminology

    use_engine(settings)
    shelf = wiring.shelf(settings)
    name = shelf.find(as_of)
    manifest, folder = shelf.manifest(name), shelf.path(name)
    ids = Ids(manifest.base)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    return Workbench(reader, ids, open_terminology(folder, ids))
