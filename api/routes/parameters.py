"""Parameters that several operations share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

LONGEST_ID = 1_000

AsOf = Annotated[
    str | None,
    Query(max_length=64, description="Answer from this generation, not the current one: id, tag or ISO date."),
]
Cursor = Annotated[str | None, Query(max_length=400, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Items of one page.")]
Curie = Annotated[str, Path(max_length=LONGEST_ID, description="CURIE, percent-encoded; the prefix in any case.")]
