"""The preview of consequences: for each kind of dependent how many are concerned, by which concept, with samples."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kg.impact.base import Dependent, Exactness, Reason, Sample, Touched, World
from kg.impact.changed import Changed, Way
from kg.messages import LANGUAGES, Catalogue
from kg.query.records import LabelPair

SAMPLES = 5
_REASONS = 50
_CATALOGUE = Catalogue("kg")


class ReasonRecord(msgspec.Struct, frozen=True):
    """Why something is concerned; ``message`` by language, ``count`` of what it holds for where that is known."""

    code: str
    concept: str
    name: str
    others: tuple[str, ...]
    count: int
    message: dict[str, str]


class SampleRecord(msgspec.Struct, frozen=True):
    """One of what is concerned, with the changed ``concepts`` that it hangs on and what it says (``text``)."""

    id: str
    label: LabelPair
    concepts: tuple[str, ...]
    text: str
    reasons: tuple[ReasonRecord, ...]


class KindImpact(msgspec.Struct, frozen=True):
    """One kind: ``count`` in all, each once; ``by`` concept. ``exactness`` is ``about`` where not every one was
    looked at. ``title``: the kind in both languages."""

    kind: str
    title: dict[str, str]
    count: int
    exactness: Exactness
    by: dict[str, int]
    samples: tuple[SampleRecord, ...]
    reasons: tuple[ReasonRecord, ...]


class ChangedConcept(msgspec.Struct, frozen=True):
    """A concept that the edits change, and in which ways."""

    id: str
    label: LabelPair
    ways: tuple[Way, ...]


class Impact(msgspec.Struct, frozen=True):
    """What edits change elsewhere, before anybody approves them. Kinds of which nothing is concerned are told, too."""

    concepts: tuple[ChangedConcept, ...]
    kinds: tuple[KindImpact, ...]

    def of(self, kind: str) -> KindImpact:
        """Raises KeyError for a kind that nobody entered."""
        for one in self.kinds:
            if one.kind == kind:
                return one
        raise KeyError(kind)


def impact(changed: Changed, dependents: Iterable[Dependent], world: World, samples: int = SAMPLES) -> Impact:
    """The preview; nothing is written, and the same generation gives the same."""
    concepts = tuple(
        ChangedConcept(curie, world.naming.label(curie), ways) for curie, ways in sorted(changed.ways.items())
    )
    return Impact(concepts, tuple(_kind(one, changed, world, samples) for one in dependents))


def _kind(dependent: Dependent, changed: Changed, world: World, samples: int) -> KindImpact:
    found = dependent.touched(changed, world)
    ids = frozenset[str]().union(*found.by.values())
    first = sorted(ids)[:samples]
    shown = [_completed(one, key, found) for one, key in zip(dependent.shown(first, world), first, strict=True)]
    return KindImpact(
        kind=dependent.kind,
        title={code: _CATALOGUE.text(f"impact.kind-{dependent.kind}", code) for code in LANGUAGES},
        count=len(ids) if found.count is None else found.count,
        exactness=found.exactness,
        by={curie: len(items) for curie, items in sorted(found.by.items()) if items},
        samples=tuple(shown),
        reasons=tuple(map(_reason, found.reasons[:_REASONS])),
    )


def _completed(sample: Sample, key: str, found: Touched) -> SampleRecord:
    hangs = sample.concepts or tuple(curie for curie, items in sorted(found.by.items()) if key in items)
    return SampleRecord(sample.id, sample.label, hangs, sample.text, tuple(map(_reason, sample.reasons)))


def _reason(one: Reason) -> ReasonRecord:
    message = {code: one.text(code) for code in LANGUAGES}
    return ReasonRecord(one.code, one.concept, one.name, one.others, one.count, message)
