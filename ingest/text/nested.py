"""Concepts within longer names: *BRCA1* and *breast cancer* in *BRCA1-related breast cancer*, 肾病 in 糖尿病肾病.

A text mentions what its longest names name, and figures count those alone; who looks for every document that has a
gene in it asks for the shorter ones, too. They are mentions of their own, marked as nested, never crossing the longer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kg.model.evidence import Mention
from ontology.crossing import apart
from ontology.grounding import Grounder
from ontology.matcher import Hit, longest
from ontology.scoring import Meaning

_SUFFIXES = frozenset("病症征炎性")
"""What is left of a name by one of these alone names nothing more: 糖尿 is no part of 糖尿病."""
_SHORTEST = 3
"""Letters of a Latin name; shorter ones are not believed without support."""


def with_nested(
    text: str, mentions: Sequence[Mention], grounder: Grounder, language: str, floor: float
) -> list[Mention]:
    """``mentions`` of ``text`` in order, each with the shorter ones within it behind it, these with ``nested``.

    A nested mention says another concept than every longer one around it. It has the sentence of the longest, and its
    attributes where it is of the same category: what is denied of a disease is not denied of its gene.
    """
    hits = grounder.hits(text, language)
    starts = [start for start, _, _ in hits]
    found: list[Mention] = []
    for mention in mentions:
        first, last = bisect_left(starts, mention.start), bisect_left(starts, mention.end)
        inner = [hit for hit in hits[first:last] if -hit[1] <= mention.end]
        known = {candidate.concept for candidate in mention.candidates}
        span = mention.start, mention.end
        made = [
            _mention(text, mention, start, end, meaning)
            for start, end, meaning in _within(text, inner, span, known, grounder, language, floor)
        ]
        found += [mention, *sorted(made, key=lambda one: (one.start, -one.end))]
    return found


def _within(
    text: str,
    hits: list[Hit],
    span: tuple[int, int],
    known: set[str],
    grounder: Grounder,
    language: str,
    floor: float,
) -> Iterator[tuple[int, int, Meaning]]:
    """Names strictly within ``span``, longest ones first at each depth."""
    inner = [hit for hit in hits if span[0] <= hit[0] and -hit[1] <= span[1] and (hit[0], -hit[1]) != span]
    told = {hit: meaning for hit in inner if (meaning := _meaning(text, hit, span, known, grounder, language, floor))}
    left = sorted(told)
    for hit in apart(text, left) if language.startswith("zh") else longest(left):
        start, end, meaning = hit[0], -hit[1], told[hit]
        yield start, end, meaning
        deeper = known | {candidate.concept for candidate in meaning.candidates}
        yield from _within(text, inner, (start, end), deeper, grounder, language, floor)


def _meaning(
    text: str, hit: Hit, span: tuple[int, int], known: set[str], grounder: Grounder, language: str, floor: float
) -> Meaning | None:
    start, end = hit[0], -hit[1]
    rest = text[span[0] : start] + text[end : span[1]]
    if rest in _SUFFIXES or (end - start < _SHORTEST and text[start:end].isascii()):
        return None
    meaning = grounder.meaning(hit[2], text[start:end], language)
    if meaning is None or meaning.weight < floor or any(one.concept in known for one in meaning.candidates):
        return None
    return meaning


def _mention(text: str, outer: Mention, start: int, end: int, meaning: Meaning) -> Mention:
    return Mention(
        document=outer.document,
        passage=outer.passage,
        start=start,
        end=end,
        surface=text[start:end],
        category=meaning.category,
        candidates=meaning.candidates,
        sentence=outer.sentence,
        attributes=outer.attributes if meaning.category == outer.category else (),
        nested=True,
    )
