"""Errors below ``/fhir`` as FHIR OperationOutcomes (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from typing import Any

MEDIA_TYPE = "application/fhir+json"
PREFIX = "/fhir"
SYSTEM = "https://w3id.org/medkg/problem"
"""Of the codes in ``details``: the stable names of our problems."""

_CODES = {
    "too-costly": "too-costly",
    "circular-value-set": "business-rule",
    "unknown-code": "not-found",
    "integrity": "exception",
}
_STATUSES = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    408: "timeout", 410: "deleted", 413: "too-long", 414: "too-long", 415: "not-supported", 421: "invalid",
    422: "processing", 429: "throttled", 431: "too-long", 501: "not-supported", 503: "transient", 504: "timeout",
}  # fmt: skip


def concerns(path: str) -> bool:
    """Whether what is asked for at ``path`` is FHIR."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def outcome(slug: str, status: int, title: str, detail: str, why: str = "") -> dict[str, Any]:
    """An OperationOutcome with one error. ``why``: the reason's own name, where the problem has several."""
    code = _CODES.get(slug) or _REASONS.get(why) or _STATUSES.get(status, "exception")
    coding = {"system": SYSTEM, "code": slug, "display": title}
    issue = {"severity": "error", "code": code, "details": {"coding": [coding], "text": detail}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


_REASONS = {
    "fhir-missing": "required",
    "fhir-parameter": "not-supported",
    "fhir-unsupported": "not-supported",
    "fhir-operation": "not-supported",
    "fhir-type": "not-supported",
    "fhir-context": "not-supported",
    "fhir-value": "value",
    "fhir-twice": "structure",
    "fhir-resource": "structure",
    "fhir-entries": "too-long",
    "filter": "not-supported",
    "expression": "not-supported",
}
"""Reason of a TerminologyError -> IssueType."""
