"""Code systems, value sets and maps as resources: reading one, and searching for some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from api.fhir.codesystem import title
from api.fhir.conceptmap import MOST, groups
from api.fhir.definitions import described
from api.fhir.parameters import Asked, Operation
from kg.errors import TerminologyError, UnknownCanonical
from kg.model.ids import digest
from kg.terminology.maps import CodeMap
from kg.terminology.table import CodeSystem
from kg.terminology.terminology import Terminology
from kg.terminology.valueset import ValueSetDefinition

TYPES = ("CodeSystem", "ValueSet", "ConceptMap")
MOST_FOUND = 200
"""Resources on one page of a search."""
_SUBSETTED = {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]}
CONCEPT_OPERATORS = ("is-a", "descendent-of", "is-not-a", "generalizes", "=", "in", "not-in")
FILTERS = (
    ("concept", CONCEPT_OPERATORS), ("parent", ("=", "in", "not-in")), ("child", ("=", "in", "not-in")),
    ("category", ("=", "in", "not-in")), ("inactive", ("=",)),
)  # fmt: skip
"""Properties that codes are filtered by, with their operators."""
PROPERTIES = (
    ("parent", "code"), ("child", "code"), ("inactive", "boolean"), ("category", "code"), ("replacedBy", "code"),
    ("notation", "string"), ("definition", "string"), ("illustrative", "boolean"),
)  # fmt: skip
SEARCHED = ("_id", "url", "version", "name", "title", "status")
_PARAMETERS = {
    name: "text"
    for base in (*SEARCHED, "system")
    for name in ((base, f"{base}:exact", f"{base}:contains") if base in ("name", "title") else (base,))
}
SEARCHES = {kind: Operation(kind, "search", {**_PARAMETERS, "_count": "number", "_offset": "number"}) for kind in TYPES}  # type: ignore[dict-item]


class Found(msgspec.Struct, frozen=True):
    """What searches compare of a resource, and how it is told, whole (True) or in a list."""

    id: str
    url: str
    version: str
    name: str
    title: str
    status: str
    told: Callable[[bool], dict[str, Any]]


def all_of(held: Terminology, kind: str, languages: tuple[str, ...]) -> Iterator[Found]:
    """Every resource of a type."""
    if kind == "CodeSystem":
        yield from (_code_system(system, languages) for system in held.table.systems)
    elif kind == "ValueSet":
        yield from (_value_set(one, languages) for one in held.value_sets.all())
    else:
        yield from (_concept_map(held, number, one, languages) for number, one in enumerate(held.maps))


def read(held: Terminology, kind: str, identifier: str, languages: tuple[str, ...]) -> Found:
    """The resource with an id; raises UnknownCanonical."""
    for found in all_of(held, kind, languages):
        if found.id == identifier:
            return found
    raise UnknownCanonical(kind=kind, name=identifier[:64], held="")


def system_of(held: Terminology, identifier: str) -> CodeSystem:
    for system in held.table.systems:
        if system.id == identifier:
            return system
    raise UnknownCanonical(kind="CodeSystem", name=identifier[:64], held="")


def value_set_of(held: Terminology, identifier: str) -> ValueSetDefinition:
    for found in held.value_sets.all():
        if found.id == identifier:
            return found
    raise UnknownCanonical(kind="ValueSet", name=identifier[:64], held="")


def map_of(held: Terminology, identifier: str) -> int:
    for number, found in enumerate(held.maps):
        if found.id == identifier:
            return number
    raise UnknownCanonical(kind="ConceptMap", name=identifier[:64], held="")


def search(held: Terminology, kind: str, asked: Asked, languages: tuple[str, ...], base: str) -> dict[str, Any]:
    """A searchset with the resources that fit every parameter, in pages."""
    if kind != "CodeSystem" and "system" in asked:
        raise TerminologyError(why="fhir-unsupported", name="system", operation=f"{kind}?")
    found = [one for one in all_of(held, kind, languages) if _fits(one, asked)]
    count, offset = asked.number("_count"), asked.number("_offset") or 0
    count = MOST_FOUND if count is None else min(count, MOST_FOUND)
    some = found[offset : offset + count]
    told = [(name, asked.text(name)) for name in SEARCHES[kind].inputs if name in asked and name != "_offset"]

    def link(relation: str, start: int) -> dict[str, str]:
        query = urlencode([*told, ("_offset", str(start))])
        return {"relation": relation, "url": f"{base}/{kind}?{query}"}

    made: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    made["link"] = [link("self", offset)]
    if count and offset + count < len(found):
        made["link"].append(link("next", offset + count))
    if some:
        made["entry"] = [
            {"fullUrl": f"{base}/{kind}/{one.id}", "resource": one.told(False), "search": {"mode": "match"}}
            for one in some
        ]
    return made


def _fits(found: Found, asked: Asked) -> bool:
    exact = {"_id": found.id, "url": found.url, "system": found.url, "version": found.version, "status": found.status}
    for name in asked.given():
        base, _, how = name.partition(":")
        wanted = asked.text(name)
        if base in exact:
            if exact[base] != wanted:
                return False
        elif base in ("name", "title"):
            told = found.name if base == "name" else found.title
            low, sought = told.casefold(), wanted.casefold()
            if not (told == wanted if how == "exact" else sought in low if how else low.startswith(sought)):
                return False
    return True


def _code_system(system: CodeSystem, languages: tuple[str, ...]) -> Found:
    name = system.name if system.name.isidentifier() and system.name.isascii() else f"CS_{digest(system.name)}"
    name = name[:1].upper() + name[1:]

    def told(whole: bool) -> dict[str, Any]:
        made: dict[str, Any] = {"resourceType": "CodeSystem", "id": system.id, "meta": _SUBSETTED, "url": system.url}
        if system.version:
            made["version"] = system.version
        made |= {"name": name, "title": title(system, languages), "status": "active"}
        if system.licence:
            made["copyright"] = system.licence
        made |= {"caseSensitive": True, "hierarchyMeaning": "is-a", "compositional": False, "versionNeeded": False}
        if not system.count:
            return made | {"content": "not-present"}
        made |= {"valueSet": f"{system.url}?fhir_vs", "content": "fragment", "count": system.count}
        if whole:
            made["filter"] = [
                {"code": code, "operator": [*operators], "value": "true | false" if code == "inactive" else code}
                for code, operators in FILTERS
            ]
            made["property"] = [{"code": code, "type": kind} for code, kind in PROPERTIES]
        return made

    return Found(system.id, system.url, system.version, name, title(system, languages), "active", told)


def _value_set(found: ValueSetDefinition, languages: tuple[str, ...]) -> Found:
    shown = described(found, languages, compose=True)
    return Found(
        found.id, found.url, found.version, found.name, shown.get("title", ""), shown["status"], lambda whole: shown
    )


def _concept_map(held: Terminology, number: int, found: CodeMap, languages: tuple[str, ...]) -> Found:
    name = "Map_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in found.id)
    shown = next((found.title[one] for one in (*languages, "en", "zh") if one in found.title), name)

    def told(whole: bool) -> dict[str, Any]:
        made: dict[str, Any] = {"resourceType": "ConceptMap", "id": found.id, "url": found.graph}
        whole = whole and found.count <= MOST
        if not whole:
            made["meta"] = _SUBSETTED
        if found.version:
            made["version"] = found.version
        made |= {"name": name, "title": shown, "status": "active"}
        if found.licence:
            made["copyright"] = found.licence
        if whole and found.count:
            made["group"] = [*groups(held, number, languages)]
        return made

    return Found(found.id, found.graph, found.version, name, shown, "active", told)
