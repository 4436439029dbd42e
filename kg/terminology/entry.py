"""What a code table is made from."""

from __future__ import annotations

import msgspec

from kg.model.concept import LabelKind


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A name or a definition of a code; ``kind`` says nothing for definitions."""

    value: str
    language: str
    kind: LabelKind = "preferred"


class CodeEntry(msgspec.Struct, frozen=True):
    """One concept for the code table; ``id``, ``parents`` and ``replaced_by`` are CURIEs."""

    id: str
    category: str
    labels: tuple[Name, ...]
    definitions: tuple[Name, ...] = ()
    notations: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    deprecated: bool = False
    illustrative: bool = False


class Edition(msgspec.Struct, frozen=True):
    """A named graph as its provenance tells it; ``title`` is language -> text."""

    graph: str
    version: str = ""
    licence: str = ""
    title: dict[str, str] = {}


class MappingEntry(msgspec.Struct, frozen=True, array_like=True):
    """One mapping as the graph with the number ``map`` states it; subject and object are CURIEs.

    ``predicate`` is a CURIE (``skos:exactMatch``). ``negative``: somebody found that it does not hold.
    """

    subject: str
    predicate: str
    object: str
    map: int
    justification: str = ""
    confidence: float | None = None
    author: str = ""
    negative: bool = False
