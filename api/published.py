"""The schema of the plain door as vendors get it: JSON Schema 2020-12, made from the structs that judge.

``description`` is English, ``x-description-zh`` the same in Chinese; both come from ``fields.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from api.adapted import AdaptedEvaluation
from api.decisions import Evaluation
from api.problems import Problem
from api.questions import BatchAnswer, BatchRequest, EvaluateRequest
from ingest.cases import twin, xsd
from kg.model.case import Case
from kg.rules.decision import Card

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ZH = "x-description-zh"
REQUESTS: tuple[type[msgspec.Struct], ...] = (EvaluateRequest, BatchRequest)
ANSWERS: tuple[type[msgspec.Struct], ...] = (Evaluation, BatchAnswer, AdaptedEvaluation, Problem)


@cache
def meanings() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Record -> field -> what it means in Chinese and in English; ``_`` stands for the record."""
    data = files("api").joinpath("fields.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, dict[str, tuple[str, str]]])


@cache
def definitions() -> dict[str, Any]:
    """Every record of the door by its name, described in both languages."""
    roots = (*REQUESTS, *ANSWERS, Case, Card)
    _, found = msgspec.json.schema_components(roots, ref_template="#/$defs/{name}")
    # A batch takes whatever stands there, so that one case stops no other; what fits is a case.
    found["BatchRequest"]["properties"]["cases"]["items"] = {"$ref": "#/$defs/Case"}
    for name, record in found.items():
        texts = meanings().get(name, {})
        _describe(record, texts.get("_"))
        for field, described in record.get("properties", {}).items():
            _describe(described, texts.get(field))
    return found


@cache
def schema() -> dict[str, Any]:
    """One document for what is sent and what comes back; ``#/$defs/NAME`` is a record of its own."""
    roots = (*REQUESTS, *ANSWERS)
    return {
        "$schema": DIALECT, "$id": twin.NAMESPACE, "title": "medkg: POST /api/v1/rules/evaluate",
        "anyOf": [{"$ref": f"#/$defs/{one.__name__}"} for one in roots], "$defs": definitions(),
    }  # fmt: skip


@cache
def xml_schema() -> bytes:
    """The XML Schema of the twin; problem documents are JSON alone."""
    return xsd.schema((*REQUESTS, Evaluation, BatchAnswer, AdaptedEvaluation), Case, meanings())


def _describe(described: dict[str, Any], texts: tuple[str, str] | None) -> None:
    described.pop("description", None)
    if texts is not None:
        described |= {"description": texts[1], ZH: texts[0]}
