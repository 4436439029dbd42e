"""Which concepts a text names: matcher and scoring joined, without spaCy and without documents."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ontology.lexicon import Lexicon
from ontology.matcher import Hit, Matcher
from ontology.normalize import normalize
from ontology.scoring import Meaning, Scoring

PIPELINE = "grounding.v2"
_SPELLINGS = 65_536
"""Other spellings of exact names whose meaning is remembered (*Akt* of AKT): texts could bring any number."""


class Grounder:
    """Names of one lexicon in raw text. Build it once in each process; it is not picklable."""

    def __init__(self, lexicon: Lexicon, scoring: Scoring | None = None) -> None:
        self._lexicon = lexicon
        self._matcher = Matcher(lexicon)
        self._scoring = scoring or Scoring()
        # Meanings by language, name and spelling, filled as names turn up: at most two a name, one an exact form.
        self._known: defaultdict[str, dict[int | str, Meaning]] = defaultdict(dict)
        self._exact: dict[int, frozenset[str]] = {}
        for number, senses in enumerate(lexicon.senses):
            if forms := [sense.exact for sense in senses if sense.exact]:
                self._exact[number] = frozenset(forms)
        self._other_spelling = lru_cache(maxsize=_SPELLINGS)(self._meaning)

    @property
    def version(self) -> str:
        """Names the rules and the dictionary: what stands in annotation graphs and manifests."""
        return f"{PIPELINE}+{self._lexicon.digest}"

    def hits(self, text: str, language: str = "") -> list[Hit]:
        """Every valid hit in raw ``text``, overlapping ones included; offsets into ``text``."""
        return self._matcher.hits(text, language)

    def meanings(
        self, text: str, hits: Iterable[Hit], language: str = "", extra: Sequence[Meaning] = ()
    ) -> Iterator[tuple[int, int, str, Meaning]]:
        """(start, end, surface, meaning) of each hit that means something.

        A hit with the number ``-1 - i`` means ``extra[i]``: that is how callers add names of their own.
        """
        known = self._known[language]
        for start, stop, number in hits:
            surface = text[start:-stop]
            meaning = known.get(number << 1 | surface.islower())
            if meaning is None:
                meaning = self.meaning(number, surface, language) if number >= 0 else extra[-1 - number]
                if meaning is None:
                    continue
            yield start, -stop, surface, meaning

    def meaning(self, number: int, surface: str, language: str = "") -> Meaning | None:
        """What the name ``number`` means when it is written ``surface``; None when its letters fit no sense."""
        known = self._known[language]
        forms = self._exact.get(number)
        if forms is not None and surface not in forms:
            return self._other_spelling(number, surface, language)
        key = surface if forms is not None else number << 1 | surface.islower()
        if key not in known and (made := self._meaning(number, surface, language)):
            known[key] = made
        return known.get(key)

    def _meaning(self, number: int, surface: str, language: str) -> Meaning | None:
        return self._scoring.meaning(self._lexicon.names[number], self._lexicon.senses[number], surface, language)

    def lookup(self, surface: str, language: str = "") -> Meaning | None:
        """The meaning of a whole name, such as the long form of an abbreviation."""
        names = self._lexicon.names
        name = normalize(surface).text.strip()
        number = bisect_left(names, name)
        if number == len(names) or names[number] != name:
            return None
        return self.meaning(number, surface, language)
