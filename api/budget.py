"""What who asks the rules waits at most: an answer in time, or an error in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from api.decisions import Decisions
from api.knowledge import Knowledge
from api.library import Library

T = TypeVar("T")


async def in_time(request: Request, found: Knowledge, call: Callable[[], T]) -> T:
    """What ``call``, which asks the rules of ``found``, comes to; raises DecisionTimeout where it takes longer than
    ``decision_seconds``, whatever it waits for: rules, a store that does not answer, a thread.

    Rules of an older generation are made ready first, without that limit.
    """
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    if not decisions.ready(found):
        await library.work(lambda: decisions.shelf(found))
    return await library.work(call, request.app.state.library.settings.decision_seconds)
