"""Hits that say nearly the same, and hits that differ: two ways to put the first hundred documents of a ranking.

Folding names beside a hit those that have (nearly) its words: the same abstract under two titles, letters printed
twice. Records of one work are joined before (``kg.search.works``), in whatever language. Variety orders by maximal
marginal relevance (Carbonell and Goldstein 1998): each next hit is worth its score less its likeness to what stands
before it. Both compare words, so that they need no vectors, and read the texts of the hits, so they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.index.analysis import STOP_WORDS, is_gram, tokens
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search.passages import passages_of
from kg.search.works import Ranked
from kg.store.base import Reader

FIRST = 100
"""Documents that are compared with each other; what follows stays as it is."""
SAME = 0.8
"""Share of all the words of two texts that both have, from which they say nearly the same."""
FEWEST = 10
"""Words from which a share says something; shorter texts must have the same ones."""
BALANCE = 0.7
"""What the score counts; likeness counts the rest."""

Words = frozenset[str]


class Variety:
    """Arranges the hits of one generation."""

    def __init__(self, reader: Reader, text: TextIndex, ids: Ids) -> None:
        self._reader = reader
        self._text = text
        self._ids = ids

    def arranged(
        self, ranked: Sequence[Ranked], *, fold: bool, diverse: bool
    ) -> tuple[list[Ranked], dict[int, tuple[str, ...]]]:
        """``ranked`` without documents that say what a better one says (``fold``), and in an order of variety
        (``diverse``); row of a document -> CURIEs of those that are folded into it, best first."""
        if not (fold or diverse):
            return list(ranked), {}
        head = list(ranked[:FIRST])
        words = self._words([hit[1] for hit in head if hit[0] == "document"])
        folded: dict[int, tuple[str, ...]] = {}
        if fold:
            head, folded = self._folded(head, words)
        if diverse:
            head = _varied(head, words)
        return [*head, *ranked[FIRST:]], folded

    def _words(self, rows: Sequence[int]) -> dict[int, Words]:
        curies = {self._text.card("document", row).id: row for row in rows}
        told = passages_of(self._reader, self._ids, list(curies), ())
        return {
            curies[curie]: frozenset(word for passage in some for word in tokens(passage.text) if _says(word))
            for curie, some in told.items()
        }

    def _folded(
        self, head: Sequence[Ranked], words: Mapping[int, Words]
    ) -> tuple[list[Ranked], dict[int, tuple[str, ...]]]:
        """What is retracted, or otherwise of another standing, is never folded into what is not."""
        kept: list[Ranked] = []
        folded: dict[int, tuple[str, ...]] = {}
        for hit in head:
            card = self._text.card(*hit[:2])
            same = next(
                (
                    other[1]
                    for other in kept
                    if hit[0] == other[0] == "document"
                    and self._text.card("document", other[1]).standing == card.standing
                    and alike(words.get(hit[1], frozenset()), words.get(other[1], frozenset()))
                ),
                None,
            )
            if same is None:
                kept.append(hit)
            else:
                folded[same] = (*folded.get(same, ()), card.id)
        return kept, folded


def _says(word: str) -> bool:
    return word not in STOP_WORDS and (not is_gram(word) or len(word) > 1)


def likeness(one: Words, other: Words) -> float:
    """The share of all their words that both have.

    >>> likeness(frozenset("abc"), frozenset("bcd")), likeness(frozenset(), frozenset())
    (0.5, 0.0)
    """
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def alike(one: Words, other: Words) -> bool:
    """Whether two texts say nearly the same."""
    if min(len(one), len(other)) < FEWEST:
        return bool(one) and one == other
    return likeness(one, other) >= SAME


def _varied(head: Sequence[Ranked], words: Mapping[int, Words]) -> list[Ranked]:
    """Best first by score less likeness to what is chosen; the earlier one among equals."""
    left = list(range(len(head)))
    nearest = [0.0] * len(head)
    chosen: list[int] = []
    while left:
        best = max(left, key=lambda at: (BALANCE * head[at][2] - (1 - BALANCE) * nearest[at], -at))
        left.remove(best)
        chosen.append(best)
        if head[best][0] == "document":
            own = words.get(head[best][1], frozenset())
            for at in left:
                if head[at][0] == "document":
                    nearest[at] = max(nearest[at], likeness(own, words.get(head[at][1], frozenset())))
    return [head[at] for at in chosen]
