"""From a Chinese query to English texts: its concepts by their English names, and what no label covers by likeness.

Works on a query that was read. Names of concepts are asked of the texts as words, too; with an alignment
(``kg.search.bridging``) stretches without a label become concepts and words as well. All of it is one kind of hint, so
a caller can switch it off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from kg.index.analysis import has_han
from kg.index.base import Filters
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search import rendering
from kg.search.base import ConceptMatch
from kg.search.bridging import LIKENESS, Bridging, Stretch
from kg.search.hints.base import Corrections, Hint
from kg.search.meaning import Meaning
from kg.search.ranker import query_type
from kg.search.reading import Reading, Understanding, shown
from kg.search.signals import characters
from kg.search.wording import coverage_of
from kg.store.base import Reader

_NO_FILTERS, _NO_CORRECTIONS = Filters(), Corrections()


class Crossing:
    """Reads as ``understanding`` does, in one generation; without ``bridging`` only names of concepts cross."""

    def __init__(
        self, understanding: Understanding, reader: Reader, text: TextIndex, ids: Ids, bridging: Bridging | None = None
    ) -> None:
        self._understanding = understanding
        self._meaning = Meaning(reader, ids)
        self._text = text
        self._bridging = bridging

    def read(
        self, query: str, *, encodes: bool, filters: Filters = _NO_FILTERS, corrections: Corrections = _NO_CORRECTIONS
    ) -> Reading:
        """See ``Understanding.read``; concepts that the caller removed are not looked for, however they were found."""
        reading = self._understanding.read(query, encodes=encodes, filters=filters, corrections=corrections)
        if not has_han(reading.text):
            return reading
        if self._bridging is None or LIKENESS not in corrections.hints:
            kind = query_type(self._language(reading, reading.text), reading.coverage)
            return replace(reading, interpretation=replace(reading.interpretation, type=kind))
        return self._over(query, reading, encodes=encodes, without=corrections.without)

    def _over(self, query: str, reading: Reading, *, encodes: bool, without: Collection[str]) -> Reading:
        told = reading.interpretation
        left = _blanked(query, told.hints)
        stretches: tuple[Stretch, ...] = ()
        if self._bridging is not None:
            covered = [ConceptMatch(one.id, one.start, one.end, one.surface) for one in told.concepts if one.end]
            stretches = self._bridging.read(left, covered, self._held)
            reading = self._without(reading, [(one.start, one.end) for one in stretches if one.sure])
            told = reading.interpretation
        new = [match for one in stretches for match in one.matches if match.concept not in without]
        concepts = (*told.concepts, *(shown(self._text, match) for match in new))
        asked = [one for one in concepts if one.role in ("asked", "negated", "added")]
        spans = [ConceptMatch(one.id, one.start, one.end, one.surface) for one in asked if one.end]
        coverage = coverage_of(left, spans) if new else reading.coverage
        encoded = (rendering.sentence(left, asked, stretches) or told.encoded) if encodes else ""
        return replace(
            reading,
            interpretation=replace(
                told,
                concepts=concepts,
                encoded=encoded,
                type=query_type(self._language(reading, left), coverage),
                hints=tuple(sorted((*told.hints, *self._hints(query, stretches)), key=lambda hint: hint.start)),
            ),
            wanted=self._meaning.of(new) | reading.wanted,
            coverage=coverage,
            english=rendering.words(asked, stretches),
        )

    @staticmethod
    def _without(reading: Reading, spans: Sequence[tuple[int, int]]) -> Reading:
        """A reading without concepts whose names are but parts of these stretches (蛋白 in 蛋白尿)."""
        told = reading.interpretation
        gone = {
            one.id
            for one in told.concepts
            if one.end and one.role == "asked" and any(a <= one.start and one.end <= b for a, b in spans)
        }
        if not gone:
            return reading
        return replace(
            reading,
            interpretation=replace(told, concepts=tuple(one for one in told.concepts if one.id not in gone)),
            wanted={curie: found for curie, found in reading.wanted.items() if found[0] not in gone},
        )

    def _language(self, reading: Reading, query: str) -> str:
        """Where no document is written in its characters, a Chinese query is one in English words."""
        written = any(
            self._text.holders("document", field, one) for one in characters(query) for field in ("title", "body")
        )
        return reading.interpretation.language if written else "en"

    def _held(self, curies: Sequence[str]) -> Mapping[str, int]:
        """Those that a document is about, or anything narrower, under any id that means the same; with how many mention
        the concept itself."""
        meant = self._meaning.of(ConceptMatch(curie, 0, 0, "") for curie in curies)
        found: dict[str, int] = {}
        for curie, (concept, _) in meant.items():
            if self._text.holders("document", "subtree", curie) > 0:
                own = self._text.holders("document", "concept", curie)
                found[concept] = max(own, found.get(concept, 0))
        return found

    def _hints(self, query: str, stretches: Sequence[Stretch]) -> Iterator[Hint]:
        """The words of a piece; of a stretch that was taken for concepts the best of them, with its cosine."""
        for one in stretches:
            said = " ".join(word for word, _ in one.words)
            for match in one.matches[:1]:
                said = f"{shown(self._text, match).label.en or match.concept} {match.score:.2f}"
            concepts = tuple(match.concept for match in one.matches)
            yield Hint(LIKENESS, one.start, one.end, query[one.start : one.end], said, concepts, applied=True)


def _blanked(query: str, hints: Sequence[Hint]) -> str:
    """The query with blanks for what acts as a filter."""
    gone = {at for hint in hints if hint.applied and hint.kind != "spelling" for at in range(hint.start, hint.end)}
    return "".join(" " if at in gone else letter for at, letter in enumerate(query))
