"""Why a statement holds, down to what sources assert."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import json, knowledge
from api.routes.parameters import LONGEST_ID, AsOf
from api.schemas import one
from kg.generation.explanation import Explainer, Inferred, StatementGrounds
from kg.query.quads import read_iri, read_term

router = APIRouter(prefix="/api/v1", tags=["documents"])
RECORDS = (StatementGrounds, Inferred)
_Id = Query(min_length=1, max_length=LONGEST_ID, description="CURIE or IRI.")


@router.get("/explain", summary="Why a statement holds", responses=one(StatementGrounds))
async def explain(
    request: Request,
    subject: Annotated[str, _Id],
    predicate: Annotated[str, _Id],
    object: Annotated[
        str, Query(min_length=1, max_length=LONGEST_ID, description="CURIE, IRI, or a literal in N-Triples form.")
    ],
    as_of: AsOf = None,
) -> Response:
    """`asserted`: named graphs state it. `closure`, `chain`: a path of statements leads there. `reasoner`: it follows
    from the axioms given. `claims`: curated claims state it. `computed`: what publishing read. Of its grounds each is
    explained the same way."""
    found, _ = await knowledge(request, as_of)
    ids = found.naming.ids
    terms = read_iri(subject, ids), read_iri(predicate, ids), read_term(object, ids)
    explainer = Explainer(found.reader, ids)
    return json(await request.app.state.library.work(lambda: explainer.explain(*terms)))
