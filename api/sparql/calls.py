"""Search inside a query: its calls are answered before a worker sees it, on the asker's budget."""

from __future__ import annotations

from time import monotonic

import msgspec
from fastapi import Request

from api.knowledge import Knowledge
from kg.errors import QueryError
from kg.query.frames import Question
from kg.query.inlining import Inlined, has_calls, inline
from kg.search.serving import serve
from kg.vocab import MEDKG

HEADER = "Medkg-Calls"


class Called(msgspec.Struct, frozen=True):
    """One call that was answered: ``service`` is ``search`` or ``nearest``, ``line`` where it stands."""

    service: str
    line: int
    rows: int


async def resolve(
    request: Request, found: Knowledge, question: Question, client: str
) -> tuple[Question, tuple[Called, ...]]:
    """The question without its calls, and what they gave; the same question where it has none.

    Raises BudgetSpent, QueryRefused, QuerySyntax, QueryError, NotFound.
    """
    if not has_calls(question.text):
        return question, ()
    budget = found.pool.budget
    budget.check(client)
    start, failed = monotonic(), False
    try:
        answered = await request.app.state.library.work(lambda: _inline(found, question.text))
    except QueryError:
        failed = True
        raise
    finally:
        budget.charge(client, monotonic() - start, failed=failed)
    if answered is None:
        return question, ()
    calls = tuple(Called(service.removeprefix(MEDKG), line, rows) for service, line, rows in answered.calls)
    return msgspec.structs.replace(question, text=answered.text, gated=True), calls


def _inline(found: Knowledge, text: str) -> Inlined | None:
    return inline(text, lambda call: serve(call, found.searcher, found.naming.ids))


def header(calls: tuple[Called, ...]) -> dict[str, str]:
    """``Medkg-Calls: search;line=4;rows=50``, one item a call."""
    items = (f"{call.service};line={call.line};rows={call.rows}" for call in calls)
    return {HEADER: ", ".join(items)} if calls else {}
