"""Pairs of a Chinese and an English name of one concept, and which concepts belong together.

Families: concepts that are exact matches of each other, or share a Chinese name or a preferred English one. A family
is in one fold as a whole, so that what has not seen a fold has not seen a name of it under another id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from ingest.evaluation.retrieval.collection import fold
from kg.index.analysis import has_han
from ontology.lexicon import Lexicon

_CHINESE = frozenset({"preferred", "exact", "clinical", "lay", "old", "brand", "spelling"})
"""Kinds of names that mean the concept itself; abbreviations and narrower or broader names do not teach it."""


class Pair(msgspec.Struct, frozen=True, order=True):
    """``zh`` and ``en`` (the preferred name) are names of ``concept``, whose family is in ``fold``."""

    zh: str
    en: str
    concept: str
    fold: int


def pairs(lexicon: Lexicon, matches: Iterable[tuple[str, str]]) -> tuple[tuple[Pair, ...], dict[str, int]]:
    """Every pair, sorted, and the fold of every concept of their families."""
    chinese: dict[str, set[str]] = defaultdict(set)
    english: dict[str, str] = {}
    for name, senses in zip(lexicon.names, lexicon.senses, strict=True):
        for sense in senses:
            if sense.form != "exact":
                continue
            if sense.language[:2] == "zh" and sense.kind in _CHINESE and has_han(name):
                chinese[sense.concept].add(name)
            elif sense.language[:2] == "en" and sense.kind == "preferred":
                english.setdefault(sense.concept, name)
    families = _Families()
    for one, other in matches:
        families.join(one, other)
    shared: dict[tuple[str, str], str] = {}
    for concept, names in sorted(chinese.items()):
        told = [("zh", name) for name in names] + ([("en", english[concept])] if concept in english else [])
        for one_name in told:
            families.join(shared.setdefault(one_name, concept), concept)
    heads = {families.head(concept) for concept in chinese}
    folds = {concept: fold(head) for concept in families.known if (head := families.head(concept)) in heads}
    made = {
        Pair(name, english[concept], concept, folds[concept])
        for concept, names in chinese.items() if concept in english
        for name in names
    }  # fmt: skip
    return tuple(sorted(made)), folds


class _Families:
    """Concepts that were joined have one head, the smallest of their ids."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    @property
    def known(self) -> list[str]:
        return sorted(self._above)

    def head(self, one: str) -> str:
        self._above.setdefault(one, one)
        while self._above[one] != one:
            self._above[one] = one = self._above[self._above[one]]
        return one

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.head(one), self.head(other)))
        self._above[high] = low
