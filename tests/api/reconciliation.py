"""JSON Schemas of the Reconciliation API 0.2, written from the text of the specification.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/ (sections in comments). They are
stricter than the text in one thing: no field that it does not name.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator


def _object(required: str = "", **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": required.split(), "additionalProperties": False}


def _array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT: dict[str, Any] = {"type": "string"}
FILLED: dict[str, Any] = {"type": "string", "minLength": 1}
URL: dict[str, Any] = {"type": "string", "pattern": "^https?://"}
TAG = _object("id name", id=FILLED, name=FILLED, broader=_array({"type": "object"}))  # 2.2, 2.3
_SUGGEST = _object(
    "service_url service_path", service_url=URL, service_path={"type": "string", "pattern": "^/"},
    flyout_service_url=URL, flyout_service_path={"type": "string", "pattern": r"\$\{id\}"},
)  # fmt: skip
_SETTING = _object(
    "name label type", name=FILLED, label=FILLED, type={"enum": ["number", "text", "checkbox", "select"]},
    default={}, help_text=TEXT, choices=_array(_object("value name", value=TEXT, name=TEXT)),
)  # fmt: skip
_VIEW = _object("url", url={"type": "string", "pattern": r"^https?://.*\{\{id\}\}"})
MANIFEST = _object(  # 3.1
    "versions name identifierSpace schemaSpace",
    versions={"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
    name=FILLED,
    identifierSpace=URL,
    schemaSpace=URL,
    documentation=URL,
    logo=URL,
    serviceVersion=FILLED,
    defaultTypes=_array(TAG) | {"uniqueItems": True},
    view=_VIEW,
    feature_view=_VIEW,
    preview=_object(
        "url width height",
        url={"type": "string", "pattern": r"\{\{id\}\}"}, width={"type": "integer"}, height={"type": "integer"},
    ),
    suggest=_object(entity=_SUGGEST, type=_SUGGEST, property=_SUGGEST),
    extend=_object(
        propose_properties=_object("service_url service_path", service_url=URL, service_path=TEXT),
        property_settings=_array(_SETTING),
    ),
    batchSize={"type": "integer", "minimum": 1},
    authentication={"type": "object"},
)  # fmt: skip
_TYPES = _array({"anyOf": [FILLED, TAG]})
CANDIDATE = _object(  # 4.2
    "id name score",
    id=FILLED,
    name=FILLED,
    description=TEXT,
    type=_TYPES,
    score={"type": "number"},
    match={"type": "boolean"},
    features=_array(_object("id value", id=FILLED, value={"type": ["number", "boolean"]})),
)
RESULTS: dict[str, Any] = {"type": "object", "additionalProperties": _object("result", result=_array(CANDIDATE))}
_ENTITY = _object("id name", id=FILLED, name=FILLED, description=TEXT, notable=_TYPES)
ENTITIES = _object("result", result=_array(_ENTITY))
TAGS = _object("result", result=_array(TAG | {"properties": TAG["properties"] | {"description": TEXT}}))  # 6.3
PROPOSAL = _object("properties type", properties=_array(TAG), type=TEXT, limit={"type": "integer"})  # 7.2
FLYOUT = _object("id html", id=FILLED, html=FILLED)  # 6.5
_VALUE = {
    "oneOf": [
        _object(),
        _object("id name", id=FILLED, name=FILLED, description=TEXT),
        _object("str", str=TEXT),
        _object("int", int={"type": "integer"}),
        _object("float", float={"type": "number"}),
        _object("date", date={"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d"}),
    ]
}
EXTENSION = _object(  # 7.4
    "meta rows",
    meta=_array(_object("id name", id=FILLED, name=FILLED, type=TAG, service=URL)),
    rows={"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _array(_VALUE)}},
)


def valid(document: Any, schema: dict[str, Any]) -> Any:
    """``document``, which must fit."""
    Draft202012Validator(schema).validate(document)
    return document
