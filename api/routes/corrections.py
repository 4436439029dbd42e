"""The parameters by which a caller corrects how a query was read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from api.routes.parameters import LONGEST_ID
from kg.search.correcting import MOST
from kg.search.hints.base import HINTS, NONE, Corrections, parsed

_Id = Annotated[str, Query(max_length=LONGEST_ID)]


def corrections(
    without_concept: Annotated[
        list[_Id] | None,
        Query(max_length=MOST, description="Concepts (CURIEs) that were read and are not meant."),
    ] = None,
    concept: Annotated[
        list[_Id] | None,
        Query(max_length=MOST, description="Concepts that are meant besides; with `without_concept` instead."),
    ] = None,
    hints: Annotated[
        str | None,
        Query(
            max_length=200,
            description=f"Which hints may act, with commas; all by default, or `{NONE}`: {', '.join(HINTS)}.",
        ),
    ] = None,
) -> Corrections:
    """Raises QueryError for an unknown hint."""
    return Corrections(tuple(without_concept or ()), tuple(concept or ()), parsed(hints))


Corrected = Annotated[Corrections, Depends(corrections)]
