"""``medkg similar``, ``similarity``, ``statements`` and ``answer``: what the discovery routes tell, at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from kg.index.base import Kind
    from kg.search.answering import Cited
    from kg.search.base import Names
    from kg.search.relatedness import Measures, Related
    from kg.search.statements import StatementHit

_LIMIT = typer.Option(min=1, max=100, help=say("cli.search.limit"))


def register(app: typer.Typer) -> None:
    app.command("similar", help=say("cli.discovery.similar"))(similar)
    app.command("similarity", help=say("cli.discovery.similarity"))(similarity)
    app.command("statements", help=say("cli.discovery.statements"))(statements)
    app.command("answer", help=say("cli.discovery.answer"))(answer)
    app.command("profiles", help=say("cli.discovery.profiles"))(profiles)


def similar(
    ids: Annotated[list[str], typer.Argument(help=say("cli.discovery.ids"))],
    kind: Annotated[str, typer.Option(help=say("cli.discovery.kind"))] = "document",
    limit: Annotated[int, _LIMIT] = 10,
    filter_: Annotated[list[str] | None, typer.Option("--filter", help=say("cli.search.filter"))] = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.query import label, opened
    from kg.errors import ConfigError
    from kg.index.base import Filters

    if kind not in ("document", "concept"):
        raise ConfigError(where="--kind", reason=say("cli.discovery.kinds", kind=kind))
    found = opened(data, as_of)
    told = found.likeness.like(ids, cast("Kind", kind), found.filtering.of(filter_ or (), Filters()), limit=limit)
    for hit in told.items:
        if json:
            put(msgspec.json.encode(hit).decode())
            continue
        put(f"{hit.score:.3f}\t{hit.id}\t{label(hit.label, hit.id)}{_standing(hit.standing)}")
        if shared := "; ".join(label(one.path[-1].label, one.path[-1].id) for one in hit.matched):
            put(f"\t{say('cli.discovery.shared', concepts=shared)}")
    if not told.items:
        tell(say("cli.search.nothing"))


def similarity(
    a: Annotated[str, typer.Argument(help=say("cli.claims.subject"))],
    b: Annotated[str, typer.Argument(help=say("cli.claims.subject"))],
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.query import label, opened

    told = opened(data, as_of).relatedness.of(a, b)
    if json:
        put(msgspec.json.encode(told).decode())
        return
    for one in (told.a, told.b):
        put(f"{one.id}\t{label(one.label, one.id)}")
    if told.relation:
        put(say(f"cli.discovery.relation-{told.relation}"))
    put(f"{say('cli.discovery.cosine')}\t{'-' if told.cosine is None else f'{told.cosine:.4f}'}")
    for name, measures in (("documents", told.documents), ("hierarchy", told.hierarchy)):
        put(f"{say(f'cli.discovery.by-{name}')}\t{_measures(measures)}")
    _put_ways(told)


def _measures(one: Measures) -> str:
    return f"Lin {one.lin:.4f}\tResnik {one.resnik:.4f}\tJiang-Conrath {one.jiang_conrath:.4f}"


def _put_ways(told: Related) -> None:
    from api.cli.query import label

    for way in (told.way_to_a, told.way_to_b):
        if len(way) > 1:
            put(f"\t{' → '.join(label(one.label, one.id) for one in way)}")


def statements(
    text: Annotated[str, typer.Argument(help=say("cli.search.text"))],
    kind: Annotated[str | None, typer.Option(help=say("cli.discovery.statement-kind"))] = None,
    limit: Annotated[int, _LIMIT] = 10,
    filter_: Annotated[list[str] | None, typer.Option("--filter", help=say("cli.search.filter"))] = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.query import opened
    from kg.index.base import Filters
    from kg.search.statements import parsed

    kinds = parsed(kind)
    found = opened(data, as_of)
    told = found.statements.search(text, kinds, found.filtering.of(filter_ or (), Filters()), limit=limit)
    for hit in told.items:
        put(msgspec.json.encode(hit).decode()) if json else _put_statement(hit)
    if not told.items:
        tell(say("cli.search.nothing"))


def _put_statement(hit: StatementHit) -> None:
    from api.cli.claims import put_claim

    if hit.claim is not None:
        put_claim(hit.claim)
    if (one := hit.recommendation) is not None:
        grade = f" ({one.grade})" if one.grade else ""
        put(f"{one.id}\t{say(f'cli.discovery.advice-{one.advice}')}{grade}")
        quote = one.sentence
        put(f"\t{say('cli.claims.sentence', start=quote.start, end=quote.end, text=quote.text)}")
        if one.source:
            put(f"\t{say('cli.claims.source', source=one.source.id)}{_standing(one.source.standing)}")


def answer(
    text: Annotated[str, typer.Argument(help=say("cli.discovery.question"))],
    limit: Annotated[int, typer.Option(min=1, max=5, help=say("cli.search.limit"))] = 3,
    filter_: Annotated[list[str] | None, typer.Option("--filter", help=say("cli.search.filter"))] = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.query import opened
    from kg.index.base import Filters

    found = opened(data, as_of)
    told = found.answering.answer(text, found.filtering.of(filter_ or (), Filters()), limit=limit)
    if json:
        put(msgspec.json.encode(told).decode())
        return
    if not told.found:
        put(_said(told.message))
    for one in told.answers:
        _put_cited(one)
    if told.withheld:
        tell(say("cli.discovery.withheld"))
        for one in told.withheld:
            _put_cited(one)


def _put_cited(one: Cited) -> None:
    from api.cli.query import label

    put(" ".join(one.text.split()))
    year = f" · {one.year}" if one.year else ""
    put(f"\t{one.document} · {label(one.label, one.document)}{year} · {one.passage} [{one.start}, {one.end})")
    if notice := _said(one.notice):
        put(f"\t{notice}")


def _said(names: Names) -> str:
    return names.zh if LANGUAGE == "zh" else names.en


def _standing(standing: str) -> str:
    return f" [{say(f'page.standing-{standing}')}]" if standing not in ("", "published") else ""


def profiles(data: Data = None, json: Json = False) -> None:
    from pathlib import Path

    import msgspec

    from api.settings import load
    from kg.search.profiles import read

    named = load({"data": data}).profiles
    for one in read(Path(named).expanduser() if named else None).values():
        if json:
            put(msgspec.json.encode(one).decode())
        else:
            put(f"{one.name}\t{_said(one.title)}\t{_said(one.about)}")
