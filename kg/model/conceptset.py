"""Concept sets: which concepts of which terminologies count as one thing, for studies, indicators and rules."""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.concept import Label

SetStatus = Literal["draft", "active", "retired"]
Relation = Literal["exactMatch", "closeMatch", "narrowMatch"]


class SetPart(msgspec.Struct, frozen=True):
    """One line of a definition: a concept by its CURIE, or another set by its id. One of the two is empty.

    ``descendants``: also what stands below the concept. ``mapped``: also what is mapped to any of these by one of the
    relations, in either direction (``narrowMatch`` from the concept alone), as far as no mapping is found wrong.
    ``version`` pins another set; empty for the one in force.
    """

    concept: str = ""
    set: str = ""
    version: str = ""
    descendants: bool = False
    mapped: tuple[Relation, ...] = ()


class ConceptSet(msgspec.Struct, frozen=True):
    """One version of one set. ``id`` is lower-case letters, digits and hyphens; ``titles`` in ``zh`` and ``en``.

    ``source`` says in words where the list comes from. ``illustrative``: made up to show how sets work, for no use.
    """

    id: str
    version: str
    titles: tuple[Label, ...]
    include: tuple[SetPart, ...]
    exclude: tuple[SetPart, ...] = ()
    status: SetStatus = "active"
    source: str = ""
    descriptions: tuple[Label, ...] = ()
    illustrative: bool = False

    @property
    def name(self) -> str:
        """What errors and paths call it: ``diabetes 1.0``."""
        return f"{self.id} {self.version}"
