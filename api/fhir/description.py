"""Where the FHIR interface lies, and how the OpenAPI document tells of it."""

from __future__ import annotations

from typing import Any

from api.fhir.parameters import Operation
from api.fhir.resources import SEARCHES, TYPES
from api.fhir.statements import OPERATIONS
from api.outcomes import MEDIA_TYPE, PREFIX

TYPE_PATHS = tuple(f"{PREFIX}/{kind}" for kind in TYPES)
OPERATION_PATHS = tuple(f"{PREFIX}/{one.type}/{one.name}" for one in OPERATIONS)
INSTANCE_PATHS = tuple(f"{PREFIX}/{one.type}/{{id}}/{one.name}" for one in OPERATIONS if one.instance)
READ_PATHS = tuple(f"{path}/{{id}}" for path in TYPE_PATHS)
METADATA = f"{PREFIX}/metadata"
REST = PREFIX + "/{path:path}"
"""Everything else, which is refused as FHIR refuses."""


def _parameter(name: str, kind: str, *, place: str = "query") -> dict[str, Any]:
    schemas: dict[str, dict[str, Any]] = {
        "text": {"type": "string"}, "flag": {"type": "boolean"}, "number": {"type": "integer", "minimum": 0}
    }  # fmt: skip
    return {"name": name, "in": place, "required": place == "path", "schema": schemas[kind]}


_RESOURCE = {"schema": {"type": "object", "required": ["resourceType"]}}
_ANSWERS = {
    "200": {"description": "A FHIR R4 resource", "content": {MEDIA_TYPE: _RESOURCE}},
    "4XX": {"description": "OperationOutcome", "content": {MEDIA_TYPE: _RESOURCE}},
    "5XX": {"description": "OperationOutcome", "content": {MEDIA_TYPE: _RESOURCE}},
}
_BODY = {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}
_ID = _parameter("id", "text", place="path")


def _described(name: str, summary: str, inputs: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "tags": ["fhir"],
        "operationId": name,
        "summary": summary,
        "parameters": inputs,
        "responses": _ANSWERS,
    } | more


def _operation(operation: Operation, place: list[dict[str, Any]], suffix: str) -> dict[str, Any]:
    name = f"fhir_{operation.type}_{operation.name.removeprefix('$').replace('-', '_')}{suffix}".lower()
    simple = [_parameter(key, kind) for key, kind in operation.inputs.items() if kind in ("text", "flag", "number")]
    summary = f"{operation.type} {operation.name}"
    return {
        "get": _described(f"{name}_get", summary, [*place, *simple]),
        "post": _described(f"{name}_post", f"{summary}, by Parameters", place, requestBody=_BODY),
    }


def _paths() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in OPERATIONS:
        found[f"{PREFIX}/{one.type}/{one.name}"] = _operation(one, [], "")
        if one.instance:
            found[f"{PREFIX}/{one.type}/{{id}}/{one.name}"] = _operation(one, [_ID], "_of")
    for kind, path in zip(TYPES, TYPE_PATHS, strict=True):
        searched = [_parameter(name, kind_) for name, kind_ in SEARCHES[kind].inputs.items()]
        found[path] = {"get": _described(f"fhir_{kind.lower()}_search", f"Search {kind}", searched)}
        found[f"{path}/{{id}}"] = {"get": _described(f"fhir_{kind.lower()}_read", f"Read a {kind}", [_ID])}
    found[METADATA] = {"get": _described("fhir_metadata", "What the server can do", [_parameter("mode", "text")])}
    found[PREFIX] = {"post": _described("fhir_batch", "Many calls in one Bundle", [], requestBody=_BODY)}
    return found


PATHS: dict[str, Any] = _paths()
"""For the OpenAPI document."""
