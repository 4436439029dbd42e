"""``obo.v1``: ontologies in OBO format (DOID, FamPlex, HPO, ChEBI and their like).

Own reader instead of fastobo, pronto or py-horned-owl: measured on doid-2016-03-04.obo and
famplex.obo, fastobo and pronto stop at the first unusual line and give nothing after it,
py-horned-owl holds everything in memory and refuses famplex.obo (docs/dependencies.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, LabelKind, Xref
from kg.model.evidence import Claim
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import Match, category_of, identifier, match_of
from ontology.reading.damage import fatal, rejected
from ontology.reading.lookup import Lookup, load_lookup
from ontology.reading.obo import Clause, Frame, frames, plain, quoted
from ontology.reading.relations import RELATED, RELATIONS, SYNONYM_TYPES

_SCOPES: dict[str, LabelKind] = {"EXACT": "exact", "BROAD": "broad", "NARROW": "narrow", "RELATED": "related"}
_MATCHES: dict[str, Match] = {
    f"skos:{name}": name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}
_SYNONYM = re.compile(r"(?:(EXACT|BROAD|NARROW|RELATED)\b)?\s*([^\s\[{]+)?").match
_VERSION = re.compile(rb"^data-version:\s*(\S+)", re.MULTILINE).search
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}").search


class OboOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``category`` for every term, or ``categories`` by prefix; else what the prefix implies.

    ``language`` of names. ``xrefs = false`` and ``hierarchy = false`` leave those out. ``names``: a
    look-up from id to the preferred name that another input gives: an equal name is not repeated, a
    different one becomes a synonym, and a term that is not in it keeps its own (an older release
    beside a newer one).
    """

    category: str = ""
    categories: dict[str, str] = {}
    language: Literal["en", "zh"] = "en"
    xrefs: bool = True
    hierarchy: bool = True
    names: Lookup | None = None


class Obo:
    """Reads terms; each ``alt_id`` becomes a deprecated concept that points to its term."""

    name: ClassVar[str] = "obo.v1"
    extensions: ClassVar[tuple[str, ...]] = (".obo",)

    def sniff(self, head: bytes) -> float:
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"format-version:"):
            return 1.0
        return 0.8 if b"\n[Term]" in head else 0.0

    def release(self, head: bytes) -> str:
        """The version that a file's header states, empty where it states none.

        >>> Obo().release(b"format-version: 1.2\\ndata-version: releases/2016-03-04\\n")
        '2016-03-04'
        """
        found = _VERSION(head)
        text = found[1].decode("utf-8", "replace") if found else ""
        date = _DATE(text)
        return date[0] if date else text

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        names = _options(options).names
        return (raw.path.parent / names.path,) if names else ()

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        names = load_lookup(raw.path.parent, settings.names, "obo.v1: names") if settings.names else {}
        try:
            for frame in frames(raw):
                if frame.kind == "Term":
                    yield from _Term(raw, frame, settings, names).items()
        except InputError as error:
            yield fatal(raw, error)


def _options(options: Options) -> OboOptions:
    try:
        found = msgspec.convert(dict(options), OboOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="obo.v1", reason=str(error)) from error
    for category in [found.category, *found.categories.values()]:
        if category and category not in CATEGORIES:
            raise ConfigError(where="obo.v1: category", reason=f"{category!r} is not a category")
    return found


class _Term:
    """One frame on its way to records; clauses that cannot be used become rejects of their own."""

    def __init__(self, raw: RawFile, frame: Frame, options: OboOptions, names: dict[str, str]) -> None:
        self._raw, self._frame, self._options, self._names = raw, frame, options, names
        self._rejects: list[Reject] = []
        self._deprecated = frame.first("is_obsolete") == "true"
        self._id = ""

    def items(self) -> Iterator[TerminologyItem]:
        frame, raw = self._frame, self._raw
        written = frame.first("id")
        self._id = identifier(written) or ""
        if not self._id:
            reason = "unknown-prefix" if written else "unidentified"
            yield rejected(raw, f"line {frame.line}", written, reason, written.partition(":")[0])
            return
        xrefs, codes = self._crosswalk()
        concept = Concept(
            id=self._id,
            category=self._category(self._id),
            labels=tuple(dict.fromkeys([*self._name(), *self._synonyms()])),
            definitions=tuple(self._definitions()),
            parents=tuple(dict.fromkeys(self._targets("is_a"))) if self._options.hierarchy else (),
            deprecated=self._deprecated,
            replaced_by=tuple(dict.fromkeys(self._targets("replaced_by"))),
            xrefs=xrefs,
            notations=codes,
        )
        claims = list(self._claims()) if self._options.hierarchy else []
        others = [alternative for alternative in self._targets("alt_id") if alternative != self._id]
        for clause in frame.all(""):
            self._refuse(clause, "bad-clause")
        yield concept
        yield from claims
        for other in dict.fromkeys(others):
            yield Concept(other, self._category(other), (), deprecated=True, replaced_by=(self._id,))
        yield from self._rejects

    def _category(self, identifier: str) -> str:
        options = self._options
        return options.category or options.categories.get(identifier.partition(":")[0]) or category_of(identifier)

    def _name(self) -> list[Label]:
        name, current = self._frame.first("name"), self._names.get(self._id)
        if self._deprecated:
            # Withdrawn terms are renamed "obsolete …"; that they are withdrawn is said elsewhere.
            name = name.removeprefix("obsolete ")
        if not name or name == current:
            return []
        return [Label(name, self._options.language, "preferred" if current is None else "exact")]

    def _synonyms(self) -> Iterator[Label]:
        for clause in self._frame.all("synonym"):
            found = quoted(clause.value)
            if found is None or not found[0].strip():
                self._refuse(clause, "bad-clause")
                continue
            text, rest = found
            parts = _SYNONYM(rest)
            scope = (parts[1] if parts else None) or "RELATED"
            kind = _SCOPES[scope]
            if kind == "exact" and parts and parts[2]:
                kind = SYNONYM_TYPES.get(parts[2].lower(), kind)
            if text.strip() != self._names.get(self._id):
                yield Label(text.strip(), self._options.language, kind)

    def _definitions(self) -> Iterator[Label]:
        for clause in self._frame.all("def"):
            found = quoted(clause.value)
            if found is None:
                self._refuse(clause, "bad-clause")
            elif found[0].strip():
                yield Label(found[0].strip(), self._options.language)

    def _targets(self, tag: str) -> Iterator[str]:
        for clause in self._frame.all(tag):
            written = plain(clause.value).split(" ")[0]
            known = identifier(written)
            if known is None:
                self._refuse(clause, "unknown-prefix", written.partition(":")[0])
            elif known != self._id or tag == "alt_id":
                yield known

    def _crosswalk(self) -> tuple[tuple[Xref, ...], tuple[str, ...]]:
        """Cross-references by how close they are, and as plain codes where the prefix is not ours."""
        clauses = self._frame.clauses
        if not self._options.xrefs or ("xref" not in clauses and "property_value" not in clauses):
            return (), ()
        stated: dict[str, Match] = {}
        for clause in self._frame.all("property_value"):
            relation, _, target = plain(clause.value).partition(" ")
            known = identifier(target.removeprefix('"').split('"')[0].split(" ")[0])
            if relation in _MATCHES and known:
                stated.setdefault(known, _MATCHES[relation])
        untyped: dict[str, None] = {}
        codes: dict[str, None] = {}
        for clause in self._frame.all("xref"):
            written = plain(clause.value)
            first = written.split(" ", 1)[0]
            known = identifier(first) if '"' not in first else None
            if known:
                untyped[known] = None
            elif not written.startswith(("url:", "http:", "https:")):
                codes[written.replace('"', "")] = None
        if not (untyped or stated):
            return (), tuple(codes)
        prefixes = [target.partition(":")[0] for target in untyped]
        matches = {
            target: match_of(target, prefixes.count(prefix)) for target, prefix in zip(untyped, prefixes, strict=True)
        } | stated
        xrefs = tuple(Xref(target, relation=match) for target, match in matches.items() if target != self._id)
        return xrefs, tuple(codes)

    def _claims(self) -> Iterator[Claim]:
        for clause in self._frame.all("relationship"):
            relation, _, target = plain(clause.value).partition(" ")
            known = identifier(target.strip().split(" ")[0])
            if known is None:
                self._refuse(clause, "unknown-prefix", target.partition(":")[0])
                continue
            predicate = RELATIONS.get(relation.lower(), RELATED)
            told = (("relation", relation),) if predicate == RELATED else ()
            yield Claim(self._id, predicate, known, "curated", Obo.name, qualifiers=told)

    def _refuse(self, clause: Clause, reason: str, detail: str = "") -> None:
        text = detail or f"{clause.tag}: {clause.value}"[:120]
        self._rejects.append(rejected(self._raw, f"line {clause.line}", self._id, reason, text))
