"""``table.v1``: any delimited table or spreadsheet, read through a column map that the options declare.

One table gives concepts, mappings, claims, or several of these. The whole grammar with examples
stands in docs/table-format.md (zh and en); the names below are the option names. Options are
checked before the first row: a wrong one is a ConfigError that names it.

Rows that belong to one concept are joined with ``group = true`` (rows of a concept stand next to
each other: memory holds one concept) or ``group = "file"`` (they do not: memory holds the table).
Without ``group`` every row is a concept of its own; statements of several tables about the same
concept add up in the graph.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, cast, get_args

from kg.model.concept import ConceptMapping
from kg.model.evidence import Claim, Direction
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.reading.cell import Cell, Cells, Columns, Values
from ontology.reading.damage import rejected
from ontology.reading.grouping import Concepts
from ontology.reading.lookup import load_lookup
from ontology.reading.options import ClaimRule, MappingRule, table_options
from ontology.reading.table import Row
from ontology.reading.workbook import is_workbook, open_table


class ColumnMap:
    """Reads tables as their options say."""

    name: ClassVar[str] = "table.v1"
    extensions: ClassVar[tuple[str, ...]] = (".tsv", ".csv", ".txt", ".xlsx")

    def sniff(self, head: bytes) -> float:
        """Low at best: a table does not say what its columns mean, so options must."""
        if is_workbook(head):
            return 0.2
        first = head.split(b"\n", 1)[0]
        return 0.2 if b"\n" in head and (b"\t" in first or b"," in first) and not first.startswith(b"#") else 0.0

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on: the look-up tables."""
        return tuple(raw.path.parent / spec.path for spec in table_options(options).lookup.values())

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """Raises ConfigError for wrong options, InputError for a missing look-up table."""
        rules = table_options(options)
        lookups = {
            name: load_lookup(raw.path.parent, spec, f"table.v1: lookup.{name}") for name, spec in rules.lookup.items()
        }
        table = open_table(raw, rules)
        rows = table.rows()
        if not table.columns:
            yield from (row for row in rows if isinstance(row, Reject))
            return
        columns = Columns(raw.path.name, table.columns, lookups)
        keeps, drops = columns.accepts(rules.where, "where"), columns.accepts(rules.unless, "unless")
        concepts = Concepts(raw, rules.concept, rules.group, columns, rules) if rules.concept else None
        mappings = _Mappings(raw, rules.mapping, columns) if rules.mapping else None
        claims = _Claims(raw, rules.claim, columns) if rules.claim else None
        for row in rows:
            if isinstance(row, Reject):
                if row.fatal and concepts:
                    yield from concepts.finish()
                yield row
                continue
            if fault := columns.fault(row):
                yield rejected(raw, fault.position, row.cells[0], fault.reason, fault.detail)
                continue
            if not keeps(row.cells) or (rules.unless and drops(row.cells)):
                continue
            if concepts:
                yield from concepts.take(row)
            if mappings:
                yield mappings.take(row)
            if claims:
                yield claims.take(row)
        if concepts:
            yield from concepts.finish()


class _Mappings:
    def __init__(self, raw: RawFile, rule: MappingRule, columns: Columns) -> None:
        self._raw = raw
        self._subject = columns.identifiers(rule.subject, "mapping.subject")
        self._object = columns.identifiers(rule.object, "mapping.object")
        self._predicate = _constant_or_rule(columns, rule.predicate, "mapping.predicate")
        self._justification = _constant_or_rule(columns, rule.justification, "mapping.justification")
        self._confidence = _optional(columns, rule.confidence, "mapping.confidence")
        self._negative = _optional(columns, rule.negative, "mapping.negative")
        self._labels = [
            _optional(columns, rule.subject_label, "mapping.subject_label"),
            _optional(columns, rule.object_label, "mapping.object_label"),
            _optional(columns, rule.author, "mapping.author"),
        ]

    def take(self, row: Row) -> ConceptMapping | Reject:
        cells = row.cells
        subject, obj, predicate = self._subject(cells), self._object(cells), self._predicate(cells)
        if not (subject and obj):
            return rejected(self._raw, row.position, cells[0], "unidentified", " ".join(cells)[:120])
        if not predicate:
            return rejected(self._raw, row.position, cells[0], "no-predicate")
        number = _number(self._confidence(cells))
        if number is not None and not 0 <= number <= 1:
            return rejected(self._raw, row.position, cells[0], "bad-number", self._confidence(cells)[0])
        labels = [next(iter(values(cells)), "") for values in self._labels]
        return ConceptMapping(
            subject=subject[0],
            predicate=predicate[0],
            object=obj[0],
            justification=next(iter(self._justification(cells)), "semapv:UnspecifiedMatching"),
            confidence=number,
            negative=bool(self._negative(cells)),
            subject_label=labels[0],
            object_label=labels[1],
            author=labels[2],
        )


class _Claims:
    def __init__(self, raw: RawFile, rule: ClaimRule, columns: Columns) -> None:
        self._raw, self._method = raw, rule.method
        self._subject = columns.identifiers(rule.subject, "claim.subject")
        self._object = columns.identifiers(rule.object, "claim.object")
        self._predicate = _constant_or_rule(columns, rule.predicate, "claim.predicate")
        self._direction = _constant_or_rule(columns, rule.direction, "claim.direction")
        self._score = _optional(columns, rule.score, "claim.score")
        self._sentence = _optional(columns, rule.sentence, "claim.sentence")
        self._document = columns.identifiers(rule.document, "claim.document") if rule.document else _nothing
        self._references = [columns.identifiers(spec, "claim.references") for spec in rule.references]
        self._qualifiers = [(name, columns.place(name, "claim.qualifiers")) for name in sorted(rule.qualifiers)]

    def take(self, row: Row) -> Claim | Reject:
        cells = row.cells
        subject, obj, predicate = self._subject(cells), self._object(cells), self._predicate(cells)
        direction = next(iter(self._direction(cells)), "")
        if not (subject and obj):
            return rejected(self._raw, row.position, cells[0], "unidentified", " ".join(cells)[:120])
        if not predicate or direction not in get_args(Direction):
            return rejected(self._raw, row.position, cells[0], "no-predicate", direction)
        score = _number(self._score(cells))
        if score is not None and not math.isfinite(score):
            return rejected(self._raw, row.position, cells[0], "bad-number", self._score(cells)[0])
        return Claim(
            subject=subject[0],
            predicate=predicate[0],
            object=obj[0],
            evidence="curated",
            method=self._method,
            direction=cast(Direction, direction),
            document=next(iter(self._document(cells)), ""),
            sentence=next(iter(self._sentence(cells)), ""),
            score=score,
            qualifiers=tuple((name, cells[place].strip()) for name, place in self._qualifiers if cells[place].strip()),
            references=tuple(dict.fromkeys(curie for values in self._references for curie in values(cells))),
        )


def _nothing(cells: Cells) -> list[str]:
    return []


def _optional(columns: Columns, rule: str | Cell | None, option: str) -> Values:
    return _nothing if rule is None else columns.values(rule, option)


def _constant_or_rule(columns: Columns, rule: str | Cell, option: str) -> Values:
    return columns.values(Cell(value=rule) if isinstance(rule, str) else rule, option)


def _number(found: list[str]) -> float | None:
    """The number in a cell; not a number (NaN) where it holds something else."""
    try:
        return float(found[0]) if found else None
    except ValueError:
        return math.nan
