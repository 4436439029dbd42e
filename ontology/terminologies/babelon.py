"""``babelon.v1``: translations of ontologies as Babelon tables (https://github.com/monarch-initiative/babelon), as HPO
hands them out.

A row translates one value of one term: its label, an exact synonym, its definition. What was translated is given in
both languages. A translation that is official is a name like any other; one that only a candidate or a machine stands
for is a name that is marked as not seen in use (``attested`` false), so that it is found and told apart; what was
rejected or not translated is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, LabelKind
from kg.model.source import Notice, RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import category_of, identifier
from ontology.reading.damage import rejected
from ontology.reading.language import language_tag
from ontology.reading.systems import Header
from ontology.reading.table import Dialect, Row
from ontology.reading.workbook import open_table

_PREDICATES: dict[str, LabelKind | None] = {
    "rdfs:label": "preferred", "skos:preflabel": "preferred",
    "oboinowl:hasexactsynonym": "exact", "oio:hasexactsynonym": "exact", "skos:altlabel": "exact",
    "oboinowl:hasbroadsynonym": "broad", "oboinowl:hasnarrowsynonym": "narrow", "oboinowl:hasrelatedsynonym": "related",
    "oio:hasbroadsynonym": "broad", "oio:hasnarrowsynonym": "narrow", "oio:hasrelatedsynonym": "related",
    "iao:0000115": None, "obo:iao_0000115": None, "skos:definition": None,
}  # fmt: skip
"""``predicate_id`` -> kind of name, None for definitions."""
_STATUS: dict[str, bool | None] = {"official": None, "candidate": False, "": False}
"""``translation_status`` -> ``Label.attested`` of the translation."""
_LEFT_OUT = frozenset({"not_translated", "rejected"})
_REQUIRED = ("subject_id", "predicate_id", "source_value", "translation_value", "translation_language")


class BabelonOptions(Dialect, frozen=True, forbid_unknown_fields=True):
    """How the table is written (``table.v1``), and: ``category`` of every term, else what the prefix implies;
    ``sources = false`` leaves out what was translated, where another input gives it; ``candidates = false`` takes
    official translations only."""

    category: str = ""
    sources: bool = True
    candidates: bool = True


class Babelon:
    """Reads terms; rows of one term stand next to each other, as Babelon sorts them."""

    name: ClassVar[str] = "babelon.v1"
    extensions: ClassVar[tuple[str, ...]] = (".tsv",)

    def sniff(self, head: bytes) -> float:
        first = head.split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf").strip().split(b"\t")
        return 1.0 if {b"translation_value", b"subject_id", b"translation_language"} <= set(first) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """Raises ConfigError for wrong options and for a table without the columns of Babelon."""
        try:
            settings = msgspec.convert(dict(options), BabelonOptions)
        except msgspec.ValidationError as error:
            raise ConfigError(where="babelon.v1", reason=str(error)) from error
        settings.check("babelon.v1")
        if settings.category and settings.category not in CATEGORIES:
            raise ConfigError(where="babelon.v1: category", reason=f"{settings.category!r} is not a category")
        table = open_table(raw, settings)
        rows = table.rows()
        if not table.columns:
            yield from (row for row in rows if isinstance(row, Reject))
            return
        yield from _Terms(raw, settings, Header(raw.path.name, table.columns, {})).items(rows)


class _Terms:
    """Rows on their way to concepts."""

    def __init__(self, raw: RawFile, settings: BabelonOptions, header: Header) -> None:
        self._raw, self._settings = raw, settings
        self._at = {name: header.require(name, (name,)) for name in _REQUIRED}
        for name in ("source_language", "translation_status"):
            place = header.find(name, (name,))
            if place is not None:
                self._at[name] = place

    def items(self, rows: Iterator[Row | Reject]) -> Iterator[TerminologyItem]:
        term, labels, definitions = "", list[Label](), list[Label]()
        for row in rows:
            if isinstance(row, Reject):
                if row.fatal and term:
                    yield self._concept(term, labels, definitions)
                    term = ""
                yield row
                continue
            if fault := next((one for one in row.faults if one.place in self._at.values()), None):
                yield rejected(self._raw, fault.position, row.cells[0], fault.reason, fault.detail)
                continue
            read = self._read(row)
            if isinstance(read, Reject):
                yield read
                continue
            found, kind, given = read
            if found != term:
                if term:
                    yield self._concept(term, labels, definitions)
                term, labels, definitions = found, [], []
            (definitions if kind is None else labels).extend(given)
            if not given:
                yield Notice(self._raw.path.name, row.position, found, "untranslated", self._cell(row, "source_value"))
        if term:
            yield self._concept(term, labels, definitions)

    def _read(self, row: Row) -> Reject | tuple[str, LabelKind | None, list[Label]]:
        """The term, the kind of value, and what stands there in both languages."""
        written = self._cell(row, "subject_id")
        found = identifier(written)
        if found is None:
            return rejected(self._raw, row.position, written, "unidentified", written)
        predicate = self._cell(row, "predicate_id")
        if predicate.lower() not in _PREDICATES:
            return rejected(self._raw, row.position, found, "no-predicate", predicate)
        status = self._cell(row, "translation_status").lower()
        kind = _PREDICATES[predicate.lower()]
        label: LabelKind = kind or "preferred"
        source, translation = self._cell(row, "source_value"), self._cell(row, "translation_value")
        given = []
        if source and self._settings.sources:
            given.append(Label(source, language_tag(self._cell(row, "source_language").lower() or "en"), label))
        attested = _STATUS.get(status, False)
        if translation and status not in _LEFT_OUT and (attested is None or self._settings.candidates):
            language = language_tag(self._cell(row, "translation_language").lower())
            if not language:
                return rejected(self._raw, row.position, found, "bad-language", "")
            given.append(Label(translation, language, label, attested if kind else None))
        return found, kind, given

    def _cell(self, row: Row, name: str) -> str:
        return row.cells[self._at[name]].strip() if name in self._at else ""

    def _concept(self, term: str, labels: list[Label], definitions: list[Label]) -> Concept:
        return Concept(
            id=term,
            category=self._settings.category or category_of(term),
            labels=tuple(dict.fromkeys(labels)),
            definitions=tuple(dict.fromkeys(definitions)),
        )
