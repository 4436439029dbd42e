"""Text in pieces, for pages that mark parts of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.query.records import MentionRecord, PassageRecord
from kg.search.base import Excerpt


def marked(excerpt: Excerpt) -> Iterator[tuple[str, bool]]:
    """The excerpt's pieces, and whether each is marked.

    >>> list(marked(Excerpt("title", 10, 18, "has gout", ((14, 18),))))
    [('has ', False), ('gout', True)]
    """
    spans = [(start - excerpt.start, end - excerpt.start) for start, end in sorted(excerpt.marks)]
    at = 0
    for start, end in spans:
        if start < at or end > len(excerpt.text):
            continue
        if start > at:
            yield excerpt.text[at:start], False
        yield excerpt.text[start:end], True
        at = end
    if at < len(excerpt.text):
        yield excerpt.text[at:], False


def mentioned(passage: PassageRecord) -> Iterator[tuple[str, MentionRecord | None]]:
    """The passage's pieces with the mention that each is, the first where several overlap."""
    at = 0
    for mention in _outer(passage.mentions):
        if mention.start > at:
            yield passage.text[at : mention.start], None
        yield passage.text[mention.start : mention.end], mention
        at = mention.end
    if at < len(passage.text):
        yield passage.text[at:], None


def _outer(mentions: Iterable[MentionRecord]) -> Iterator[MentionRecord]:
    end = 0
    for mention in mentions:
        if mention.start >= end:
            yield mention
            end = mention.end
