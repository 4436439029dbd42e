"""One name on one record, with what tells who that is."""

from __future__ import annotations

import msgspec

from ingest.people.names import PersonName
from ingest.people.organisations import Affiliation
from kg.model.terms import Term

WEAK_HAN = 2
"""Chinese names of as many characters, and all names in pinyin, are those of thousands of people."""


class Authorship(msgspec.Struct, frozen=True, gc=False):
    """``node``: the node in the graph. ``document``: CURIE of the record. ``author``: false for editors and others,
    who can be an author of the same record."""

    node: Term
    document: str
    place: int
    name: PersonName
    orcid: str = ""
    affiliations: tuple[Affiliation, ...] = ()
    author: bool = True


def weak(name: PersonName) -> bool:
    """Whether an agreement in this full name says little."""
    if name.han:
        return len(name.han) <= WEAK_HAN
    return name.pinyin or len("".join(name.given)) <= WEAK_HAN
