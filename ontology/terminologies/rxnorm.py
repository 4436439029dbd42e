"""``rxnorm-rrf.v1``: RxNorm releases in Rich Release Format.

``RXNCONSO.RRF`` stands for the release; ``RXNREL`` lies beside it or in the same archive, ``RXNSAT`` and ``RXNCUI``
where they are. A release is read whole or not at all. Names are those that RxNorm itself gives; other sources in the
files have licences of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept
from kg.model.evidence import Claim
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.reading import rrf
from ontology.reading.damage import rejected
from ontology.reading.hierarchy import closing
from ontology.reading.release import ZIP, Member, Release, damaged, is_zip

_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?[1-9]\d*\|[A-Z]{3}\|[PSps]?\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[YNyn]?\|\d+\|").match
_RXCUI = re.compile(r"[1-9]\d*").fullmatch
_RXNORM = "RXNORM"
_SUBSET = "prescribe"
"""Folder of the prescribable subset, which repeats a part of the release."""
_FORMS = frozenset({"DF", "DFG"})
"""Term types of dose forms, which are no drugs."""
_OTHER_NAMES = frozenset({"PSN", "SY", "TMSY", "ET"})
"""Term types of names beside the normalised one: for prescribing, synonyms, tall letters, entry terms."""
_IS_A = "isa"
RELATIONS = {
    "has_ingredient": "biolink:has_active_ingredient",
    "has_precise_ingredient": "biolink:has_active_ingredient",
    "has_ingredients": "biolink:has_active_ingredient",
    "has_part": "biolink:has_part",
    "consists_of": "biolink:has_part",
    "contains": "biolink:has_part",
    "form_of": "biolink:related_to",
    "has_dose_form": "biolink:related_to",
    "has_doseformgroup": "biolink:related_to",
    "tradename_of": "biolink:related_to",
    "quantified_form_of": "biolink:related_to",
    "reformulated_to": "biolink:related_to",
}
"""RELA -> predicate, one of each pair of opposites: the opposite row states the same."""
_OPPOSITES = {
    "ingredient_of": "has_ingredient", "precise_ingredient_of": "has_precise_ingredient",
    "ingredients_of": "has_ingredients", "part_of": "has_part", "constitutes": "consists_of",
    "contained_in": "contains", "has_form": "form_of", "dose_form_of": "has_dose_form",
    "doseformgroup_of": "has_doseformgroup", "has_tradename": "tradename_of",
    "has_quantified_form": "quantified_form_of", "reformulation_of": "reformulated_to", "inverse_isa": _IS_A,
}  # fmt: skip


class RxNormOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``sources``: whose names count. ``codes``: sources whose codes become cross-references, all without any.
    ``suppressed``: suppressed names count, too. ``ndc``: National Drug Codes become notations.
    """

    sources: tuple[str, ...] = (_RXNORM,)
    codes: tuple[str, ...] = ()
    suppressed: bool = False
    ndc: bool = False


class RxNorm:
    """Reads drugs, ingredients and dose forms, what links them, and the numbers that were retired."""

    name: ClassVar[str] = "rxnorm-rrf.v1"
    extensions: ClassVar[tuple[str, ...]] = (".rrf", ".zip")

    def sniff(self, head: bytes) -> float:
        if head.startswith(ZIP):
            return 1.0 if b"RXNCONSO.RRF" in head else 0.0
        return 1.0 if _FIRST(head) else 0.0

    def leads(self, path: Path, options: Options) -> bool:
        """Whether a file stands for its release."""
        whole = path.name.removesuffix(".gz") == "RXNCONSO.RRF" and _SUBSET not in path.parts
        return whole or is_zip(path)

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        if is_zip(raw.path) or not self.leads(raw.path, options):
            return ()
        found = _files(Release(raw, ()), _options(options))
        return tuple(sorted({member.path for members in found.values() for member in members} - {raw.path}))

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            files = _files(Release(raw, ()), settings)
        except InputError as error:
            yield damaged(raw, error)
            return
        required = ("RXNCONSO", "RXNREL", *(("RXNSAT",) if settings.ndc else ()))
        missing = ", ".join(f"{name}.RRF" for name in required if not files[name])
        if missing:
            yield Reject(raw.path.name, "", "", "incomplete-release", missing, fatal=True)
            return
        try:
            yield from _Reading(raw, files, settings).items()
        except InputError as error:
            yield damaged(raw, error)


def _files(release: Release, options: RxNormOptions) -> dict[str, tuple[Member, ...]]:
    """By name, without those of the subset."""
    found = {name: release.find(rf"{name}\.RRF") for name in ("RXNCONSO", "RXNREL", "RXNSAT", "RXNCUI")}
    whole = {
        name: tuple(member for member in members if _SUBSET not in member.inner.split("/"))
        for name, members in found.items()
    }
    return whole if options.ndc else {**whole, "RXNSAT": ()}


def _options(options: Options) -> RxNormOptions:
    try:
        return msgspec.convert(dict(options), RxNormOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="rxnorm-rrf.v1", reason=str(error)) from error


class _Reading:
    """One release in memory: RxNorm has some hundred thousand concepts, and its files are in no order of theirs."""

    def __init__(self, raw: RawFile, files: Mapping[str, tuple[Member, ...]], options: RxNormOptions) -> None:
        self._raw, self._files, self._options = raw, files, options
        self._codes = frozenset(options.codes)
        self._atoms: dict[str, list[rrf.Atom]] = {}
        self._parents: dict[str, list[str]] = {}
        self._links: dict[str, dict[tuple[str, str], None]] = {}
        self._numbers: dict[str, list[str]] = {}

    def items(self) -> Iterator[TerminologyItem]:
        yield from self._names()
        yield from self._relations()
        yield from self._drug_codes()
        for child, parent in closing(self._parents):
            self._parents[child].remove(parent)
            yield rejected(self._raw, "", child, "cycle", f"{child} → {parent}")
        for code, atoms in self._atoms.items():
            yield from self._concept(code, atoms)
        yield from self._retired()

    def _rows(self, what: str) -> Iterator[tuple[int, list[str]] | Reject]:
        return rrf.rows(self._files[what], what)

    def _names(self) -> Iterator[Reject]:
        """Every concept that RxNorm itself names; what other sources alone hold has no number that lasts."""
        for row in self._rows("RXNCONSO"):
            if isinstance(row, Reject):
                yield row
            elif not _RXCUI(row[1][0]):
                yield Reject("RXNCONSO.RRF", f"line {row[0]}", row[1][0], "unidentified", row[1][0])
            else:
                self._atoms.setdefault(row[1][0], []).append(rrf.atom(row[1]))
        for code, atoms in list(self._atoms.items()):
            if not rrf.usable(self._named(atoms), self._options.suppressed)[0]:
                del self._atoms[code]

    def _named(self, atoms: list[rrf.Atom]) -> list[rrf.Atom]:
        return [one for one in atoms if one.source in self._options.sources and one.language and one.text]

    def _relations(self) -> Iterator[Reject]:
        """RELA says what the second concept is to the first (technical documentation, section 12.7)."""
        for row in self._rows("RXNREL"):
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            first, second, relation = cells[0], cells[4], cells[7]
            suppressed = cells[14] not in ("", "N") and not self._options.suppressed
            if cells[10] != _RXNORM or not (first and second) or suppressed:
                continue  # between atoms, or of another source
            subject, obj = second, first
            if relation in _OPPOSITES:
                subject, obj, relation = first, second, _OPPOSITES[relation]
            if relation != _IS_A and relation not in RELATIONS:
                continue
            if subject not in self._atoms or obj not in self._atoms:
                missing = subject if subject not in self._atoms else obj
                yield Reject("RXNREL.RRF", f"line {line}", subject, "unknown-concept", missing)
            elif relation != _IS_A:
                self._links.setdefault(subject, {})[relation, obj] = None
            elif obj not in (found := self._parents.setdefault(subject, [])) and obj != subject:
                found.append(obj)

    def _drug_codes(self) -> Iterator[Reject]:
        for row in self._rows("RXNSAT"):
            if isinstance(row, Reject):
                yield row
            elif row[1][8] == "NDC" and row[1][9] == _RXNORM and row[1][11] in ("", "N") and row[1][0] in self._atoms:
                self._numbers.setdefault(row[1][0], []).append(row[1][10])

    def _concept(self, code: str, atoms: list[rrf.Atom]) -> Iterator[TerminologyItem]:
        names, obsolete = rrf.usable(self._named(atoms), self._options.suppressed)
        names.sort(key=lambda one: one.kind in _OTHER_NAMES)
        coded = [one for one in atoms if one.suppress == "N" and (not self._codes or one.source in self._codes)]
        yield Concept(
            id=f"RXNORM:{code}",
            category="other" if names[0].kind in _FORMS else "drug",
            labels=rrf.labels(names),
            parents=tuple([f"RXNORM:{parent}" for parent in self._parents.get(code, ())]),
            xrefs=tuple(rrf.xrefs(f"RXNORM:{code}", coded)),
            notations=tuple(dict.fromkeys(self._numbers.get(code, ()))),
            deprecated=obsolete,
        )
        for relation, obj in self._links.get(code, ()):
            told = (("relation", relation),) if RELATIONS[relation] == "biolink:related_to" else ()
            yield Claim(f"RXNORM:{code}", RELATIONS[relation], f"RXNORM:{obj}", "curated", RxNorm.name, qualifiers=told)

    def _retired(self) -> Iterator[TerminologyItem]:
        """RXNCUI: numbers that are no more, and what they were merged into or split into."""
        found: dict[str, list[str]] = {}
        for row in self._rows("RXNCUI"):
            if isinstance(row, Reject):
                yield row
            elif _RXCUI(row[1][0]) and row[1][0] not in self._atoms:
                others = found.setdefault(row[1][0], [])
                if _RXCUI(row[1][4]) and row[1][4] != row[1][0]:
                    others.append(f"RXNORM:{row[1][4]}")
        for code, others in found.items():
            yield Concept(f"RXNORM:{code}", "drug", (), deprecated=True, replaced_by=tuple(dict.fromkeys(others)))
