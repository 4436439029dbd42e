"""Did you mean: concepts whose names look or sound like what a strategy asks for in vain."""

from __future__ import annotations

import msgspec

from kg.index.suggest import SuggestIndex
from kg.search.base import Names
from kg.search.strategy.tree import Heading, Phrase, Term, Tree, leaves

_EACH = 3
_WORDS = ("all", "ti", "ab", "tiab", "kw")


class Similar(msgspec.Struct, frozen=True):
    """For ``text`` of the strategy, the concept ``id`` with the name that is near it: by spelling with one slip, by
    its beginning, or by pinyin."""

    text: str
    id: str
    name: str
    label: Names


def similar(tree: Tree, found: int, unknown: set[str], suggest: SuggestIndex) -> tuple[Similar, ...]:
    """Suggestions for headings that are ``unknown``, and for every word where nothing was ``found``."""
    asked: dict[str, None] = {}
    for leaf in leaves(tree):
        match leaf.value:
            case Heading(text) if text in unknown:
                asked[text] = None
            case Term(text) | Phrase(text) if not found and leaf.name in _WORDS:
                asked[text] = None
    return tuple(
        Similar(text, one.id, one.text, Names(zh=one.zh, en=one.en))
        for text in asked
        for one in suggest.suggest(text, _EACH)
    )
