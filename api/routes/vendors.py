"""Doors for systems that speak HL7 v2 or CDA, and the published schema of the plain door. Nothing of a case is kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.adapted import AdaptedEvaluation
from api.answers import knowledge
from api.bodies import charset, media_type, read_body
from api.budget import in_time
from api.decisions import Decisions
from api.problems import Refusal
from api.published import schema, xml_schema
from api.requests import located
from api.routes.parameters import AsOf
from api.routes.rules import MOST_BYTES
from api.schemas import described, media, one
from api.spelling import XML, markup, told
from ingest.cases import cda, er7, hl7v2
from ingest.cases.adapted import Adapted, Misread, PartLeftOut
from kg.model.case import Case, Event
from kg.rules.ruleset import Asked

HL7 = ("application/hl7-v2", "application/hl7-v2+er7", "x-application/hl7-v2+er7", "text/plain")
"""Media types of messages; none is registered, the first is what senders over HTTP use."""
_SCHEMAS = {"json": "application/schema+json", "xsd": "application/xml"}
RECORDS = (AdaptedEvaluation, Case, PartLeftOut)

router = APIRouter(prefix="/api/v1/rules", tags=["rules"])

Moment = Annotated[Event | None, Query(description="The moment, where it is another than that of the message.")]
At = Annotated[str, Query(max_length=40, pattern=r"^[0-9T:.Z+-]*$", description="Time of the question, ISO 8601.")]
Explain = Annotated[bool, Query(description="With conditions, values and paths of the rules.")]
Cards = Annotated[int, Query(ge=1, le=100, description="Cards shown.")]
Shown = Annotated[bool, Query(description="False where nobody will see the cards.")]


def _body(*names: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {name: {"schema": {"type": "string"}} for name in names}}}


@router.get("/schema", summary="Schema of question and answer", responses=media(_SCHEMAS))
async def published(
    format: Annotated[Literal["json", "xsd"], Query(description="xsd: of the XML twin.")] = "json",
) -> Response:
    """JSON Schema 2020-12 with descriptions in English and, as `x-description-zh`, in Chinese; or the XML Schema."""
    data = msgspec.json.encode(schema()) if format == "json" else xml_schema()
    return Response(data, media_type=_SCHEMAS[format])


_ANSWERS = described(one(AdaptedEvaluation), {"xml": XML[0]})


@router.post("/evaluate/hl7v2", summary="What the rules say of an HL7 v2 message", responses=_ANSWERS,
             openapi_extra=_body("text/plain"))  # fmt: skip
async def message(
    request: Request, event: Moment = None, at: At = "", explain: Explain = False, limit: Cards = 10,
    shown: Shown = True, as_of: AsOf = None,
) -> Response:  # fmt: skip
    """ADT, OMP, OMG, OML, ORM, RDE, RDS or ORU, with or without MLLP framing. The answer is no acknowledgement:
    nothing is kept. It shows the case that was read, and what of the message was not used."""
    if media_type(request) not in HL7:
        raise Refusal(415, known=", ".join(HL7))
    given = charset(request)
    data = await read_body(request, MOST_BYTES)
    asked = Asked(explain=explain, limit=limit, shown=shown)
    return await _answered(request, lambda: hl7v2.read(er7.message(data, given), event, at), asked, as_of)


@router.post("/evaluate/cda", summary="What the rules say of a CDA R2 document", responses=_ANSWERS,
             openapi_extra=_body(XML[0]))  # fmt: skip
async def document(
    request: Request, event: Moment = None, at: At = "", explain: Explain = False, limit: Cards = 10,
    shown: Shown = True, as_of: AsOf = None,
) -> Response:  # fmt: skip
    """Problems, allergies, medications, orders, procedures, results and vital signs, as far as they are coded.
    Narrative text is not read. XML comes back unless Accept names JSON first."""
    if media_type(request) not in XML:
        raise Refusal(415, known=", ".join(XML))
    root = await markup(request, MOST_BYTES)
    asked = Asked(explain=explain, limit=limit, shown=shown)
    return await _answered(request, lambda: cda.read(root, event, at), asked, as_of)


async def _answered(request: Request, read: Any, asked: Asked, as_of: str | None) -> Response:
    found, _ = await knowledge(request, as_of)
    decisions: Decisions = request.app.state.decisions

    def work() -> AdaptedEvaluation:
        adapted: Adapted = read()
        return AdaptedEvaluation(adapted.case, adapted.notes, decisions.evaluate(found, adapted.case, asked))

    try:
        return told(request, await in_time(request, found, work))
    except Misread as misfit:
        raise Refusal(422, where=misfit.place) from None
    except msgspec.ValidationError as error:
        raise Refusal(422, where=located(error, Case)) from None
