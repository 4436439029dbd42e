"""Named queries: ``.rq`` files beside this module, with the common prefixes put before them.

A variable that is bound by the caller stands in the projection (pyoxigraph refuses others).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kg.errors import UnknownName
from kg.vocab import NAMESPACES

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in NAMESPACES.items())


@cache
def named(name: str) -> str:
    """The text of ``kg/query/<name>.rq``; raises UnknownName.

    >>> named("derive/broader").splitlines()[-1]
    'SELECT ?concept ?parent WHERE { ?concept skos:broader ?parent }'
    """
    file = files("kg.query")
    for part in f"{name}.rq".split("/"):
        file = file / part
    try:
        return PREFIXES + file.read_text("utf-8")
    except FileNotFoundError:
        raise UnknownName(kind="query", name=name, known="see kg/query") from None
