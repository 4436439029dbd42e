"""``mesh-xml.v1``: MeSH descriptors and supplementary concept records in NLM's XML.

Elements: https://www.nlm.nih.gov/mesh/xml_data_elements.html. A descriptor's names come from all
its concepts: those of the preferred concept are exact, those of narrower, broader and related
concepts are kept apart as what they are, except trade names and abbreviations, which people use
for the descriptor itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, LabelKind, Xref
from kg.model.evidence import Claim
from kg.model.source import RawFile
from ontology.base import Options, TerminologyItem
from ontology.prefixes import MESH_TREES, category_of_codes
from ontology.reading.damage import fatal, rejected
from ontology.reading.lookup import Lookup, load_lookup
from ontology.reading.tree_numbers import owners
from ontology.reading.xml import Element, elements, text

_RECORDS = ("DescriptorRecord", "SupplementalRecord")
_RELATIONS: dict[str, LabelKind] = {"NRW": "narrow", "BRD": "broad", "REL": "related"}
_LEXICAL: dict[str, LabelKind] = {
    "TRD": "brand", "ABB": "abbreviation", "ABX": "abbreviation", "ACR": "abbreviation", "ACX": "abbreviation",
}  # fmt: skip
"""LexicalTag -> kind; ABX and ACX are embedded short forms."""
_SUPPLEMENTARY = {"1": "chemical", "2": "procedure", "3": "disease", "4": "organism", "6": "anatomy"}
"""SCRClass -> category; 5 are populations."""
_LANGUAGES = {"eng": "en", "chi": "zh", "zho": "zh"}
_CAS = re.compile(r"\d{2,7}-\d{2}-\d").fullmatch
_UI = re.compile(r"[DCQ]\d{6,9}").fullmatch


class MeshOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``names``: a look-up from UI to the name that another input gives (see ``obo.v1``)."""

    names: Lookup | None = None


class MeshXml:
    """Reads ``DescriptorRecordSet`` and ``SupplementalRecordSet``.

    Parents are the descriptors of the file that own the shorter tree numbers, so a first pass finds
    the tree numbers (62,000 for all of MeSH); a sample without the parents keeps the numbers alone.
    """

    name: ClassVar[str] = "mesh-xml.v1"
    extensions: ClassVar[tuple[str, ...]] = (".xml",)

    def sniff(self, head: bytes) -> float:
        return 1.0 if b"<DescriptorRecordSet" in head or b"<SupplementalRecordSet" in head else 0.0

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        names = _options(options).names
        return (raw.path.parent / names.path,) if names else ()

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        names = _options(options).names
        known = load_lookup(raw.path.parent, names, "mesh-xml.v1: names") if names else {}
        numbers = owners(raw)
        try:
            for element in elements(raw.path, _RECORDS):
                yield from _Record(raw, element, known).items(numbers)
        except InputError as error:
            yield fatal(raw, error)


def _options(options: Options) -> MeshOptions:
    try:
        return msgspec.convert(dict(options), MeshOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="mesh-xml.v1", reason=str(error)) from error


def _child(element: Element, tag: str) -> Element | None:
    """The first child of a tag. Paths of ``find`` are walked in Python, and there are thirty a record."""
    return next(element.iterchildren(tag), None)


def _below(element: Element, outer: str, tag: str) -> Iterator[Element]:
    """The children of a tag in the children of another."""
    for parent in element.iterchildren(outer):
        yield from parent.iterchildren(tag)


class _Record:
    """One record element on its way to a concept and its claims."""

    def __init__(self, raw: RawFile, element: Element, known: dict[str, str]) -> None:
        self._raw, self._element = raw, element
        self._descriptor = element.tag == "DescriptorRecord"
        self._ui = text(_child(element, "DescriptorUI" if self._descriptor else "SupplementalRecordUI"))
        name = _below(element, "DescriptorName" if self._descriptor else "SupplementalRecordName", "String")
        self._name, self._current = text(next(name, None)), known.get(self._ui)
        self._concepts = list(_below(element, "ConceptList", "Concept"))
        parent = element.getparent()
        code = parent.get("LanguageCode", "eng") if parent is not None else "eng"
        self._language = _LANGUAGES.get(code, "en")

    def items(self, owners: dict[str, str]) -> Iterator[TerminologyItem]:
        if not _UI(self._ui) or not self._name:
            yield rejected(self._raw, f"line {self._element.sourceline}", self._ui, "unidentified", self._name)
            return
        numbers = [text(number) for number in _below(self._element, "TreeNumberList", "TreeNumber")]
        parents = [owners.get(number.rpartition(".")[0], "") for number in numbers]
        numbers_of_substances, notations = self._registry()
        yield Concept(
            id=f"MESH:{self._ui}",
            category=self._category(numbers),
            labels=tuple(dict.fromkeys(self._labels())),
            definitions=tuple(self._definitions()),
            parents=tuple(dict.fromkeys(f"MESH:{ui}" for ui in parents if ui and ui != self._ui)),
            xrefs=(*numbers_of_substances, *dict.fromkeys(self._mapped())),
            notations=(*numbers, *notations),
        )
        for action in self._element.iter("PharmacologicalAction"):
            for role in _below(action, "DescriptorReferredTo", "DescriptorUI"):
                if _UI(text(role)):
                    yield Claim(
                        subject=f"MESH:{self._ui}",
                        predicate="biolink:has_chemical_role",
                        object=f"MESH:{text(role)}",
                        evidence="curated",
                        method=MeshXml.name,
                        qualifiers=(("relation", "PharmacologicalAction"),),
                    )

    def _category(self, numbers: list[str]) -> str:
        if self._descriptor:
            return category_of_codes(numbers, MESH_TREES)
        return _SUPPLEMENTARY.get(self._element.get("SCRClass", "1"), "other")

    def _labels(self) -> Iterator[Label]:
        if self._current is None:
            yield Label(self._name, self._language)
        elif self._current != self._name:
            yield Label(self._name, self._language, "exact")
        skip = {self._name, self._current}
        for concept in self._concepts:
            of_concept = self._kind(concept)
            for term in _below(concept, "TermList", "Term"):
                value = text(_child(term, "String"))
                if not value or value in skip:
                    continue
                kind = of_concept
                if term.get("IsPermutedTermYN") == "Y":
                    kind = "spelling"
                elif kind in ("exact", "narrow"):
                    kind = _LEXICAL.get(term.get("LexicalTag", "NON"), kind)
                yield Label(value, self._language, kind)

    @staticmethod
    def _kind(concept: Element) -> LabelKind:
        """How the names of a concept relate to the record: relations stand in the preferred concept
        and in the other one, as ``Concept1 relation Concept2`` (NRW: the second is narrower)."""
        if concept.get("PreferredConceptYN") == "Y":
            return "exact"
        ui = text(_child(concept, "ConceptUI"))
        for relation in _below(concept, "ConceptRelationList", "ConceptRelation"):
            name, second = relation.get("RelationName", ""), text(_child(relation, "Concept2UI"))
            if second == ui:
                return _RELATIONS.get(name, "related")
            if name in ("NRW", "BRD"):
                return "broad" if name == "NRW" else "narrow"
        return "related"

    def _preferred(self) -> Iterator[Element]:
        return (concept for concept in self._concepts if concept.get("PreferredConceptYN") == "Y")

    def _definitions(self) -> Iterator[Label]:
        for concept in self._preferred():
            note = text(_child(concept, "ScopeNote"))
            if note:
                yield Label(note, self._language)
        note = "" if self._descriptor else text(_child(self._element, "Note"))
        if note:
            yield Label(note, self._language)

    def _registry(self) -> tuple[list[Xref], list[str]]:
        """Registry numbers of the preferred concept: CAS numbers are links, EC and UNII codes notations."""
        xrefs, notations = [], []
        for found in (number for concept in self._preferred() for number in concept.iterchildren("RegistryNumber")):
            number = text(found)
            if _CAS(number):
                xrefs.append(Xref(f"CAS:{number}"))
            elif number not in ("", "0"):
                notations.append(number)
        return xrefs, notations

    def _mapped(self) -> Iterator[Xref]:
        """Headings that a supplementary concept is indexed under; ``*`` marks the main ones."""
        for mapped in _below(self._element, "HeadingMappedToList", "HeadingMappedTo"):
            ui = text(next(_below(mapped, "DescriptorReferredTo", "DescriptorUI"), None)).removeprefix("*")
            if _UI(ui):
                qualified = _child(mapped, "QualifierReferredTo") is not None
                yield Xref(f"MESH:{ui}", relation="relatedMatch" if qualified else "broadMatch")
