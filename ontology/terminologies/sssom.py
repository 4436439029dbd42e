"""``sssom.v1``: mapping sets in the Simple Standard for Sharing Ontology Mappings, TSV form.

https://mapping-commons.github.io/sssom/spec-formats-tsv/. The metadata block (lines that start with
``#``) may be there or not; of it the CURIE map and the propagatable slots named below are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import ConceptMapping
from kg.model.source import RawFile, Reject
from kg.vocab import NAMESPACES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import identifier
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines
from ontology.reading.table import Dialect, Row, Table

_REQUIRED = ("subject_id", "predicate_id", "object_id")
_DIALECT = Dialect(delimiter="\t", comment="#", ragged=True)
_NOTHING = frozenset({"sssom:NoTermFound", f"{NAMESPACES['sssom']}NoTermFound"})
"""A row that says: somebody looked, and there is no such term."""


class SssomOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``curie_map``: prefixes beside those that the file declares. ``justification`` where a row gives none."""

    curie_map: dict[str, str] = {}
    justification: str = "semapv:UnspecifiedMatching"


class Sssom:
    """Reads mappings; ``predicate_modifier`` ``Not`` makes a negative one."""

    name: ClassVar[str] = "sssom.v1"
    extensions: ClassVar[tuple[str, ...]] = (".sssom.tsv", ".tsv")

    def sniff(self, head: bytes) -> float:
        for line in head.split(b"\n"):
            if not line.startswith(b"#"):
                return 1.0 if {name.encode() for name in _REQUIRED} <= set(line.rstrip(b"\r").split(b"\t")) else 0.0
        return 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        try:
            settings = msgspec.convert(dict(options), SssomOptions)
        except msgspec.ValidationError as error:
            raise ConfigError(where="sssom.v1", reason=str(error)) from error
        try:
            stated, prefixes = _metadata(raw)
        except InputError as error:
            yield fatal(raw, error)
            return
        table = Table(raw, _DIALECT)
        missing = [name for name in _REQUIRED if name not in table.columns]
        if table.columns and missing:
            yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
            return
        reading = _Rows(raw, table.columns, stated, prefixes | settings.curie_map, settings.justification)
        for row in table.rows():
            yield reading.mapping(row) if isinstance(row, Row) else row


def _metadata(raw: RawFile) -> tuple[dict[str, str], dict[str, str]]:
    """Plain slots and the CURIE map of the block before the table: the part of YAML that it is written in.

    Keys at the margin are slots; indented ``prefix: iri`` lines below ``curie_map:`` are prefixes.
    """
    slots: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    section = ""
    for _, line in lines(raw.path):
        if not line.startswith("#"):
            break
        text = line[1:].removeprefix(" ") if not line.startswith("#  ") else line[1:]
        key, colon, value = text.strip().partition(":")
        value = value.strip().strip("\"'")
        if not colon or key.startswith("-"):
            continue
        if not text.startswith((" ", "\t")):
            section = key
            if value:
                slots[key] = value
        elif section == "curie_map":
            prefixes[key.strip("\"'")] = value
    return slots, prefixes


class _Rows:
    def __init__(
        self,
        raw: RawFile,
        columns: Mapping[str, int],
        stated: Mapping[str, str],
        prefixes: Mapping[str, str],
        justification: str,
    ) -> None:
        self._raw, self._columns, self._stated, self._prefixes = raw, columns, stated, prefixes
        self._justification = justification

    def mapping(self, row: Row) -> ConceptMapping | Reject:
        subject, predicate, obj = (self._text(row, name) for name in _REQUIRED)
        where = (self._raw, row.position, subject)
        if subject in _NOTHING or obj in _NOTHING:
            return rejected(*where, "no-match", obj)
        known = [self._identifier(subject), self._identifier(obj)]
        for written, found in zip((subject, obj), known, strict=True):
            if not found:
                return rejected(*where, "unknown-prefix" if written else "unidentified", written.partition(":")[0])
        link = self._predicate(predicate)
        if link is None:
            return rejected(*where, "no-predicate", predicate)
        confidence = self._text(row, "confidence")
        try:
            number = float(confidence) if confidence else None
        except ValueError:
            number = -1.0
        if number is not None and not 0 <= number <= 1:
            return rejected(*where, "bad-number", confidence)
        return ConceptMapping(
            subject=known[0] or "",
            predicate=link,
            object=known[1] or "",
            justification=self._text(row, "mapping_justification") or self._justification,
            confidence=number,
            negative=self._text(row, "predicate_modifier").lower() == "not",
            subject_label=self._text(row, "subject_label"),
            object_label=self._text(row, "object_label"),
            author=self._text(row, "author_label"),
            reviewer=self._text(row, "reviewer_label"),
            mapping_date=self._text(row, "mapping_date"),
            tool=self._text(row, "mapping_tool"),
        )

    def _text(self, row: Row, column: str) -> str:
        place = self._columns.get(column)
        return (row.cells[place].strip() if place is not None else "") or self._stated.get(column, "")

    def _identifier(self, written: str) -> str | None:
        """A CURIE of ours; the file's own prefixes count first, as IRIs (they may mean other things)."""
        prefix, colon, local = written.partition(":")
        start = self._prefixes.get(prefix)
        if colon and start and local and not local.startswith("//"):
            return identifier(start + local)
        return identifier(written) if colon else None

    def _predicate(self, written: str) -> str | None:
        prefix, colon, local = written.partition(":")
        if colon and local and prefix in NAMESPACES:
            return written
        return self._identifier(written) if written else None
