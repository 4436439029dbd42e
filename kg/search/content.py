"""What a question says, part by part, and how much of it a sentence covers.

A part is a concept that the question names, or one of its other words. Parts weigh by their information, so that a
sentence with the rare word says more than one with the common one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from kg.index.analysis import STOP_WORDS, is_gram, query_tokens, stem, tokens
from kg.search.holdings import Holdings
from kg.search.reading import Reading

GRAM = 0.5
"""A pair of Chinese characters is half a word."""
_FIELDS = ("title", "body")
_ASKING = re.compile(
    "为什么|是不是|有没有|能不能|会不会|是否|能否|可否|如何|怎么样?|怎样|什么|哪些|哪种|哪个|可以|以及|[吗呢吧的了与和或及、]"
)
"""Chinese words that ask or join, and say nothing of what is asked."""
_STEMMED = frozenset(map(stem, STOP_WORDS))
"""Stop words as tokens are spelled: *does* is *doe*."""
_LOOKED_FOR = frozenset({"asked", "negated", "added"})
"""Roles of concepts that a search looks for."""


class Part(msgspec.Struct, frozen=True):
    """Covered by any of its ``concepts``, or by all of its ``tokens`` together."""

    tokens: frozenset[str]
    concepts: frozenset[str]
    weight: float


class Content(msgspec.Struct, frozen=True):
    """The parts of one question."""

    parts: tuple[Part, ...]

    def share(self, text: str, concepts: Collection[str] = ()) -> float:
        """How much of the question a text covers that mentions these ``concepts`` (those of the question that they
        come from), 0 to 1.

        >>> Content((Part(frozenset({"gout"}), frozenset({"x:1"}), 3.0), Part(frozenset({"drug"}), frozenset(), 1.0))
        ... ).share("A drug was given.")
        0.25
        """
        whole = sum(part.weight for part in self.parts)
        if not whole:
            return 0.0
        held = frozenset(tokens(text))
        covered = sum(
            part.weight
            for part in self.parts
            if part.concepts.intersection(concepts) or (part.tokens and part.tokens <= held)
        )
        return covered / whole


def content(question: str, reading: Reading, holdings: Holdings) -> Content:
    """The parts of a question as it was read; none where it says nothing."""
    return Content((*_concepts(reading, holdings), *_words(question, reading, holdings)))


def _concepts(reading: Reading, holdings: Holdings) -> Iterator[Part]:
    """One part a stretch, whatever it may mean. Its information is that of the most frequent concept which any of its
    meanings is."""
    stretches: dict[tuple[int, int, str], set[str]] = {}
    surfaces: dict[tuple[int, int, str], str] = {}
    for one in reading.interpretation.concepts:
        if one.role in _LOOKED_FOR:
            # What the caller added stands nowhere: each is a part of its own.
            place = one.start, one.end, "" if one.surface else one.id
            stretches.setdefault(place, set()).add(one.id)
            surfaces[place] = one.surface
    for place, concepts in stretches.items():
        wanted = [curie for curie, (concept, _) in reading.wanted.items() if concept in concepts]
        weight = min((holdings.information("subtree", curie) for curie in wanted), default=0.0)
        yield Part(frozenset(query_tokens(surfaces[place])), frozenset(concepts), weight)


def _words(question: str, reading: Reading, holdings: Holdings) -> Iterator[Part]:
    told = reading.interpretation
    read = [(one.start, one.end) for one in told.concepts]
    read += [(hint.start, hint.end) for hint in told.hints if hint.applied]
    named = {at for start, end in read for at in range(start, end)}
    rest = _ASKING.sub(" ", "".join(" " if at in named else letter for at, letter in enumerate(question)))
    for token in query_tokens(rest) if rest.strip() else ():
        if token in _STEMMED:
            continue
        weight = min(holdings.information(field, token) for field in _FIELDS)
        yield Part(frozenset({token}), frozenset(), weight * (GRAM if is_gram(token) else 1.0))


def origins(matched: Mapping[str, str], mentions: Collection[tuple[int, int, str]], start: int, end: int) -> set[str]:
    """The concepts of the question behind the mentions within ``[start, end)``; ``matched``: CURIE that is mentioned
    -> concept of the question."""
    return {matched[curie] for left, right, curie in mentions if start <= left and right <= end and curie in matched}
