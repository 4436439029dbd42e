"""Which format and which language an asker wants: Accept and Accept-Language (RFC 9110, section 12)."""

from __future__ import annotations

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
LONGEST = 2_000
"""Characters of a header that are looked at."""


def ranges(header: str) -> list[tuple[str, float]]:
    """Values of an Accept-like header with their weights, best first; order keeps equals apart.

    >>> ranges("text/csv;q=0.5, text/turtle, */*;q=bad")
    [('text/turtle', 1.0), ('text/csv', 0.5)]
    """
    found = []
    for part in header[:LONGEST].split(","):
        value, *params = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for param in params:
            name, _, number = param.partition("=")
            if name.strip().lower() == "q":
                try:
                    weight = float(number)
                except ValueError:
                    weight = 0.0
        if value and weight > 0:
            found.append((value.lower(), weight))
    return sorted(found, key=lambda item: -item[1])


def _choose(accept: str, offers: Sequence[tuple[str, str]]) -> str:
    """The name of the best offer, empty for none; without a header the first."""
    if not accept.strip():
        return offers[0][1]
    for wanted, _ in ranges(accept):
        for media, name in offers:
            kind = wanted.partition("/")[0]
            if wanted in ("*/*", media) or (wanted.endswith("/*") and media.startswith(f"{kind}/")):
                return name
    return ""


def query_formats(accept: str) -> tuple[str, str]:
    """Formats for a table and for a graph; empty where none is accepted.

    >>> query_formats("text/turtle"), query_formats("text/html, */*;q=0.1"), query_formats("image/png")
    (('', 'turtle'), ('json', 'turtle'), ('', ''))
    """
    return _choose(accept, _RESULT_TYPES), _choose(accept, _GRAPH_TYPES)


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
