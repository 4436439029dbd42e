"""Whether the quotes of rules stand where they say: word for word, at their offset, in a document that still holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol

import msgspec

from kg.model.rule import Rule, RuleEvidence

QuoteState = Literal["found", "absent", "fault"]
"""``absent``: nobody here holds the document, so nothing was compared."""
QuoteReason = Literal["", "no-document", "unplaced", "standing", "passage", "moved", "wording", "grade"]
_FALLEN = frozenset({"retracted", "concern", "superseded"})


class Held(msgspec.Struct, frozen=True):
    """A document as somebody holds it: its passages by ``Passage.key``, and what sources say of its standing."""

    passages: Mapping[str, str]
    standings: frozenset[str] = frozenset()


class Sources(Protocol):
    """Who holds the texts that rules quote."""

    def held(self, document: str) -> Held | None:
        """A document by its CURIE; None where it is not there."""


class QuoteResult(msgspec.Struct, frozen=True):
    """What was found of one quote. ``number``: of the evidence, from 1; ``detail``: where the words stand instead, what
    stands in their place, or which standing the document has."""

    rule: str
    number: int
    document: str
    state: QuoteState
    reason: QuoteReason = ""
    detail: str = ""


def looked_at(rules: Iterable[Rule], *sources: Sources) -> Iterator[QuoteResult]:
    """Every quote of every rule, in what all ``sources`` together hold of its document: a quote may be of the wording
    of any of them, and a document that one of them calls retracted has fallen."""
    for rule in rules:
        for number, evidence in enumerate(rule.evidence, 1):
            if evidence.basis == "quoted":
                state, reason, detail = _compared(evidence, _together(evidence.document, sources))
                yield QuoteResult(rule.id, number, evidence.document, state, reason, detail)


def grounded(rule: Rule, results: Iterable[QuoteResult]) -> bool:
    """Whether a rule rests on at least one quote that was found, with a grade, and on none that is wrong."""
    own = {one.number: one.state for one in results if one.rule == rule.id}
    graded = any(own.get(number) == "found" and evidence.grade for number, evidence in enumerate(rule.evidence, 1))
    return graded and "fault" not in own.values()


def _together(document: str, sources: Iterable[Sources]) -> Held | None:
    found = [held for one in sources if (held := one.held(document)) is not None]
    passages = {key: text for held in found for key, text in held.passages.items()}
    return Held(passages, frozenset().union(*(held.standings for held in found))) if found else None


def _compared(evidence: RuleEvidence, held: Held | None) -> tuple[QuoteState, QuoteReason, str]:
    if not evidence.document or not evidence.passage or evidence.start is None or evidence.start < 0:
        return "fault", "unplaced", ""
    if evidence.grade and not re.search(rf"(?<!\w){re.escape(evidence.grade)}(?!\w)", evidence.quote):
        return "fault", "grade", evidence.grade
    if held is None:
        return "absent", "no-document", evidence.document
    if fallen := sorted(held.standings & _FALLEN):
        return "fault", "standing", fallen[0]
    text = held.passages.get(evidence.passage)
    if text is None:
        # Another wording of the same passage has another key.
        return "fault", "passage", ", ".join(sorted(held.passages)[:5])
    end = evidence.start + len(evidence.quote)
    if text[evidence.start : end] == evidence.quote:
        return "found", "", ""
    elsewhere = text.find(evidence.quote)
    if elsewhere >= 0:
        return "fault", "moved", str(elsewhere)
    return "fault", "wording", text[evidence.start : end][:200]
