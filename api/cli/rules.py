"""``medkg rules``: example packs shown, rules against their cases, and cases against the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import bundles, prescriptions, quoting, rulereport, simulation, standings, trial
from api.cli.casefiles import case_of, rules_of
from api.cli.exits import Exit
from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from kg.model.rule import Bilingual


def register(app: typer.Typer) -> None:
    rules = typer.Typer(help=say("cli.rules.help"), no_args_is_help=True)
    rules.command("demo", help=say("cli.rules.demo"))(demo)
    rules.command("list", help=say("cli.rules.list"))(table)
    rules.command("test", help=say("cli.rules.test"))(judge)
    rules.command("evaluate", help=say("cli.rules.evaluate"))(evaluate)
    standings.add_to(rules)
    trial.add_to(rules)
    rulereport.add_to(rules)
    quoting.add_to(rules)
    prescriptions.add_to(rules)
    bundles.add_to(rules)
    simulation.add_to(rules)
    app.add_typer(rules, name="rules")


def demo(
    packs: Annotated[list[str] | None, typer.Argument(help=say("cli.rules.packs"))] = None, data: Data = None
) -> None:
    from api.cli.building import show_rules
    from api.settings import load

    show_rules(load({"data": data}), tuple(packs or ()))


def table(data: Data = None, as_of: AsOf = None, json: Json = False) -> None:
    import msgspec

    decisions, found = rules_of(data, as_of)
    shelf = decisions.shelf(found)
    for one in shelf.every:
        if json:
            put(msgspec.json.encode(one.rule).decode())
            continue
        mode = shelf.active.get(one.rule.id, "draft")
        state = say("cli.rules.demo-mode" if mode == "demo" else f"cli.rules.{mode}")
        put(f"{one.rule.id}\t{one.rule.tier}\t{state}\t{_text(one.rule.title)}")


def judge(
    mutations: Annotated[bool, typer.Option(help=say("cli.rules.mutations"))] = False,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Exit code 1 where a case comes to something else than it says."""
    import msgspec

    from kg.rules.packs import pack_reports

    decisions, found = rules_of(data, as_of)
    if mutations:
        weak = decisions.mutate(found)
        for left in weak:
            told = say("cli.rules.survived", rule=left.rule, place=left.place)
            put(msgspec.json.encode(left).decode() if json else told)
        rules = len(decisions.shelf(found).every)
        tell(say("cli.rules.guarded", rules=rules, guarded=rules - len({left.rule for left in weak})))
        return
    results = decisions.test(found)
    for one in results:
        if json:
            put(msgspec.json.encode(one).decode())
        elif not one.passed:
            problems = " ".join(one.problems)
            put(say("cli.rules.failed", rule=one.rule, number=one.number, expected=one.expected, found=one.found,
                    problems=problems))  # fmt: skip
    for pack in pack_reports(decisions.shelf(found).every, results):
        tell(say("cli.quotes.pack", pack=pack.pack, rules=pack.rules, cases=pack.cases, failing=pack.failing,
                 quoted=pack.quoted))  # fmt: skip
    failed = sum(not one.passed for one in results)
    tell(say("cli.rules.tested", rules=len({one.rule for one in results}), cases=len(results), failed=failed))
    if failed:
        raise typer.Exit(Exit.FAILED)


def evaluate(
    file: Annotated[Path, typer.Argument(help=say("cli.rules.file"))],
    explain: Annotated[bool, typer.Option(help=say("cli.rules.explain"))] = False,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    import msgspec

    from kg.rules.ruleset import Asked

    case = case_of(file)
    decisions, found = rules_of(data, as_of)
    told = decisions.evaluate(found, case, Asked(explain=explain))
    if json:
        put(msgspec.json.encode(told).decode())
        return
    for card in told.items:
        put(f"[{card.tier}] {_text(card.title)}\n\t{_text(card.message)}\n\t{card.evidence[0].organisation}: "
            f"{card.evidence[0].title} ({card.evidence[0].basis})")  # fmt: skip
    for lacking in told.interpretation.insufficient:
        put(say("cli.rules.lacking", title=_text(lacking.title), missing=", ".join(lacking.missing)))
    tell(_text(told.interpretation.summary))
    tell(_text(told.notice))


def _text(text: Bilingual) -> str:
    return text.zh if LANGUAGE == "zh" else text.en
