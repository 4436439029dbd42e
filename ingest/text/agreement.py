"""A document says one thing by one name, so what the network finds in one place counts in the others.

A short form is what its long form is, wherever the document defines it. Any other name counts in all its places where
the network found it in half of them or more (one sense per discourse: Gale, Church and Yarowsky 1992).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ingest.text.abbreviations import abbreviations
from ingest.text.occurrences import occurrences
from ingest.text.tagger import TaggedSpan

_SHORTEST = 2
_Kind = tuple[str, float]
"""Category and score of the surest place."""


def agreed(texts: Sequence[str], found: Sequence[Sequence[TaggedSpan]]) -> list[list[TaggedSpan]]:
    """The spans of each text of a document, in order and apart, with those in which the document agrees with itself.

    >>> text = "Grey disease (GD) is made up. GD is no disease."
    >>> [(span.start, span.end) for span in agreed([text], [[TaggedSpan(0, 12, "disease", 0.9)]])[0]]
    [(0, 12), (14, 16), (30, 32)]
    """
    names = dict(_repeated(texts, found)) | dict(_defined(texts, found))
    if not names:
        return [list(spans) for spans in found]
    return [_completed(text, list(spans), names) for text, spans in zip(texts, found, strict=True)]


def _defined(texts: Sequence[str], found: Sequence[Sequence[TaggedSpan]]) -> Iterator[tuple[str, _Kind]]:
    """Short forms whose long form the network found."""
    for text, spans in zip(texts, found, strict=True):
        ends = {span.end: span for span in spans}
        for one in abbreviations(text):
            span = ends.get(one.long[1])
            if span is not None and (span.start <= one.long[0] or one.open):
                yield one.short_form, (span.category, span.score)


def _repeated(texts: Sequence[str], found: Sequence[Sequence[TaggedSpan]]) -> Iterator[tuple[str, _Kind]]:
    scores: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for text, spans in zip(texts, found, strict=True):
        for span in spans:
            scores[text[span.start : span.end], span.category].append(span.score)
    for (name, category), known in scores.items():
        if len(name) >= _SHORTEST and 2 * len(known) >= sum(1 for text in texts for _ in occurrences(text, name)):
            yield name, (category, max(known))


def _completed(text: str, spans: list[TaggedSpan], names: dict[str, _Kind]) -> list[TaggedSpan]:
    # Longer names first: a short one may stand in them.
    for name in sorted(names, key=lambda one: (-len(one), one)):
        for start, end in occurrences(text, name):
            starts, ends = [span.start for span in spans], [span.end for span in spans]
            place = bisect_right(ends, start)
            if place == bisect_left(starts, end):
                spans.insert(place, TaggedSpan(start, end, *names[name]))
    return spans
