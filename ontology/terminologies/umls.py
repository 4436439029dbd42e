"""``umls-rrf.v1``: subsets of the UMLS Metathesaurus in Rich Release Format, as MetamorphoSys writes them.

``MRCONSO.RRF`` stands for the release; ``MRSTY``, ``MRREL`` and ``MRDEF`` lie beside it or in the same archive, and
``MRCUI`` where it is. A release is read whole or not at all. Names, definitions and parents are those of the chosen
sources: each source of the Metathesaurus has a licence of its own (appendix to the UMLS licence), so choose those
that you may use, and name their licences in the build file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.reading import rrf
from ontology.reading.damage import rejected
from ontology.reading.hierarchy import closing
from ontology.reading.release import ZIP, Member, Release, damaged, is_zip

_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?C\d{7}\|[A-Z]{3}\|[PSps]\|L\d+\|").match
_CUI = re.compile(r"C\d{7}").fullmatch
_REQUIRED = ("MRCONSO", "MRSTY", "MRREL")

TYPES: dict[str, str] = dict.fromkeys(
    ("T019", "T020", "T037", "T046", "T047", "T048", "T049", "T190", "T191"), "disease"
)
TYPES |= {"T184": "symptom"}
TYPES |= dict.fromkeys(("T121", "T195", "T200"), "drug")
TYPES |= dict.fromkeys(("T059", "T060"), "test")
TYPES |= dict.fromkeys(("T058", "T061"), "procedure")
TYPES |= {"T028": "gene"}
TYPES |= dict.fromkeys(
    ("T017", "T018", "T021", "T022", "T023", "T024", "T025", "T026", "T029", "T030", "T031"), "anatomy"
)
TYPES |= dict.fromkeys(
    (
        "T001",
        "T002",
        "T004",
        "T005",
        "T007",
        "T008",
        "T010",
        "T011",
        "T012",
        "T013",
        "T014",
        "T015",
        "T016",
        "T194",
        "T204",
    ),
    "organism",
)
TYPES |= dict.fromkeys(
    ("T103", "T104", "T109", "T114", "T116", "T120", "T122", "T123", "T125", "T126", "T127", "T129", "T130", "T131",
     "T192", "T196", "T197"),
    "chemical",
)  # fmt: skip
"""Semantic type (TUI of the UMLS Semantic Network) -> category, where a type is of one kind; findings (T033) are of
many. Of a concept's types the one that is named first here counts: a drug is also an organic chemical."""


class UmlsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``sources``: abbreviations (SAB) whose names, definitions and parents count; all without any. ``codes``: sources
    whose codes become cross-references, all of them without any. ``languages``: as MRCONSO writes them (LAT).
    ``suppressed``: suppressed names count, too. ``types``: semantic type (TUI) -> category, beside ``TYPES``.
    """

    sources: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("ENG", "CHI")
    suppressed: bool = False
    types: dict[str, str] = {}


class Umls:
    """Reads concepts; those of MRCUI are deprecated, with the concept that they were merged into."""

    name: ClassVar[str] = "umls-rrf.v1"
    extensions: ClassVar[tuple[str, ...]] = (".rrf", ".zip")

    def sniff(self, head: bytes) -> float:
        if head.startswith(ZIP):
            return 1.0 if b"MRCONSO.RRF" in head else 0.0
        return 1.0 if _FIRST(head) else 0.0

    def leads(self, path: Path, options: Options) -> bool:
        """Whether a file stands for its release."""
        return path.name.removesuffix(".gz") == "MRCONSO.RRF" or is_zip(path)

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        if is_zip(raw.path) or not self.leads(raw.path, options):
            return ()
        found = _files(Release(raw, ()))
        return tuple(sorted({member.path for members in found.values() for member in members} - {raw.path}))

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            files = _files(Release(raw, ()))
        except InputError as error:
            yield damaged(raw, error)
            return
        missing = ", ".join(f"{name}.RRF" for name in _REQUIRED if not files[name])
        if missing:
            yield Reject(raw.path.name, "", "", "incomplete-release", missing, fatal=True)
            return
        try:
            yield from _Reading(raw, files, settings).items()
        except InputError as error:
            yield damaged(raw, error)


def _files(release: Release) -> dict[str, tuple[Member, ...]]:
    return {name: release.find(rf"{name}\.RRF") for name in ("MRCONSO", "MRSTY", "MRREL", "MRDEF", "MRCUI")}


def _options(options: Options) -> UmlsOptions:
    try:
        found = msgspec.convert(dict(options), UmlsOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="umls-rrf.v1", reason=str(error)) from error
    for language in found.languages:
        if language not in rrf.LANGUAGES:
            known = ", ".join(rrf.LANGUAGES)
            raise ConfigError(where="umls-rrf.v1: languages", reason=f"{language!r} is not one of {known}")
    for category in found.types.values():
        if category not in CATEGORIES:
            raise ConfigError(where="umls-rrf.v1: types", reason=f"{category!r} is not a category")
    return found


class _Reading:
    """Everything but the names is held in memory, by concept; MRCONSO is read twice, in its order."""

    def __init__(self, raw: RawFile, files: Mapping[str, tuple[Member, ...]], options: UmlsOptions) -> None:
        self._raw, self._files, self._options = raw, files, options
        self._types = options.types | TYPES
        self._sources = frozenset(options.sources)
        self._codes = frozenset(options.codes)
        self._languages = {rrf.LANGUAGES[language] for language in options.languages}
        self._kinds: dict[str, list[str]] = {}
        self._parents: dict[str, list[str]] = {}
        self._definitions: dict[str, list[Label]] = {}

    def items(self) -> Iterator[TerminologyItem]:
        known: dict[str, bool] = {}
        for row in self._rows("MRCONSO"):
            if isinstance(row, tuple):
                known[row[1][0]] = known.get(row[1][0], False) or self._names(rrf.atom(row[1]))
        yield from self._semantic_types(known)
        yield from self._hierarchy(known)
        yield from self._described(known)
        for child, parent in closing(self._parents):
            self._parents[child].remove(parent)
            yield rejected(self._raw, "", child, "cycle", f"{child} → {parent}")
        for key, group in groupby(self._rows("MRCONSO"), _cui):
            if not key:
                yield from (row for row in group if isinstance(row, Reject))
            elif not _CUI(key):
                yield rejected(self._raw, f"line {_line(group)}", key, "unidentified", key)
            elif key not in known:
                yield rejected(self._raw, f"line {_line(group)}", key, "duplicate-id", key)
            else:
                del known[key]
                yield from self._concept(key, [rrf.atom(row[1]) for row in group if isinstance(row, tuple)])
        yield from self._retired()

    def _rows(self, what: str) -> Iterator[tuple[int, list[str]] | Reject]:
        return rrf.rows(self._files[what], what)

    def _names(self, atom: rrf.Atom) -> bool:
        """Whether an atom is a name in what was chosen."""
        counts = self._options.suppressed or atom.suppress in ("N", "O")
        chosen = not self._sources or atom.source in self._sources
        return counts and chosen and atom.language in self._languages and bool(atom.text)

    def _semantic_types(self, known: Mapping[str, bool]) -> Iterator[Reject]:
        names: dict[str, str] = {}
        for row in self._rows("MRSTY"):
            if isinstance(row, Reject):
                yield row
            elif row[1][0] not in known:
                yield Reject("MRSTY.RRF", f"line {row[0]}", row[1][0], "unknown-concept", row[1][0])
            else:
                kind = names.setdefault(row[1][1], row[1][1])
                self._kinds.setdefault(row[1][0], []).append(kind)

    def _hierarchy(self, known: Mapping[str, bool]) -> Iterator[Reject]:
        """PAR: the second concept is a parent of the first; CHD: a child. Most releases state both."""
        own = {cui: cui for cui in known}
        for row in self._rows("MRREL"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            if cells[3] not in ("PAR", "CHD") or (cells[14] != "N" and not self._options.suppressed):
                continue
            if self._sources and cells[10] not in self._sources:
                continue
            child, parent = (cells[0], cells[4]) if cells[3] == "PAR" else (cells[4], cells[0])
            if child not in own or parent not in own:
                missing = child if child not in own else parent
                reason = "unknown-parent" if missing is parent else "unknown-concept"
                yield Reject("MRREL.RRF", f"line {line}", child, reason, missing)
            elif (
                known[parent] and child != parent and parent not in (found := self._parents.setdefault(own[child], []))
            ):
                found.append(own[parent])

    def _described(self, known: Mapping[str, bool]) -> Iterator[Reject]:
        for row in self._rows("MRDEF"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            if (self._sources and cells[4] not in self._sources) or (cells[6] != "N" and not self._options.suppressed):
                continue
            if cells[0] not in known:
                yield Reject("MRDEF.RRF", f"line {line}", cells[0], "unknown-concept", cells[0])
            elif text := cells[5].strip():
                # MRDEF does not say the language; abbreviations of translated sources end in it (MSHFRE).
                language = rrf.LANGUAGES.get(cells[4][-3:], "en")
                self._definitions.setdefault(cells[0], []).append(Label(text, language))

    def _concept(self, cui: str, atoms: list[rrf.Atom]) -> Iterator[TerminologyItem]:
        names, obsolete = rrf.usable([one for one in atoms if self._names(one)], self._options.suppressed)
        if not names:
            return  # it has no name in what was chosen
        coded = [one for one in atoms if one.source in self._codes and one.suppress == "N"] if self._codes else names
        yield Concept(
            id=f"UMLS:{cui}",
            category=self._category(cui),
            labels=rrf.labels(names),
            definitions=tuple(dict.fromkeys(self._definitions.get(cui, ()))),
            parents=tuple([f"UMLS:{parent}" for parent in self._parents.get(cui, ())]),
            xrefs=tuple(rrf.xrefs(f"UMLS:{cui}", coded)),
            deprecated=obsolete,
        )

    def _category(self, cui: str) -> str:
        kinds = self._kinds.get(cui, ())
        return next((category for kind, category in self._types.items() if kind in kinds), "other")

    def _retired(self) -> Iterator[TerminologyItem]:
        """MRCUI: concepts of earlier releases; those with SY were merged into another one."""
        found: dict[str, list[str]] = {}
        for row in self._rows("MRCUI"):
            if isinstance(row, Reject):
                yield row
            elif not _CUI(row[1][0]):
                yield Reject("MRCUI.RRF", f"line {row[0]}", row[1][0], "unidentified", row[1][0])
            else:
                merged = found.setdefault(row[1][0], [])
                if row[1][2] == "SY" and _CUI(row[1][5]):
                    merged.append(f"UMLS:{row[1][5]}")
        for cui, merged in found.items():
            yield Concept(f"UMLS:{cui}", "other", (), deprecated=True, replaced_by=tuple(dict.fromkeys(merged)))


def _cui(row: tuple[int, list[str]] | Reject) -> str:
    return row[1][0] if isinstance(row, tuple) else ""


def _line(group: Iterator[tuple[int, list[str]] | Reject]) -> int:
    return next(row[0] for row in group if isinstance(row, tuple))
