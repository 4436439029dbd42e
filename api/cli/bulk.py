"""``medkg export`` and ``medkg restore``: whole graphs in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data
from api.cli.output import progress, say, tell

if TYPE_CHECKING:
    from api.settings import Settings
    from kg.bulk.export import Export, Wanted
    from kg.bulk.release import ReleaseManifest


def register(app: typer.Typer) -> None:
    app.command("export", help=say("cli.export.help"))(export)
    app.command("restore", help=say("cli.restore.help"))(restore)


def export(
    output: Annotated[str, typer.Option("--output", help=say("cli.export.output"))],
    format_: Annotated[str, typer.Option("--format", help=say("cli.export.format"))] = "nquads",
    licence: Annotated[str, typer.Option("--licence", help=say("cli.export.licence"))] = "",
    graph: Annotated[list[str] | None, typer.Option("--graph", help=say("cli.export.graph"))] = None,
    bag: Annotated[bool, typer.Option("--bag", help=say("cli.export.bag"))] = False,
    web_annotations: Annotated[bool, typer.Option("--web-annotations", help=say("cli.export.web-annotations"))] = False,
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    from api.engine import use_engine
    from api.settings import load
    from api.wiring import shelf
    from kg.bulk.dump import MEDIA, Form
    from kg.bulk.export import Wanted, opened
    from kg.errors import ConfigError

    if format_ not in MEDIA:
        raise ConfigError(where="--format", reason=say("cli.export.formats", format=format_, known=", ".join(MEDIA)))
    if bag and output == "-":
        raise ConfigError(where="--output", reason=say("cli.export.no-output"))
    settings = load({"data": data})
    use_engine(settings)
    kept = shelf(settings)
    name = kept.find(as_of)
    licences = tuple(part.strip() for part in licence.split(",") if part.strip())
    packed = bag or output.endswith(".gz")
    wanted = Wanted(licences, tuple(graph or ()), Form(format_, web_annotations, packed))
    with opened(kept.path(name), wanted) as found:
        _record(settings, name, wanted, found.selection.statements)
        release = _write(found, output, bag, settings)
    for left in release.left_out:
        why = say(f"cli.export.why-{left.why}", licence=left.licence)
        tell(say("cli.export.left-out", graph=left.graph, statements=left.statements, why=why))
    limits = {chosen.graph: chosen.small_count_limit for chosen in release.graphs}
    for graph_, number in release.suppressed.items():
        tell(say("cli.export.suppressed", number=number, graph=graph_, limit=limits[graph_]))
    tell(say("cli.export.done", statements=release.statements, graphs=len(release.graphs), id=name))


def _write(found: Export, output: str, bag: bool, settings: Settings) -> ReleaseManifest:
    import sys
    from importlib.metadata import version

    if output == "-":
        return found.to_stream(sys.stdout.buffer)
    if not bag:
        return found.to_file(Path(output))
    key = Path(settings.signing_key) if settings.signing_key else None
    return found.to_bag(Path(output), agent=f"medkg {version('medkg')}", key=key)


def _record(settings: Settings, generation: str, wanted: Wanted, statements: int) -> None:
    """In the audit log before anything is written out."""
    import msgspec

    from api import wiring
    from kg.workflow.audit import Event

    event = Event(action="medkg export", actor="command line", role="admin", outcome="begun")
    details = f"{generation} {statements} {msgspec.json.encode(wanted).decode()}"
    wiring.audit(settings).append([(event, details.encode())])


def restore(
    source: Annotated[Path, typer.Argument(help=say("cli.restore.source"))],
    data: Annotated[str, typer.Option("--data", help=say("cli.option.data"))],
    vectors: Annotated[bool, typer.Option(help=say("cli.build.vectors"))] = True,
) -> None:
    from api.cli.building import Bars
    from api.settings import load
    from api.wiring import Building, shelf

    settings = load({"data": data, "encoder": None if vectors else "none"})
    with progress() as bars:
        built = Building(settings).restore(source.resolve(), Bars(bars).step)
    manifest = shelf(settings).manifest(built.current)
    tell(say("cli.restore.done", statements=manifest.counts.get("", 0), id=manifest.id, folder=str(settings.folder)))
