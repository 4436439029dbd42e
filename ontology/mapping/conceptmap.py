"""Judged mappings as a FHIR R4 ConceptMap, in plain JSON (https://hl7.org/fhir/R4/conceptmap.html)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from kg.model.concept import ConceptMapping
from kg.model.ids import Ids
from kg.terminology.maps import EQUIVALENCE
from kg.terminology.systems import place, resource_id, url_of, written


def concept_map(
    mappings: Iterable[ConceptMapping], *, url: str, name: str, version: str = "",
    title: Mapping[str, str] | None = None, ids: Ids | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One group for each pair of code systems, sorted. A mapping that was rejected is there, too, as ``disjoint``.

    Codes are those of the systems (``kg.terminology.systems``); who judged and how sure it is stand in the comment,
    since R4 has no element for them.
    """
    ids = ids or Ids()
    groups: defaultdict[tuple[str, str], defaultdict[str, list[ConceptMapping]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for mapping in sorted(set(mappings), key=lambda one: (one.subject, one.object, one.predicate, one.negative)):
        groups[place(mapping.subject)[0], place(mapping.object)[0]][mapping.subject].append(mapping)
    told = dict(title or {})
    found: dict[str, Any] = {
        "resourceType": "ConceptMap",
        "id": resource_id(name),
        "url": url,
        "name": name,
        "status": "active",
    }
    if version:
        found["version"] = version
    if told:
        found["title"] = told.get("zh") or told.get("en") or next(iter(told.values()))
    if groups:
        found["group"] = [
            {
                "source": url_of(source, ids), "target": url_of(target, ids),
                "element": [_element(source, target, rows) for _, rows in sorted(subjects.items())],
            }
            for (source, target), subjects in sorted(groups.items())
        ]  # fmt: skip
    return found


def _element(source: str, target: str, rows: list[ConceptMapping]) -> dict[str, Any]:
    first = rows[0]
    return _coded(source, first.subject, first.subject_label) | {
        "target": [
            _coded(target, row.object, row.object_label)
            | {"equivalence": "disjoint" if row.negative else EQUIVALENCE.get(row.predicate, "relatedto")}
            | ({"comment": comment} if (comment := _comment(row)) else {})
            for row in rows
        ]
    }


def _coded(name: str, curie: str, display: str) -> dict[str, Any]:
    code = unquote(written(name, place(curie)[1]))
    return {"code": code} | ({"display": display} if display else {})


def _comment(row: ConceptMapping) -> str:
    confidence = "" if row.confidence is None else f"confidence {row.confidence:g}"
    people = ", ".join(dict.fromkeys(name for name in (row.author, row.reviewer) if name))
    return "; ".join(part for part in (row.justification, confidence, people, row.mapping_date) if part)
