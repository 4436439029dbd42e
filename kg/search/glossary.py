"""English words for Chinese pieces, as the bilingual labels of the terminologies teach them.

A stretch is cut into pieces that are known, so that as much of it as possible is covered by as few and as sure pieces
as possible; what lies between is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kg.index.analysis import STOP_WORDS, is_gram, tokens

LONGEST = 6
"""Characters of a piece."""
_SURE = 0.02
"""What a piece must be worth beside two shorter ones: of equal coverings that of fewer pieces is taken."""

Words = tuple[tuple[str, float], ...]
"""English words with the share that each has, best first."""


def words(name: str) -> list[str]:
    """The words of an English name as the index spells them, each once, without those that say nothing.

    >>> words("Abnormality of the kidneys")
    ['abnormality', 'kidney']
    """
    return [one for one in dict.fromkeys(tokens(name)) if one not in STOP_WORDS and not is_gram(one) and len(one) > 1]


class Piece(msgspec.Struct, frozen=True):
    """``text[start:end]`` and what it stands for."""

    start: int
    end: int
    words: Words


class Glossary:
    """``table``: piece -> its words. Words with a share below ``least`` are not told, nor pieces without others."""

    def __init__(self, table: Mapping[str, Words], least: float = 0.0) -> None:
        kept = {piece: tuple(one for one in words if one[1] >= least) for piece, words in table.items()}
        self._table = {piece: words for piece, words in kept.items() if words}

    def __len__(self) -> int:
        return len(self._table)

    def read(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a folded text (``kg.index.analysis.fold``), in their order.

        >>> known = {"铁": (("iron", 0.9),), "过载": (("overload", 0.8),), "铁过": (("x", 0.3),)}
        >>> [(piece.start, piece.end, piece.words[0][0]) for piece in Glossary(known).read("铁过载的")]
        [(0, 1, 'iron'), (1, 3, 'overload')]
        """
        best = [0.0] * (len(text) + 1)
        taken: list[Piece | None] = [None] * (len(text) + 1)
        for end in range(1, len(text) + 1):
            best[end] = best[end - 1]
            for start in range(max(0, end - LONGEST), end):
                words = self._table.get(text[start:end])
                if words is None:
                    continue
                worth = best[start] + (end - start) * words[0][1] - _SURE
                if worth > best[end]:
                    best[end], taken[end] = worth, Piece(start, end, words)
        found: list[Piece] = []
        end = len(text)
        while end > 0:
            piece = taken[end]
            end = end - 1 if piece is None else piece.start
            if piece is not None:
                found.append(piece)
        return tuple(reversed(found))


def said(glossary: Glossary, text: str) -> dict[str, float]:
    """English words of the pieces of a folded text, with the best share of each.

    >>> said(Glossary({"铁": (("iron", 0.9),)}), "铁")
    {'iron': 0.9}
    """
    found: dict[str, float] = {}
    for piece in glossary.read(text):
        for word, share in piece.words:
            found[word] = max(found.get(word, 0.0), share)
    return found
