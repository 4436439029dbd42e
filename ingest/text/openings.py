"""What the patterns of cues begin with, and where that stands in a text.

Hundreds of patterns are slow to try at every place of a text; one automaton finds where any of them may begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from kg.errors import ConfigError

WORDS = re.compile(r"\{([a-z]+)\}")
"""A name of [words] in a pattern."""
_PLAIN = re.compile(r"((?:[^\\\[\](){}?*+.|^$]|\\[^\w])*)([?*])?")
_GROUP = re.compile(r"\(\?:([^\\\[\](){}?*+.^$]*)\)(\??+)(?![*+]|\{\d)")
"""A choice of letters."""
_BLANK = re.compile(r"\(\?: [^()|]*\)(?:\?|\{\d,\d\}\??) ")
"""Words that may follow, and a blank in any case."""
_CLEAR = 4
"""Letters that are enough to look for: few texts have them for another reason."""
_ODD = re.compile("[\ud800-\udfff]")
"""Unpaired surrogates."""
_BETWEEN = re.compile(r"[^\w-]")
_PLAIN_SIGNS = str.maketrans({chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "_-")})


class Openings:
    """What the patterns of some rows begin with: an automaton, and the rows of each of its words.

    A word of a language with blanks is looked for between them, in a text whose other signs are blanks.
    """

    def __init__(self, starts: Iterable[tuple[int, str]], *, words: bool) -> None:
        found: dict[str, list[int]] = {}
        for number, start in starts:
            found.setdefault(_needle(start) if words else start, []).append(number)
        self._automaton = AhoCorasick(list(found), implementation=Implementation.DFA)
        self._found = [(int(words and key[0] == "-"), rows) for key, rows in found.items()]
        self._words = words

    def places(self, text: str, start: int, end: int) -> dict[int, list[int]]:
        """Place in the text -> the rows that may begin there."""
        lower = _lower(text[start:end])
        kept: Sequence[int] = range(len(lower) + 1)
        if self._words:
            if "  " in lower or "\n" in lower:
                kept = _narrow(lower)
                lower = "".join(lower[at] for at in kept)
            lower = _apart(f"{text[start - 1] if start else ' '}{lower} ")
        places: dict[int, list[int]] = {}
        for number, at, _ in self._automaton.find_matches_as_indexes(lower, overlapping=True):
            back, rows = self._found[number]
            place = start + kept[at - back]
            places[place] = places[place] + rows if place in places else rows
        return places


def _needle(start: str) -> str:
    """A word as it stands in a text whose signs are blanks; a blank before it, unless a hyphen joins it to another."""
    apart = _apart(start)
    return apart if apart[0] == "-" else f" {apart}"


def _lower(text: str) -> str:
    """In lower case, sign by sign, without what the automaton cannot read."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    return folded if folded.isascii() else _ODD.sub(" ", folded)


def _narrow(text: str) -> list[int]:
    """The places of the signs of a text with one blank for several.

    >>> _narrow("a  b \\n c")
    [0, 1, 3, 4, 7]
    """
    return [at for at, sign in enumerate(text) if not (sign.isspace() and at and text[at - 1].isspace())]


def _apart(text: str) -> str:
    """With a blank for each sign that does not belong to a word."""
    return text.translate(_PLAIN_SIGNS) if text.isascii() else _BETWEEN.sub(" ", text)


def openings(patterns: Sequence[str], words: Mapping[str, Sequence[str]], *, whole: bool) -> set[str]:
    """The letters that patterns begin with, without those that begin with others of them."""
    kept: set[str] = set()
    for start in sorted(start for one in patterns for start in _openings(one, words, whole=whole)):
        if not any(start[:end] in kept for end in range(1, len(start) + 1)):
            kept.add(start)
    return kept


def _openings(pattern: str, words: Mapping[str, Sequence[str]], before: str = "", *, whole: bool) -> Iterator[str]:
    """The letters that a pattern begins with, one for each way to begin; ``whole``: with a blank behind all of it.

    >>> sorted(_openings("{never} found", {"never": ("not", "never")}, whole=False))
    ['never found', 'not found']
    >>> list(_openings("lacks?(?: of)?", {}, whole=True)), list(_openings("(?:un)?likely", {}, whole=True))
    (['lack'], ['unlikely ', 'likely '])
    >>> list(_openings("not(?: now)?{close}", {"close": ["(?=,|$)"]}, whole=False))
    ['not now', 'not']
    """
    plain, optional = _PLAIN.match(pattern).groups()  # type: ignore[union-attr]
    before += re.sub(r"\\(.)", r"\1", plain[: -1 if optional in ("?", "*") else None]).lower()
    rest = pattern[len(plain) :]
    if not optional and (not rest or _BLANK.match(rest)):
        yield before + " " * whole
    elif not optional and (name := WORDS.match(rest)):
        for word in words[name[1]]:
            yield from _openings(word + rest[name.end() :], words, before, whole=whole)
    elif not optional and len(before.strip()) < _CLEAR and (group := _GROUP.match(rest)):
        for choice in [*group[1].split("|"), *([""] if group[2] else [])]:
            yield from _openings(choice + rest[group.end() :], words, before, whole=whole)
    elif before.strip():
        yield before
    else:
        raise ConfigError(where="cues", reason=f"{pattern!r} does not begin with letters")
