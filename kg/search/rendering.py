"""A Chinese query in English words: the names of its concepts and the words of its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.index.analysis import STOP_WORDS, has_han, tokens
from kg.search.base import ReadConcept
from kg.search.bridging import Stretch

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
SPOKEN = 0.4
"""Share from which a word of a piece is said to the encoder; the best one always is."""
MOST = 2
"""Words of a piece that are said."""


def sentence(left: str, concepts: Sequence[ReadConcept], stretches: Iterable[Stretch]) -> str:
    """What an English encoder is asked, in the order of the query: of each stretch the best English name, the words of
    pieces, and Latin words as they stand; empty where nothing can be said."""
    named: dict[tuple[int, int], str] = {}
    for concept in concepts:
        if concept.label.en and concept.end:
            named.setdefault((concept.start, concept.end), concept.label.en)
    pieces = {
        (one.start, one.end): " ".join(
            word for at, (word, share) in enumerate(one.words[:MOST]) if at == 0 or share >= SPOKEN
        )
        for one in stretches
        if one.words
    }
    said: dict[tuple[int, int], str] = {}
    taken: set[int] = set()
    longest = sorted(named, key=lambda span: (span[0] - span[1], span))
    for start, end in (*longest, *sorted(pieces)):
        if not taken.intersection(range(start, end)):
            said[start, end] = named.get((start, end)) or pieces[start, end]
            taken.update(range(start, end))
    if not said:
        return ""
    rest = "".join(" " if any(a <= at < b for a, b in said) else letter for at, letter in enumerate(left))
    said |= {match.span(): match[0] for match in _LATIN.finditer(rest)}
    return " ".join(phrase for _, phrase in sorted(said.items()))


def words(concepts: Iterable[ReadConcept], stretches: Iterable[Stretch]) -> dict[str, float]:
    """English tokens that a Chinese query also asks the texts for, and how much each counts."""
    found: dict[str, float] = {}
    for one in stretches:
        for word, share in one.words:
            found[word] = max(found.get(word, 0.0), share)
    seen: set[tuple[int, int]] = set()
    for concept in concepts:
        span = concept.start, concept.end
        if not concept.label.en or span in seen or (concept.end and not has_han(concept.surface)):
            continue
        seen.add(span)
        for token in tokens(concept.label.en):
            if token not in STOP_WORDS:
                found[token] = max(found.get(token, 0.0), concept.score)
    return found
