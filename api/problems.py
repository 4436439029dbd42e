"""Errors as RFC 9457 problem documents, in Chinese or English, with a stable ``type`` each.

What the caller can mend is 4xx; nothing of a text that was sent to search or annotate is repeated.
"""

from __future__ import annotations

import logging
import math
import re
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import outcomes
from api.negotiation import language
from api.texts import text
from kg import errors

log = logging.getLogger("medkg.problems")

TYPE = "https://w3id.org/medkg/problem/"
MEDIA_TYPE = "application/problem+json"

_STATUS: dict[type[errors.MedkgError], int] = {
    errors.MedkgError: 500,
    errors.InputError: 400,
    errors.IdentifierError: 400,
    errors.TextNotHeld: 422,
    errors.EditTableRefused: 422,
    errors.UnknownName: 404,
    errors.Gone: 410,
    errors.SeveralConcepts: 300,
    errors.MissingExtra: 501,
    errors.StoreLocked: 503,
    errors.StandingsUnknown: 503,
    errors.StorageFull: 507,
    errors.EngineFailed: 502,
    errors.VectorEngineFailed: 502,
    errors.FieldsMissing: 501,
    errors.CodesMissing: 501,
    errors.ExpansionTooCostly: 422,
    errors.CircularValueSet: 422,
    errors.DiffTooLarge: 422,
    errors.ConceptSetRefused: 422,
    errors.ChangesForgotten: 410,
    errors.BundleRefused: 503,
    errors.PreconditionFailed: 412,
    errors.WorkflowRefused: 409,
    errors.OwnProposal: 403,
    errors.OthersProposal: 403,
    errors.EditRefused: 422,
    errors.GateRefused: 422,
    errors.ApprovalRefused: 422,
    errors.RulesUnready: 422,
    errors.FetchFailed: 503,
    errors.NotWorkspaceGraph: 403,
    errors.QueryError: 400,
    errors.QueryTimeout: 504,
    errors.DecisionTimeout: 504,
    errors.QueryTooLarge: 503,
    errors.ExportTooLarge: 422,
    errors.ResultTooLarge: 422,
    errors.BudgetSpent: 429,
    errors.Overloaded: 503,
}
"""By class; others have the status of the nearest class above them."""
_SHOWN = ("known", "seconds", "limit", "generation", "replaced_by", "candidates")
"""Parameters of errors that are repeated as members of the document."""
_PLACES = frozenset({"path", "where"})
"""Parameters of errors that say where something lies on this machine."""
_HTTP = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "no-such-path",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "slow-request",
    412: "data-missing",
    413: "body-too-large",
    414: "too-long",
    415: "unsupported-media-type",
    421: "wrong-host",
    422: "invalid-parameters",
    428: "precondition-required",
    429: "too-many-requests",
    431: "too-long",
}
_QUOTED = re.compile("'([^']*)'").findall


class Refusal(HTTPException):
    """What is refused before anything is asked, by HTTP status; ``params`` fill the text."""

    def __init__(self, status: int, headers: dict[str, str] | None = None, **params: object) -> None:
        super().__init__(status, headers=headers)
        self.params = params


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457, section 3. ``request`` is the id in ``X-Request-ID``; ``errors`` name parameters."""

    type: str
    title: str
    status: int
    detail: str
    request: str = ""
    known: str = ""
    seconds: float | None = None
    limit: int | None = None
    generation: str = ""
    replaced_by: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    errors: tuple[dict[str, str], ...] = ()


def status_of(error: errors.MedkgError) -> int:
    """The HTTP status for an error of the tree."""
    why = error.params.get("why")
    if why == "not-acceptable":
        return 406
    if why == "graph-format":
        return 415
    if why == "rows":
        # Unlike memory this depends on the query alone: asking again later does not help.
        return 422
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def spoken(request: Request) -> str:
    """The language of an answer's texts: ``?lang=`` before Accept-Language."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in ("zh", "en") else language(request.headers.get("accept-language", ""))


def answer(request: Request, slug: str, status: int, detail: str, *, why: str = "", **more: object) -> Response:
    """A problem document as a response; below ``/fhir`` an OperationOutcome."""
    code = spoken(request)
    document = Problem(
        type=TYPE + slug,
        title=text(f"problem.{slug}", code),
        status=status,
        detail=detail,
        request=request.scope.get("medkg.request", ""),
        **more,  # type: ignore[arg-type]
    )
    headers = {"Content-Language": code, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "2"
    if outcomes.concerns(request.scope["path"]):
        told = outcomes.outcome(slug, status, document.title, detail, why)
        return Response(msgspec.json.encode(told), status, headers, outcomes.MEDIA_TYPE)
    return Response(msgspec.json.encode(document), status, headers, MEDIA_TYPE)


def of_error(request: Request, error: errors.MedkgError) -> Response:
    """The problem document of an error of the tree."""
    shown = {name: error.params[name] for name in _SHOWN if name in error.params}
    if isinstance(error, errors.EditTableRefused | errors.RulesUnready):
        shown["errors"] = error.places(spoken(request))
    why = str(error.params.get("why", ""))
    status = status_of(error)
    told = error
    if status >= 500 and error.params.keys() & _PLACES:
        log.error("%s %s: %s", request.scope.get("medkg.request", "-"), error.slug, error)
        told = _for_strangers(error)
    response = answer(request, error.slug, status, told.text(spoken(request)), why=why, **shown)
    if isinstance(error, errors.BudgetSpent):
        response.headers["Retry-After"] = str(math.ceil(float(str(error.params["seconds"]))))
    elif isinstance(error, errors.DecisionTimeout):
        response.headers["Retry-After"] = "1"
    return response


def _for_strangers(error: errors.MedkgError) -> errors.MedkgError:
    """A fault of ours by the name of the file or database alone: where it lies is for the operator, in the log."""
    placed = {name: str(error.params[name]) for name in _PLACES & error.params.keys()}
    return type(error)(**error.params | {name: value.rpartition("/")[2] or value for name, value in placed.items()})


def said_of(request: Request, error: HTTPException) -> str:
    """What the frame refuses, in words, with what to do."""
    slug = _HTTP.get(error.status_code, "bad-request")
    params = error.params if isinstance(error, Refusal) else {}
    return text(f"problem-detail.{slug}", spoken(request), **params)


def of_http(request: Request, error: HTTPException) -> Response:
    """Of what the frame refuses: unknown path, wrong method, wrong type, too long."""
    slug = _HTTP.get(error.status_code, "bad-request")
    response = answer(request, slug, error.status_code, said_of(request, error))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def of_validation(request: Request, error: RequestValidationError) -> Response:
    """Of parameters that do not fit: where, what kind of misfit and which words are known, never the value."""
    slug = "invalid-parameters"
    found = tuple(map(_misfit, error.errors()))
    where = ", ".join(row["where"] for row in found)
    return answer(request, slug, 422, text(f"problem-detail.{slug}", spoken(request), where=where), errors=found)


def _misfit(row: dict[str, Any]) -> dict[str, str]:
    found = {"where": ".".join(str(part) for part in row["loc"]), "kind": row["type"]}
    if row["type"] == "literal_error":
        found["known"] = ", ".join(_QUOTED(row["ctx"]["expected"]))
    return found


def of_failure(request: Request) -> Response:
    """Of an error that nobody expected."""
    error = errors.MedkgError()
    return answer(request, error.slug, 500, error.text(spoken(request)))


def register(app: FastAPI) -> None:
    """Make every error of ``app`` a problem document."""
    app.add_exception_handler(errors.MedkgError, of_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, of_http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, of_validation)  # type: ignore[arg-type]
