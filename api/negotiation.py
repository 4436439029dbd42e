"""Which format and which language an asker wants: Accept and Accept-Language (RFC 9110, section 12)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.query.frames import GRAPH_FORMATS, RESULT_FORMATS

_RESULT_TYPES: tuple[tuple[str, str], ...] = (
    *((media.partition(";")[0], name) for name, media in RESULT_FORMATS.items()),
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("text/xml", "xml"),
)
_GRAPH_TYPES: tuple[tuple[str, str], ...] = (
    *((media.partition(";")[0], name) for name, media in GRAPH_FORMATS.items()),
    ("text/plain", "ntriples"),
    ("application/json", "jsonld"),
    ("application/x-turtle", "turtle"),
)
_WEIGHT = re.compile(r"0(?:\.\d*)?|1(?:\.0*)?").fullmatch
LONGEST = 2_000
"""Characters of a header that are looked at."""


def _weights(header: str) -> list[tuple[str, float]]:
    """Values of an Accept-like header with their weights, as written; 0 for a weight that is no number."""
    found = []
    for part in header[:LONGEST].split(","):
        value, *params = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for param in params:
            name, _, number = param.partition("=")
            if name.strip().lower() == "q":
                weight = float(number) if _WEIGHT(number.strip()) else 0.0
        if value:
            found.append((value.lower(), weight))
    return found


def ranges(header: str) -> list[tuple[str, float]]:
    """What an Accept-like header takes, best first; order keeps equals apart.

    >>> ranges("text/csv;q=0.5, text/turtle, */*;q=bad")
    [('text/turtle', 1.0), ('text/csv', 0.5)]
    """
    return sorted((item for item in _weights(header) if item[1] > 0), key=lambda item: -item[1])


def choose(accept: str, offers: Sequence[tuple[str, str]]) -> str:
    """The name of the best offer, empty for none; without a header the first.

    The weight of an offer is that of the range that names it most exactly (RFC 9110, section 12.5.1), so
    ``*/*, text/csv;q=0`` takes everything but CSV. Of equal offers that one which the header names first.
    """
    if not accept.strip():
        return offers[0][1]
    wanted = _weights(accept)
    best = (0.0, 0, 0)
    chosen = ""
    for media, name in offers:
        kind = media.partition("/")[0]
        fits = [
            (3 if value == media else 2 if value == f"{kind}/*" else 1, -place, weight)
            for place, (value, weight) in enumerate(wanted)
            if value in (media, f"{kind}/*", "*/*")
        ]
        if fits:
            exact, place, weight = max(fits)
            if weight > 0 and (weight, exact, place) > best:
                best, chosen = (weight, exact, place), name
    return chosen


def query_formats(accept: str) -> tuple[str, str]:
    """Formats for a table and for a graph; empty where none is accepted.

    >>> query_formats("text/turtle"), query_formats("text/html, */*;q=0.1"), query_formats("image/png")
    (('', 'turtle'), ('json', 'turtle'), ('', ''))
    >>> query_formats("*/*, application/sparql-results+json;q=0, text/turtle;q=0")
    ('xml', 'ntriples')
    """
    return choose(accept, _RESULT_TYPES), choose(accept, _GRAPH_TYPES)


def graph_format(accept: str) -> str:
    """The format of a graph that an asker wants most, empty for none."""
    return choose(accept, _GRAPH_TYPES)


def wants_page(accept: str) -> bool:
    """Whether a page is wanted before any RDF, as browsers say.

    >>> [wants_page(accept) for accept in ("text/html,*/*;q=0.8", "*/*", "text/turtle, text/html;q=0.5")]
    [True, False, False]
    """
    return choose(accept, (*_GRAPH_TYPES, ("text/html", "page"), ("application/xhtml+xml", "page"))) == "page"


def language(accept: str, default: str = "en") -> str:
    """``zh`` or ``en``, whichever is wanted more.

    >>> language("zh-CN,zh;q=0.9,en;q=0.8"), language("fr, en;q=0.5"), language("")
    ('zh', 'en', 'en')
    """
    for wanted, _ in ranges(accept):
        code = wanted.partition("-")[0]
        if code in ("zh", "en"):
            return code
    return default
