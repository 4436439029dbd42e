"""Definitions of value sets as FHIR writes them: read from a ValueSet that was sent, and written as one."""

from __future__ import annotations

from typing import Any

import msgspec

from kg.errors import TerminologyError
from kg.terminology.valueset import CodeChoice, CodeFilter, Inclusion, ValueSetDefinition


class _Concept(msgspec.Struct):
    code: str
    display: str = ""


class _Filter(msgspec.Struct):
    property: str
    op: str
    value: str


class _Include(msgspec.Struct, rename={"value_set": "valueSet"}):
    system: str = ""
    version: str = ""
    concept: list[_Concept] = []
    filter: list[_Filter] = []
    value_set: list[str] = []


class _Compose(msgspec.Struct):
    include: list[_Include]
    exclude: list[_Include] = []
    inactive: bool = True


class _ValueSet(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str
    compose: _Compose
    url: str = ""
    version: str = ""
    name: str = ""
    title: str = ""
    status: str = "unknown"


def definition_of(resource: object) -> ValueSetDefinition:
    """A ValueSet that was sent; raises TerminologyError for another resource, or one without ``compose``."""
    try:
        found = msgspec.convert(resource, _ValueSet)
    except msgspec.ValidationError as error:
        raise TerminologyError(why="fhir-resource", kind="ValueSet") from error
    if found.resource_type != "ValueSet":
        raise TerminologyError(why="fhir-resource", kind="ValueSet")
    compose = found.compose
    return ValueSetDefinition(
        url=found.url, version=found.version, name=found.name, title_en=found.title, status=found.status,
        include=tuple(map(_inclusion, compose.include)), exclude=tuple(map(_inclusion, compose.exclude)),
        inactive=compose.inactive,
    )  # fmt: skip


def _inclusion(found: _Include) -> Inclusion:
    if found.concept and found.filter:
        raise TerminologyError(why="inclusion")
    return Inclusion(
        system=found.system,
        version=found.version,
        codes=tuple(CodeChoice(one.code, one.display) for one in found.concept),
        filters=tuple(CodeFilter(one.property, one.op, one.value) for one in found.filter),
        value_sets=tuple(found.value_set),
    )


def described(definition: ValueSetDefinition, languages: tuple[str, ...], *, compose: bool) -> dict[str, Any]:
    """A ValueSet without its expansion."""
    title = definition.title_zh if languages[0].startswith("zh") else definition.title_en
    made: dict[str, Any] = {"resourceType": "ValueSet"}
    for name, value in (
        ("id", definition.id), ("url", definition.url), ("version", definition.version), ("name", definition.name),
        ("title", title or definition.title_en),
    ):  # fmt: skip
        if value:
            made[name] = value
    made["status"] = definition.status if definition.status in ("draft", "active", "retired") else "unknown"
    if compose:
        made["compose"] = {"inactive": definition.inactive, "include": [*map(_written, definition.include)]}
        if definition.exclude:
            made["compose"]["exclude"] = [*map(_written, definition.exclude)]
    return made


def _written(inclusion: Inclusion) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if inclusion.system:
        made["system"] = inclusion.system
    if inclusion.version:
        made["version"] = inclusion.version
    if inclusion.codes:
        made["concept"] = [
            {"code": one.code, **({"display": one.display} if one.display else {})} for one in inclusion.codes
        ]
    if inclusion.filters:
        made["filter"] = [{"property": one.property, "op": one.op, "value": one.value} for one in inclusion.filters]
    if inclusion.value_sets:
        made["valueSet"] = [*inclusion.value_sets]
    return made
