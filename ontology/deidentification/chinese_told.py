"""Chinese names behind a word for somebody, before sex or age, and before a title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_bounds import (
    _SAID,
    EDGE,
    HAN,
    HARD,
    MASK,
    end_after,
    goes_on,
    nobody_at,
    opened,
    patterns,
    said_after,
    sure_end,
    title_at,
)
from ontology.deidentification.words import words

_VERB_LIKE = frozenset("应都那时向于单解全成连关任温安常管初尚计代边")
"""Surnames that are verbs or adverbs behind a subject."""


def told_names(text: str) -> Iterator[tuple[int, int]]:
    """Names behind a word for a person."""
    told, _, _, whole = patterns()
    for found in told.finditer(text):
        at = found.end()
        head = whole.match(text, at)
        if head is None or nobody_at(text, at):
            continue
        weak = found[0] in words().weakly_before or (found[0][-1:] in "母父夫妻子女" and len(found[0]) == 1)
        colon = found[0].rstrip('( "“「')[-1:] == ":" or found[0][-1:] == " "
        if found[0].rstrip(" (")[-1:] == "," and not EDGE.match(
            text, end_after(text, at, head.end(), loose=True) or len(text)
        ):
            continue
        end = end_after(text, at, head.end(), loose=colon)
        if end is None and found[0] == "姓":
            end = head.end()
        if end is None:
            continue
        if weak and not (said_after(text, end) or title_at(text, end)):
            continue
        if not colon and not weak and head[0] in words().rare:
            # Behind "the patient" stands a verb far more often than one of these.
            subject = found[0].strip().endswith(("患者", "病人", "患儿", "病员", "产妇", "孕妇", "家属"))
            if not (
                said_after(text, end)
                or title_at(text, end)
                or (EDGE.match(text, end) and end - at == 3)
                or (goes_on(text, end) and head[0] not in _VERB_LIKE)
                or (not subject and sure_end(text, end))
            ):
                continue
        yield at, end


def followed_names(text: str) -> Iterator[tuple[int, int]]:
    """Names with sex or age behind them, at the start of a line or behind a sign."""
    _, titled, _, whole = patterns()
    for found in titled.finditer(text):
        at = found.start()
        if (
            at
            and re.match(rf"[{HAN}]", text[at - 1])
            and not text[:at].endswith(("患者", "病人", "患儿", "我是", "叫"))
        ):
            continue
        head = whole.match(text, at)
        if head is None or nobody_at(text, at):
            continue
        for size in (2, 1):
            end = head.end() + size
            given = text[head.end() : end]
            if len(given) == size and re.fullmatch(rf"[{HAN}]+|[{re.escape(MASK)}]+", given) and _SAID.match(text, end):
                yield at, end
                break


def called_names(text: str) -> Iterator[tuple[int, int]]:
    """Names with a title behind them."""
    _, titled, _, whole = patterns()
    own = words()
    for found in titled.finditer(text):
        at = found.start()
        head = whole.match(text, at)
        if head is None or nobody_at(text, at):
            continue
        for size in (2, 1, 0):
            end = head.end() + size
            given = text[head.end() : end]
            if len(given) != size or (size and not re.fullmatch(rf"[{HAN}{re.escape(MASK)}]+", given)):
                continue
            if not title_at(text, end):
                continue
            if set(given) & HARD:
                continue
            if at and re.match(rf"[{HAN}]", text[at - 1]) and head[0] in own.rare and not opened(text, at):
                continue
            yield at, end
            break
