"""``medkg lineage``: where a statement comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.lineage import LineageQuad, LineageRecord, RawRecord, SourceRecord


def register(app: typer.Typer) -> None:
    app.command("lineage", help=say("cli.lineage.help"))(lineage)


def lineage(
    subject: Annotated[str, typer.Argument(help=say("cli.lineage.subject"))],
    predicate: Annotated[str, typer.Argument(help=say("cli.lineage.predicate"))] = "",
    object_: Annotated[str, typer.Argument(metavar="[OBJECT]", help=say("cli.lineage.object"))] = "",
    graph: Annotated[str, typer.Option("--graph", help=say("cli.lineage.graph"))] = "",
    raw: Annotated[bool, typer.Option("--raw", help=say("cli.lineage.raw"))] = False,
    limit: Annotated[int, typer.Option(min=1, help=say("cli.lineage.limit"))] = 20,
    skip: Annotated[int, typer.Option(min=0, help=say("cli.lineage.skip"))] = 0,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api import wiring
    from api.engine import use_engine
    from api.lineage import Lineage, traced
    from api.rawrecords import raw_here
    from api.settings import load
    from kg.model.ids import Ids
    from kg.query.quads import Pattern, read_iri, read_term
    from kg.store.base import STORES, Snapshot

    settings = load({"data": data})
    kept = wiring.shelf(settings)
    name = kept.find(as_of)
    manifest = kept.manifest(name)
    ids = Ids(manifest.base)
    pattern = Pattern(
        read_iri(subject, ids),
        read_iri(predicate, ids) if predicate else None,
        read_term(object_, ids) if object_ else None,
        read_iri(graph, ids) if graph else None,
    )
    use_engine(settings)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=kept.path(name) / "store"))
    try:
        asked = Lineage(reader, manifest, settings.folder, wiring.jobs(settings).making)
        rows, more = traced(asked, reader, pattern, limit, skip)
        for row in rows:
            found = raw_here(asked, row) if raw else row.shown
            if json:
                put(msgspec.json.encode(found).decode())
            else:
                _put(found)
        if more:
            tell(say("cli.lineage.more", skip=skip + limit))
    finally:
        reader.close()


def _put(found: LineageQuad) -> None:
    quad = found.quad
    put(f"{quad.subject} {quad.predicate} {quad.object} {quad.graph}")
    if found.source:
        put(f"\t{_source(found.source)}")
    for record in found.records:
        for line in _record(record):
            put(f"\t{line}")
    if found.more_records:
        put(f"\t{say('cli.lineage.more-records')}")
    if found.derived:
        put(f"\t{say('cli.lineage.derived', method=found.derived.method)}")
        for row in found.derived.statements:
            put(f"\t{say('cli.lineage.rests-on', statement=f'{row.subject} {row.predicate} {row.object}')}")
        if found.derived.more:
            put(f"\t{say('cli.lineage.more-statements')}")
    if found.told in ("described", "not-indexed", "not-here"):
        put(f"\t{say(f'cli.lineage.{found.told}', batches=', '.join(found.batches))}")


def _source(source: SourceRecord) -> str:
    order = (source.label.zh, source.label.en) if LANGUAGE == "zh" else (source.label.en, source.label.zh)
    title = order[0] or order[1] or say("cli.lineage.untitled")
    return say("cli.lineage.source", title=title, version=source.version, licence=source.licence)


def _record(record: LineageRecord) -> list[str]:
    file, job = record.file, record.job
    lines = [
        say(
            "cli.lineage.record", key=record.key, file=file.name, digest=file.sha256, format=record.format,
            rules=record.rules,
        ),
        say("cli.lineage.batch", batch=record.batch, part=record.part, offset=record.offset, length=record.length),
        say("cli.lineage.job", id=job.id, kind=job.kind, ended=job.ended, version=job.medkg)
        if job
        else say("cli.lineage.no-job"),
    ]  # fmt: skip
    return lines + (_raw(record.raw) if record.raw else [])


def _raw(raw: RawRecord) -> list[str]:
    if raw.state != "found":
        return [say(f"cli.lineage.raw-{raw.state}")]
    place = say(f"cli.lineage.raw-{'packed' if raw.compressed else 'found'}", offset=raw.offset, length=raw.length)
    return [place, *(raw.text or "").splitlines()]
