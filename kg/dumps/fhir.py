"""FHIR R4: a CodeSystem with every concept, and a ConceptMap with its mappings to one or all other code systems.

https://hl7.org/fhir/R4/codesystem.html, https://hl7.org/fhir/R4/conceptmap.html. Written piece by piece: a CodeSystem
of half a million codes needs no more memory than one of ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kg.dumps.release import DumpHead
from kg.model.concept import Concept
from kg.model.ids import Ids
from kg.terminology.maps import EQUIVALENCE
from kg.terminology.systems import place, resource_id, url_of, written

_PROPERTIES = (
    ("parent", "http://hl7.org/fhir/concept-properties#parent", "code", "A concept above this one"),
    ("inactive", "http://hl7.org/fhir/concept-properties#inactive", "boolean", "Not to be used any more"),
    ("replacedBy", "", "code", "What replaces it"),
    ("category", "", "string", "Category of medkg"),
    ("notation", "", "string", "A code such as a tree number"),
)
_USES = {"preferred": "http://snomed.info/sct 900000000000003001", "": "http://snomed.info/sct 900000000000013009"}


def code_system(head: DumpHead, concepts: Iterable[Concept], count: int) -> Iterator[str]:
    """The resource in pieces; ``count`` concepts come."""
    about: dict[str, Any] = {
        "resourceType": "CodeSystem",
        "id": resource_id(head.scheme),
        "url": head.url,
        "version": head.version,
        "name": f"{head.scheme}_{resource_id(head.version).replace('-', '_').replace('.', '_')}",
        "title": head.scheme,
        "status": "active",
        "date": head.date,
        "copyright": "; ".join(head.licences) or None,
        "caseSensitive": True,
        "content": "complete",
        "count": count,
        "property": [
            {"code": code, "uri": uri or None, "description": text, "type": kind}
            for code, uri, kind, text in _PROPERTIES
        ],
    }
    yield from _opened(about, "concept", (_concept(concept) for concept in concepts))


def concept_map(head: DumpHead, concepts: Iterable[Concept], ids: Ids, target: str = "") -> Iterator[str]:
    """The mappings of one code system, in pieces; ``target``: a CURIE prefix, empty for all.

    What nobody confirmed is left out.
    """
    groups: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for concept in concepts:
        own = written(*place(concept.id))
        for xref in concept.xrefs:
            name, local = place(xref.curie)
            if xref.verified is not False and name != head.scheme and target in ("", name):
                equivalence = EQUIVALENCE.get(f"skos:{xref.relation}", "relatedto")
                groups[name][own].append({"code": written(name, local), "equivalence": equivalence})
    about: dict[str, Any] = {
        "resourceType": "ConceptMap",
        "id": resource_id(f"{head.scheme}-{target}" if target else head.scheme),
        "url": f"{ids.base}conceptmap/{head.scheme}{f'-{target}' if target else ''}",
        "version": head.version,
        "name": f"{head.scheme}_to_{target or 'others'}",
        "status": "active",
        "date": head.date,
        "sourceUri": head.url,
    }
    elements = (
        {
            "source": head.url,
            "target": url_of(name, ids),
            "element": [{"code": code, "target": targets} for code, targets in rows.items()],
        }
        for name, rows in sorted(groups.items())
    )
    yield from _opened(about, "group", elements)


def _concept(concept: Concept) -> dict[str, Any]:
    name, local = place(concept.id)
    shown = concept.label("en") or concept.label("zh")
    main = "en" if concept.label("en") else "zh"
    properties: list[dict[str, Any]] = [
        {"code": "parent", "valueCode": written(*place(parent))}
        for parent in concept.parents
        if place(parent)[0] == name
    ]
    if concept.deprecated:
        properties.append({"code": "inactive", "valueBoolean": True})
    properties += [{"code": "replacedBy", "valueCode": written(*place(other))} for other in concept.replaced_by]
    properties.append({"code": "category", "valueString": concept.category})
    properties += [{"code": "notation", "valueString": code} for code in concept.notations]
    row: dict[str, Any] = {"code": written(name, local)}
    if shown:
        row["display"] = shown
    if definition := next((text.value for text in concept.definitions if text.language == main), ""):
        row["definition"] = definition
    others = [label for label in concept.labels if (label.kind, label.language) != ("preferred", main)]
    if others:
        row["designation"] = [
            {"language": label.language, "use": _use(label.kind), "value": label.value} for label in others
        ]
    return row | {"property": properties}


def _use(kind: str) -> dict[str, str]:
    system, _, code = _USES["preferred" if kind == "preferred" else ""].partition(" ")
    return {"system": system, "code": code, "display": kind}


def _opened(about: dict[str, Any], key: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """An object whose last member is an array that is written row by row; left out where it is empty (FHIR)."""
    encode = msgspec.json.encode
    plain = _without_none({name: value for name, value in about.items() if value is not None})
    yield encode(plain).decode()[:-1]
    before = f',"{key}":[\n'
    end = "}\n"
    for row in rows:
        yield before + encode(row).decode()
        before, end = ",\n", "\n]}\n"
    yield end


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_none(one) for one in value]
    return value
