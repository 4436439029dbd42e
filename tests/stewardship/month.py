"""A month of cards and answers, as the table beside it has them: rules, departments and numbers are invented."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from uuid import NAMESPACE_URL, uuid5

from kg.workflow.alerts import AlertAnswer, Alerts, Reason, ShownAlert

TABLE = Path(__file__).with_name("month-2026-10.csv")


def fill(alerts: Alerts) -> None:
    """Show every card of the table, and answer those that were answered."""
    rows = list(_rows())
    alerts.shown(card for card, _ in rows)
    alerts.answered(answer for _, answer in rows if answer)
    alerts.flush()


def _rows() -> Iterator[tuple[ShownAlert, AlertAnswer | None]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            answers = ["accepted"] * int(row["accepted"])
            for part in filter(None, row["overridden"].split("; ")):
                reason, number = part.split(" ")
                assert reason in get_args(Reason)
                answers += [reason] * int(number)
            for number in range(int(row["shown"])):
                name = uuid5(NAMESPACE_URL, f"{row['rule']} {row['version']} {row['department']} {number}")
                card = ShownAlert(name, row["rule"], row["version"], "illustrations", row["tier"], row["department"],
                                  row["day"], row["mode"])  # fmt: skip
                told = answers[number] if number < len(answers) else ""
                at = f"{row['day']}T10:00:00+08:00"
                if told == "accepted":
                    yield card, AlertAnswer(name, "accepted", at)
                else:
                    yield card, AlertAnswer(name, "overridden", at, told) if told else None
