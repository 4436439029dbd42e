"""``ConceptMap/$translate``: what a code is elsewhere, by every map, and which map says so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from api.fhir.codesystem import codings
from api.fhir.languages import spoken
from api.fhir.parameters import Asked, Operation, parameters, parts, value
from api.texts import text
from kg.errors import UnknownCanonical
from kg.index.base import Mask
from kg.terminology.entry import MappingEntry
from kg.terminology.maps import EQUIVALENCE, CodeMap, Translation
from kg.terminology.systems import place, written
from kg.terminology.table import CodeSystem, CodeTable
from kg.terminology.terminology import Terminology

TRANSLATE = Operation(
    "ConceptMap", "$translate",
    {"url": "text", "conceptMapVersion": "text", "code": "text", "system": "text", "version": "text",
     "coding": "coding", "codeableConcept": "concept", "source": "text", "target": "text", "targetsystem": "text",
     "reverse": "flag", "displayLanguage": "text"},
    unsupported=("conceptMap", "dependency"),
)  # fmt: skip
MOST = 10_000
"""Mappings that are told with a map; a larger one is told without, marked as a part."""


def translate(held: Terminology, asked: Asked, languages: tuple[str, ...], number: int | None = None) -> dict[str, Any]:
    """All hits of all maps, or of one: its ``number``, or its URL in the call.

    Relations are those of the hit to what was asked, also with ``reverse``. Raises UnknownCanonical, TerminologyError.
    """
    table = held.table
    if number is None and "url" in asked:
        number = held.map(asked.text("url"), asked.text("conceptMapVersion"))
    only = None if number is None else (number,)
    source, target = (_members(held, asked.text(name)) for name in ("source", "target"))
    towards = asked.text("targetsystem")
    rows = []
    for coding in codings(asked, asked.text("system"), "system"):
        system = _system(table, coding.system, coding.version)
        if system is None or not _within(table, system, coding.code, source):
            continue
        for hit in table.maps.translate(table.curie(system, coding.code), reverse=asked.flag("reverse"), only=only):
            found = _match(held, hit, languages, towards, target)
            if found is not None and found not in rows:
                rows.append(found)
    translated = any(row["part"][0]["valueCode"] != "disjoint" for row in rows)
    message = "" if translated else text("fhir.denied" if rows else "fhir.nothing-mapped", spoken(languages))
    return parameters(value("result", "Boolean", translated), value("message", "String", message), *rows)


def _members(held: Terminology, canonical: str) -> Mask | None:
    return held.value_sets.mask(held.value_sets.find(canonical)) if canonical else None


def _system(table: CodeTable, url: str, version: str) -> CodeSystem | None:
    """None for one that neither codes nor mappings know: it has no translation."""
    try:
        return table.system(url, version)
    except UnknownCanonical:
        return None


def _within(table: CodeTable, system: CodeSystem, code: str, members: Mask | None) -> bool:
    row = None if members is None else table.find(system, code)
    return members is None or (row is not None and bool(members[row]))


def _match(
    held: Terminology, hit: Translation, languages: tuple[str, ...], towards: str, members: Mask | None
) -> dict[str, Any] | None:
    table = held.table
    name, local = place(hit.target)
    system, code = table.named(name), written(name, local)
    if system is None or (towards and system.url != towards) or not _within(table, system, code, members):
        return None
    coding = {"system": system.url, "code": code}
    if system.version:
        coding["version"] = system.version
    if display := _display(table, system, code, languages):
        coding["display"] = display
    return parts(
        "match",
        value("equivalence", "Code", hit.equivalence),
        value("concept", "Coding", coding),
        value("source", "Uri", canonical(held.maps[hit.mapping.map])),
    )


def canonical(found: CodeMap) -> str:
    return f"{found.graph}|{found.version}" if found.version else found.graph


def _display(table: CodeTable, system: CodeSystem, code: str, languages: tuple[str, ...]) -> str:
    row = table.find(system, code)
    return "" if row is None else table[row].display(languages)


def groups(held: Terminology, number: int, languages: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The mappings of a map as FHIR groups them: by the two code systems, then by source."""
    table = held.table

    def systems(mapping: MappingEntry) -> tuple[str, str]:
        return place(mapping.subject)[0], place(mapping.object)[0]

    for (source, target), some in groupby(sorted(table.maps.of(number), key=systems), systems):
        ends = table.named(source), table.named(target)
        assert ends[0] is not None
        assert ends[1] is not None
        elements = [
            _coded(table, ends[0], subject, languages)
            | {"target": [_coded(table, ends[1], one.object, languages) | _related(one) for one in of_subject]}
            for subject, of_subject in groupby(some, lambda one: one.subject)
        ]
        yield {"source": ends[0].url, "target": ends[1].url, "element": elements}


def _coded(table: CodeTable, system: CodeSystem, curie: str, languages: tuple[str, ...]) -> dict[str, Any]:
    code = written(*place(curie))
    display = _display(table, system, code, languages)
    return {"code": code, **({"display": display} if display else {})}


def _related(mapping: MappingEntry) -> dict[str, Any]:
    """Predicate, justification, confidence and author stand in the comment, which R4 asks for where a relation is not
    exact."""
    equivalence = "disjoint" if mapping.negative else EQUIVALENCE.get(mapping.predicate, "relatedto")
    said = [
        f"not {mapping.predicate}" if mapping.negative else mapping.predicate, mapping.justification,
        "" if mapping.confidence is None else f"confidence {mapping.confidence:g}", mapping.author,
    ]  # fmt: skip
    return {"equivalence": equivalence, "comment": "; ".join(filter(None, said))}
