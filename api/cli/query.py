"""``medkg sparql`` and ``medkg search``: the answers of the API without a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.knowledge import Knowledge
    from api.settings import Settings
    from kg.index.base import Kind
    from kg.query.frames import Question
    from kg.query.pool import QueryLimits
    from kg.search.base import Names
    from kg.store.base import Snapshot


def register(app: typer.Typer) -> None:
    app.command("sparql", help=say("cli.sparql.help"))(sparql)
    app.command("search", help=say("cli.search.help"))(search)


def sparql(
    file: Annotated[str, typer.Argument(help=say("cli.sparql.file"))] = "-",
    format_: Annotated[str, typer.Option("--format", help=say("cli.sparql.format"))] = "",
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    import asyncio

    import msgspec

    from api.knowledge import Opener
    from api.settings import load
    from api.wiring import shelf
    from kg.errors import ConfigError
    from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS, Question
    from kg.store.base import Snapshot

    known = {**RESULT_FORMATS, **GRAPH_FORMATS}
    if format_ and format_ not in known:
        raise ConfigError(where="--format", reason=say("cli.sparql.formats", format=format_, known=", ".join(known)))
    settings = load({"data": data})
    kept = shelf(settings)
    name = kept.find(as_of)
    limits = msgspec.structs.replace(Opener(settings).limits(workers=1), spares=0)
    text = given(file)
    inlined = _inlined(text, settings, kept.path(name))
    question = Question(
        text=inlined or text,
        gated=inlined is not None,
        results=(format_ if format_ in RESULT_FORMATS else "") if format_ else "tsv",
        graph=(format_ if format_ in GRAPH_FORMATS else "") if format_ else "turtle",
        rows=limits.rows,
    )
    asyncio.run(_ask(Snapshot(kept.manifest(name).store, kept.path(name) / "store"), limits, question))


def _inlined(text: str, settings: Settings, folder: Path) -> str | None:
    """The query with its calls of search answered; None where it has none."""
    from api.knowledge import Opener
    from kg.query.inlining import has_calls, inline
    from kg.search.serving import serve

    if not has_calls(text):
        return None
    found = Opener(settings).open(folder)
    answered = inline(text, lambda call: serve(call, found.searcher, found.naming.ids))
    return answered.text if answered else None


async def _ask(snapshot: Snapshot, limits: QueryLimits, question: Question) -> None:
    from kg.query.pool import WorkerPool

    pool = WorkerPool(snapshot, limits)
    await pool.open()
    try:
        answer = await pool.ask(question)
        sys.stdout.buffer.write(answer.first)
        if answer.rest is not None:
            async for block in answer.rest:
                sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()
    finally:
        await pool.close()


def given(file: str) -> str:
    """The text of a file, or of standard input for ``-``; raises InputError."""
    from kg.errors import InputError

    try:
        return (sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()).decode()
    except OSError as error:
        raise InputError(path=file, position="", reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError(path=file, position=f"byte {error.start}", reason="not UTF-8") from error


def opened(data: str | None, as_of: str | None) -> Knowledge:
    from api.knowledge import Opener
    from api.settings import load
    from api.wiring import shelf

    settings = load({"data": data})
    kept = shelf(settings)
    return Opener(settings).open(kept.path(kept.find(as_of)))


def search(
    text: Annotated[str, typer.Argument(help=say("cli.search.text"))],
    kind: Annotated[str, typer.Option(help=say("cli.search.kind"))] = "document",
    limit: Annotated[int, typer.Option(min=1, max=100, help=say("cli.search.limit"))] = 10,
    signals: Annotated[str | None, typer.Option("--signals", help=say("cli.search.signals"))] = None,
    profile: Annotated[str, typer.Option("--profile", help=say("cli.search.profile"))] = "",
    without_concept: Annotated[list[str] | None, typer.Option(help=say("cli.search.without-concept"))] = None,
    concept: Annotated[list[str] | None, typer.Option(help=say("cli.search.concept"))] = None,
    hints: Annotated[str | None, typer.Option(help=say("cli.search.hints"))] = None,
    filter_: Annotated[list[str] | None, typer.Option("--filter", help=say("cli.search.filter"))] = None,
    rerank: Annotated[str, typer.Option("--rerank", help=say("cli.search.rerank"))] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=100, help=say("cli.search.top"))] = 20,
    narrower: Annotated[bool | None, typer.Option("--narrower/--exact", help=say("cli.search.narrower"))] = None,
    fold: Annotated[bool, typer.Option("--fold", help=say("cli.search.fold"))] = False,
    diverse: Annotated[bool, typer.Option("--diverse", help=say("cli.search.diverse"))] = False,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from kg.errors import ConfigError
    from kg.search.base import Query
    from kg.search.hints.base import Corrections
    from kg.search.hints.base import parsed as parsed_hints
    from kg.search.signals import parsed

    if kind not in ("document", "concept", "all"):
        raise ConfigError(where="--kind", reason=say("cli.search.kinds", kind=kind))
    by = parsed(signals)
    found = opened(data, as_of)
    asked = Query(text, None if kind == "all" else cast("Kind", kind), limit=limit, signals=by, profile=profile)
    corrected = Corrections(tuple(without_concept or ()), tuple(concept or ()), parsed_hints(hints))
    filters = found.filtering.of(filter_ or (), asked.filters)
    asked = msgspec.structs.replace(asked, corrections=corrected, filters=filters, fold=fold, diverse=diverse,
                                    rerank=rerank, top=top, narrower=narrower)  # fmt: skip
    results = found.searcher.search(asked)
    if json:
        for hit in results.items:
            put(msgspec.json.encode(hit).decode())
        return
    if results.interpretation.degraded:
        tell(say(f"page.degraded-{results.interpretation.degraded}"))
    for read in results.interpretation.concepts:
        role = "" if read.role == "asked" else f" [{say(f'page.role-{read.role}')}]"
        tell(say("cli.search.read", surface=read.surface, label=label(read.label, read.id), id=read.id) + role)
    for hint in results.interpretation.hints:
        why = say(f"page.hint-why-{hint.why}") if hint.why else say("page.hint-acts")
        kind_of = say(f"page.hint-{hint.kind}")
        tell(say("cli.search.hint", kind=kind_of, surface=hint.surface, value=hint.value, why=why))
    if results.interpretation.strategy:
        tell(say("page.written-as-strategy"))
    for hit in results.items:
        mark = f" {say('cli.search.illustrative')}" if hit.illustrative else ""
        put(f"{hit.score:.3f}\t{hit.id}\t{label(hit.label, hit.id)}{mark}")
        if told := " · ".join(filter(None, (hit.design, *(link.url for link in hit.links[1:])))):
            put(f"\t{told}")
        if hit.duplicates:
            put(f"\t{say('cli.search.folded', ids=', '.join(hit.duplicates))}")
        for one in hit.matched:
            if len(one.path) > 1:
                put(f"\t{' → '.join(label(step.label, step.id) for step in one.path)}")
        if hit.excerpt:
            put(f"\t{' '.join(hit.excerpt.text.split())}")
    if not results.items:
        tell(say("cli.search.nothing"))


def label(names: Names, other: str) -> str:
    order = (names.zh, names.en) if LANGUAGE == "zh" else (names.en, names.zh)
    return order[0] or order[1] or other
