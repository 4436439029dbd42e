"""Whether a query is written as a search strategy, and how that would be read."""

from __future__ import annotations

import re

from kg.errors import StrategySyntax
from kg.search.base import FieldSyntax, Names
from kg.search.hints.base import narrow
from kg.search.strategy.description import describe
from kg.search.strategy.names import naming
from kg.search.strategy.parsing import parse
from kg.search.strategy.tree import WIDE
from kg.search.strategy.writing import write

_TAG = re.compile(r"\[([^\[\]]{2,40})\]")
_PREFIX = re.compile(r"(?:^|[\s(])([^\s:=()\[\]\"]{2,20}(?:[*:][a-z]+)?)[:=](?=\S)")
_JOINED = re.compile(r"(?<=\S)\s+(?:AND|OR|NOT)\s+(?=\S)")
_CURIE = re.compile(r"[a-z]+:\S*\d\S*")


def field_syntax(query: str) -> FieldSyntax | None:
    """How ``/strategy`` would read a query that names a field (``ti:``, ``[mh]``) or joins by AND, OR, NOT in capitals;
    None for any other one.

    >>> field_syntax("asthma[ti] AND 2015:2020[py]").canonical
    'ti:asthma AND py:2015-2020'
    >>> field_syntax("asthma and copd"), field_syntax("PMID:123")
    (None, None)
    """
    if not _written(query):
        return None
    try:
        tree = parse(query)
        return FieldSyntax(write(tree), Names(zh=describe(tree, "zh"), en=describe(tree, "en")))
    except StrategySyntax as error:
        return FieldSyntax("", Names(zh="", en=""), Names(zh=error.text("zh"), en=error.text("en")))


def _written(query: str) -> bool:
    if _JOINED.search(query.translate(WIDE)):
        return True
    text = narrow(query)
    if _CURIE.fullmatch(text.strip()):
        return False  # An id, which names no field though its prefix may.
    names = [match[1] for form in (_TAG, _PREFIX) for match in form.finditer(text)]
    return any(naming(name) is not None for name in names)
