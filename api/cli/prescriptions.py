"""``medkg rules review`` and ``sheet``: items of prescription review, and a pack as a sheet for a committee."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell


def add_to(rules: typer.Typer) -> None:
    rules.command("review", help=say("cli.review.help"))(review)
    rules.command("sheet", help=say("cli.review.sheet"))(sheet)


def review(
    file: Annotated[Path | None, typer.Argument(help=say("cli.review.file"))] = None,
    data: Data = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Without a file which items rules answer, and why others have none; with one the answers to its case."""
    import msgspec

    from api.cli.casefiles import case_of, rules_of
    from kg.rules.review import EVENT, answers, coverage, items
    from kg.rules.ruleset import Asked

    decisions, found = rules_of(data, as_of)
    rules = [one.rule for one in decisions.shelf(found).every]
    names = {item.code: item.zh if LANGUAGE == "zh" else item.en for item in items()}
    if file is None:
        rows = coverage(rules)
        for row in rows:
            because = row.item.because
            why = "" if because is None else because.zh if LANGUAGE == "zh" else because.en
            told = {
                "code": row.item.code, "coverage": row.coverage, "rules": len(row.rules),
                "item": names[row.item.code], "because": why,
            }  # fmt: skip
            put(msgspec.json.encode(told).decode() if json else "\t".join(str(value) for value in told.values()))
        counts = [sum(row.coverage == kind for row in rows) for kind in ("rules", "in part", "none")]
        tell(say("cli.review.covered", items=len(rows), whole=counts[0], part=counts[1], none=counts[2]))
        return
    case = msgspec.structs.replace(case_of(file), event=EVENT)
    told_of = decisions.evaluate(found, case, Asked(limit=100, shown=False))
    lacking = [one.rule for one in told_of.interpretation.insufficient]
    for answer in answers(rules, [card.rule for card in told_of.items], lacking):
        if json:
            put(msgspec.json.encode(answer).decode())
        else:
            fired, open_ = ", ".join(answer.fired), ", ".join(answer.insufficient)
            put(say("cli.review.answer", code=answer.code, item=names[answer.code], fired=fired or "-",
                    insufficient=open_ or "-"))  # fmt: skip
    tell(told_of.notice.zh if LANGUAGE == "zh" else told_of.notice.en)


def sheet(
    pack: Annotated[str, typer.Argument(help=say("cli.review.sheet-pack"))],
    data: Data = None,
    as_of: AsOf = None,
) -> None:
    """Raises UnknownName for a pack that is not installed."""
    import sys

    from api import rulesheet
    from api.cli.casefiles import rules_of
    from kg.errors import UnknownName

    decisions, found = rules_of(data, as_of)
    every = decisions.shelf(found).every
    rules = [one for one in every if one.pack == pack]
    if not rules:
        raise UnknownName(kind="pack", name=pack, known=", ".join(sorted({one.pack for one in every})))

    def zh(concept: str) -> str:
        label = found.naming.label(concept)
        return label.zh or label.en or concept

    def en(concept: str) -> str:
        label = found.naming.label(concept)
        return label.en or label.zh or concept

    sys.stdout.write(rulesheet.sheet(rules, {"zh": zh, "en": en}, LANGUAGE))
