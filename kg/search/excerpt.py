"""The sentence of a document that fits a query best, with exact offsets into its passage."""

from __future__ import annotations

from collections.abc import Collection

from kg.index.analysis import is_gram, tokens
from kg.index.passages import Window
from kg.index.sentences import sentences
from kg.search.base import Excerpt
from kg.search.passages import PassageText

CONCEPT = 2.0
"""A concept of the query counts like two of its words: it is found in any language and spelling."""
GRAM = 0.5
"""A pair of Chinese characters is half a word."""
NEAR = 0.5
"""For lying in the window that the vectors found."""
TITLE = 0.4
"""Share that a title keeps of its worth: it stands above the excerpt anyway."""


def excerpt(passages: Collection[PassageText], wanted: Collection[str], near: Window | None) -> Excerpt | None:
    """The best sentence for these tokens, mentions and window; the earlier one among equals.

    None when no sentence holds anything of the query.
    """
    tokens_wanted = frozenset(wanted)
    best: tuple[float, PassageText, int, int] | None = None
    for passage in passages:
        for start, end in sentences(passage.text):
            worth = _worth(passage, start, end, tokens_wanted, near)
            if worth > (best[0] if best else 0.0):
                best = worth, passage, start, end
    if best is None:
        return None
    _, passage, start, end = best
    marks = sorted({(left, right) for left, right, _ in passage.mentions if start <= left and right <= end})
    return Excerpt(passage.key, start, end, passage.text[start:end], tuple(marks))


def _worth(passage: PassageText, start: int, end: int, wanted: frozenset[str], near: Window | None) -> float:
    held = wanted.intersection(tokens(passage.text[start:end])) if wanted else frozenset()
    worth = sum(GRAM if is_gram(token) else 1.0 for token in held)
    worth += CONCEPT * len({curie for left, right, curie in passage.mentions if start <= left and right <= end})
    if near is not None and near.passage == passage.key and start < near.end and near.start < end:
        worth += NEAR
    return worth * (TITLE if passage.kind == "title" else 1.0)
