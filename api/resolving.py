"""What an id means that is no concept of the generation: a match of one, or one that is gone."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from fastapi import Request

from api.knowledge import Knowledge
from api.library import Library
from kg.errors import Gone, NotFound, SeveralConcepts
from kg.query.records import Named


class Alias(msgspec.Struct, frozen=True):
    """An id of another terminology, the concept that it leads to, and the SKOS property between them."""

    id: str
    concept: Named
    relation: str


async def elsewhere(request: Request, found: Knowledge, curie: str) -> Named:
    """The one concept with a verified exact match to ``curie``.

    Raises SeveralConcepts, Gone where an older kept generation had it, NotFound.
    """
    library: Library = request.app.state.library
    aliased = await library.work(lambda: found.concepts.aliased(curie))
    if len(aliased) == 1:
        return aliased[0]
    if aliased:
        candidates = tuple(other.id for other in aliased)
        raise SeveralConcepts(name=curie, candidates=candidates, known=", ".join(candidates))
    ending = await library.work(lambda: library.past.ending(found.concepts.node(curie), found.id))
    if ending is None:
        raise NotFound(name=curie)
    raise Gone(name=curie, generation=ending.generation, replaced_by=ending.replaced_by)


def kept(request: Request, path: str) -> str:
    """Another address, asked in the same language and generation."""
    same = {name: request.query_params[name] for name in ("lang", "as_of") if name in request.query_params}
    return f"{path}?{urlencode(same)}" if same else path
