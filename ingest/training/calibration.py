"""Thresholds of the union, chosen on documents that the network has not learned from and nothing is measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import msgspec

from ingest.evaluation.scoring import Score, score
from ingest.labelled import LabelledDocument
from ingest.text.agreement import agreed
from ingest.text.extent import Named
from ingest.text.models import Thresholds
from ingest.text.tagger import TaggedSpan
from ingest.text.union import sure, union
from ontology.lessons import family

_LEARNED = (0.0, 0.35, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
_NEVER = 2.0
_DICTIONARY = (_NEVER, 0.95, 0.9, 0.8, 0.7, 0.6)


class Held(msgspec.Struct, frozen=True):
    """A document that was held out, with the types that its corpus labels and what both tiers find, by passage."""

    document: LabelledDocument
    types: tuple[str, ...]
    learned: Mapping[str, Sequence[TaggedSpan]]
    named: Mapping[str, Sequence[Named]]


def calibrated(held: Sequence[Held], kind: str) -> tuple[Thresholds, Score, Score]:
    """The thresholds of one type with the highest F1, and the scores of the network alone and of the union.

    The defaults, and scores of nothing, where no document labels the type.
    """
    known = [one for one in held if kind in one.types]
    gold = [{(m.passage, m.start, m.end) for m in one.document.mentions if m.type == kind} for one in known]
    if not any(gold):
        return Thresholds(), Score(0, 0, 0), Score(0, 0, 0)
    pairs = [Thresholds(learned, dictionary) for dictionary, learned in product(_DICTIONARY, _LEARNED)]
    right = {pair: _counts(known, gold, kind, pair) for pair in pairs}
    best = max(pairs, key=lambda pair: right[pair])  # of equals the first: the network alone
    return best, _score(known, gold, kind, Thresholds(0.0, _NEVER)), _score(known, gold, kind, best)


def _counts(known: Sequence[Held], gold: Sequence[set[tuple[str, int, int]]], kind: str, pair: Thresholds) -> float:
    right = found = 0
    for one, wanted in zip(known, gold, strict=True):
        ours = _places(one, kind, pair)
        right, found = right + len(ours & wanted), found + len(ours)
    return 2 * right / max(1, found + sum(map(len, gold)))


def _score(known: Sequence[Held], gold: Sequence[set[tuple[str, int, int]]], kind: str, pair: Thresholds) -> Score:
    return score(gold, [_places(one, kind, pair) for one in known])


def _places(one: Held, kind: str, pair: Thresholds) -> set[tuple[str, int, int]]:
    """Where the union of both tiers finds this type."""
    found: set[tuple[str, int, int]] = set()
    limits = {kind: pair}
    passages = one.document.passages
    learned = [sure((s for s in one.learned[p.key] if s.category == kind), limits) for p in passages]
    for passage, spans in zip(passages, agreed([p.text for p in passages], learned), strict=True):
        named = [row for row in one.named[passage.key] if family(row[3].category) == kind]
        names, _ = union(passage.text, spans, named, limits, lambda _: None, lambda *_: None)
        found.update((passage.key, start, end) for start, end, *_ in names)
    return found
