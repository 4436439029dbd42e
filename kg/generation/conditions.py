"""What documents are filtered by beside the fields of strategies: standing, licence and sources of each record, and,
for a record that another one stands for, what its work says in the shared fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import unquote

from kg.generation.fields import Fields
from kg.generation.pages import numbered
from kg.index.fields import SHARED, key, shared_key
from kg.model.licences import UNKNOWN
from kg.model.terms import Term, lexical
from kg.store.base import Reader

_SOURCE = "/graph/source/"


def sources(reader: Reader, nodes: Sequence[Term]) -> dict[Term, set[str]]:
    """Document -> its sources, by name (``pubmed``) and with their release (``pubmed/2026``)."""
    found: dict[Term, set[str]] = defaultdict(set)
    for document, row in numbered(reader, "index/sources", nodes):
        _, told, name = lexical(row["graph"]).partition(_SOURCE)
        if told:
            found[document] |= {unquote(name.partition("/")[0]), unquote(name)}
    return found


def conditions(standing: str, licences: Sequence[str], named: set[str]) -> Fields:
    """The fields of one record."""
    found = {"st": (standing,), "li": tuple(sorted(licences)) or (UNKNOWN,), "so": tuple(sorted(named))}
    return {name: values for name, values in found.items() if any(values)}


def shared(fields: Fields) -> Fields:
    """``of`` for a record of a work that says all this in its records."""
    keys = {
        shared_key(name, value if name == "mh" else key(name, value))
        for name in SHARED
        for value in fields.get(name, ())
    }
    return {"of": tuple(sorted(keys))} if keys else {}
