"""What who asks the rules waits at most: an answer in time, or an error in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from starlette.types import Scope

from api.decisions import Decisions
from api.knowledge import Knowledge
from api.library import Library
from kg.errors import DecisionTimeout

T = TypeVar("T")
_LEFT = "medkg.left"
"""Key of an ASGI scope: seconds that this request may still wait."""


async def in_time(request: Request, found: Knowledge, call: Callable[[], T]) -> T:
    """What ``call``, which asks the rules of ``found``, comes to; raises DecisionTimeout where it takes longer than
    what is left of ``decision_seconds``, whatever it waits for: rules, a store that does not answer, a thread.

    Rules of an older generation are made ready first, without that limit.
    """
    library: Library = request.app.state.library
    decisions: Decisions = request.app.state.decisions
    if not decisions.ready(found):
        await library.judge(lambda: decisions.shelf(found))
    return await bounded(request.scope, library.settings.decision_seconds, library.judge(call))


async def bounded(scope: Scope, seconds: float, waiting: Awaitable[T]) -> T:
    """What comes of ``waiting``; raises DecisionTimeout where all such waits of one request take more than ``seconds``.

    What it waits for in a thread comes to its end all the same.
    """
    clock = asyncio.get_running_loop().time
    left, begun = scope.get(_LEFT, seconds), clock()
    try:
        return await asyncio.wait_for(waiting, max(0.0, left))
    except TimeoutError:
        raise DecisionTimeout(seconds=seconds) from None
    finally:
        scope[_LEFT] = left - (clock() - begun)
