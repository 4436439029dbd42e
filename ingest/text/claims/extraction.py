"""What a sentence says of the mentions in it: which is related to which, how, and whether it asserts or denies it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ingest.text.claims.patterns import FIRST, LAST, Doubt, Relation, patterns
from ingest.text.sentences import Span
from kg.model.evidence import Direction, Mention

LONGEST, MOST = 1000, 40
"""Sentences of more characters or mentions are none: tables and lists that the splitter could not cut."""
_SIGN = re.compile(f"[{FIRST}-{LAST}]")
_BESIDE = re.compile(rf"(?<=[{FIRST}-{LAST}])\s?[(（]\s?[{FIRST}-{LAST}]\s?[)）]")
"""A short form in brackets behind its long form."""
_ASKS = re.compile(r"[?？]\W*$")


class Found(NamedTuple):
    """A relation between two mentions of a sentence, by their places in the list that was given."""

    subject: int
    predicate: str
    object: int
    direction: Direction
    hedged: bool


def relations(text: str, sentence: Span, mentions: Sequence[Mention], language: str) -> Iterator[Found]:
    """The relations of one sentence, each pair and predicate once; offsets are those of ``text``.

    Mentions that overlap an earlier one, and sentences above ``LONGEST`` or ``MOST``, are left out.
    """
    kept = _apart(mentions)
    if not 2 <= len(kept) <= MOST or sentence[1] - sentence[0] > LONGEST:
        return
    code: Literal["en", "zh"] = "zh" if language == "zh" else "en"
    known = patterns(code)
    masked = _masked(text, sentence, mentions, kept)
    present = {mentions[number].category for number in kept}
    seen: set[tuple[int, str, int]] = set()
    for relation, expressions in known.relations:
        if not (present & set(relation.subject) and present & set(relation.object)):
            continue
        for expression in expressions:
            for match in _every(expression, masked):
                for one in _pairs(match, masked, relation, mentions, kept, known.doubt):
                    key = (one.subject, one.predicate, one.object)
                    if key not in seen and (one.object, one.predicate, one.subject) not in seen:
                        seen.add(key)
                        yield one


def _apart(mentions: Sequence[Mention]) -> list[int]:
    kept: list[int] = []
    for number in sorted(range(len(mentions)), key=lambda at: (mentions[at].start, -mentions[at].end)):
        if not kept or mentions[kept[-1]].end <= mentions[number].start:
            kept.append(number)
    return kept


def _masked(text: str, sentence: Span, mentions: Sequence[Mention], kept: Sequence[int]) -> str:
    """The sentence with one sign for each mention."""
    parts: list[str] = []
    at, end = sentence
    for sign, number in enumerate(kept):
        parts += (_SIGN.sub(" ", text[at : mentions[number].start]), chr(ord(FIRST) + sign))
        at = mentions[number].end
    parts.append(_SIGN.sub(" ", text[at:end]))
    return _BESIDE.sub("", "".join(parts))


def _every(expression: re.Pattern[str], masked: str) -> Iterator[re.Match[str]]:
    """Every match, also those that begin within another."""
    match = expression.search(masked)
    while match:
        yield match
        match = expression.search(masked, match.start() + 1)


def _pairs(
    match: re.Match[str], masked: str, relation: Relation, mentions: Sequence[Mention], kept: Sequence[int],
    doubt: Doubt,
) -> Iterator[Found]:  # fmt: skip
    told = _SIGN.sub(" ", match[0])
    asked = not relation.assumed and bool(
        doubt.questions.search(masked, 0, match.end()) or doubt.opens.search(told) or _ASKS.search(masked)
    )
    denied = relation.denied and not relation.assumed and bool(doubt.denies.search(told))
    hedged = bool(doubt.hedges.search(told))
    subjects, objects = (_signs(match[name], kept) for name in ("s", "o"))
    for subject in subjects:
        for target in objects:
            ends = (mentions[subject], mentions[target])
            if ends[0].category not in relation.subject or ends[1].category not in relation.object:
                continue
            marks = {mark.kind for end in ends for mark in end.attributes}
            refuted = denied or (relation.denied and "negated" in marks)
            direction: Direction = "insufficient" if asked else "refutes" if refuted else "supports"
            yield Found(subject, relation.predicate, target, direction, hedged or "uncertain" in marks)


def _signs(listed: str, kept: Sequence[int]) -> list[int]:
    return [kept[ord(sign) - ord(FIRST)] for sign in _SIGN.findall(listed)]
