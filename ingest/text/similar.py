"""Candidates for names that no dictionary has: scispaCy's generator over our own names.

scispaCy keeps a table of names as TF-IDF of character trigrams (Neumann et al. 2019, "ScispaCy: Fast and Robust Models
for Biomedical Natural Language Processing", section 4) and asks nmslib for the nearest. ``neighbours`` is asked
instead: exact, built in seconds, where nmslib's graph of so many names takes hours, and nothing pickled is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kg.model.evidence import Candidate
from ontology.lessons import family
from ontology.lexicon import Lexicon
from ontology.normalize import normalize
from ontology.scoring import Meaning

if TYPE_CHECKING:
    from scispacy.candidate_generation import CandidateGenerator

VERSION = "similar1"
_NEAREST = 40
"""Names that are looked at: many are of another type, or of one concept."""
_MOST = 5
_FLOOR = 0.85
"""Least cosine: of what was tried (0.6 to 0.9) it gave the best ids on 44 documents of the training part of BC5CDR
that the network had not seen."""
_SCALE = 0.8
"""What a name loses that is only like the one in the dictionary."""
_REMEMBERED = 65_536


class SimilarNames:
    """The names of a lexicon by likeness; the table is made when the first name is asked for. Not picklable.

    What was asked is remembered as long as this lives: it is for commands and builds, and the service, which keeps
    nothing of a text, asks it nothing.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.meaning = lru_cache(maxsize=_REMEMBERED)(self._meaning)
        """What ``(surface, category)`` may mean: concepts of names of that family, the likest first, or None."""

    def _meaning(self, surface: str, category: str) -> Meaning | None:
        name = normalize(surface).text.strip()
        found = self._generator([name], _NEAREST)[0]
        rows: list[tuple[float, str, str, str]] = []
        for one in found:
            likeness, alias = max(zip(one.similarities, one.aliases, strict=True))
            kind = self._category(alias, one.concept_id)
            if likeness >= _FLOOR and family(kind) == category:
                rows.append((-likeness, one.concept_id, kind, alias))
        rows.sort()
        candidates = tuple(
            Candidate(concept, round(-_SCALE * likeness, 4), f"similar·{alias}")
            for likeness, concept, _, alias in rows[:_MOST]
        )
        return Meaning(rows[0][2], candidates, candidates[0].score, candidates[0].score) if candidates else None

    def _category(self, alias: str, concept: str) -> str:
        senses = self._lexicon.senses[bisect_left(self._lexicon.names, alias)]
        return next(sense.category for sense in senses if sense.concept == concept)

    @cached_property
    def _generator(self) -> CandidateGenerator:
        # Half a second to import, some twenty to fill: only for those who ask.
        from scispacy.candidate_generation import CandidateGenerator

        from ingest.text.trigrams import Trigrams

        table = Trigrams(self._lexicon.names, _FLOOR, rarest=2)
        return CandidateGenerator(table.neighbours, table.vectorizer, self._lexicon.names, _Names(self._lexicon))


class _Names:
    """What the generator asks of a knowledge base."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.alias_to_cuis: Mapping[str, frozenset[str]] = _Concepts(lexicon)


class _Concepts(Mapping[str, frozenset[str]]):
    """The concepts of a name."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __getitem__(self, name: str) -> frozenset[str]:
        number = bisect_left(self._lexicon.names, name)
        if number == len(self) or self._lexicon.names[number] != name:
            raise KeyError(name)
        return frozenset(sense.concept for sense in self._lexicon.senses[number])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lexicon.names)

    def __len__(self) -> int:
        return len(self._lexicon.names)
