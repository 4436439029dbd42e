"""Candidates, suggestions and values as the specification writes them (sections 4.2, 6.3 and 7.4)."""

from __future__ import annotations

from collections.abc import Iterable

from api.knowledge import Knowledge
from api.reconciliation.asked import ExtendColumn, ExtendQuery
from api.reconciliation.described import Tag
from api.texts import text
from kg.errors import MedkgError
from kg.index.base import Suggestion
from kg.query.records import ConceptRecord, LabelPair, Wording
from kg.search.facts import ENTITIES, Fact, facts
from kg.search.reconciling import Candidate

LONGEST = 240
"""Characters of a description."""


def candidate(found: Candidate, language: str) -> dict[str, object]:
    return {
        "id": found.id,
        "name": found.name,
        "description": description(found.id, found.label, found.name, found.definitions, language),
        "type": kinds(found.id, found.category, language),
        "score": found.score,
        "match": found.match,
        "features": [{"id": name, "value": value} for name, value in found.features.items()],
    }


def suggestion(found: Suggestion, language: str) -> dict[str, object]:
    """The name that fits what was typed; the preferred ones stand in the description."""
    label = LabelPair(found.zh or None, found.en or None)
    name = found.text or found.id
    return {
        "id": found.id,
        "name": name,
        "description": description(found.id, label, name, (), language),
        "notable": kinds(found.id, found.category, language),
    }


def kinds(curie: str, category: str, language: str) -> list[Tag]:
    """The types of a concept: its category and its code system."""
    prefix, colon, _ = curie.partition(":")
    found = [{"id": category, "name": text(f"page.category-{category}", language)}]
    if colon:
        found.append({"id": prefix, "name": text("reconcile.system", language, prefix=prefix)})
    return found


def description(curie: str, label: LabelPair, name: str, definitions: Iterable[Wording], language: str) -> str:
    """Id, the names that ``name`` is not, and a definition, the one in ``language`` first."""
    ordered = sorted(definitions, key=lambda one: one.language != language)
    said = next((one.value for one in ordered), "")
    parts = [curie, *(other for other in (label.zh, label.en) if other and other != name), said]
    line = " · ".join(part for part in parts if part)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def extended(found: Knowledge, asked: ExtendQuery, names: Iterable[Tag], language: str) -> dict[str, object]:
    """The values of every property asked for, for each id; none for an id that is no concept."""
    known = {tag["id"]: tag["name"] for tag in names}
    meta: list[dict[str, object]] = []
    for column in asked.properties:
        told: dict[str, object] = {"id": column.id, "name": known[column.id]}
        meta.append(told)
    rows = {}
    for curie in asked.ids:
        record = _record(found, curie)
        rows[curie] = {column.id: _values(record, column, language) for column in asked.properties}
    return {"meta": meta, "rows": rows}


def _record(found: Knowledge, curie: str) -> ConceptRecord | None:
    try:
        return found.concepts.record(curie)
    except MedkgError:
        return None


def _values(record: ConceptRecord | None, column: ExtendColumn, language: str) -> list[dict[str, object]]:
    if record is None:
        return []
    values = facts(record, column.id)
    most = column.settings.get("limit")
    if isinstance(most, int | float) and most >= 1:
        values = values[: int(most)]
    return [_value(column.id, fact, language) for fact in values]


def _value(name: str, fact: Fact, language: str) -> dict[str, object]:
    if name in ENTITIES:
        label = fact.label
        spoken = (label.zh, label.en) if language == "zh" else (label.en, label.zh)
        return {"id": fact.id, "name": next(filter(None, spoken), fact.id)}
    return {"str": fact.text} if fact.number is None else {"int": fact.number}
