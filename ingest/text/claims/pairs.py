"""What speaks for a relation between a chemical and a disease in a document: features of pairs, for a classifier.

A pair is two concepts; all sentences that name both, or else where in the document each stands, speak for it. Features
are plain strings, so a model is a table of weights that people can read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import msgspec

from ingest.text.claims.extraction import relations
from ingest.text.sentences import Span, sentences
from kg.model.document import Passage
from kg.model.evidence import Candidate, Mention

FEATURES = "pairs.v1"
"""Names the features; a model made with others is not read."""
_WORD = re.compile(r"[a-z]+|\d|[\u3400-\u9fff]|[^\w\s]")
_FAR = 18
"""Words between two mentions that are read one by one."""
Broader = Callable[[str, str], bool]
"""Whether the second concept is a kind of the first."""


class Named(msgspec.Struct, frozen=True):
    """A mention: ``passage`` counts in the document; ``concepts`` are several where it names several at once."""

    passage: int
    start: int
    end: int
    concepts: tuple[str, ...]
    chemical: bool


class _Placed(msgspec.Struct, frozen=True):
    named: Named
    sentence: int


class Pairs:
    """The pairs of a document: each chemical with each disease, and their features.

    ``broader`` tells which concept of the document is only the general name of another; without it, names tell
    ("failure" beside "renal failure").
    """

    def __init__(
        self, passages: Sequence[Passage], mentions: Sequence[Named], broader: Broader = lambda one, other: False
    ) -> None:
        self._passages = passages
        self._spans = [(number, span) for number, one in enumerate(passages) for span in sentences(one.text)]
        self._firsts = [(number, span[0]) for number, span in self._spans]
        self._of: dict[str, list[_Placed]] = defaultdict(list)
        self._within: dict[int, list[Named]] = defaultdict(list)
        self._kinds: dict[str, bool] = {}
        for one in mentions:
            at = bisect_right(self._firsts, (one.passage, one.start)) - 1
            self._within[at].append(one)
            for concept in one.concepts:
                self._of[concept].append(_Placed(one, at))
                self._kinds[concept] = one.chemical
        self._chemicals = [concept for concept, chemical in self._kinds.items() if chemical]
        self._diseases = [concept for concept, chemical in self._kinds.items() if not chemical]
        self._cued: dict[int, list[tuple[Named, str, Named]]] = {}
        self._rank = {
            concept: rank
            for group in (self._chemicals, self._diseases)
            for rank, concept in enumerate(sorted(group, key=lambda one: -len(self._of[one])))
        }
        self._general = {
            one for one in self._diseases if any(other != one and broader(one, other) for other in self._diseases)
        }
        names = {one: {" ".join(self._words(at.named)) for at in self._of[one]} for one in self._diseases}
        self._shorter = {
            one
            for one in self._diseases
            for other in self._diseases
            if other != one and any(long.endswith(f" {name}") for name in names[one] for long in names[other])
        }

    def __iter__(self) -> Iterator[tuple[str, str, dict[str, float]]]:
        """(chemical, disease, features by name)."""
        for chemical in self._chemicals:
            for disease in self._diseases:
                yield chemical, disease, self._features(chemical, disease)

    def _together(self, chemical: str, disease: str) -> list[int]:
        return sorted({one.sentence for one in self._of[chemical]} & {one.sentence for one in self._of[disease]})

    def _features(self, chemical: str, disease: str) -> dict[str, float]:
        found: Counter[str] = Counter()
        both = self._together(chemical, disease)
        for at in both:
            for name in self._sentence(at, chemical, disease):
                found[name] = 1
        found.update(self._document(chemical, disease, both))
        return dict.fromkeys(found, 1.0)

    def _document(self, chemical: str, disease: str, both: Sequence[int]) -> Iterator[str]:
        drugs, ills = self._of[chemical], self._of[disease]
        last = len(self._spans) - 1
        in_title = [any(self._passages[one.named.passage].kind == "title" for one in some) for some in (drugs, ills)]
        conclusion = [any(one.sentence >= last - 1 for one in some) for some in (drugs, ills)]
        yield f"title={in_title[0]:d}{in_title[1]:d}"
        yield f"end={conclusion[0]:d}{conclusion[1]:d}"
        yield f"together={min(len(both), 4)}"
        yield f"drugs={_bucket(len(drugs))}"
        yield f"ills={_bucket(len(ills))}"
        yield f"drug-rank={min(self._rank[chemical], 4)}"
        yield f"ill-rank={min(self._rank[disease], 5)}"
        yield f"drug-rank={min(self._rank[chemical], 2)} ill-rank={min(self._rank[disease], 3)} {bool(both)}"
        yield f"chemicals={_bucket(len(self._chemicals))}"
        yield f"diseases={_bucket(len(self._diseases))}"
        yield f"first-title {in_title[0]:d}{in_title[1]:d} rank {min(self._rank[chemical], 2)} {min(len(both), 2)}"
        if disease in self._general:
            yield "general"
        if disease in self._shorter:
            yield "shorter"
        if both:
            if both[0] == 0:
                yield "together-in-title"
            if both[-1] >= last - 1:
                yield "together-at-end"
        else:
            gap = min(abs(one.sentence - other.sentence) for one in drugs for other in ills)
            yield f"apart={min(gap, 4)}"
            yield f"apart title={in_title[0]:d}{in_title[1]:d} drug-rank={min(self._rank[chemical], 2)}"
            if len(self._chemicals) == 1:
                yield "apart only drug"
        for word in {word for one in ills for word in self._words(one.named)}:
            yield f"ill:{word}"
        nearest = {self._nearest_drug(one.named) for one in ills}
        if chemical in nearest:
            yield "nearest"

    def _nearest_drug(self, ill: Named) -> str:
        """The chemical named last before a disease, or first behind it, in the passage."""
        drugs = [
            (abs(one.named.start - ill.start), concept)
            for concept in self._chemicals
            for one in self._of[concept]
            if one.named.passage == ill.passage
        ]
        return min(drugs)[1] if drugs else ""

    def _words(self, one: Named) -> list[str]:
        return _words(self._passages[one.passage].text[one.start : one.end])

    def _sentence(self, at: int, chemical: str, disease: str) -> Iterator[str]:
        """Features of the nearest two mentions of a sentence, and of the cues between any two."""
        number, (start, end) = self._spans[at]
        drugs = [one.named for one in self._of[chemical] if one.sentence == at]
        ills = [one.named for one in self._of[disease] if one.sentence == at]
        drug, ill = min(((d, i) for d in drugs for i in ills), key=lambda two: abs(two[0].start - two[1].start))
        first, second = (drug, ill) if drug.start <= ill.start else (ill, drug)
        order = "d-i" if first is drug else "i-d"
        between = self._masked_words(number, first.end, second.start)
        yield f"order={order}"
        yield f"far={_bucket(len(between))} {order}"
        yield f"others={min(between.count('CHEM') + between.count('DISO'), 4)} {order}"
        if len(between) <= _FAR:
            for word in between:
                yield f"{order}:{word}"
            for two in pairwise(["^", *between, "$"]):
                yield f"{order}:{' '.join(two)}"
        if len(between) <= 5:
            yield f"{order}={' '.join(between)}"
        for word in self._masked_words(number, max(start, first.start - 60), first.start)[-3:]:
            yield f"before {order}:{word}"
        for word in self._masked_words(number, second.end, min(end, second.end + 60))[:3]:
            yield f"after {order}:{word}"
        for subject, how, target in self._cues(at, number, (start, end)):
            if {chemical, disease} <= {*subject.concepts, *target.concepts}:
                yield f"cue={how}"

    def _masked_words(self, number: int, start: int, end: int) -> list[str]:
        """Words from ``start`` to ``end`` with other mentions as one word each."""
        words: list[str] = []
        at = start
        text = self._passages[number].text
        inside = sorted(
            {
                (one.start, one.end, one.chemical)
                for some in self._within.values()
                for one in some
                if one.passage == number and one.start >= start and one.end <= end
            }
        )
        for begin, stop, is_chemical in inside:
            if begin >= at:
                words += [*_words(text[at:begin]), "CHEM" if is_chemical else "DISO"]
                at = stop
        return words + _words(text[at:end])

    def _cues(self, at: int, number: int, span: Span) -> list[tuple[Named, str, Named]]:
        """What the patterns say of a sentence."""
        if at not in self._cued:
            passage = self._passages[number]
            named = self._within[at]
            mentions = [
                Mention("", passage.key, one.start, one.end, passage.text[one.start : one.end],
                        "chemical" if one.chemical else "disease", tuple(Candidate(id_, 1.0) for id_ in one.concepts))
                for one in named
            ]  # fmt: skip
            self._cued[at] = [
                (named[one.subject], f"{one.predicate} {one.direction} {one.hedged:d}", named[one.object])
                for one in relations(passage.text, span, mentions, passage.language)
            ]
        return self._cued[at]


def _words(text: str) -> list[str]:
    return ["#" if word.isdigit() else word for word in _WORD.findall(text.lower())]


def _bucket(number: int) -> str:
    """A count, coarser the larger it is.

    >>> [_bucket(n) for n in (0, 3, 7, 12, 40)]
    ['0', '3', '5-8', '9-16', '17-']
    """
    return str(number) if number < 5 else "5-8" if number < 9 else "9-16" if number < 17 else "17-"
