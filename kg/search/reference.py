"""The exact QueryReader: every stretch of the query compared with every label."""

from __future__ import annotations

from collections.abc import Iterable

from kg.index.analysis import fold, is_gram
from kg.search.base import ConceptMatch


class ExactReader:
    """Longest labels first, at word edges; for tests, small vocabularies and as the measure of others.

    ``labels`` are (name, CURIE); names are compared in the folded spelling of ``kg.index.analysis``.
    """

    def __init__(self, labels: Iterable[tuple[str, str]]) -> None:
        self._concepts: dict[str, list[str]] = {}
        for name, concept in labels:
            known = self._concepts.setdefault(fold(name), [])
            if concept not in known:
                known.append(concept)
        self._longest = max(map(len, self._concepts), default=0)

    def read(self, text: str) -> tuple[ConceptMatch, ...]:
        """See ``QueryReader.read``; an ambiguous name shares its score among its concepts."""
        pieces = [fold(character) for character in text]
        found: list[ConceptMatch] = []
        start = 0
        while start < len(text):
            end = self._end(pieces, start)
            if end is None:
                start += 1
                continue
            concepts = self._concepts["".join(pieces[start:end])]
            score = round(1 / len(concepts), 4)
            found += [ConceptMatch(name, start, end, text[start:end], score, "exact") for name in concepts]
            start = end
        return tuple(found)

    def _end(self, pieces: list[str], start: int) -> int | None:
        if start and _joined(pieces[start - 1], pieces[start]):
            return None
        for end in range(min(len(pieces), start + self._longest), start, -1):
            edge = end == len(pieces) or not _joined(pieces[end - 1], pieces[end])
            if edge and "".join(pieces[start:end]) in self._concepts:
                return end
        return None


def _joined(left: str, right: str) -> bool:
    """Whether no word edge lies between two characters; there is one on each side of a Chinese one."""
    return left.isalnum() and right.isalnum() and not is_gram(left) and not is_gram(right)
