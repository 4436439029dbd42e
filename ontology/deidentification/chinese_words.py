"""A Chinese text as a dictionary of ordinary words parts it, and how much characters look like a given name."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec
import rjieba

_HALF = re.compile("[\ud800-\udfff]")
_UNLIKELY = -4.0
_ACTS = ("v", "a", "d", "p", "c", "r", "u", "f", "m", "q", "b", "y")
"""Tags of words that begin what is said about somebody; nouns, names and single characters without a tag are none."""


class Segments(msgspec.Struct, frozen=True):
    """Words of a text: ``tags`` by start and end, ``starts`` of all of them."""

    text: str
    tags: dict[int, tuple[int, str]]

    def boundary(self, at: int) -> bool:
        """Whether a word begins at ``at``, or the text ends."""
        return at in self.tags or at >= len(self.text)

    def word(self, at: int) -> str:
        """The word that begins at ``at``; nothing where none does."""
        return self.text[at : self.tags[at][0]] if at in self.tags else ""

    def tag(self, at: int) -> str:
        """The part of speech of the word that begins at ``at``, in the tags of ICTCLAS."""
        return self.tags[at][1] if at in self.tags else ""

    def acts(self, at: int) -> bool:
        """Whether a word of two characters or more begins at ``at`` that tells what somebody does or is."""
        return len(self.word(at)) > 1 and self.tag(at).startswith(_ACTS)


def segmented(text: str) -> Segments:
    """The words of folded text, by a dictionary alone: what it does not know is left in single characters.

    >>> seen = segmented("值班管一鸣看过")
    >>> [seen.word(at) for at in sorted(seen.tags)]
    ['值班', '管', '一', '鸣', '看过']
    """
    tags, at = {}, 0
    for word, tag in rjieba.tag(_HALF.sub("?", text), False):
        tags[at] = (at + len(word), tag)
        at += len(word)
    return Segments(text, tags)


def tag_of(character: str) -> str:
    """The part of speech of one character where it is a word."""
    found: list[tuple[str, str]] = rjieba.tag(character, False)
    return found[0][1]


@cache
def _likelihoods() -> dict[str, float]:
    raw: dict[str, str] = tomllib.loads(
        (files("ontology.deidentification") / "given_characters.toml").read_text("utf-8")
    )
    return {one: float(score) for score, listed in raw.items() for one in listed if not one.isspace()}


def likeness(given: str) -> float:
    """How much likelier the characters are as a given name than in running text, in natural logarithms; the mean.

    >>> likeness("秀英") > 1 > likeness("手术")
    True
    """
    scores = _likelihoods()
    return sum(scores.get(one, _UNLIKELY) for one in given) / len(given) if given else _UNLIKELY
