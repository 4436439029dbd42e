"""The simulator as a page: an invented patient, a moment, and what the rules that may fire here say. Without script.

Nothing comes in but the names of a patient and an event, so nobody can type anything about a real person.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import knowledge
from api.budget import bounded
from api.decisions import Decisions
from api.library import Library
from api.pages import guarded, render
from api.problems import spoken
from api.routes.parameters import AsOf
from api.simulating import explanation, simulated
from api.texts import text
from ingest.cases.shipped import at, invented
from kg.errors import MedkgError, UnknownName
from kg.model.case import Case, Event
from kg.model.rule import RuleEvidence

router = APIRouter(include_in_schema=False)
_LONGEST = 60


@router.get("/simulator")
async def page(
    request: Request,
    patient: Annotated[str, Query(max_length=_LONGEST)] = "",
    event: Annotated[str, Query(max_length=_LONGEST)] = "",
    as_of: AsOf = None,
) -> Response:
    """Every moment of a patient, or those of one event."""
    decisions: Decisions = request.app.state.decisions
    try:
        moments = list(at(patient, _event(event))) if patient else []
        found, _ = await knowledge(request, as_of)
        library: Library = request.app.state.library
        if not decisions.ready(found):
            await library.judge(lambda: decisions.shelf(found))
        # Each moment is an answer of its own and has the time of one, as each case of a batch has.
        seconds = library.settings.decision_seconds
        answers = [await bounded({}, seconds, library.judge(partial(simulated, decisions, found, one)))
                   for one in moments]  # fmt: skip
    except MedkgError as error:
        return guarded(request, error)
    events = list(dict.fromkeys(moment.event for one in invented() for moment in one.moments))
    language = spoken(request)

    def tell(key: str, /, **params: object) -> str:
        return text(f"simulator.{key}", language, **params)

    def called(one: str) -> str:
        return text(f"rules.event.{one}", language)

    def basis(source: RuleEvidence) -> str:
        return text(f"rules.basis.{'quoted' if source.quote else 'paraphrase'}", language)

    def lacks(missing: Iterable[str]) -> str:
        """What is missing, tests by their names."""
        pairs = ((one, found.naming.label(one)) for one in missing)
        return ", ".join((pair.zh if language == "zh" else pair.en) or pair.en or one for one, pair in pairs)

    shown = [
        {"answer": one, "sent": _sent(one.case),
         "why": list(explanation(one.answer.interpretation.explained, language))} for one in answers
    ]  # fmt: skip
    chosen = next((one for one in invented() if one.id == patient), None)
    return render(request, "simulator", patients=invented(), events=events, chosen=chosen, event=event, shown=shown,
                  tell=tell, called=called, basis=basis, lacks=lacks)  # fmt: skip


def _event(name: str) -> Event | None:
    try:
        return msgspec.convert(name, Event) if name else None
    except msgspec.ValidationError:
        known = ", ".join(dict.fromkeys(moment.event for one in invented() for moment in one.moments))
        raise UnknownName(kind="event", name=name, known=known) from None


def _sent(case: Case) -> str:
    """A case as the plain door takes it, without what was left at its default."""
    plain = msgspec.to_builtins(case)
    kept = {name: value for name, value in plain.items() if value not in (None, {}, "") and name != "scope"}
    return msgspec.json.format(msgspec.json.encode(_bare(kept))).decode()


def _bare(value: object) -> object:
    """Without fields that say nothing; a list that is empty says something."""
    if isinstance(value, dict):
        return {name: _bare(inner) for name, inner in value.items() if inner not in (None, "", False)}
    if isinstance(value, list | tuple):
        return [_bare(inner) for inner in value]
    return value
