"""``rf2.v1``: SNOMED CT releases in Release Format 2 (``ontology.reading.rf2``), a folder or its zip archive.

One file stands for the release, the Concept file or the archive; the others are found from it. A release is read
whole or not at all: where a file is missing or damaged, one fatal reject says which. Memory grows with the release
(a million names take about a gigabyte), since the rows of one concept stand in many places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, IdentifierError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.ids import Ids
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import Match, curie, prefix_of
from ontology.reading import rf2
from ontology.reading.check_digit import is_concept_id
from ontology.reading.damage import rejected
from ontology.reading.hierarchy import closing
from ontology.reading.release import ZIP, Member, Release, damaged, is_zip

_HEADER = b"id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId"
_CONCEPT_FILE = re.compile(r"x?sct2_Concept_(Snapshot|Full)_.*\.txt(?:\.gz)?").fullmatch
_DAY = re.compile(r"(?:\d{8})?").fullmatch
_ACCEPTABLE = 1 << 20
"""Rank of a name that some dialect accepts and none prefers."""
_SPOKEN = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*").fullmatch


class Rf2Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``release``: which form of the release is read; ``at``: of a Full one, the day (YYYYMMDD) as of which.

    ``dialects``: language reference sets whose preferred names count, the first first; without any all count, those
    of the United States and Great Britain first. ``tags``: semantic tag -> category, beside those of
    ``ontology.reading.rf2.TAGS``. ``maps``: map reference set -> prefix of its codes, an empty one to leave it out.
    ``relations``: type of relationship -> predicate of the claims that are made of it; others than is-a are left out
    without. ``complete = false``: an extension without the edition it belongs to, whose concepts may have parents and
    replacements that are not in it.
    """

    release: rf2.Kind = "Snapshot"
    at: str = ""
    dialects: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    maps: dict[str, str] = {}
    relations: dict[str, str] = {}
    complete: bool = True


class Rf2:
    """Reads concepts, active ones and inactive ones (deprecated, with what replaces them)."""

    name: ClassVar[str] = "rf2.v1"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".zip")

    def sniff(self, head: bytes) -> float:
        if head.startswith(ZIP):
            return 1.0 if b"sct2_" in head or b"SnomedCT_" in head else 0.0
        return 1.0 if head.removeprefix(b"\xef\xbb\xbf").startswith(_HEADER) else 0.0

    def leads(self, path: Path, options: Options) -> bool:
        """Whether a file stands for its release."""
        found = _CONCEPT_FILE(path.name)
        return is_zip(path) or bool(found and found[1] == _options(options).release)

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        if is_zip(raw.path) or not self.leads(raw.path, options):
            return ()
        found = rf2.files(Release(raw, rf2.FOLDERS), _options(options).release)
        return tuple(sorted({member.path for members in found.values() for member in members} - {raw.path}))

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            found = rf2.files(Release(raw, rf2.FOLDERS), settings.release)
            missing = [name for name in rf2.REQUIRED if not found[name]]
            if missing:
                detail = ", ".join(f"{name} ({settings.release})" for name in missing)
                yield Reject(raw.path.name, "", "", "incomplete-release", detail, fatal=True)
                return
            for what, members in found.items():
                for member in members:
                    if wrong := rf2.header(member, what):
                        yield Reject(member.shown, "line 1", "", "columns", wrong, fatal=True)
                        return
        except InputError as error:
            yield damaged(raw, error)
            return
        yield from _Reading(raw, found, settings).items()


def _options(options: Options) -> Rf2Options:
    try:
        found = msgspec.convert(dict(options), Rf2Options)
    except msgspec.ValidationError as error:
        raise ConfigError(where="rf2.v1", reason=str(error)) from error
    for category in found.tags.values():
        if category not in CATEGORIES:
            raise ConfigError(where="rf2.v1: tags", reason=f"{category!r} is not a category")
    for prefix in found.maps.values():
        if prefix and prefix_of(prefix) is None:
            raise ConfigError(where="rf2.v1: maps", reason=f"the prefix {prefix!r} is not known")
    for predicate in found.relations.values():
        try:
            Ids().expand(predicate)
        except IdentifierError as error:
            raise ConfigError(where="rf2.v1: relations", reason=str(error)) from error
    if not _DAY(found.at) or (found.at and found.release != "Full"):
        raise ConfigError(where="rf2.v1: at", reason="it is a day such as 20260131, of a Full release")
    return found


_Name = tuple[int, bool, str, str]
"""Rank (0 for the first dialect), whether it is the fully specified one, language, text."""


class _Reading:
    """One release in memory: what each file says, by concept."""

    def __init__(self, raw: RawFile, files: Mapping[str, tuple[Member, ...]], options: Rf2Options) -> None:
        self._raw, self._files, self._options = raw, files, options
        self._tags = rf2.TAGS | options.tags
        self._maps = rf2.MAPS | options.maps
        self._active: dict[str, bool] = {}
        self._ranks: dict[str, int] = {}
        self._dialects = {name: place for place, name in enumerate(options.dialects or rf2.ENGLISH)}
        self._names: dict[str, list[_Name]] = {}
        self._definitions: dict[str, list[Label]] = {}
        self._parents: dict[str, list[str]] = {}
        self._xrefs: dict[str, list[Xref]] = {}
        self._codes: dict[str, dict[str, Match]] = {}
        self._replaced: dict[str, list[str]] = {}
        self._claims: dict[str, list[Claim]] = {}
        self._foreign: dict[str, None] = {}
        self._member = files["Concept"][0]

    def items(self) -> Iterator[TerminologyItem]:
        try:
            yield from self._concepts()
            yield from self._acceptabilities()
            yield from self._descriptions()
            self._ranks.clear()
            yield from self._text_definitions()
            yield from self._relationships()
            yield from self._associations()
            yield from self._mapped()
        except InputError as error:
            yield damaged(self._raw, error)
            return
        for child, parent in closing(self._parents):
            self._parents[child].remove(parent)
            yield rejected(self._raw, "", child, "cycle", f"{child} → {parent}")
        for refset in self._foreign:
            yield rejected(self._raw, "", refset, "unknown-map", refset)
        for code in self._active:
            yield from self._concept(code)

    def _rows(self, what: str) -> Iterator[tuple[int, list[str]] | Reject]:
        """The current rows of a kind of file, inactive ones too."""
        for member in self._files[what]:
            self._member = member
            for row in rf2.rows(member, what, self._options.at, self._options.release == "Full"):
                if isinstance(row, rf2.Unfit):
                    yield Reject(member.shown, f"line {row.line}", row.key, row.reason, row.detail)
                else:
                    yield row

    def _reject(self, line: int, key: str, reason: str, detail: str) -> Reject:
        return Reject(self._member.shown, f"line {line}", key, reason, detail)

    def _concepts(self) -> Iterator[Reject]:
        active = self._active
        for row in self._rows("Concept"):
            if isinstance(row, Reject):
                yield row
                continue
            line, (code, _, state, *_) = row
            if not is_concept_id(code):
                yield self._reject(line, code, "check-digit", code)
            elif code in active:
                yield self._reject(line, code, "duplicate-id", code)
            else:
                active[code] = state == "1"

    def _acceptabilities(self) -> Iterator[Reject]:
        """Description -> how well liked: the place of the dialect that prefers it, or merely accepted."""
        ranks, dialects, chosen = self._ranks, self._dialects, bool(self._options.dialects)
        for row in self._rows("Language"):
            if isinstance(row, Reject):
                yield row
                continue
            cells = row[1]
            if cells[2] != "1":
                continue
            refset, description = cells[4], cells[5]
            place = dialects.get(refset)
            if place is None:
                if chosen:
                    continue
                place = dialects.setdefault(refset, len(dialects))
            rank = place if cells[6] == rf2.PREFERRED else _ACCEPTABLE
            if ranks.get(description, rank + 1) > rank:
                ranks[description] = rank

    def _descriptions(self) -> Iterator[Reject]:
        active, ranks, names = self._active, self._ranks, self._names
        spoken: dict[str, str] = {}
        for row in self._rows("Description"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            if cells[2] != "1":
                continue
            concept, term = cells[4], cells[7].strip()
            language = spoken.get(cells[5]) or spoken.setdefault(cells[5], cells[5].lower())
            if concept not in active:
                yield self._reject(line, cells[0], "unknown-concept", concept)
            elif not term or not _SPOKEN(language):
                yield self._reject(line, cells[0], "no-label" if not term else "bad-language", cells[5])
            else:
                rank = ranks.get(cells[0], 2 * _ACCEPTABLE)
                name = (rank, cells[6] == rf2.FULLY_SPECIFIED, language, term)
                names.setdefault(concept, []).append(name)

    def _text_definitions(self) -> Iterator[Reject]:
        for row in self._rows("TextDefinition"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            concept, language, text = cells[4], cells[5].lower(), cells[7].strip()
            if cells[2] != "1" or not text:
                continue
            if concept not in self._active or not _SPOKEN(language):
                yield self._reject(line, cells[0], "unknown-concept", concept)
            else:
                self._definitions.setdefault(concept, []).append(Label(text, language))

    def _relationships(self) -> Iterator[Reject]:
        active, parents, relations = self._active, self._parents, self._options.relations
        complete, own = self._options.complete, {code: code for code in self._active}
        for row in self._rows("Relationship"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            kind = cells[7]
            if cells[2] != "1" or cells[8] == rf2.STATED or (kind != rf2.IS_A and kind not in relations):
                continue
            child, parent = cells[4], own.get(cells[5]) or cells[5]
            if child not in active or (complete and parent not in active):
                missing = parent if child in active else child
                yield self._reject(line, child, "unknown-parent" if missing is parent else "unknown-concept", missing)
            elif not is_concept_id(parent):
                yield self._reject(line, child, "check-digit", parent)
            elif kind != rf2.IS_A:
                claim = Claim(f"SNOMED:{child}", relations[kind], f"SNOMED:{parent}", "curated", Rf2.name)
                self._claims.setdefault(child, []).append(claim)
            elif parent not in (known := parents.setdefault(own[child], [])):
                known.append(parent)

    def _associations(self) -> Iterator[Reject]:
        for row in self._rows("Association"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            refset, source, target = cells[4], cells[5], cells[6] if len(cells) > 6 else ""
            if cells[2] != "1" or not is_concept_id(source) or not is_concept_id(target):
                continue  # about descriptions, or to a namespace
            if source not in self._active or (self._options.complete and target not in self._active):
                missing = source if source not in self._active else target
                yield self._reject(line, source, "unknown-concept", missing)
            elif refset in rf2.REPLACES:
                self._replaced.setdefault(source, []).append(f"SNOMED:{target}")
            elif refset in rf2.ALIKE:
                self._xrefs.setdefault(source, []).append(Xref(f"SNOMED:{target}", relation="closeMatch"))
            elif refset == rf2.WAS_A:
                self._xrefs.setdefault(source, []).append(Xref(f"SNOMED:{target}", relation="broadMatch"))

    def _mapped(self) -> Iterator[Reject]:
        """Rows of simple maps end in ``mapTarget``; extended ones have a rule, and say how close the target is."""
        for row in self._rows("Map"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            refset, source = cells[4], cells[5]
            if cells[2] != "1":
                continue
            prefix = self._maps.get(refset)
            if not prefix:
                if prefix is None:
                    self._foreign.setdefault(refset)
                continue
            if source not in self._active:
                yield self._reject(line, source, "unknown-concept", source)
                continue
            relation, target = _target(cells)
            if target:
                known = curie(prefix, target)
                if known is None:
                    yield self._reject(line, source, "unidentified", target)
                else:
                    self._codes.setdefault(source, {}).setdefault(known, relation)

    def _concept(self, code: str) -> Iterator[TerminologyItem]:
        names = self._names.pop(code, [])
        if not names:
            yield rejected(self._raw, "", code, "no-label", code)
            return
        matches = [Xref(target, relation=relation) for target, relation in self._codes.get(code, {}).items()]
        yield Concept(
            id=f"SNOMED:{code}",
            category=self._category(names),
            labels=_labels(names),
            definitions=tuple(self._definitions.get(code, ())),
            parents=tuple([f"SNOMED:{parent}" for parent in self._parents.get(code, ())]),
            xrefs=(*dict.fromkeys(self._xrefs.get(code, ())), *matches),
            deprecated=not self._active[code],
            replaced_by=tuple(dict.fromkeys(self._replaced.get(code, ()))),
        )
        yield from self._claims.get(code, ())

    def _category(self, names: list[_Name]) -> str:
        for _, full, _, term in names:
            if full and (category := self._tags.get(rf2.tag_of(term))):
                return category
        return "other"


def _target(cells: list[str]) -> tuple[Match, str]:
    """How close the target of a map row is, and its code."""
    if len(cells) == 7:
        return "closeMatch", cells[6].strip()
    if len(cells) < 12:
        return "relatedMatch", ""
    rule, target, correlation = cells[8].strip().upper(), cells[10].strip(), cells[11].strip()
    if rule and rule not in ("TRUE", "OTHERWISE TRUE"):
        return "relatedMatch", target  # it depends on the patient
    return rf2.CORRELATIONS.get(correlation, "closeMatch"), target


def _labels(names: list[_Name]) -> tuple[Label, ...]:
    """The name that the first dialect prefers, in each language, then the others that a dialect accepts.

    Where no dialect prefers any, it is the fully specified name without its tag.
    """
    best: dict[str, tuple[int, str]] = {}
    for rank, full, language, term in names:
        if full:
            rank, term = _ACCEPTABLE + 1, rf2.without_tag(term)
        elif rank >= _ACCEPTABLE:
            rank += 2  # accepted, or known to no dialect: the fully specified name says more
        if language not in best or rank < best[language][0]:
            best[language] = (rank, term)
    listed = {language for rank, full, language, _ in names if not full and rank <= _ACCEPTABLE}
    labels = [Label(term, language) for language, (_, term) in best.items()]
    for rank, full, language, term in names:
        # A language of which a dialect lists names has no others.
        if (full or rank <= _ACCEPTABLE or language not in listed) and term != best[language][1]:
            labels.append(Label(term, language, "exact"))
    return tuple(dict.fromkeys(labels)) if len(labels) > 2 else tuple(labels)
