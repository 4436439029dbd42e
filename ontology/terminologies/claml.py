"""``claml.v1``: classifications in ClaML 2.0 and 3.0 (ISO 13120), as WHO hands out ICD-10.

Classes with their preferred names, inclusion terms (as narrower names: an included term need not be the class itself),
definitions and exclusions (as claims), daggers and asterisks, and modifiers: where a class is subdivided by one, the
classes that it makes are written out (``E10`` with ``.0``), unless the file has them.

What is above a class is read in a first pass. A parent that the file does not have, and a link that would close a
circle, are left out and told; the class itself is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Notice, RawFile
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import category_of_codes, prefix_of
from ontology.reading.claml import Outline, appended, codes, combined, names, rubrics, words
from ontology.reading.damage import fatal, rejected
from ontology.reading.systems import systems
from ontology.reading.xml import Element, elements

_MARKS = {"dagger": "†", "aster": "*", "optional": "‡"}
_TAIL = re.compile(r"(?:[.]-|-|[*+†])+$")


class ClamlOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``prefix`` of the codes. ``category`` of all classes; else what the first letter of ICD-10 says.
    ``language`` of labels that name none. ``modifiers``: whether their classes are written out."""

    prefix: str = "ICD10"
    category: str = ""
    language: str = "en"
    modifiers: bool = True


class Claml:
    """Reads classes in the order of the file, each followed by those that its modifiers make."""

    name: ClassVar[str] = "claml.v1"
    extensions: ClassVar[tuple[str, ...]] = (".xml", ".claml")

    def sniff(self, head: bytes) -> float:
        return 1.0 if b"<ClaML" in head else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        outline = Outline(raw)
        seen: dict[str, int] = {}
        try:
            for element in elements(raw.path, ("Class",)):
                code, line = (element.get("code") or "").strip(), element.sourceline or 0
                if not code or code in seen:
                    reason, detail = ("duplicate-code", f"{code}: line {seen[code]}") if code else ("unidentified", "")
                    yield rejected(raw, f"line {line}", code, reason, detail)
                    continue
                seen[code] = line
                yield from _Reading(raw, element, settings, outline).items()
        except InputError as error:
            yield fatal(raw, error)


def _options(options: Options) -> ClamlOptions:
    try:
        found = msgspec.convert(dict(options), ClamlOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="claml.v1", reason=str(error)) from error
    if prefix_of(found.prefix) != found.prefix:
        raise ConfigError(where="claml.v1: prefix", reason=f"the prefix {found.prefix!r} is not known")
    if found.category and found.category not in CATEGORIES:
        raise ConfigError(where="claml.v1: category", reason=f"{found.category!r} is not a category")
    return found


class _Reading:
    """One class element on its way to concepts and claims."""

    def __init__(self, raw: RawFile, element: Element, settings: ClamlOptions, outline: Outline) -> None:
        self._raw, self._element, self._settings, self._outline = raw, element, settings, outline
        self._code = (element.get("code") or "").strip()
        self._place = f"line {element.sourceline}"

    def items(self) -> Iterator[TerminologyItem]:
        settings, element, code = self._settings, self._element, self._code
        labels = list(names(element, settings.language))
        if not any(label.kind == "preferred" for label in labels):
            yield rejected(self._raw, self._place, code, "no-label")
            return
        parents, notices = self._parents()
        mark = _MARKS.get(element.get("usage") or "", "")
        yield Concept(
            id=self._id(code),
            category=self._category(),
            labels=tuple(dict.fromkeys(labels)),
            definitions=tuple(rubrics(element, "definition", settings.language)),
            parents=parents,
            xrefs=tuple(dict.fromkeys(self._pairs())),
            notations=(code, f"{code}{mark}") if mark else (code,),
        )
        yield from notices
        yield from self._exclusions()
        if settings.modifiers:
            yield from self._modified(labels)

    def _id(self, code: str) -> str:
        return f"{self._settings.prefix}:{code}"

    def _parents(self) -> tuple[tuple[str, ...], list[Notice]]:
        found, notices = [], []
        for parent in codes(self._element, "SuperClass"):
            if parent not in self._outline.classes:
                notices.append(self._notice("unknown-parent", parent))
            elif (self._code, parent) in self._outline.closing:
                notices.append(self._notice("cycle", f"{self._code} → {parent}"))
            else:
                found.append(self._id(parent))
        return tuple(dict.fromkeys(found)), notices

    def _category(self) -> str:
        """Chapters are numbers, which mean nothing to letters: what is first below them tells."""
        if self._settings.category:
            return self._settings.category
        start = self._code
        if self._element.get("kind") == "chapter":
            start = next(iter(codes(self._element, "SubClass")), "")
        return category_of_codes([start], systems().categories["diagnoses"])

    def _pairs(self) -> Iterator[Xref]:
        """The other code of a dagger and asterisk pair: both are given, neither is the other."""
        for reference in self._element.iterfind("Rubric/Label//Reference"):
            if reference.get("usage") in _MARKS and (code := self._referred(reference)) and code != self._code:
                yield Xref(self._id(code), relation="relatedMatch")

    def _exclusions(self) -> Iterator[Claim | Notice]:
        for rubric in self._element.iterfind("Rubric[@kind='exclusion']"):
            for reference in rubric.iterfind(".//Reference"):
                told = (("relation", "excludes"), ("text", words(rubric)))
                if code := self._referred(reference):
                    yield Claim(
                        self._id(self._code),
                        "biolink:related_to",
                        self._id(code),
                        "curated",
                        Claml.name,
                        qualifiers=told,
                    )
                else:
                    yield self._notice("unknown-relation-end", "".join(reference.itertext()))

    def _referred(self, reference: Element) -> str | None:
        """The class that a reference names; ``E10.-`` and ``E10-`` are all of E10."""
        written = (reference.get("code") or "".join(reference.itertext())).strip()
        return next((code for code in (written, _TAIL.sub("", written)) if code in self._outline.classes), None)

    def _modified(self, labels: list[Label]) -> Iterator[Concept]:
        known = self._outline.classes.get(self._code)
        if known is None or known.children:
            return  # it is what is below that is subdivided
        above = [(self._code, [label for label in labels if label.kind == "preferred"])]
        for modifier in self._outline.modifying(self._code):
            made = []
            for code, preferred in above:
                for tail, added in self._outline.modifiers.get(modifier, []):
                    joined, labelled = appended(code, tail), combined(preferred, added)
                    if joined is None or joined in self._outline.classes or not labelled:
                        continue
                    made.append((joined, labelled))
                    yield Concept(
                        id=self._id(joined), category=self._category(), labels=tuple(labelled),
                        parents=(self._id(code),), notations=(joined,),
                    )  # fmt: skip
            above = made or above

    def _notice(self, reason: str, detail: str) -> Notice:
        return Notice(self._raw.path.name, self._place, self._code, reason, detail)
