"""Finding names in a text: all overlapping hits at word edges, then leftmost-longest.

Asking an automaton for the longest match is a third faster but wrong in 0.3 % of spans: a longest
match that fails its word edge hides a valid shorter one. So all hits are asked for and filtered first.

Names of words and names with Chinese characters have an automaton each. A word's name is looked for
between two blanks, in the text with everything but letters and digits (Chinese characters included)
blanked out: so word edges cost nothing, ``EGFR`` is found in ``EGFR突变``, and the automaton stays near
its root inside words, which halves its cache misses. Names that need their capitals (``WAS``, ``ALL``)
are compared with the raw text afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation

from ontology.admission import Admission
from ontology.lexicon import Lexicon
from ontology.normalize import Normalized, normalize

_LETTER = re.compile(r"[a-z\u00aa-\u2e7f]")
"""Every name without wide characters holds one of these, so most Chinese texts need one automaton only."""

_WIDE = re.compile("[\u2e80-\U0010ffff]")

Hit = tuple[int, int, int]
"""(start, -end, number of the name), offsets in the raw text: sorts leftmost first, then longest."""


class Matcher:
    """The automata over a lexicon's names. Not picklable: build one in each process (1 s for 300,000)."""

    def __init__(self, lexicon: Lexicon) -> None:
        # Short names first: the automaton lays its states out in this order, so those near the root, which every
        # word passes, come to lie together. A quarter to a third faster than alphabetical order.
        order = sorted(range(len(lexicon)), key=[len(name) for name in lexicon.names].__getitem__)
        words: list[tuple[int, str]] = []
        wide: list[tuple[int, str]] = []
        for number in order:
            name = lexicon.names[number]
            (wide if _wide(name) else words).append((number, name))
        self._words = _Words(words)
        self._wide = _Wide(wide)
        self._exact = {
            number: frozenset(sense.exact for sense in senses)
            for number, senses in enumerate(lexicon.senses)
            if all(sense.exact for sense in senses)
        }
        english = Admission().common | Admission().general
        self._doubtful = frozenset(number for number in self._exact if lexicon.names[number] in english)
        self._genes = frozenset(
            number for number in self._exact if any(sense.category == "gene" for sense in lexicon.senses[number])
        )

    def hits(self, raw: str, language: str = "") -> list[Hit]:
        """Every valid hit in ``raw``, overlapping ones included, sorted.

        Latin letters and digits match only as whole words; Chinese has no word edges.
        """
        folded = normalize(raw)
        wide = not raw.isascii() and _wide(folded.text)
        found = self._wide.find(folded) if wide else []
        if not wide or _LETTER.search(folded.text):
            exact = self._exact
            for hit in self._words.find(folded):
                forms = exact.get(hit[2])
                if forms is None or self._spelled(hit, forms, raw, language):
                    found.append(hit)
        found.sort()
        return found

    def _spelled(self, hit: Hit, forms: frozenset[str], raw: str, language: str) -> bool:
        """Whether the raw text shows the capitals that a name needs: one of ``forms``."""
        start, end, number = hit[0], -hit[1], hit[2]
        shown = raw[start:end]
        plain = shown.isascii() and shown.isalnum()  # nearly all: "was", "all", "can"
        if shown not in forms and (plain or normalize(shown, cased=True).text not in forms):
            # Chinese text has no English words to mistake for a symbol: "copd" stands for COPD there.
            if end - start <= 2 or language.startswith("zh"):
                return end - start > 2
            if shown.islower():
                return False
            return number in self._genes and number not in self._doubtful and _like_a_symbol(raw, start, shown)
        # Chinese has no capitals, so that those of other short forms (B超、CT) would seem to be all around.
        return number not in self._doubtful or language.startswith("zh") or not _shouts(raw, start, end)


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of sorted hits the leftmost, longest ones that do not overlap.

    >>> longest([(0, -12, 2), (0, -4, 1), (5, -12, 3), (13, -15, 4)])
    [(0, -12, 2), (13, -15, 4)]
    """
    kept: list[Hit] = []
    free = 0
    for hit in hits:
        if hit[0] >= free:
            kept.append(hit)
            free = -hit[1]
    return kept


class _Words:
    """Names without wide characters, found as whole words."""

    def __init__(self, names: list[tuple[int, str]]) -> None:
        word, blanks = _word(), _blanks()
        self._numbers = [number for number, _ in names]
        patterns: list[str] = []
        # Whether the text must be compared again: never one word, unless it has punctuation.
        self._several = bytearray(len(names))
        # Names with punctuation are compared again, since blanks hide it; at an end that is no word character
        # they need no edge and so stand without a blank. The value: (name, blanks before it).
        self._punctuated: dict[int, tuple[str, int]] = {}
        for index, (_, name) in enumerate(names):
            blanked = name.translate(blanks)
            before, after = name[0] in word, name[-1] in word
            patterns.append(f"{' ' * before}{blanked}{' ' * after}")
            self._several[index] = " " in blanked
            if blanked != name:
                self._punctuated[index] = (name, int(before))
        self._automaton = _automaton(patterns)

    def find(self, normalized: Normalized) -> list[Hit]:
        text, numbers, punctuated, several = normalized.text, self._numbers, self._punctuated, self._several
        blanked = text.translate(_blanks())
        # One blank is added before the text, so the start of " name " is that of "name" in the text.
        hits = self._automaton.find_matches_as_indexes(f" {blanked} ", overlapping=True)
        found = [
            (start, 2 - end, numbers[index])
            for index, start, end in hits
            if not several[index] or (index not in punctuated and text[start : end - 2] == blanked[start : end - 2])
        ]
        if len(found) < len(hits):
            for index, start, _ in hits:
                if index in punctuated:
                    name, shift = punctuated[index]
                    start += shift - 1
                    if text.startswith(name, start):
                        found.append((start, -start - len(name), numbers[index]))
        return _raw(found, normalized)


class _Wide:
    """Names with Chinese characters; a Latin end of one needs a word edge (``2型糖尿病`` not in ``12型糖尿病``)."""

    def __init__(self, names: list[tuple[int, str]]) -> None:
        self._numbers = [number for number, _ in names]
        self._automaton = _automaton(name for _, name in names)

    def find(self, normalized: Normalized) -> list[Hit]:
        text, word = f"{normalized.text} ", _word()  # the blank follows the end and, as [-1], precedes the start
        found = [
            (start, -end, self._numbers[index])
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if not ((text[start - 1] in word and text[start] in word) or (text[end] in word and text[end - 1] in word))
        ]
        return _raw(found, normalized)


def _raw(found: list[Hit], normalized: Normalized) -> list[Hit]:
    """Hits with raw offsets; none that would cut a raw character."""
    if normalized.offsets is None:
        return found
    whole = [(*normalized.span(hit[0], -hit[1]), hit[2]) for hit in found if normalized.whole(hit[0], -hit[1])]
    return [(start, -end, number) for start, end, number in whole]


def _automaton(names: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(names, implementation=Implementation.ContiguousNFA)


def _wide(text: str) -> bool:
    return not text.isascii() and _WIDE.search(text) is not None


def _like_a_symbol(raw: str, start: int, shown: str) -> bool:
    """Whether letters of another case still look like a gene: *mTOR*, *RhoA*, and *Shh* where no sentence begins."""
    if any(char.isupper() for char in shown[1:]):
        return not shown.isupper()
    before = raw[:start].rstrip()[-1:]
    return shown[0].isupper() and before not in {"", ".", ":", "?", "!"}


def _shouts(raw: str, start: int, end: int) -> bool:
    """Whether the words around are in capitals too, so that capitals say nothing (old titles)."""
    return (raw[max(0, start - 20) : start] + raw[end : end + 20]).isupper()


@cache
def _word() -> frozenset[str]:
    """Characters that stick together to words: letters and digits of alphabetic scripts."""
    return frozenset(chr(code) for code in range(0x2E80) if chr(code).isalnum())


class _Blanks(dict[int, str]):
    """``str.translate`` table: word characters stay, everything else is a blank."""

    def __missing__(self, code: int) -> str:
        self[code] = value = chr(code) if chr(code) in _word() else " "
        return value


@cache
def _blanks() -> _Blanks:
    return _Blanks()
