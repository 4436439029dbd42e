"""Tables of codes whose hierarchy stands in the codes: rows become concepts when all codes are known."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

import msgspec

from kg.model.concept import Concept, Label, Xref
from kg.model.source import RawFile, Reject
from ontology.prefixes import category_of_codes
from ontology.reading.damage import rejected
from ontology.reading.structure import Structure, strange
from ontology.reading.systems import Header, System, systems
from ontology.reading.table import GUESSED, Dialect, Row

_MARKS = "+*†‡＋＊#"
"""Dagger and asterisk, as tables write them behind a code; ``#`` stands where a code is never the first."""
_SEVERAL = re.compile(r"[;；|、]")
_WITHDRAWN = frozenset({"停用", "作废", "废止", "删除", "无效", "deprecated", "withdrawn", "inactive"})
_ROLES = ("code", "name", "english", "other", "synonyms", "definition", "additional", "status", "replaced")


class CodeOptions(Dialect, frozen=True, forbid_unknown_fields=True):
    """How the table is written (``table.v1``), and: ``system``, its name in ``systems.toml``; ``roles``, columns by
    role where the table calls them otherwise; ``tops``, levels that may stand without a parent."""

    encoding: str = GUESSED
    system: str = ""
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    tops: tuple[int, ...] | None = None


class Entry(msgspec.Struct):
    """One code, as far as the table said."""

    code: str
    position: str
    names: list[Label]
    definitions: list[Label]
    written: str
    above: str = ""
    additional: str = ""
    deprecated: bool = False
    replaced: str = ""
    leaf: bool = True


class CodeTable:
    """All codes of a table, by code."""

    def __init__(self, raw: RawFile, settings: CodeOptions, header: Header) -> None:
        known = systems()
        self._raw = raw
        self._system: System = known.system[settings.system]
        self._structure: Structure = known.structure[self._system.structure]
        self._starts = known.categories[self._system.categories]
        self._tops = self._system.tops if settings.tops is None else settings.tops
        self._header = header
        names = known.columns[self._system.columns]
        header.check(_ROLES)
        self._code = header.require("code", names["code"], code=True)
        self._name = header.require("name", names["name"])
        self._places = {
            role: place
            for role in _ROLES[2:]
            if (place := header.find(role, names.get(role, ()), role in ("additional", "replaced"))) is not None
        }
        self._levels = [
            (code, name, level.apart)
            for level in known.levels.get(self._system.levels, ())
            if (code := header.find("", level.code, code=True)) is not None
            and (name := header.find("", level.name)) is not None
        ]
        self._entries: dict[str, Entry] = {}

    def take(self, row: Row) -> Iterator[Reject]:
        for fault in row.faults:
            if fault.place in self._header.codes or (fault.place in self._header.used and not fault.codes):
                yield self._refused(fault.position, row.cells[self._code], fault.reason, fault.detail)
                return
        written, name = row.cells[self._code].strip(), row.cells[self._name].strip()
        code = written.rstrip(_MARKS)
        if reason := self._unfit(code, name):
            yield self._refused(row.position, written, reason, strange(written) or written)
            return
        known = self._entries.get(self._structure.plain(code))
        if known and (known.leaf or known.names[0].value != name):
            yield self._refused(row.position, written, "duplicate-code", f"{written}: {known.position}")
            return
        above = yield from self._upper(row)
        self._entries[self._structure.plain(code)] = Entry(
            code=code,
            position=row.position,
            names=list(self._names(row, name)),
            definitions=[Label(text, self._system.language) for text in self._cell(row, "definition")],
            written=written,
            above=above,
            additional=next(iter(self._cell(row, "additional")), "").rstrip(_MARKS),
            deprecated=bool(_WITHDRAWN & set(self._cell(row, "status"))),
            replaced=next(iter(self._cell(row, "replaced")), "").rstrip(_MARKS),
        )

    def _unfit(self, code: str, name: str) -> str:
        """Why a row is none of this system; empty where it is."""
        if not code:
            return "unidentified"
        if not self._structure.fits(code):
            return "bad-code"
        return "" if name else "no-label"

    def _upper(self, row: Row) -> Generator[Reject, None, str]:
        """Take the classes that a row repeats above its code; returns the nearest of them."""
        above = ""
        for code_place, name_place, apart in self._levels:
            written, name = row.cells[code_place].strip().rstrip(_MARKS), row.cells[name_place].strip()
            if not written or not name:
                continue
            code = apart + written
            known = self._entries.get(self._structure.plain(code))
            if known is None:
                label = Label(name, self._system.language)
                self._entries[self._structure.plain(code)] = Entry(
                    code, row.position, [label], [], written, above=above, leaf=False
                )
            elif known.names[0].value != name:
                yield self._refused(row.position, code, "other-name", f"{name} / {known.names[0].value}")
            above = code
        return above

    def _names(self, row: Row, name: str) -> Iterator[Label]:
        system = self._system
        yield Label(name, system.language)
        second = {"english": "en", "other": system.other}
        for role, language in second.items():
            for value in self._cell(row, role):
                yield Label(value, language)
        for value in self._cell(row, "synonyms"):
            for part in _SEVERAL.split(value):
                if part.strip() and part.strip() != name:
                    yield Label(part.strip(), system.language, "exact")

    def _cell(self, row: Row, role: str) -> list[str]:
        place = self._places.get(role)
        return [value] if place is not None and (value := row.cells[place].strip()) else []

    def concepts(self) -> Iterator[Concept | Reject]:
        """Every code whose parent is known, in the order of the table; then nothing is held any more."""
        parents: dict[str, str] = {}
        ranges = [code for code in self._entries if self._structure.limits(code)]
        by_depth = sorted(self._entries, key=lambda code: (self._structure.level(code), code))
        missing: set[str] = set()
        for key in by_depth:
            entry = self._entries[key]
            parent = self._parent(entry, key, ranges, missing)
            if parent is not None:
                parents[key] = parent
            elif self._structure.level(entry.code) not in self._tops and entry.leaf:
                missing.add(key)
        for key, entry in self._entries.items():
            if key in missing:
                wanted = " / ".join(self._structure.above(entry.code))
                yield self._refused(entry.position, entry.written, "nothing-above", wanted)
            else:
                yield self._concept(entry, parents.get(key))
        self._entries.clear()

    def _parent(self, entry: Entry, key: str, ranges: list[str], missing: set[str]) -> str | None:
        """The code above: the nearest one that the code itself names, else what its row or a range says."""
        for above in self._structure.above(entry.code):
            if above in self._entries and above not in missing:
                return self._entries[above].code
        if entry.above and self._structure.plain(entry.above) != key:
            return entry.above
        return self._structure.range_of(entry.code, ranges)

    def _concept(self, entry: Entry, parent: str | None) -> Concept:
        prefix, fits = self._system.prefix, self._structure.fits(entry.code)
        start = (self._structure.limits(entry.code) or (entry.code,))[0]
        return Concept(
            id=f"{prefix}:{entry.code}",
            category=category_of_codes([start], self._starts),
            labels=tuple(dict.fromkeys(entry.names)),
            definitions=tuple(entry.definitions),
            parents=(f"{prefix}:{parent}",) if parent else (),
            # The other half of a dagger and asterisk pair: both are given, neither is the other.
            xrefs=(Xref(f"{prefix}:{entry.additional}", relation="relatedMatch"),) if entry.additional else (),
            notations=tuple(dict.fromkeys((entry.code, entry.written) if fits else (entry.written,))),
            deprecated=entry.deprecated,
            replaced_by=(f"{prefix}:{entry.replaced}",) if entry.replaced else (),
        )

    def _refused(self, position: str, code: str, reason: str, detail: str) -> Reject:
        return rejected(self._raw, position, code, reason, detail)
