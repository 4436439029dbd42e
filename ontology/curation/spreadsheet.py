"""Many edits by table, as ROBOT's templates do (http://robot.obolibrary.org/template): CSV, tabs or .xlsx.

The first row names the columns for people, the second says what they hold::

    ID                          the concept; a row without one, or whose id is new, makes a concept
    CATEGORY                    of a new concept (``kg.vocab.CATEGORIES``)
    A skos:prefLabel@zh         a text in a language: also skos:altLabel, skos:definition, skos:hiddenLabel,
    A mkg:abbreviation@en       and the typed synonyms of medkg.ttl
    SC %                        a concept directly above
    A skos:exactMatch           a mapping: also closeMatch, broadMatch, narrowMatch, relatedMatch
    A dcterms:isReplacedBy      what takes its place: the concept is deprecated
    … SPLIT=|                   several values in a cell
    - …                         the same, taken away

A value that is there already is passed over, so a table may come back as it went out. Every row that cannot be used is
named with its column; then nothing of the table is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from kg import vocab
from kg.errors import EditRefused, EditTableRefused
from kg.mapping.concept import STATED
from kg.model.concept import Concept, ConceptMapping, Label, LabelKind
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Deprecate,
    Edit,
    NewConcept,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from kg.model.source import Reject
from kg.workflow.proposals import MOST_EDITS
from ontology.curation.applying import Concepts, Look
from ontology.curation.forms import GivenName, NewTerm, minted
from ontology.reading.raw import describe
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

MOST_ERRORS = 100
"""After which no further row is looked at."""
_SHORT = {namespace: prefix for prefix, namespace in vocab.NAMESPACES.items()}
_KINDS: dict[str, LabelKind] = {}
for _property, _kind in STATED:
    _start = next(start for start in _SHORT if _property[1:-1].startswith(start) and start != vocab.OBO)
    _KINDS[f"{_SHORT[_start]}:{_property[1:-1].removeprefix(_start)}"] = _kind
_MATCHES = {f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
_TEMPLATE = re.compile(
    r"(-\s*)?(?:A\s+)?([A-Za-z]+:[A-Za-z]+|ID|CATEGORY|SC %)(?:@([A-Za-z-]+))?(?:\s+SPLIT=(.))?"
).fullmatch
_CURIE = re.compile(r"[A-Za-z][\w.-]*:\S+|https?://\S+").fullmatch


class _Column(msgspec.Struct, frozen=True):
    """What a column holds."""

    name: str
    place: int
    about: str
    language: str = ""
    split: str = ""
    remove: bool = False


class TableError(msgspec.Struct, frozen=True):
    """Where a table cannot be used (``line 7``, ``Sheet1!B7``), in which column, and why: a key of ``[reason]``."""

    position: str
    column: str
    why: str
    value: str = ""


def read_spreadsheet(data: bytes, name: str, look: Look) -> tuple[Edit, ...]:
    """The edits of a table, in the order of its rows; ``name`` ends as its format is called.

    Raises EditTableRefused with every place that cannot be used.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data or b"\n")
        raw = describe(path)
        table = open_table(raw, Dialect(encoding="auto", ragged=True))
        return _Reader(look).read(table.columns, table.rows())


class _Reader:
    def __init__(self, look: Look) -> None:
        self._concepts = Concepts(look)
        self._errors: list[TableError] = []
        self._edits: list[Edit] = []

    def read(self, names: dict[str, int], rows: Iterator[Row | Reject]) -> tuple[Edit, ...]:
        columns: list[_Column] = []
        for row in rows:
            if isinstance(row, Reject):
                self._errors.append(TableError(row.position, "", "row-unreadable", row.detail[:80]))
            elif not columns:
                columns = self._columns(names, row)
                if self._errors:
                    break
            elif any(cell.strip() for cell in row.cells):
                self._row(row, columns)
            if len(self._errors) >= MOST_ERRORS or len(self._edits) > MOST_EDITS:
                break
        if not columns and not self._errors:
            self._errors.append(TableError("", "", "row-no-template"))
        if len(self._edits) > MOST_EDITS:
            self._errors.append(TableError("", "", "row-too-many", str(MOST_EDITS)))
        if self._errors:
            raise EditTableRefused(rows=tuple(self._errors))
        return tuple(self._edits)

    def _columns(self, names: dict[str, int], row: Row) -> list[_Column]:
        found = []
        for name, place in names.items():
            template = row.cells[place].strip() if place < len(row.cells) else ""
            if not template:
                continue  # a column for people alone
            parts = _TEMPLATE(template)
            known = parts and (parts[2] in _KINDS or parts[2] in _MATCHES or parts[2] in _PLAIN)
            if not parts or not known or (parts[2] in _WORDED and not parts[3]):
                self._errors.append(TableError(row.position, name, "row-template", template[:80]))
                continue
            found.append(_Column(name, place, parts[2], (parts[3] or "").lower(), parts[4] or "", bool(parts[1])))
        if not any(column.about == "ID" for column in found) and not self._errors:
            self._errors.append(TableError(row.position, "", "row-no-id"))
        return found

    def _row(self, row: Row, columns: list[_Column]) -> None:
        faults = {fault.place: fault for fault in row.faults}
        values: list[tuple[_Column, str]] = []
        curie = category = ""
        for column in columns:
            if fault := faults.get(column.place):
                self._errors.append(TableError(fault.position, column.name, "row-cell", fault.detail[:80]))
                return
            cell = row.cells[column.place].strip()
            if column.about == "ID":
                curie = cell
            elif column.about == "CATEGORY":
                category = cell
            else:
                parts = cell.split(column.split) if column.split else [cell]
                values += [(column, part.strip()) for part in parts if part.strip()]
        if curie and not _CURIE(curie):
            self._error(row, columns, "ID", "row-no-curie", curie)
            return
        if not curie or self._concepts.get(curie) is None:
            self._new(row, columns, curie, category, values)
            return
        for column, value in values:
            self._edit(row, column, curie, value)

    def _new(
        self, row: Row, columns: list[_Column], curie: str, category: str, values: list[tuple[_Column, str]]
    ) -> None:
        named = [(column, value) for column, value in values if column.about == "skos:prefLabel" and not column.remove]
        if not named:
            self._error(row, columns, "ID", "edit-unknown-concept" if curie else "row-no-name", curie)
            return
        if category not in vocab.CATEGORIES:
            self._error(row, columns, "CATEGORY", "row-category", category)
            return
        labels = tuple(GivenName(value, column.language) for column, value in named)
        made = Concept(
            id=curie or minted(NewTerm(category, labels)), category=category,
            labels=tuple(Label(one.value, one.language) for one in labels),
        )  # fmt: skip
        if not self._apply(row, next(one for one in columns if one.about == "ID"), NewConcept(made)):
            return
        for column, value in values:
            if column.about != "skos:prefLabel":
                self._edit(row, column, made.id, value)

    def _edit(self, row: Row, column: _Column, curie: str, value: str) -> None:
        edit = _edit(column, curie, value)
        if edit is None:
            self._errors.append(TableError(row.position, column.name, "row-no-curie", value[:80]))
        elif column.remove or not _stands(edit, self._concepts.get(curie)):
            self._apply(row, column, edit)

    def _apply(self, row: Row, column: _Column, edit: Edit) -> bool:
        try:
            self._concepts.apply(edit)
        except EditRefused as error:
            told = str(error.params["name"])
            self._errors.append(TableError(row.position, column.name, str(error.params["why"]), told))
            return False
        self._edits.append(edit)
        return True

    def _error(self, row: Row, columns: list[_Column], about: str, why: str, value: str) -> None:
        name = next((column.name for column in columns if column.about == about), about)
        self._errors.append(TableError(row.position, name, why, value[:80]))


_PLAIN = {"ID", "CATEGORY", "SC %", "skos:definition", "skos:broader", "dcterms:isReplacedBy"}
_WORDED = {*_KINDS, "skos:definition"}


def _edit(column: _Column, curie: str, value: str) -> Edit | None:
    """The edit of a cell; None where it must hold a CURIE and does not."""
    about, remove = column.about, column.remove
    if about in _KINDS:
        label = Label(value, column.language, _KINDS[about])
        return RemoveLabel(curie, label) if remove else AddLabel(curie, label)
    if about == "skos:definition":
        text = Label(value, column.language)
        return RemoveDefinition(curie, text) if remove else AddDefinition(curie, text)
    if not _CURIE(value):
        return None
    if about in _MATCHES:
        mapping = ConceptMapping(curie, about, value, "semapv:ManualMappingCuration")
        return RemoveMapping(mapping) if remove else AddMapping(mapping)
    if about == "dcterms:isReplacedBy":
        return Deprecate(curie, (value,))
    return RemoveParent(curie, value) if remove else AddParent(curie, value)


def _stands(edit: Edit, concept: Concept | None) -> bool:
    """Whether a concept says already what an edit adds."""
    if concept is None:
        return False
    match edit:
        case AddLabel(_, label):
            return any((one.value, one.language, one.kind) == (label.value, label.language, label.kind)
                       for one in concept.labels)  # fmt: skip
        case AddDefinition(_, text):
            return any((one.value, one.language) == (text.value, text.language) for one in concept.definitions)
        case AddParent(_, parent):
            return parent in concept.parents
        case AddMapping(mapping):
            relation = mapping.predicate.removeprefix("skos:")
            return any((one.relation, one.curie) == (relation, mapping.object) for one in concept.xrefs)
        case Deprecate(_, replaced_by):
            return concept.deprecated and concept.replaced_by == replaced_by
    return False
