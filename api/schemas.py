"""The OpenAPI description: our records are msgspec structs, so their schemas are put in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, Problem
from api.requests import AnnotateRequest, TextMentions
from api.resolving import Alias
from api.status import Health, Readiness
from kg.examples import Example
from kg.generation.diff import Change
from kg.generation.pointer import Kept
from kg.generation.timeline import Moment
from kg.query.flags import FlaggedRecord, GroundRecord, NoticeRecord
from kg.query.records import ConceptRecord, DocumentHit, DocumentRecord, Neighbour, SuggestionRecord, TreeNode, WorkHit
from kg.search.base import Hit, Interpretation
from kg.search.strategy.searching import StrategyReading
from kg.workspace.shelf import WorkspaceRecord

_REFERENCE = "#/components/schemas/{name}"
_RECORDS: tuple[type[msgspec.Struct], ...] = (
    ConceptRecord, DocumentRecord, DocumentHit, Neighbour, TreeNode, SuggestionRecord, Hit, Interpretation,
    WorkHit, StrategyReading,
    AnnotateRequest, TextMentions, Example, Kept, Change, Moment, Alias, FlaggedRecord, GroundRecord, NoticeRecord,
    WorkspaceRecord, Problem, Health, Readiness,
)  # fmt: skip

Responses = dict[int | str, dict[str, Any]]
_PROBLEM: dict[str, Any] = {
    "description": "Problem document (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}},
}


def _problems() -> Responses:
    return {"4XX": _PROBLEM, "5XX": _PROBLEM}


def one(record: type[msgspec.Struct], status: int = 200) -> Responses:
    """Responses of an operation that answers with one record."""
    schema = {"$ref": _REFERENCE.format(name=record.__name__)}
    return {status: {"description": "The record", "content": {"application/json": {"schema": schema}}}} | _problems()


def many(record: type[msgspec.Struct], interpretation: type[msgspec.Struct] | None = None) -> Responses:
    """Responses of an operation that answers with a list in the envelope."""
    reading = {"$ref": _REFERENCE.format(name=interpretation.__name__)} if interpretation else {"type": "null"}
    schema = {
        "type": "object",
        "required": ["items", "next", "generation", "interpretation"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": _REFERENCE.format(name=record.__name__)}},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "send it back as cursor"},
            "generation": {"type": "string"},
            "interpretation": reading,
        },
    }
    return {200: {"description": "One page", "content": {"application/json": {"schema": schema}}}} | _problems()


def body(record: type[msgspec.Struct]) -> dict[str, Any]:
    """``openapi_extra`` of an operation that takes a JSON body."""
    schema = {"$ref": _REFERENCE.format(name=record.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def media(types: dict[str, str]) -> Responses:
    """Responses of an operation with several formats."""
    content = {value.partition(";")[0]: {"schema": {"type": "string"}} for value in types.values()}
    return {200: {"description": "The whole answer", "content": content}} | _problems()


def described(responses: Responses, types: dict[str, str]) -> Responses:
    """``responses`` with the further formats of their answer, whose schemas others define."""
    names = [value.partition(";")[0] for value in types.values()]
    more = {name: {"schema": {"type": "object" if name.endswith("+json") else "string"}} for name in names}
    return responses | {200: responses[200] | {"content": more | responses[200]["content"]}}


def describe(app: FastAPI, version: str, paths: Mapping[str, Any], records: Sequence[type[msgspec.Struct]]) -> None:
    """Give ``app`` an OpenAPI document with our schemas, made when first asked for.

    ``paths`` stand beside the operations that describe themselves, ``records`` beside those of this module.
    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title="medkg", version=version, summary=app.summary, routes=app.routes)
            found["paths"] = {**paths, **found["paths"]}
            components = found.setdefault("components", {}).setdefault("schemas", {})
            components.update(msgspec.json.schema_components((*_RECORDS, *records), ref_template=_REFERENCE)[1])
            for operations in found["paths"].values():
                for operation in operations.values():
                    # Parameters that do not fit are problem documents like every other error.
                    operation["responses"].pop("422", None)
            for name in ("HTTPValidationError", "ValidationError"):
                components.pop(name, None)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
