"""What there is to know of a rule before anybody approves it: dry runs, and what the literature says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.decisions import Decisions
from api.library import Library
from api.problems import Refusal
from api.requests import read_json
from api.routes.parameters import AsOf
from api.routes.rules import MOST_BYTES
from api.schemas import body, one
from api.trying import MOST_CASES, Draft, DryRun, DryRunRequest, patients, tried
from ingest.cases.chart import Unread
from kg.errors import NotFound
from kg.rules.living import RuleSupport, supports

RECORDS = (DryRunRequest, DryRun, RuleSupport)
router = APIRouter(prefix="/api/v1/rules", tags=["rules"])


@router.post("/dry-run", summary="What a draft would change for synthetic patients", responses=one(DryRun),
             openapi_extra=body(DryRunRequest))  # fmt: skip
async def dry_run(request: Request) -> Response:
    """Hits before and after, newly firing and newly silent rules, by rule and patient, and the same in words in both
    languages. Nothing is stored, and nothing comes into force."""
    asked = await read_json(request, DryRunRequest, MOST_BYTES)
    found, _ = await knowledge(request, None)
    decisions: Decisions = request.app.state.decisions
    library: Library = request.app.state.library
    draft = Draft(
        pack=asked.pack, rules=asked.rules, overrides=asked.overrides, whole=asked.whole, against=asked.against
    )  # fmt: skip

    def work() -> DryRun:
        cases = list(islice(patients(asked, decisions.shelf(found).every), MOST_CASES))
        return tried(decisions, found, draft, cases, datetime.now(UTC))

    try:
        return json(await library.judge(work))
    except Unread as error:
        raise Refusal(422, where=error.place) from None


@router.get("/{id}/evidence", summary="What the literature says for and against a rule", responses=one(RuleSupport))
async def evidence(request: Request, id: str, as_of: AsOf = None) -> Response:
    """Assertions about the pairs of a drug with a disease or another drug that its conditions name, with the claims
    that support and refute them, and the standing of the documents that it rests on."""
    found, _ = await knowledge(request, as_of)
    decisions: Decisions = request.app.state.decisions
    library: Library = request.app.state.library

    def work() -> RuleSupport:
        named = next((row for row in decisions.shelf(found).every if row.rule.id == id), None)
        if named is None:
            raise NotFound(name=id)
        return next(supports([named.rule], found.reader, found.naming.ids))

    return json(await library.judge(work))
