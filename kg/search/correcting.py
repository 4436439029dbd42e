"""What the caller changes in how a query was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kg.errors import IdentifierError, QueryError
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search.base import ConceptMatch
from kg.search.hints.base import Corrections, Role

GIVEN = "given"
"""The reason of a concept that the caller named."""
MOST = 40
"""Concepts that may be named."""


class Correcting(msgspec.Struct, frozen=True):
    """Corrections whose ids are as this generation spells them. ``added`` have no place in the query."""

    without: frozenset[str]
    added: tuple[ConceptMatch, ...]

    @staticmethod
    def of(asked: Corrections, text: TextIndex, ids: Ids) -> Correcting:
        """Raises QueryError for what is no id, a concept to be asked for that this generation does not have, and for
        more than ``MOST``. What is to be left out need not have been read: an address may outlive a generation."""
        if len(asked.without) + len(asked.concepts) > MOST:
            raise QueryError(why="too-many-concepts", limit=MOST)
        without = frozenset(_curies(asked.without, ids))
        added = tuple(dict.fromkeys(_curies(asked.concepts, ids)))
        for curie in added:
            if text.row("concept", curie) is None:
                raise QueryError(why="unknown-concept", name=curie[:80])
        return Correcting(without, tuple(ConceptMatch(curie, 0, 0, "", 1.0, GIVEN) for curie in added))

    def role(self, match: ConceptMatch, hinted: Mapping[tuple[int, int], Role]) -> Role:
        """What becomes of a concept that was read; ``hinted``: the roles that hints give to stretches."""
        return "removed" if match.concept in self.without else hinted.get((match.start, match.end), "asked")


def _curies(names: Iterable[str], ids: Ids) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(ids.curie(ids.expand(name.strip())))
        except IdentifierError as error:
            raise QueryError(why="unknown-concept", name=name[:80]) from error
    return found
