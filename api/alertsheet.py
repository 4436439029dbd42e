"""The report of a month as a table: for the terminal, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from api.texts import text
from kg.workflow.alertreport import AlertReport, ReasonCount, Tally

COLUMNS = ("rule", "version", "tier", "mode", "department", "shown", "accepted", "overridden", "ignored", "rate",
           "reasons")  # fmt: skip


def csv_sheet(rows: Sequence[Tally], language: str) -> str:
    """CSV with the headings of ``language``, a byte order mark first, as spreadsheets want it for Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(headings(language))
    writer.writerows([_inert(cell) for cell in cells(row, language)] for row in rows)
    return f"\ufeff{stream.getvalue()}"


def plain_sheet(report: AlertReport, rows: Sequence[Tally], language: str) -> str:
    """Columns with tabs between, and a line with the sums."""
    lines = ["\t".join(headings(language)), *("\t".join(cells(row, language)) for row in rows)]
    sums = text("rules.report.sums", language, month=report.month, shown=report.shown, accepted=report.accepted,
                overridden=report.overridden, ignored=report.ignored)  # fmt: skip
    return "\n".join([*lines, sums])


def headings(language: str) -> list[str]:
    return [text(f"rules.report.{name}", language) for name in COLUMNS]


def cells(row: Tally, language: str) -> list[str]:
    """One row, as it is read: a rate in percent, reasons with their numbers."""
    rate = "" if row.override_rate is None else f"{row.override_rate:.1%}"
    counts = (str(number) for number in (row.shown, row.accepted, row.overridden, row.ignored))
    return [row.rule, row.version, row.tier, row.mode, row.department, *counts, rate, _reasons(row.reasons, language)]


def _reasons(reasons: Sequence[ReasonCount], language: str) -> str:
    return "; ".join(
        f"{text(f'rules.override.{one.reason}' if one.reason else 'rules.report.no-reason', language)} {one.number}"
        for one in reasons
    )


def _inert(cell: str) -> str:
    # Nothing in here begins so; a spreadsheet would take it for a formula.
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
