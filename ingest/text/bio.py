"""Begin, inside, outside: labels of words, and the best sequence of them that means spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
UNKNOWN = -100
"""Label of a word whose corpus does not say; the loss leaves it out."""
WordSpan = tuple[int, int]
"""(first word, word behind the last)."""


def labels(spans: Iterable[WordSpan], words: int) -> list[int]:
    """The label of each word; of spans that overlap, the longest holds (the first of equals).

    >>> labels([(1, 3), (2, 3), (3, 4)], 5)
    [0, 1, 2, 1, 0]
    """
    made = [OUTSIDE] * words
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(made[start:end]):
            made[start:end] = [BEGIN] + [INSIDE] * (end - start - 1)
    return made


def best_path(scores: Sequence[Sequence[float]]) -> list[int]:
    """Viterbi: the labels with the highest sum of ``scores`` in which INSIDE never follows OUTSIDE or stands first.

    >>> best_path([(-1.0, -2.0, 0.0), (0.0, -5.0, -5.0)])
    [0, 0]
    """
    impossible = float("-inf")
    outside, begin, inside = 0.0, impossible, impossible
    steps: list[tuple[int, int]] = []
    for row in scores:
        before, best = OUTSIDE, outside
        if begin > best:
            before, best = BEGIN, begin
        if inside > best:
            before, best = INSIDE, inside
        opened, within = (INSIDE, inside) if inside > begin else (BEGIN, begin)
        steps.append((before, opened))
        outside, begin, inside = best + row[OUTSIDE], best + row[BEGIN], within + row[INSIDE]
    if not steps:
        return []
    ends = {OUTSIDE: outside, BEGIN: begin, INSIDE: inside}
    label = max(ends, key=lambda one: ends[one])
    path = [label]
    for before, opened in reversed(steps[1:]):
        label = opened if label == INSIDE else before
        path.append(label)
    return path[::-1]


def spans(path: Sequence[int]) -> Iterator[WordSpan]:
    """The spans of a path, in order.

    >>> list(spans([0, 1, 2, 1, 0]))
    [(1, 3), (3, 4)]
    """
    start = -1
    for at, label in enumerate(path):
        if start >= 0 and label != INSIDE:
            yield start, at
            start = -1
        if label == BEGIN:
            start = at
    if start >= 0:
        yield start, len(path)
