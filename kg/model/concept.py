"""Concepts: what terminologies define and texts mention."""

from __future__ import annotations

from typing import Literal

import msgspec

LabelKind = Literal[
    "preferred", "exact", "related", "broad", "narrow", "abbreviation", "brand", "lay", "clinical", "old", "spelling"
]
"""``clinical``: the form written in hospitals; ``lay``: what the public says; ``spelling``: for indexing only."""


class Label(msgspec.Struct, frozen=True, gc=False):
    """One name. ``attested`` says whether a source shows it in use (None: nobody checked)."""

    value: str
    language: str
    kind: LabelKind = "preferred"
    attested: bool | None = None


class Xref(msgspec.Struct, frozen=True, gc=False):
    """The same concept elsewhere: a CURIE, and how sure we are.

    ``verified`` None means that the source itself asserts it (a terminology's own cross-reference);
    False means that no table confirms it: shown as such, never used by crosswalks or rules.
    ``relation`` is a SKOS mapping property name.
    """

    curie: str
    verified: bool | None = None
    relation: Literal["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"] = "exactMatch"


class Concept(msgspec.Struct, frozen=True, gc=False):
    """One concept of one terminology release; identifiers are CURIEs, codes are strings.

    ``category`` is a key of ``kg.vocab.CATEGORIES``. ``notations`` holds codes such as tree numbers.
    """

    id: str
    category: str
    labels: tuple[Label, ...]
    definitions: tuple[Label, ...] = ()
    parents: tuple[str, ...] = ()
    xrefs: tuple[Xref, ...] = ()
    notations: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    illustrative: bool = False

    def label(self, language: str) -> str | None:
        """The preferred name in ``language``."""
        for label in self.labels:
            if label.kind == "preferred" and label.language == language:
                return label.value
        return None


class ConceptMapping(msgspec.Struct, frozen=True, gc=False):
    """One row of a mapping set (SSSOM): subject, predicate, object, justification.

    ``negative`` marks a mapping that somebody found wrong; it blocks inference.
    ``reviewer`` confirmed it (a negative one: that it does not hold), on ``mapping_date`` (ISO 8601, a day); ``tool``
    proposed it. SSSOM: ``reviewer_label``, ``mapping_date``, ``mapping_tool``.
    """

    subject: str
    predicate: str
    object: str
    justification: str = "semapv:UnspecifiedMatching"
    confidence: float | None = None
    negative: bool = False
    subject_label: str = ""
    object_label: str = ""
    author: str = ""
    reviewer: str = ""
    mapping_date: str = ""
    tool: str = ""
