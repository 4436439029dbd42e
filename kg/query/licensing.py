"""Under which licence a document stands and whether it is open access, as its sources say."""

from __future__ import annotations

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.licences import UNKNOWN
from kg.model.terms import iri, lexical
from kg.store.base import Reader

_LICENCE = term(vocab.DCTERMS, "license")
_ACCESS = term(vocab.MEDKG, "access")


class Licensing(msgspec.Struct, frozen=True):
    """What no source says is ``unknown``; of several licences the first by name."""

    licence: str
    access: str


def licensing(reader: Reader, ids: Ids, curie: str) -> Licensing:
    """What the graph says of one document; a look-up of a fraction of a millisecond."""
    said = sorted(reader.about(iri(ids.expand(curie))))
    found = {name: lexical(value) for name, value in reversed(said) if name in (_LICENCE, _ACCESS)}
    return Licensing(found.get(_LICENCE, UNKNOWN), found.get(_ACCESS, UNKNOWN))
