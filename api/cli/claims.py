"""``medkg claims``: what sources say of a concept or pair, with the sentence, and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from kg.query.evidence import AssertionRecord, ClaimRecord
    from kg.query.records import LabelPair, Named


def register(app: typer.Typer) -> None:
    app.command("claims", help=say("cli.claims.help"))(claims)


def claims(
    subject: Annotated[str, typer.Argument(help=say("cli.claims.subject"))] = "",
    object_: Annotated[str, typer.Argument(metavar="[OBJECT]", help=say("cli.claims.object"))] = "",
    predicate: Annotated[str, typer.Option(help=say("cli.claims.predicate"))] = "",
    document: Annotated[str, typer.Option(help=say("cli.claims.document"))] = "",
    direction: Annotated[str, typer.Option(help=say("cli.claims.direction"))] = "",
    evidence: Annotated[str, typer.Option(help=say("cli.claims.evidence"))] = "",
    min_score: Annotated[float | None, typer.Option(min=0, max=1, help=say("cli.claims.min-score"))] = None,
    together: Annotated[bool, typer.Option("--together", help=say("cli.claims.together"))] = False,
    limit: Annotated[int, typer.Option(min=1, help=say("cli.claims.limit"))] = 20,
    skip: Annotated[int, typer.Option(min=0, help=say("cli.claims.skip"))] = 0,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.cli.query import opened
    from kg.errors import ConfigError
    from kg.query.ledger import Direction, Evidence, Ledger, Wanted

    for option, value, known in (
        ("--direction", direction, get_args(Direction)),
        ("--evidence", evidence, get_args(Evidence)),
    ):
        if value and value not in known:
            raise ConfigError(where=option, reason=say("cli.claims.choice", value=value, known=", ".join(known)))
    asked = {"subject": subject, "object": object_, "predicate": predicate, "document": document}
    asked |= {"direction": direction, "evidence": evidence}
    wanted = msgspec.convert({name: text for name, text in asked.items() if text} | {"score": min_score}, Wanted)
    found = opened(data, as_of)
    ledger = Ledger(found.reader, found.naming)
    if together:
        nodes = ledger.assertions(wanted.subject, wanted.object, wanted.predicate)
        for whole in ledger.assertion_records(nodes[skip : skip + limit]):
            put(msgspec.json.encode(whole).decode()) if json else _put_assertion(whole)
    else:
        nodes = ledger.claims(wanted)
        for one in ledger.records(nodes[skip : skip + limit]):
            put(msgspec.json.encode(one).decode()) if json else put_claim(one)
    if skip + limit < len(nodes):
        tell(say("cli.claims.more", skip=skip + limit))


def put_claim(one: ClaimRecord) -> None:
    put(f"{one.id}\t{_triple(one)}\t{say(f'cli.claims.{one.direction}')}\t{one.evidence}\t{one.method}")
    if one.sentence:
        put(f"\t{say('cli.claims.sentence', start=one.sentence.start, end=one.sentence.end, text=one.sentence.text)}")
    for source in (one.source, *one.references):
        if source:
            parts = (source.id, _label(source.label), str(source.year or ""), source.standing)
            put(f"\t{say('cli.claims.source', source=' · '.join(filter(None, parts)))}")
    if one.study.design or one.study.size is not None:
        told = (one.study.design, f"n = {one.study.size}" if one.study.size is not None else "")
        put(f"\t{say('cli.claims.study', study=', '.join(filter(None, told)))}")
    if one.conflicts:
        put(f"\t{say('cli.claims.conflicts', claims=' '.join(one.conflicts))}")


def _put_assertion(one: AssertionRecord) -> None:
    put(f"{one.id}\t{_triple(one)}\t{say(f'cli.claims.{one.standing}')}")
    withheld = one.retracted + one.concern + one.corrected + one.superseded
    counts = say(
        "cli.claims.counts", supports=one.supports, refutes=one.refutes, insufficient=one.insufficient,
        withheld=withheld, sources=one.sources, independent=one.independent_support,
    )  # fmt: skip
    put(f"\t{counts}")
    if one.best_design:
        put(f"\t{say('cli.claims.design', design=one.best_design)}")
    if one.first_year is not None:
        put(f"\t{one.first_year}-{one.last_year}")
    for pair in one.cohorts:
        put(f"\t{say('cli.claims.cohort', a=pair.a, b=pair.b, why=', '.join((pair.reason, *pair.evidence)))}")


def _triple(one: ClaimRecord | AssertionRecord) -> str:
    return f"{_named(one.subject)}\t{one.predicate}\t{_named(one.object)}"


def _named(one: Named) -> str:
    label = _label(one.label)
    return f"{one.id} {label}" if label else one.id


def _label(pair: LabelPair) -> str:
    order = (pair.zh, pair.en) if LANGUAGE == "zh" else (pair.en, pair.zh)
    return order[0] or order[1] or ""
