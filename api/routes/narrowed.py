"""Filters of documents, as every search takes them in its address."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Depends, Query

from kg.index.base import Filters
from kg.search.filtering import FILTERS, LONGEST, MOST, Filtering


class Narrowing(msgspec.Struct, frozen=True):
    """Filters as they were given; those that are written as NAME:VALUE are read by the generation that is asked."""

    plain: Filters
    written: tuple[str, ...]

    def of(self, filtering: Filtering) -> Filters:
        """Raises QueryError for an unknown name and for what is no value of it."""
        return filtering.of(self.written, self.plain)


def _narrowed(
    year_from: Annotated[int | None, Query(ge=0, le=9999)] = None,
    year_to: Annotated[int | None, Query(ge=0, le=9999)] = None,
    undated: Annotated[bool, Query(description="true keeps documents without a year, too.")] = False,
    filter_: Annotated[
        list[Annotated[str, Query(max_length=LONGEST)]] | None,
        Query(
            alias="filter",
            max_length=MOST,
            description=f"NAME:VALUE; any of one name, all of several names: {', '.join(FILTERS)}.",
        ),
    ] = None,
    lang: Annotated[str | None, Query(pattern="^[a-z]{2,3}$", description="Language of the documents.")] = None,
    illustrative: Annotated[bool, Query(description="false leaves out invented examples.")] = True,
) -> Narrowing:
    return Narrowing(Filters(year_from, year_to, lang, illustrative, undated), tuple(filter_ or ()))


Narrowed = Annotated[Narrowing, Depends(_narrowed)]
