"""A pack of rules as a sheet for the committee that decides about it: each rule in words, and room for a decision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from api.conditionwords import Names, in_words
from api.texts import text
from kg.model.rule import RuleEvidence
from kg.rules.firing import Installed

COLUMNS = (
    "rule", "version", "tier", "title-zh", "title-en", "message-zh", "message-en", "moments", "applies-zh",
    "applies-en", "when-zh", "when-en", "source", "basis", "in-force", "cases", "decision", "remark",
)  # fmt: skip
"""The last two are empty: they are for the committee."""


def sheet(rules: Iterable[Installed], names: dict[str, Names], language: str) -> str:
    """CSV, a rule a row, headings in ``language``; a byte order mark first, as spreadsheets want it for Chinese.

    ``names``: from concepts to names in ``zh`` and in ``en``. A cell that a spreadsheet would take for a formula gets
    an apostrophe.
    """
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\r\n")
    rows.writerow([text(f"rules.sheet.{name}", language) for name in COLUMNS])
    for one in sorted(rules, key=lambda one: one.rule.id):
        rows.writerow([_inert(cell) for cell in _cells(one, names, language)])
    return f"\ufeff{stream.getvalue()}"


def _cells(one: Installed, names: dict[str, Names], language: str) -> list[str]:
    rule = one.rule
    applies = [in_words(rule.applies, word, names[word]) if rule.applies else "" for word in ("zh", "en")]
    when = [in_words(rule.when, word, names[word]) for word in ("zh", "en")]
    quoted = any(evidence.basis == "quoted" for evidence in rule.evidence)
    force = f"{rule.effective_from} - {rule.effective_to}" if rule.effective_from or rule.effective_to else ""
    return [
        rule.id, rule.version, rule.tier, rule.title.zh, rule.title.en, rule.message.zh, rule.message.en,
        ", ".join(text(f"rules.event.{event}", language) for event in rule.events), *applies, *when,
        "; ".join(map(_source, rule.evidence)), text(f"rules.basis.{'quoted' if quoted else 'paraphrase'}", language),
        force, str(len(rule.cases)), "", "",
    ]  # fmt: skip


def _source(evidence: RuleEvidence) -> str:
    parts = (evidence.organisation, evidence.title, evidence.edition, evidence.section, evidence.document)
    return ", ".join(part for part in parts if part)


def _inert(cell: str) -> str:
    """See OWASP, CSV injection: what stands in a pack was written by others."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
