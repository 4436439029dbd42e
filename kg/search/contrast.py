"""How far the first of a signal stand out from the rest before signals are joined, by kind of query.

Scaled scores say that the second of a list is nearly as good as the first, though only the first few are worth much.
What people ask is joined by places, so that the words move few texts within what the vectors find; in other English
texts the words count by the cube of their score, so that a text with nearly all of them stands out and one with half
of them hardly counts. No list changes its order by this. Both were fitted beside vectors: where these find nothing, or
nothing else does, scores stay what they are.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from kg.search.ranker import ASKED, TEXT_EN

HALF = 3
"""Places behind the first where a text counts half as much (``HALF`` / (``HALF`` + places); reciprocal ranks, Cormack,
Clarke and Büttcher, SIGIR 2009, with a constant that stands nearer to the top)."""
POWER = 3
"""Of the scores of words."""
Row = TypeVar("Row", bound=Hashable)


def contrasted(kind: str, found: Mapping[str, Mapping[Row, float]]) -> Mapping[str, Mapping[Row, float]]:
    """Signal -> row (or text) -> scaled score (0 to 1), as the weights of a kind count them.

    >>> contrasted("asked", {"text": {7: 1.0, 8: 0.9, 9: 0.9}, "dense": {7: 0.5}})
    {'text': {7: 1.0, 8: 0.75, 9: 0.75}, 'dense': {7: 1.0}}
    >>> contrasted("text-en", {"text": {7: 1.0, 8: 0.5}, "dense": {7: 0.5}})
    {'text': {7: 1.0, 8: 0.125}, 'dense': {7: 0.5}}
    >>> contrasted("text-en", {"text": {8: 0.5}}), contrasted("name", {"text": {8: 0.5}, "dense": {8: 0.5}})
    ({'text': {8: 0.5}}, {'text': {8: 0.5}, 'dense': {8: 0.5}})
    """
    if not found.get("dense") or sum(map(bool, found.values())) < 2:
        return found
    if kind == ASKED:
        return {name: _by_place(scores) for name, scores in found.items()}
    if kind == TEXT_EN and "text" in found:
        return {**found, "text": {row: score**POWER for row, score in found["text"].items()}}
    return found


def _by_place(scores: Mapping[Row, float]) -> dict[Row, float]:
    """Equal scores share the place of the first of them."""
    places: dict[float, int] = {}
    for at, score in enumerate(sorted(scores.values(), reverse=True)):
        places.setdefault(score, at)
    return {row: HALF / (HALF + places[score]) for row, score in scores.items()}
