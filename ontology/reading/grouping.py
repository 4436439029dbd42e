"""Rows that are about one concept, joined into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, cast

from kg.model.concept import Concept, Label, LabelKind, Xref
from kg.model.source import RawFile, Reject
from ontology.prefixes import Match, category_of, category_of_codes
from ontology.reading.cell import Cells, Columns, Values
from ontology.reading.damage import rejected
from ontology.reading.options import ConceptRule, LabelCell
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

Labels = Callable[[Cells], list[Label]]


class _Gathered:
    """What the rows of one concept have said so far; dictionaries keep the order and drop repeats."""

    def __init__(self, identifier: str) -> None:
        self.id = identifier
        self.labels: dict[Label, None] = {}
        self.definitions: dict[Label, None] = {}
        self.parents: dict[str, None] = {}
        self.xrefs: dict[Xref, None] = {}
        self.notations: dict[str, None] = {}
        self.codes: dict[str, None] = {}
        self.replaced_by: dict[str, None] = {}
        self.deprecated = False


class Concepts:
    """Takes rows and hands out concepts: each row its own, runs of rows, or all rows of the table."""

    def __init__(
        self, raw: RawFile, rule: ConceptRule, group: bool | Literal["file"], columns: Columns, dialect: Dialect
    ) -> None:
        self._raw, self._rule, self._group = raw, rule, group
        self._id = columns.identifiers(rule.id, "concept.id")
        self._labels = [_label_rule(columns, spec, "concept.labels") for spec in rule.labels]
        self._definitions = [_label_rule(columns, spec, "concept.definitions") for spec in rule.definitions]
        self._parents = [columns.identifiers(spec, "concept.parents") for spec in rule.parents]
        self._replaced = [columns.identifiers(spec, "concept.replaced_by") for spec in rule.replaced_by]
        self._notations = [columns.codes(spec, "concept.notations") for spec in rule.notations]
        self._xrefs: list[tuple[Values, Match]] = [
            (columns.identifiers(spec, "concept.xrefs"), "exactMatch" if isinstance(spec, str) else spec.relation)
            for spec in rule.xrefs
        ]
        self._names = columns.lookup(rule.names, "concept.names") if rule.names else {}
        self._deprecated = columns.values(rule.deprecated, "concept.deprecated") if rule.deprecated else None
        self._codes = columns.codes(rule.codes.column, "concept.codes") if rule.codes else None
        self._tree = columns.codes(rule.tree, "concept.tree") if rule.tree else None
        self._owners = self._owners_of_codes(dialect) if self._tree else {}
        self._open: dict[str, _Gathered] = {}

    def _owners_of_codes(self, dialect: Dialect) -> dict[str, str]:
        """Code -> concept, from a first pass: a parent may stand anywhere in the table."""
        assert self._tree is not None
        owners = {}
        for row in open_table(self._raw, dialect).rows():
            if isinstance(row, Row):
                for owner in self._id(row.cells):
                    owners.update(dict.fromkeys(self._tree(row.cells), owner))
        return owners

    def take(self, row: Row) -> Iterator[Concept | Reject]:
        found = self._id(row.cells)
        if not found:
            yield rejected(self._raw, row.position, row.cells[0], "unidentified")
            return
        known = self._open.get(found[0])
        if known is None:
            if self._group != "file":
                yield from self.finish()
            known = self._open[found[0]] = _Gathered(found[0])
        self._gather(known, row.cells)
        if not self._group:
            yield from self.finish()

    def finish(self) -> Iterator[Concept]:
        """Hands out what is held."""
        for gathered in self._open.values():
            yield self._concept(gathered)
        self._open.clear()

    def _gather(self, into: _Gathered, cells: Cells) -> None:
        for rule, target in ((self._labels, into.labels), (self._definitions, into.definitions)):
            for labels in rule:
                target.update(dict.fromkeys(labels(cells)))
        for rules, names in ((self._parents, into.parents), (self._replaced, into.replaced_by)):
            for values in rules:
                names.update(dict.fromkeys(values(cells)))
        for values, relation in self._xrefs:
            into.xrefs.update(dict.fromkeys(Xref(curie, relation=relation) for curie in values(cells)))
        for values in self._notations:
            into.notations.update(dict.fromkeys(values(cells)))
        if self._codes:
            into.codes.update(dict.fromkeys(self._codes(cells)))
        if self._tree:
            for code in self._tree(cells):
                into.notations[code] = None
                parent = self._owners.get(code.rpartition(".")[0])
                if parent and parent != into.id:
                    into.parents[parent] = None
        if self._deprecated and self._deprecated(cells):
            into.deprecated = True

    def _concept(self, gathered: _Gathered) -> Concept:
        codes = self._rule.codes
        return Concept(
            id=gathered.id,
            category=self._rule.category
            or (category_of_codes(gathered.codes, codes.starts) if codes else category_of(gathered.id)),
            labels=tuple(label for label in gathered.labels if label.value != self._names.get(gathered.id)),
            definitions=tuple(gathered.definitions),
            parents=tuple(gathered.parents),
            xrefs=tuple(xref for xref in gathered.xrefs if xref.curie != gathered.id),
            notations=tuple(gathered.notations),
            deprecated=gathered.deprecated,
            replaced_by=tuple(gathered.replaced_by),
        )


def _label_rule(columns: Columns, rule: str | LabelCell, option: str) -> Labels:
    if isinstance(rule, str):
        rule = LabelCell(column=rule)
    values, language = columns.values(rule, option), rule.language
    if not rule.kind_column:
        kind = cast(LabelKind, rule.kind)
        return lambda cells: [Label(value, language, kind) for value in values(cells)]
    place, kinds = columns.place(rule.kind_column, f"{option}.kind_column"), rule.kinds

    def labels(cells: Cells) -> list[Label]:
        kind = kinds.get(cells[place].strip())
        return [Label(value, language, cast(LabelKind, kind)) for value in values(cells)] if kind else []

    return labels
