"""What a reasoner found to follow from the axioms of a source."""

from __future__ import annotations

import msgspec


class Inference(msgspec.Struct, frozen=True):
    """A statement between two CURIEs, and a set of axioms that it follows from, none of which can be left out.

    ``predicate`` is a prefixed name (``skos:broader``); axioms are in OWL 2 functional syntax. ``reasoner`` has its
    version (``reasonable 0.4.4``).
    """

    subject: str
    predicate: str
    object: str
    reasoner: str
    axioms: tuple[str, ...]
