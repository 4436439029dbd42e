"""The concepts that a name may mean which no dictionary name equals, with numbers that say how like each is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from math import log1p
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ingest.text.neighbours import Floats, Integers
from ingest.text.wording import Substitutes, Wordings, words
from ontology.lessons import family
from ontology.lexicon import Lexicon, Sense
from ontology.normalize import normalize
from ontology.scoring import FORMS, KINDS

if TYPE_CHECKING:
    from ingest.text.trigrams import Trigrams

FEATURES = (
    "squeezed", "letters", "words", "letters-behind", "words-behind", "covered", "covering", "last", "length", "digits",
    "short", "kind", "names", "context",
)  # fmt: skip
"""``squeezed``: equal without blanks and signs; ``letters``, ``words``: cosines of trigrams and of words with their
substitutes, ``-behind``: how far behind the highest of all rivals; ``covered``, ``covering``: share of the surface's
words that the name has, and of the name's that the surface has, rare words counting more; ``last``: the same last
word; ``length``: difference in length; ``digits``: the same numbers; ``short``: up to four letters; ``kind``: what the
kind of the label weighs; ``names``: how many of the concept's names are near (logarithm); ``context``: the document
names the concept elsewhere."""
_CONTEXT = FEATURES.index("context")
_BEHIND = [(FEATURES.index(name), FEATURES.index(f"{name}-behind")) for name in ("letters", "words")]
_NEAREST = 40
_LEAST = 0.5
"""Least cosine of trigrams that is looked for."""
_STEM = 5
"""Letters by which words are compared: *hepatotoxic* and *hepatotoxicity* are one."""
_REMEMBERED = 16_384
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")


class Rival(NamedTuple):
    """One concept, the name that speaks for it, and its features in the order of ``FEATURES``."""

    concept: str
    category: str
    name: str
    features: Floats


class Rivals:
    """The names of a lexicon by likeness; tables are made when the first name is asked for. Not picklable."""

    def __init__(self, lexicon: Lexicon, substitutes: Substitutes) -> None:
        self._lexicon = lexicon
        self._substitutes = substitutes
        self._families: dict[str, tuple[Integers, Wordings]] = {}
        self._alone = lru_cache(maxsize=_REMEMBERED)(self._found)

    def of(self, surface: str, category: str, context: frozenset[str] = frozenset()) -> list[Rival]:
        """In the order of concepts; ``context`` are the concepts that the document names elsewhere."""
        return [_told(one) if one.concept in context else one for one in self._alone(surface, category)]

    def _found(self, surface: str, category: str) -> tuple[Rival, ...]:
        name = normalize(surface).text.strip()
        numbers, letters, wordings = self._near(name, category)
        best: dict[str, tuple[float, int, Sense]] = {}
        near: Counter[str] = Counter()
        for at, number in enumerate(numbers):
            equal = _squeezed(self._lexicon.names[number]) == _squeezed(name)
            for sense in _senses(self._lexicon.senses[number], category):
                near[sense.concept] += 1
                likeness = letters[at] + wordings[at] + equal
                if sense.concept not in best or likeness > best[sense.concept][0]:
                    best[sense.concept] = (likeness, at, sense)
        rows = []
        for concept, (_, at, sense) in sorted(best.items()):
            other = self._lexicon.names[numbers[at]]
            features = self._features(name, other, letters[at], wordings[at], sense, near[concept])
            rows.append(Rival(concept, sense.category, other, features))
        for column, behind in _BEHIND:
            highest = max((one.features[column] for one in rows), default=0.0)
            for one in rows:
                one.features[behind] = highest - one.features[column]
        return tuple(rows)

    def _near(self, name: str, category: str) -> tuple[list[int], list[float], list[float]]:
        """Numbers of names in order, with both cosines: those nearest by either, and those equal when squeezed."""
        numbers, wordings = self._family(category)
        if not len(numbers):
            return [], [], []
        trigrams = self._trigrams
        by_letters = trigrams.nearest(name, _NEAREST)
        by_words = numbers[wordings.nearest(name, _NEAREST)]
        found = {*by_letters.tolist(), *by_words.tolist(), *self._squeezed_names.get(_squeezed(name), ())}
        every = np.intersect1d(np.asarray(sorted(found), dtype=np.int64), numbers, assume_unique=True)
        places = np.searchsorted(numbers, every)
        return every.tolist(), trigrams.likeness(name, every).tolist(), wordings.likeness(name, places).tolist()

    def _features(self, name: str, other: str, letters: float, wording: float, sense: Sense, near: int) -> Floats:
        ours, theirs = words(name), words(other)
        weight = self._family(family(sense.category))[1].weight
        return np.asarray(
            (
                _squeezed(name) == _squeezed(other),
                letters,
                wording,
                0.0,
                0.0,
                _share(ours, theirs, weight),
                _share(theirs, ours, weight),
                bool(ours and theirs) and _stem(ours[-1]) == _stem(theirs[-1]),
                abs(len(name) - len(other)) / max(len(name), len(other), 1),
                sorted(_NUMBER.findall(name)) == sorted(_NUMBER.findall(other)),
                len(_squeezed(name)) <= 4,
                KINDS.get(sense.kind, 0.5) * FORMS.get(sense.form, 0.9),
                log1p(near),
                0.0,
            ),
            dtype=np.float32,
        )

    def _family(self, category: str) -> tuple[Integers, Wordings]:
        """Numbers of the names of a family, and these names by their words."""
        if category not in self._families:
            numbers = [number for number, senses in enumerate(self._lexicon.senses) if any(_senses(senses, category))]
            names = [self._lexicon.names[number] for number in numbers]
            self._families[category] = np.asarray(numbers, dtype=np.int64), Wordings(names, self._substitutes)
        return self._families[category]

    @cached_property
    def _trigrams(self) -> Trigrams:
        from ingest.text.trigrams import Trigrams

        return Trigrams(self._lexicon.names, _LEAST)

    @cached_property
    def _squeezed_names(self) -> dict[str, list[int]]:
        made: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._lexicon.names):
            made[_squeezed(name)].append(number)
        made.pop("", None)
        return dict(made)


def _senses(senses: Iterable[Sense], category: str) -> Iterator[Sense]:
    return (sense for sense in senses if family(sense.category) == category)


def _share(some: Sequence[str], others: Iterable[str], weight: Callable[[str], float]) -> float:
    """Of the weight of some words, what others have, too."""
    known = {_stem(word) for word in others}
    whole = sum(map(weight, some))
    return sum(weight(word) for word in some if _stem(word) in known) / whole if whole else 0.0


def _told(one: Rival) -> Rival:
    features = one.features.copy()
    features[_CONTEXT] = 1.0
    return one._replace(features=features)


def _squeezed(name: str) -> str:
    """Without blanks and signs.

    >>> _squeezed("fk 506"), _squeezed("cacl(2)")
    ('fk506', 'cacl2')
    """
    return _SIGNS.sub("", name)


def _stem(word: str) -> str:
    return word[:_STEM]
