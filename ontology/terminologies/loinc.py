"""``loinc.v1``: LOINC in its CSV files.

``Loinc.csv`` stands for the release; ``MapTo.csv`` says what replaces deprecated codes; a linguistic variant
(``zhCN5LinguisticVariant.csv``) gives names in another language, ``ComponentHierarchyBySystem.csv`` the tree. They lie
in the same folder, in the folders of the release (``LoincTable``, ``AccessoryFiles``) or in its zip archive.
LOINC Users' Guide, appendix A; https://loinc.org/kb/users-guide/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.reading.check_digit import mod10
from ontology.reading.damage import rejected
from ontology.reading.hierarchy import closing
from ontology.reading.release import ZIP, Member, Release, columns, damaged, is_zip

_FOLDERS = frozenset({"LoincTable", "AccessoryFiles", "LinguisticVariants", "ComponentHierarchyBySystem"})
_AXES = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP")
_REQUIRED = ("LOINC_NUM", *_AXES, "STATUS", "LONG_COMMON_NAME")
_PART = re.compile(r"LP\d+-\d").fullmatch
_VARIANT = re.compile(r"([a-z]{2})[A-Z]{2}\d*LinguisticVariant\.csv").fullmatch
_TESTS = frozenset({"1", "2"})
"""CLASSTYPE: laboratory and clinical observations; 3 and 4 are attachments and questionnaires."""


class LoincOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``variants``: languages of the linguistic variants that are read. ``related``: related names, too (words to find
    a code by, not names of it). ``hierarchy``: parents by component, with the parts that they are (LP codes)."""

    variants: tuple[str, ...] = ("zh",)
    related: bool = False
    hierarchy: bool = True


class Loinc:
    """Reads codes, deprecated ones too, and the parts that make up the tree."""

    name: ClassVar[str] = "loinc.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".zip")

    def sniff(self, head: bytes) -> float:
        if head.startswith(ZIP):
            return 1.0 if b"Loinc.csv" in head or b"LoincTable/" in head else 0.0
        first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].replace(b'"', b"")
        return 1.0 if first.startswith(b"LOINC_NUM,COMPONENT,PROPERTY,") and b"STATUS" in first else 0.0

    def leads(self, path: Path, options: Options) -> bool:
        """Whether a file stands for its release."""
        return path.name.removesuffix(".gz") == "Loinc.csv" or is_zip(path)

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        if is_zip(raw.path) or not self.leads(raw.path, options):
            return ()
        found = _files(Release(raw, _FOLDERS), _options(options))
        return tuple(sorted({member.path for members in found.values() for member in members} - {raw.path}))

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            files = _files(Release(raw, _FOLDERS), settings)
        except InputError as error:
            yield damaged(raw, error)
            return
        missing = ", ".join(name for name in ("Loinc.csv", "MapTo.csv") if not files[name])
        if missing:
            yield Reject(raw.path.name, "", "", "incomplete-release", missing, fatal=True)
            return
        try:
            yield from _Reading(raw, files, settings).items()
        except InputError as error:
            yield damaged(raw, error)


def _files(release: Release, options: LoincOptions) -> dict[str, tuple[Member, ...]]:
    variants = [
        member
        for member in release.find(r".*LinguisticVariant\.csv")
        if (found := _VARIANT(member.name)) and found[1] in options.variants
    ]
    return {
        "Loinc.csv": release.find(r"Loinc\.csv"),
        "MapTo.csv": release.find(r"MapTo\.csv"),
        "variants": tuple(variants),
        "hierarchy": release.find(r"ComponentHierarchyBySystem\.csv") if options.hierarchy else (),
    }


def _options(options: Options) -> LoincOptions:
    try:
        return msgspec.convert(dict(options), LoincOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="loinc.v1", reason=str(error)) from error


class _Reading:
    """What stands beside the table is held in memory by code; the table itself is read twice, in its order."""

    def __init__(self, raw: RawFile, files: Mapping[str, tuple[Member, ...]], options: LoincOptions) -> None:
        self._raw, self._files, self._options = raw, files, options
        self._table = files["Loinc.csv"][0]
        self._columns = columns(self._table, ",", _REQUIRED)
        self._codes: dict[str, None] = {}
        self._replaced: dict[str, list[str]] = {}
        self._variants: dict[str, list[Label]] = {}
        self._parents: dict[str, list[str]] = {}
        self._parts: dict[str, str] = {}

    def items(self) -> Iterator[TerminologyItem]:
        for _, cells in self._rows(self._table):
            self._codes.setdefault(cells[0].strip())
        yield from self._successors()
        for member in self._files["variants"]:
            yield from self._translated(member)
        for member in self._files["hierarchy"]:
            yield from self._tree(member)
        for child, parent in closing(self._parents):
            self._parents[child].remove(parent)
            yield rejected(self._raw, "", child, "cycle", f"{child} → {parent}")
        for code, text in self._parts.items():
            yield Concept(f"LOINC:{code}", "other", (Label(text, "en"),), parents=self._above(code))
        left = dict(self._codes)
        for line, cells in self._rows(self._table):
            yield from self._row(line, cells, left)

    def _rows(self, member: Member) -> Iterator[tuple[int, list[str]]]:
        rows = member.records()
        next(rows, None)
        return rows

    def _successors(self) -> Iterator[Reject]:
        member = self._files["MapTo.csv"][0]
        place = columns(member, ",", ("LOINC", "MAP_TO"))
        for line, cells in self._rows(member):
            if len(cells) != len(place):
                yield Reject(member.shown, f"line {line}", cells[0], "columns", f"{len(cells)} / {len(place)}")
                continue
            code, target = cells[place["LOINC"]].strip(), cells[place["MAP_TO"]].strip()
            for wanted in (code, target):
                if wanted not in self._codes:
                    yield Reject(member.shown, f"line {line}", code, "unknown-concept", wanted)
                    break
            else:
                self._replaced.setdefault(code, []).append(f"LOINC:{target}")

    def _translated(self, member: Member) -> Iterator[Reject]:
        """Names of a linguistic variant; where it has no long common name it is made of the six axes."""
        place = columns(member, ",", ("LOINC_NUM", *_AXES, "LONG_COMMON_NAME", "SHORTNAME"))
        found = _VARIANT(member.name)
        language = found[1] if found else ""
        shown = place.get("LinguisticVariantDisplayName")
        for line, cells in self._rows(member):
            if len(cells) != len(place):
                yield Reject(member.shown, f"line {line}", cells[0], "columns", f"{len(cells)} / {len(place)}")
                continue
            code = cells[place["LOINC_NUM"]].strip()
            if code not in self._codes:
                yield Reject(member.shown, f"line {line}", code, "unknown-concept", code)
                continue
            formal = _formal([cells[place[axis]] for axis in _AXES])
            display = cells[shown] if shown is not None else ""
            names = [name.strip() for name in (cells[place["LONG_COMMON_NAME"]], display, formal) if name.strip()]
            labels = [Label(name, language, "exact" if at else "preferred") for at, name in enumerate(names)]
            if short := cells[place["SHORTNAME"]].strip():
                labels.append(Label(short, language, "abbreviation"))
            self._variants.setdefault(code, []).extend(labels)

    def _tree(self, member: Member) -> Iterator[Reject]:
        place = columns(member, ",", ("IMMEDIATE_PARENT", "CODE", "CODE_TEXT"))
        edges: list[tuple[int, str, str]] = []
        for line, cells in self._rows(member):
            if len(cells) != len(place):
                yield Reject(member.shown, f"line {line}", cells[0], "columns", f"{len(cells)} / {len(place)}")
                continue
            code, parent = cells[place["CODE"]].strip(), cells[place["IMMEDIATE_PARENT"]].strip()
            if _PART(code):
                self._parts.setdefault(code, cells[place["CODE_TEXT"]].strip() or code)
            if parent:
                edges.append((line, code, parent))
        for line, code, parent in edges:
            known = [one in self._parts or one in self._codes for one in (code, parent)]
            if not all(known):
                reason, missing = ("unknown-parent", parent) if known[0] else ("unknown-concept", code)
                yield Reject(member.shown, f"line {line}", code, reason, missing)
            elif parent not in (found := self._parents.setdefault(code, [])):
                found.append(parent)

    def _above(self, code: str) -> tuple[str, ...]:
        return tuple([f"LOINC:{parent}" for parent in self._parents.get(code, ())])

    def _row(self, line: int, cells: Sequence[str], left: dict[str, None]) -> Iterator[TerminologyItem]:
        code, where = cells[0].strip(), self._table.shown
        if len(cells) != len(self._columns):
            yield Reject(where, f"line {line}", code, "columns", f"{len(cells)} / {len(self._columns)}")
        elif not mod10(code):
            yield Reject(where, f"line {line}", code, "check-digit", code)
        elif code not in left:
            yield Reject(where, f"line {line}", code, "duplicate-id", code)
        else:
            del left[code]
            yield self._concept(code, cells)

    def _concept(self, code: str, cells: Sequence[str]) -> Concept:
        def cell(name: str) -> str:
            place = self._columns.get(name)
            return cells[place].strip() if place is not None else ""

        deprecated = cell("STATUS") == "DEPRECATED"
        successors = tuple(dict.fromkeys(self._replaced.get(code, ())))
        definition = cell("DefinitionDescription")
        return Concept(
            id=f"LOINC:{code}",
            category="test" if cell("CLASSTYPE") in _TESTS else "other",
            labels=tuple(dict.fromkeys([*self._labels(cell), *self._variants.get(code, ())])),
            definitions=(Label(definition, "en"),) if definition else (),
            parents=self._above(code),
            # A code that is only discouraged still stands; another one is named for it.
            xrefs=() if deprecated else tuple(Xref(other, relation="closeMatch") for other in successors),
            deprecated=deprecated,
            replaced_by=successors if deprecated else (),
        )

    def _labels(self, cell: Callable[[str], str]) -> Iterator[Label]:
        formal = _formal([cell(axis) for axis in _AXES])
        names = [name for name in (cell("LONG_COMMON_NAME"), cell("DisplayName"), formal) if name]
        for at, name in enumerate(names):
            yield Label(name, "en", "exact" if at else "preferred")
        if short := cell("SHORTNAME"):
            yield Label(short, "en", "abbreviation")
        if lay := cell("CONSUMER_NAME"):
            yield Label(lay, "en", "lay")
        if self._options.related:
            for name in cell("RELATEDNAMES2").split(";"):
                if name.strip():
                    yield Label(name.strip(), "en", "related")


def _formal(axes: Sequence[str]) -> str:
    """The fully specified name: the axes with colons between, without the method where there is none.

    >>> _formal(["Demonstratin", "MCnc", "Pt", "Ser", "Qn", ""])
    'Demonstratin:MCnc:Pt:Ser:Qn'
    """
    return ":".join(axis.strip() for axis in axes).rstrip(":")
