"""Words of a query that nothing here contains, read as names of concepts: pinyin, or one slip of the hand.

A word that any document or name holds is no slip. What is read must be a whole name, not its beginning; two letters
that changed places, one too many, one too few or another one are one slip.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from kg.index.analysis import STOP_WORDS, fold, has_han, stem
from kg.index.base import Kind, Suggestion
from kg.index.keys import fold_key
from kg.index.pinyin import syllables
from kg.index.suggest import LIMIT, SuggestIndex
from kg.index.text import TextIndex

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_FIELDS: tuple[tuple[Kind, str], ...] = (
    ("document", "title"), ("document", "body"), ("document", "names"), ("concept", "label"), ("concept", "synonyms"),
    ("concept", "names"),
)  # fmt: skip
_LONGEST = 5
"""Words of one name; syllables may be typed apart."""
_SLIP, _SOUND = 5, 5
"""Letters from which one slip, or pinyin, says enough."""
_TYPED = 12
"""Words of a query that somebody typed; a longer one was copied, and its unknown words are what they are."""
_MOST_WORDS = 2
"""Unknown words of a query that are looked for: each costs up to nine look-ups of about a millisecond."""
_MOST = 3
"""Concepts of one stretch."""


class Respelled(msgspec.Struct, frozen=True):
    """A stretch of the query that was read as ``name``, which these concepts have; ``way``: ``pinyin`` or ``typo``."""

    start: int
    end: int
    surface: str
    name: str
    way: str
    concepts: tuple[str, ...]


class Spelling:
    """Reads unknown words with the names that suggestions are made from; keeps nothing of what it is asked."""

    def __init__(self, text: TextIndex, suggest: SuggestIndex) -> None:
        self._text = text
        self._suggest = suggest

    def read(self, query: str, covered: Collection[int]) -> tuple[Respelled, ...]:
        """What ``query`` says in other letters outside of the places that are ``covered`` already."""
        words = [one.span() for one in _WORD.finditer(query) if not any(at in covered for at in range(*one.span()))]
        found: list[Respelled] = []
        tried = 0
        if len(words) > _TYPED:
            return ()
        for place, (start, end) in enumerate(words):
            if tried == _MOST_WORDS:
                break
            if (found and start < found[-1].end) or not self._unknown(query[start:end]):
                continue
            tried += 1
            best = next(self._around(query, words, place), None)
            if best is not None and not (found and best.start < found[-1].end):
                found.append(best)
        return tuple(found)

    def _unknown(self, word: str) -> bool:
        if len(word) < 2 or fold(word) in STOP_WORDS:
            return False
        token = stem(fold(word))
        return not any(self._text.holders(kind, field, token) for kind, field in _FIELDS)

    def _around(self, query: str, words: Sequence[tuple[int, int]], place: int) -> Iterator[Respelled]:
        """Readings of stretches of words with blanks between that begin or end with the one at ``place``, longest
        first."""
        for size in range(_LONGEST, 0, -1):
            for first in dict.fromkeys((place, place - size + 1)):
                if first < 0 or first + size > len(words):
                    continue
                start, end = words[first][0], words[first + size - 1][1]
                if " ".join(query[start:end].split()) == " ".join(query[a:b] for a, b in words[first : first + size]):
                    yield from self._names(query[start:end], start)

    def _names(self, typed: str, start: int) -> Iterator[Respelled]:
        asked = fold_key(typed)
        found: dict[tuple[str, str], list[Suggestion]] = {}
        for one in self._suggest.suggest(typed, LIMIT):
            if way := _way(asked, one):
                found.setdefault((way, fold_key(one.text)), []).append(one)
        for (way, _), same in found.items():
            yield Respelled(start, start + len(typed), typed, same[0].text, way, tuple(one.id for one in same[:_MOST]))


def _way(asked: str, one: Suggestion) -> str:
    """How a suggestion is what was typed, as a whole; empty where it is not."""
    name = fold_key(one.text)
    if has_han(name):
        return "pinyin" if len(asked) >= _SOUND and "".join(syllables(name)) == asked.replace(" ", "") else ""
    return "typo" if len(asked) >= _SLIP and asked[:1] == name[:1] and slip(asked, name) else ""


def slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two that changed places.

    >>> slip("asthma", "astmha"), slip("asthma", "asthm"), slip("asthma", "asthma"), slip("gout", "goat")
    (True, True, False, True)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) != len(other):
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return longer[at + 1 :] == shorter[at:]
    swapped = one[at : at + 2] == other[at : at + 2][::-1]
    return one[at + 1 :] == other[at + 1 :] or (swapped and one[at + 2 :] == other[at + 2 :])


def blanked(query: str, removed: Iterable[tuple[int, int]]) -> str:
    """``query`` with blanks for stretches, so that offsets stay."""
    letters = list(query)
    for start, end in removed:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def rewritten(query: str, removed: Iterable[tuple[int, int]], respelled: Iterable[Respelled]) -> str:
    """``query`` without stretches, and with names as they are meant; itself where there is nothing of either."""
    edits = sorted(
        [(start, end, " ") for start, end in removed] + [(one.start, one.end, one.name) for one in respelled]
    )
    found, at = [], 0
    for start, end, text in edits:
        if start >= at:
            found += [query[at:start], text]
            at = end
    return "".join([*found, query[at:]]) if edits else query
