"""``medkg rules propose`` and what follows: how rules come to fire, and how they stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.knowledge import Knowledge
    from api.standings import RuleDesk
    from kg.model.standing import Standing, StandingMode

By = Annotated[str, typer.Option("--by", help=say("cli.standings.by"))]
Reason = Annotated[str, typer.Option("--reason", help=say("cli.standings.reason"))]
Rules = Annotated[list[str] | None, typer.Argument(help=say("cli.standings.rules"))]
Pack = Annotated[str, typer.Option("--pack", help=say("cli.standings.pack"))]
Number = Annotated[int, typer.Argument(help=say("cli.standings.number"), min=1, max=2**31 - 1)]


def add_to(rules: typer.Typer) -> None:
    for name, command in (
        ("propose", propose), ("requests", requests), ("approve", approve), ("retire", retire),
        ("withdraw", withdraw), ("kill", kill), ("revive", revive), ("kills", kills), ("rollback", rollback),
        ("overdue", overdue), ("history", history), ("conflicts", conflicts),
    ):  # fmt: skip
        rules.command(name, help=say(f"cli.standings.{name}"))(command)


def propose(
    mode: Annotated[str, typer.Argument(help=say("cli.standings.mode"))],
    by: By,
    rules: Rules = None,
    pack: Pack = "",
    scopes: Annotated[list[str] | None, typer.Option("--scope", help=say("cli.standings.scope"))] = None,
    tier: Annotated[str | None, typer.Option(help=say("cli.standings.tier"))] = None,
    basis: Annotated[str, typer.Option(help=say("cli.standings.basis"))] = "evidence",
    review: Annotated[str, typer.Option(help=say("cli.standings.review"))] = "",
    reason: Reason = "",
    data: Data = None,
) -> None:
    from api.standings import StandingWanted
    from kg.workflow.proposals import Person

    wanted = _read(
        StandingWanted,
        {"mode": mode, "rules": rules or [], "pack": pack, "scopes": [_scope(one) for one in scopes or ()],
         "tier": tier, "basis": basis, "review_due": review, "reason": reason},
    )  # fmt: skip
    desk, found = _opened(data)
    made = desk.propose(found, Person(by, "rule-author"), wanted)
    for row in desk.dossier(found, made.id, LANGUAGE).findings:
        tell(say("cli.standings.lacks", **row))
    put(say("cli.standings.asked", number=made.id))


def requests(data: Data = None, json: Json = False) -> None:
    import msgspec

    for row in _keeping(data).requests(100, None):
        line = f"{row.id}\t{row.state}\t{row.author}\t{row.subject}\t{row.title or row.reason}"
        put(msgspec.json.encode(row).decode() if json else line)


def approve(
    number: Number,
    by: By,
    role: Annotated[str, typer.Option("--role", help=say("cli.standings.role"))],
    committee: Annotated[str, typer.Option(help=say("cli.standings.committee"))] = "",
    decision: Annotated[str, typer.Option(help=say("cli.standings.decision"))] = "",
    date: Annotated[str, typer.Option(help=say("cli.standings.date"))] = "",
    minutes: Annotated[str, typer.Option(help=say("cli.standings.minutes"))] = "",
    note: Annotated[str, typer.Option("--note", help=say("cli.curation.note"))] = "",
    data: Data = None,
) -> None:
    from kg.errors import ConfigError
    from kg.model.standing import CommitteeRecord
    from kg.workflow.proposals import Person
    from kg.workflow.standings import Signature

    parts = {"committee": committee, "number": decision, "date": date, "minutes": minutes}
    if any(parts.values()) and not all(parts.values()):
        raise ConfigError(where="approve", reason=say("cli.standings.committee-parts"))
    record = _read(CommitteeRecord, parts) if committee else None
    desk, found = _opened(data)
    signature = Signature(Person(by, "rule-approver"), role, record)
    _told(desk.approve(found, number, signature, note))


def retire(by: By, reason: Reason, rules: Rules = None, pack: Pack = "", data: Data = None) -> None:
    _end("retired", by, reason, rules, pack, data)


def withdraw(by: By, reason: Reason, rules: Rules = None, pack: Pack = "", data: Data = None) -> None:
    _end("withdrawn", by, reason, rules, pack, data)


def kill(
    kind: Annotated[str, typer.Argument(help=say("cli.standings.kind"))],
    by: By,
    reason: Reason,
    name: Annotated[str, typer.Argument(help=say("cli.standings.name"))] = "",
    data: Data = None,
) -> None:
    from kg.errors import ConfigError
    from kg.workflow.proposals import Person

    if kind not in ("rule", "pack", "service") or (kind == "service") is bool(name):
        raise ConfigError(where="kill", reason="rule NAME | pack NAME | service")
    kinds: dict[str, Any] = {"kind": kind}
    person = Person(by, "operator")
    if kind == "service":
        made = _keeping(data).keeping.kills.kill("service", "", person, reason)
    else:
        desk, found = _opened(data)
        made = desk.stop(found, kinds["kind"], name, person, reason)
    put(say("cli.standings.killed", number=made.id, kind=made.kind, name=made.name))


def revive(number: Number, by: By, reason: Reason, data: Data = None) -> None:
    from kg.workflow.proposals import Person

    made = _keeping(data).keeping.kills.revive(number, Person(by, "rule-approver"), reason)
    put(say("cli.standings.revived", number=made.id))


def kills(data: Data = None, json: Json = False) -> None:
    import msgspec

    for row in _keeping(data).keeping.state.kills():
        line = f"{row.id}\t{row.kind}\t{row.name}\t{row.since}\t{row.until}\t{row.person}\t{row.reason}"
        put(msgspec.json.encode(row).decode() if json else line)


def rollback(
    to: Annotated[str, typer.Argument(help=say("cli.standings.moment"))], by: By, reason: Reason, data: Data = None
) -> None:  # fmt: skip
    from kg.workflow.proposals import Person

    made = _keeping(data).keeping.standings.rollback(to, Person(by, "rule-approver"), reason)
    put(say("cli.standings.rolled", moment=made.moment, restored=len(made.restored), ended=len(made.ended),
            kept=len(made.kept)))  # fmt: skip


def overdue(data: Data = None, json: Json = False) -> None:
    import msgspec

    desk, found = _opened(data)
    for row in desk.records(found):
        if row.overdue:
            line = f"{row.standing.mark.rule}\t{row.standing.mode}\t{row.standing.review_due}"
            put(msgspec.json.encode(row).decode() if json else line)


def history(
    rule: Annotated[str, typer.Argument(help=say("cli.standings.rules"))] = "", data: Data = None, json: Json = False
) -> None:  # fmt: skip
    import msgspec

    for row in _keeping(data).keeping.state.history(rule, 1_000):
        line = (
            f"{row.since}\t{row.until}\t{row.mark.rule}\t{row.mark.version}\t{row.mode}\t{row.author}\t{row.approver}"
        )
        put(msgspec.json.encode(row).decode() if json else f"{line}\t{row.by}\t{row.reason}")


def conflicts(data: Data = None, json: Json = False) -> None:
    import msgspec

    desk, found = _opened(data)
    for row in desk.conflicts(found):
        why = say(f"rules.conflict.{row.why}")
        line = f"{row.override}\t{row.why}\t{' → '.join(row.path)}\t{row.told}\t{why}"
        put(msgspec.json.encode(row).decode() if json else line)


def _end(
    mode: StandingMode, by: str, reason: str, rules: list[str] | None, pack: str, data: str | None
) -> None:  # fmt: skip
    from kg.errors import ConfigError
    from kg.workflow.proposals import Person

    if bool(rules) is bool(pack):
        raise ConfigError(where=mode, reason="RULES | --pack")
    desk = _keeping(data)
    _told(desk.keeping.standings.end(desk.known(rules or (), pack), mode, Person(by, "rule-approver"), reason))


def _told(made: list[Standing]) -> None:
    for one in made:
        put(say("cli.standings.made", rule=one.mark.rule, version=one.mark.version, mode=one.mode,
                review=one.review_due))  # fmt: skip


def _scope(text: str) -> dict[str, str]:
    from kg.errors import ConfigError

    parts = text.split("/")
    if len(parts) != 3:
        raise ConfigError(where="--scope", reason=say("cli.standings.scope-form"))
    return dict(zip(("site", "department", "role"), parts, strict=True))


def _read(kind: type[Any], fields: dict[str, Any]) -> Any:
    """A record of what was given; raises ConfigError naming the place that does not fit."""
    import msgspec

    from kg.errors import ConfigError

    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(where="medkg rules", reason=str(error)) from None


def _keeping(data: str | None) -> RuleDesk:
    from api.decisions import Decisions
    from api.keeping import Keeping
    from api.settings import load
    from api.standings import RuleDesk

    settings = load({"data": data})
    keeping = Keeping(settings)
    return RuleDesk(keeping, Decisions(settings, keeping=keeping))


def _opened(data: str | None) -> tuple[RuleDesk, Knowledge]:
    from api.cli.query import opened

    return _keeping(data), opened(data, None)
