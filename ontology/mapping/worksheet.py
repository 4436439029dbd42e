"""Candidates on a sheet that people fill in, and what they decided, read back: CSV out, CSV or a spreadsheet in.

One row a candidate. In the column ``decision`` stands ``confirm`` or ``reject`` (确认, 拒绝); an empty one is open. A
confirmed row may have another ``predicate``. Rows that contradict each other are told with their place, and of such
rows none is used.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from kg.index.analysis import has_han
from kg.messages import Catalogue
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.edit import AddMapping, Edit, NewConcept
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.curation.current import system
from ontology.mapping.candidate import MappingCandidate, Reason
from ontology.reading.damage import rejected
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

TOOL = "medkg mapping candidates"
COLUMNS = ("code", "category", "subject", "subject_label", "rank", "object", "object_label", "predicate", "confidence",
           "justification", "reasons", "decision", "comment")  # fmt: skip
PREDICATES = tuple(f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related"))
Verdict = Literal["confirm", "reject"]
_VERDICTS: dict[str, Verdict] = {
    "confirm": "confirm", "confirmed": "confirm", "yes": "confirm", "y": "confirm", "确认": "confirm", "是": "confirm",
    "reject": "reject", "rejected": "reject", "no": "reject", "n": "reject", "拒绝": "reject", "否": "reject",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CATALOGUE = Catalogue("kg")


class Decision(msgspec.Struct, frozen=True):
    """What a person said of one candidate; ``position`` is its place in the sheet."""

    subject: str
    object: str
    verdict: Verdict
    predicate: str = "skos:exactMatch"
    confidence: float | None = None
    justification: str = "semapv:ManualMappingCuration"
    subject_label: str = ""
    object_label: str = ""
    comment: str = ""
    position: str = ""
    code: str = ""
    category: str = "other"

    def concept(self) -> Concept:
        """The subject as far as the sheet tells of it."""
        name = self.subject_label or self.code or self.subject
        labels = (Label(name, "zh" if has_han(name) else "en"),)
        return Concept(self.subject, self.category, labels, notations=(self.code,) if self.code else ())

    def mapping(self, person: str, date: str) -> ConceptMapping:
        """As a mapping set states it; ``author`` is who decided, ``tool`` what had proposed it."""
        return ConceptMapping(
            subject=self.subject, predicate=self.predicate, object=self.object, justification=self.justification,
            confidence=self.confidence, negative=self.verdict == "reject", subject_label=self.subject_label,
            object_label=self.object_label, author=person, mapping_date=date, tool=TOOL,
        )  # fmt: skip


def told(reason: Reason, language: str = "en") -> str:
    """A reason in words.

    >>> told(Reason("name", "痛风", "痛风"), "zh")
    '名称相同：“痛风”＝“痛风”'
    """
    key = f"{reason.kind}-by" if reason.kind in ("name", "words", "letters") and reason.path else reason.kind
    path = " → ".join(reason.path)
    return _CATALOGUE.text(
        f"mapping-reason.{key}", language, subject=reason.subject, object=reason.object, score=reason.score, path=path
    )


def written(rows: Iterable[tuple[str, str, MappingCandidate]], language: str = "en") -> str:
    """The sheet as CSV (RFC 4180): (code, category, candidate) in order, candidates of one concept best first.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which reading takes off again.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    ranks: defaultdict[str, int] = defaultdict(int)
    for code, category, one in rows:
        ranks[one.subject] += 1
        reasons = "; ".join(told(reason, language) for reason in one.reasons)
        cells = (code, category, one.subject, one.subject_label, str(ranks[one.subject]), one.object, one.object_label,
                 "skos:exactMatch", f"{one.confidence}", one.justification, reasons, "", "")  # fmt: skip
        writer.writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def read_decisions(raw: RawFile) -> Iterator[Decision | Reject]:
    """Decided rows in order, and each row that cannot be used with its place; open rows are passed over."""
    table = open_table(raw, Dialect(encoding="auto"))
    missing = [name for name in ("subject", "object", "decision") if name not in table.columns]
    if table.columns and missing:
        yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
        return
    found: list[Decision] = []
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
        elif (one := _decision(raw, row, table.columns)) is not None:
            if isinstance(one, Reject):
                yield one
            else:
                found.append(one)
    against = contradictory(found)
    for one in found:
        other = against.get(one.position)
        yield rejected(raw, one.position, one.subject, "decided-otherwise", other) if other else one


def _decision(raw: RawFile, row: Row, columns: Mapping[str, int]) -> Decision | Reject | None:
    def text(name: str) -> str:
        place = columns.get(name)
        return _plain(row.cells[place]) if place is not None and place < len(row.cells) else ""

    said = text("decision").casefold()
    if not said:
        return None
    subject, obj = text("subject"), text("object")
    verdict, predicate = _VERDICTS.get(said), text("predicate") or "skos:exactMatch"
    if verdict is None:
        return rejected(raw, row.position, subject, "unknown-decision", text("decision"))
    if not subject or not obj:
        return rejected(raw, row.position, subject, "unidentified", f"{subject} {obj}")
    if predicate not in PREDICATES:
        return rejected(raw, row.position, subject, "no-predicate", predicate)
    confidence = text("confidence")
    try:
        number = float(confidence) if confidence else None
    except ValueError:
        number = -1.0
    if number is not None and not 0 <= number <= 1:
        return rejected(raw, row.position, subject, "bad-number", confidence)
    return Decision(
        subject, obj, verdict, predicate, number, text("justification") or "semapv:ManualMappingCuration",
        text("subject_label"), text("object_label"), text("comment"), row.position, text("code"),
        text("category") if text("category") in CATEGORIES else "other",
    )  # fmt: skip


def contradictory(decisions: Iterable[Decision]) -> dict[str, str]:
    """Place of each decision that another contradicts -> places of these: a pair judged in two ways, or one concept
    said to be exactly two concepts of one system."""
    by_pair: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    by_system: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    for one in decisions:
        by_pair[one.subject, one.object].append(one)
        if one.verdict == "confirm" and one.predicate == "skos:exactMatch":
            by_system[one.subject, system(one.object)].append(one)
    found: dict[str, str] = {}
    for rows in by_pair.values():
        if len({(row.verdict, row.predicate) for row in rows}) > 1:
            found |= _places(rows)
    for rows in by_system.values():
        if len({row.object for row in rows}) > 1:
            found |= _places(rows)
    return found


def _places(rows: list[Decision]) -> dict[str, str]:
    return {row.position: ", ".join(other.position for other in rows if other is not row) for row in rows}


def edits(
    decisions: Iterable[Decision], person: str, date: str, new: Mapping[str, Concept] | None = None
) -> tuple[Edit, ...]:
    """The edits of a proposal: each mapping once, after the local concepts (``new``) that the graph lacks."""
    rows = list(dict.fromkeys(one.mapping(person, date) for one in decisions))
    wanted = dict.fromkeys(row.subject for row in rows)
    first = [NewConcept((new or {})[name]) for name in wanted if name in (new or {})]
    return (*first, *(AddMapping(row) for row in rows))
