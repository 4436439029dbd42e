"""Rules asked at one event, by the facts that they cannot be true without (``kg.rules.anchors``).

A rule is *reached* where one of its anchor's facts is there. A reached rule that needs a second fact, which is not
there and could not be, is *passed over*: it is false, and nobody looks at it. A rule that is not reached is silent,
unless the fact could stand where nobody looked: then it is *unjudged*, counted under each list that could hold it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_

import msgspec
import numpy as np

from kg.model.case import Scope
from kg.rules.anchors import Anchor, Wait
from kg.rules.base import Key
from kg.rules.decision import Gap, Unjudged
from kg.rules.facts import Facts
from kg.rules.firing import Audience
from kg.rules.membership import gaps

_ALL = Audience()


class Place(msgspec.Struct, frozen=True):
    """Where a rule, by its number, stands in the index."""

    number: int
    audience: Audience
    first: Anchor | None
    second: Anchor | None


class Reached(msgspec.Struct, frozen=True, gc=False):
    """Rules that are to be judged: those whose cards who asks gets, in ``heard``, the others in ``unheard``.

    ``asked``: how many rules there are for who asks; ``unsure`` of these are in ``unjudged``.
    """

    heard: tuple[int, ...]
    unheard: tuple[int, ...]
    asked: int
    unjudged: tuple[Unjudged, ...]
    unsure: int


class EventIndex:
    """The rules of one event. Sets of rules are numbers with a bit for each rule, in the order of rules: ten thousand
    rules are a kilobyte, and what is done with them hardly grows with their number."""

    def __init__(self, places: Iterable[Place]) -> None:
        rows = sorted(places, key=lambda place: place.number)
        first, second = defaultdict[Key, int](int), defaultdict[Key, int](int)
        waiting, paired = defaultdict[frozenset[Wait], int](int), defaultdict[frozenset[Wait], int](int)
        private = defaultdict[Audience, int](int)
        self._numbers = np.array([place.number for place in rows], np.intp)
        self._bytes = (len(rows) + 7) // 8
        self._always = 0
        for at, place in enumerate(rows):
            bit = 1 << at
            if place.audience != _ALL:
                private[place.audience] |= bit
            if place.first is None:
                self._always |= bit
                continue
            waiting[place.first.waits] |= bit
            for key in place.first.keys:
                first[key] |= bit
            if place.second is not None:
                paired[place.second.waits] |= bit
                for key in place.second.keys:
                    second[key] |= bit
        self._first, self._second = dict(first), dict(second)
        self._waiting, self._paired = dict(waiting), dict(paired)
        self._private = dict(private)

    def reached(self, facts: Facts, scope: Scope) -> Reached:
        """Which rules are to be judged, in one order whatever the process, and how many cannot be."""
        there = facts.by_key.keys()
        reached = reduce(or_, (self._first[key] for key in there if key in self._first), self._always)
        unheard = reduce(or_, (rules for one, rules in self._private.items() if not one.holds(scope)), 0)
        unjudged, unsure = self._unjudged(facts, reached | unheard)
        over = 0
        for waits, rules in self._paired.items():
            if not any(gaps(facts, kind, among) for kind, among in waits):
                over |= rules & reached
        if over:
            over &= ~reduce(or_, (self._second[key] for key in there if key in self._second), 0)
            reached &= ~over
        return Reached(
            self._listed(reached & ~unheard), self._listed(reached & unheard),
            len(self._numbers) - unheard.bit_count(), unjudged, unsure,
        )  # fmt: skip

    def _listed(self, rules: int) -> tuple[int, ...]:
        if not rules:
            return ()
        bits = np.unpackbits(np.frombuffer(rules.to_bytes(self._bytes, "little"), np.uint8), bitorder="little")
        return tuple(self._numbers[np.flatnonzero(bits)].tolist())

    def _unjudged(self, facts: Facts, known: int) -> tuple[tuple[Unjudged, ...], int]:
        rows: Counter[tuple[str, Gap]] = Counter()
        unsure = 0
        for waits, rules in self._waiting.items():
            where = {one for wait in waits for one in _open(facts, *wait)}
            if where and (number := (rules & ~known).bit_count()):
                unsure += number
                rows.update(dict.fromkeys(where, number))
        return tuple(Unjudged(name, number, gap) for (name, gap), number in sorted(rows.items())), unsure


def _open(facts: Facts, *wait: str) -> Iterable[tuple[str, Gap]]:
    """Lists that could hold a fact that is not there, and why that is not known."""
    kind, among = wait
    if kind == "test":
        # A result that nobody sent is unknown, however many others were.
        yield "results", "not-sent" if "results" in facts.unsent else "absent"
        return
    for gap in gaps(facts, kind, among):  # type: ignore[arg-type]
        if gap.startswith("/"):
            yield gap.split("/")[1], "not-understood"
        else:
            yield gap, "not-sent"
