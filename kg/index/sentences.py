"""Sentence spans of raw text, for excerpts and for the windows that vectors stand for.

Small on purpose: a wrong cut costs an excerpt a word, nothing more. Mentions and claims use the
splitter of ``ingest.text``.
"""

from __future__ import annotations

import re

Span = tuple[int, int]
"""Code points, start inclusive, end exclusive."""

_END = re.compile(r"[。！？；]+[”’」』）\")]*|[.!?][\"')\]]*(?=\s+[A-Z0-9(\[\"'“]|\s*$)|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|al|Fig|Figs|Dr|No|ca|approx|resp|sp|spp|subsp)|\b[A-Z])\.$")


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of ``text``, in order, without surrounding white space.

    >>> [text[a:b] for text in ["Asthma (J. Doe et al. 2001) is common. It kills."] for a, b in sentences(text)]
    ['Asthma (J. Doe et al. 2001) is common.', 'It kills.']
    >>> [text[a:b] for text in ["哮喘很常见。治疗有效！"] for a, b in sentences(text)]
    ['哮喘很常见。', '治疗有效！']
    """
    spans: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if end[0][0] == "." and _ABBREVIATED.search(text, max(start, end.start() - 8), end.start() + 1):
            continue
        _append(spans, text, start, end.end())
        start = end.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    part = text[start:end]
    if stripped := part.strip():
        start += len(part) - len(part.lstrip())
        spans.append((start, start + len(stripped)))


def windows(text: str, size: int = 3) -> list[Span]:
    """Spans of ``size`` sentences each, side by side; what one vector stands for.

    >>> windows("One is. Two is. Three is. Four is.", 3)
    [(0, 25), (26, 34)]
    """
    spans = sentences(text)
    return [(spans[at][0], spans[min(at + size, len(spans)) - 1][1]) for at in range(0, len(spans), size)]
