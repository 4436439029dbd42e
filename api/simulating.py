"""The simulator: an invented patient, or one of a file, asked about at a moment, and what came of it in words.

Nothing is counted and nothing silenced: nobody who cares for somebody sees these cards. The rules are those that may
fire here, as for every other door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter

import msgspec

from api.decisions import Decisions, Evaluation
from api.knowledge import Knowledge
from api.texts import text
from ingest.cases.shipped import Moment
from kg.model.case import Case, Event
from kg.model.rule import Bilingual
from kg.rules.decision import Reasoned
from kg.rules.ruleset import Asked
from kg.rules.seen import Seen


class Simulated(msgspec.Struct, frozen=True):
    """One answer. ``told``: what happens at the moment; ``milliseconds``: from the case to the answer, in this
    process."""

    event: Event
    told: Bilingual
    case: Case
    milliseconds: float
    answer: Evaluation


class Line(msgspec.Struct, frozen=True):
    """A line of an explanation: a rule with its outcome (``depth`` 0), or one of its conditions."""

    depth: int
    text: str


def simulated(decisions: Decisions, found: Knowledge, moment: Moment) -> Simulated:
    """The answer at a moment, with the explanation; raises DecisionTimeout."""
    # Made ready first: that is done once for each generation, and no caller waits for it.
    decisions.shelf(found)
    started = perf_counter()
    answer = decisions.evaluate(found, moment.case, Asked(explain=True, shown=False))
    return Simulated(moment.event, moment.told, moment.case, round((perf_counter() - started) * 1_000, 1), answer)


def sent(cases: Iterable[Case]) -> Iterator[Moment]:
    """Cases of a file as moments, about which nothing is told."""
    for case in cases:
        yield Moment(case.event, Bilingual(zh="", en=""), case)


def explanation(reasons: Iterable[Reasoned], language: str) -> Iterator[Line]:
    """Rules that fired or could not be judged, each with its conditions: true, false or unknown, and on what."""
    for one in reasons:
        yield Line(0, f"{one.rule} {one.version}: {text(f'simulator.outcome.{one.outcome}', language)}")
        for seen in one.conditions:
            yield from _conditions(seen, 1, language)


def _conditions(seen: Seen, depth: int, language: str) -> Iterator[Line]:
    truth = {True: "true", False: "false", None: "unknown"}[seen.truth]
    parts = [f"{seen.condition}: {text(f'simulator.truth.{truth}', language)}"]
    if seen.value is not None:
        parts.append(f"{seen.value:.6g} {seen.unit if seen.unit != '1' else ''}".strip())
    if seen.used:
        parts.append(text("simulator.used", language, places=", ".join(seen.used)))
    if seen.missing:
        parts.append(text("simulator.missing", language, places=", ".join(seen.missing)))
    yield Line(depth, " · ".join(parts))
    for inner in seen.of:
        yield from _conditions(inner, depth + 1, language)
