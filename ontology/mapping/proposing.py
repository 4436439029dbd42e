"""Candidates for mappings, each with its reasons: the one way from two vocabularies to a ranked list.

Pure over frozen records. What was decided before is respected: a pair that was rejected is never proposed again, and
a concept whose mapping is confirmed gets no other candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property

from kg.index.base import Encoder
from ontology.mapping.candidate import MappingCandidate, Reason
from ontology.mapping.comparison import Comparison
from ontology.mapping.evidence import Evidence, Figures
from ontology.mapping.scorer import Scorer, packaged
from ontology.mapping.vocabulary import Vocabulary

TOP = 5
_TELLING_LETTERS = 0.6
_TELLING_WORDS = 0.3
_TELLING_MEANING = 0.6


class Proposer:
    """``rejected``: pairs of ids that somebody found wrong, in either order. ``confirmed``: pairs that hold.

    ``shared``: see ``Comparison``. Candidates whose categories clash are told only where ``clashing``.
    """

    def __init__(
        self, source: Vocabulary, target: Vocabulary, *, scorer: Scorer | None = None,
        shared: Mapping[str, Mapping[str, Set[str]]] | None = None, encoder: Encoder | None = None,
        rejected: Iterable[tuple[str, str]] = (), confirmed: Iterable[tuple[str, str]] = (), clashing: bool = False,
    ) -> None:  # fmt: skip
        known = list(confirmed)
        self.comparison = Comparison(source, target, shared=shared, anchors=known, encoder=encoder)
        self._evidence = Evidence(self.comparison)
        self._scorer = scorer or packaged()
        self._rejected = {pair for one, other in rejected for pair in ((one, other), (other, one))}
        self._confirmed = {one for pair in known for one in pair}
        self._clashing = clashing

    def candidates(self, concept: str, top: int = TOP) -> list[MappingCandidate]:
        """The best ``top`` for one concept of the source, best first; none for what is confirmed or unknown."""
        source, target = self.comparison.source, self.comparison.target
        place = source.place.get(concept)
        if place is None or concept in self._confirmed:
            return []
        figures = {
            other: row
            for other, row in self._evidence.of(place).items()
            if (concept, target.concepts[other].id) not in self._rejected and (self._clashing or not row["clash"])
        }
        scores = {other: self._scorer.score(row) for other, row in figures.items()}
        sure = self._scorer.confidences(scores)
        made: list[MappingCandidate] = []
        for other in sorted(scores, key=lambda other: (-scores[other], target.concepts[other].id)):
            reasons = tuple(self._reasons(place, other, figures[other]))
            # What nothing can be said for is no candidate, wherever it stands.
            if not any(reason.kind not in ("clash", "rival") for reason in reasons):
                continue
            labels = shown(source, place), shown(target, other)
            made.append(MappingCandidate(concept, target.concepts[other].id, sure[other], reasons, *labels))
            if len(made) == top:
                break
        return made

    def all(self, top: int = TOP) -> Iterator[MappingCandidate]:
        """For every concept of the source."""
        for concept in self.comparison.source.concepts:
            yield from self.candidates(concept.id, top)

    def _reasons(self, subject: int, other: int, figures: Figures) -> Iterator[Reason]:
        comparison = self.comparison
        source, target = comparison.source, comparison.target
        best = comparison.best[subject][other]
        if best.subject >= 0:
            one, two = source.names[best.subject], target.names[best.object]
            names = (one.label.value, two.label.value)
            if one.via:
                yield Reason("bilingual", *names, round(best.whole, 3), (one.via,))
            elif two.via and self._foreign(other, best.object):
                yield Reason("bilingual", *names, round(best.whole, 3), (two.via, target.concepts[other].id))
            elif best.likeness.same:
                yield Reason("name", *names, path=(two.via,) if two.via else ())
            elif best.likeness.shared >= _TELLING_WORDS:
                yield Reason("words", *names, round(best.likeness.shared, 3), (two.via,) if two.via else ())
            elif best.likeness.letters >= _TELLING_LETTERS:
                yield Reason("letters", *names, round(best.likeness.letters, 3), (two.via,) if two.via else ())
        for way in comparison.shared(subject, other):
            told = round(comparison.telling_of(way, subject), 3)
            yield Reason("shared", score=told, path=(source.concepts[subject].id, way, target.concepts[other].id))
        above, _, below, _ = comparison.about(subject, other)
        for kind, places in (("above", above), ("below", below)):
            for place in places[:3]:
                anchor = target.concepts[comparison.anchors[place]].id
                yield Reason(kind, source.concepts[place].id, anchor)  # type: ignore[arg-type]
        if figures["meaning"] >= _TELLING_MEANING:
            yield Reason("meaning", score=round(figures["meaning"], 3))
        if figures["clash"]:
            yield Reason("clash", source.concepts[subject].category, target.concepts[other].category)
        if rival := comparison.rival(subject, other):
            yield Reason("rival", source.concepts[rival[1]].id, target.concepts[other].id, round(rival[0], 3))

    def _foreign(self, other: int, name: int) -> bool:
        """Whether a borrowed name is in a language that the concept itself has no name in."""
        target = self.comparison.target
        language = target.names[name].label.language[:2]
        return language not in self._languages[other]

    @cached_property
    def _languages(self) -> list[frozenset[str]]:
        return [frozenset(label.language[:2] for label in row.labels) for row in self.comparison.target.concepts]


def shown(vocabulary: Vocabulary, place: int) -> str:
    """The preferred English name, else Chinese, else any, else nothing."""
    concept = vocabulary.concepts[place]
    return concept.label("en") or concept.label("zh") or next((label.value for label in concept.labels), "")
