"""Which English words a Chinese piece stands for, counted over pairs of names.

A word stands for a piece where it is in the English names of many of the concepts whose Chinese names hold the piece,
and far more often there than elsewhere. A piece that is (nearly) always inside of one longer piece is a fragment of a
word and says nothing by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ingest.training.bilingual import Pair
from kg.index.analysis import fold, has_han
from kg.search.glossary import LONGEST, Words, words
from kg.search.morphemes import Morphemes, Told, parts

OFTEN = 2
"""Concepts in whose names a piece must occur, where it is not a whole name."""
OFTEN_ALONE = 10
"""The same for a single character, which means many things; such a word must also have half of it (``ALONE``)."""
ALONE = 0.5
GRAMMAR = frozenset(
    "的地得了着过吗呢吧么什哪谁如何怎或和与及且而但并是在有无会能可要让使被把将给对由于以为因从到向往后前时中不没之其他它她我你这那些个各每"
)
"""Characters that bind others: a piece that begins or ends with one is no word, where it is no whole name."""
FRAGMENT = 0.75
"""Share of the occurrences of a piece inside of one longer piece from which it is a fragment."""
LIFT = 5.0
"""How many times as often a word must be beside a piece as it is anywhere."""
LEAST = 0.1
"""Share of the concepts of a piece below which a word is not kept."""
MOST = 4
"""Words of a piece."""
_DIGITS = 3
SHORT = 4
"""Characters up to which a piece of one concept says what it stands for."""
DOUBT, FAINT = 1.0, 0.1
"""What is added to how many concepts there are, so that what was seen once counts half; and the share from which it
is kept."""
_ROWS = 4_000


def pieces(name: str) -> list[str]:
    """Every stretch of one to six Chinese characters, each once.

    >>> pieces("铁过载")
    ['铁', '过', '载', '铁过', '过载', '铁过载']
    """
    told = fold(name)
    return list(dict.fromkeys(
        told[start : start + size]
        for size in range(1, LONGEST + 1)
        for start in range(len(told) - size + 1)
        if all(has_han(one) for one in told[start : start + size])
    ))  # fmt: skip


def table(pairs: Iterable[Pair]) -> dict[str, Words]:
    """Pieces with the words that they stand for, best first; a share is that of the concepts of the piece."""
    chinese: dict[str, set[str]] = defaultdict(set)
    english: dict[str, set[str]] = defaultdict(set)
    whole: set[str] = set()
    for pair in pairs:
        chinese[pair.concept] |= set(pieces(pair.zh))
        english[pair.concept] |= set(words(pair.en))
        whole.add(fold(pair.zh))
    parts, held = _matrix(list(chinese.values()))
    said, spoken = _matrix([english[concept] for concept in chinese])
    often = np.asarray(held.sum(0)).ravel()
    fragments = _fragments(parts, often)
    everywhere = np.asarray(spoken.sum(0)).ravel() / max(len(chinese), 1)
    both = (held.T @ spoken).tocoo()
    share = both.data / often[both.row]
    kept = (share >= LEAST) & (share >= LIFT * everywhere[both.col])
    told: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row, column, value in zip(both.row[kept], both.col[kept], share[kept], strict=True):
        piece = parts[row]
        needed = 1 if piece in whole else OFTEN_ALONE if len(piece) == 1 else OFTEN
        if len(piece) == 1 and value < ALONE:
            continue
        if piece not in whole and (piece in fragments or piece[0] in GRAMMAR or piece[-1] in GRAMMAR):
            continue
        if often[row] >= needed:
            told[piece].append((said[column], round(float(value), _DIGITS)))
    return {
        piece: tuple(sorted(some, key=lambda one: (-one[1], one[0]))[:MOST]) for piece, some in sorted(told.items())
    }


def morphemes(pairs: Iterable[Pair]) -> Morphemes:
    """What pieces stand for within English names: the concepts that have both, by the geometric mean of those that have
    either (Ochiai)."""
    chinese: dict[str, set[str]] = defaultdict(set)
    english: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        chinese[pair.concept] |= set(pieces(pair.zh))
        english[pair.concept].update(*parts(pair.en))
    told, held = _matrix(list(chinese.values()))
    said, spoken = _matrix([english[concept] for concept in chinese])
    often, everywhere = (np.asarray(one.sum(0)).ravel() for one in (held, spoken))
    kept = [at for at, piece in enumerate(told) if often[at] > 1 or len(piece) <= SHORT]
    turned = held[:, kept].T.tocsr()
    sizes, places, shares = [], [], []
    for first in range(0, len(kept), _ROWS):
        both = turned[first : first + _ROWS] @ spoken
        rows = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
        share = both.data / (np.sqrt(often[kept][first + rows] * everywhere[both.indices]) + DOUBT)
        some = np.flatnonzero(share >= FAINT)
        some = some[np.lexsort((both.indices[some], rows[some]))]
        sizes.append(np.bincount(rows[some], minlength=both.shape[0]))
        places.append(both.indices[some].astype(np.int32))
        shares.append(share[some].astype(np.float16))
    if not kept:
        return Morphemes.of({})
    ends = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int32)
    return Morphemes(
        Told(tuple(told[at] for at in kept), tuple(said)), ends, np.concatenate(places), np.concatenate(shares)
    )


def _matrix(rows: list[set[str]]) -> tuple[list[str], sp.csr_matrix]:
    """What occurs, sorted, and in which row each does."""
    known = {one: at for at, one in enumerate(sorted({one for row in rows for one in row}))}
    columns = [known[one] for row in rows for one in sorted(row)]
    ends = np.cumsum([0, *map(len, rows)])
    made = sp.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), len(known)))
    return list(known), made


def _fragments(parts: list[str], often: npt.NDArray[np.float32]) -> set[str]:
    """Pieces that are (nearly) always inside of one that is a character longer."""
    times = dict(zip(parts, often.tolist(), strict=True))
    found: set[str] = set()
    for piece, number in times.items():
        for inner in (piece[1:], piece[:-1]) if len(piece) > 1 else ():
            if number >= FRAGMENT * times[inner]:
                found.add(inner)
    return found
