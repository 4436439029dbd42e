"""Short forms that a text defines: Schwartz and Hearst for English, an own rule for Chinese.

English: a short form in brackets after its long form, or a long form in brackets after its short
form; letters are matched from the right (Schwartz and Hearst 2003, PSB, "A simple algorithm for
identifying abbreviation definitions in biomedical text"). Chinese has no word edges, so a long form
before a bracket is the run of characters up to punctuation or a function word; the annotator lets
the dictionary find the name inside it that ends at the bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_BRACKET = re.compile(r"[(（]([^()（）\n]{2,120})[)）]")
_PARTS = re.compile(r"[;；,，:：]\s*|或(?=[A-Za-z抗])")
_SHORT = re.compile(r"[A-Za-z0-9Α-ω](?:[^\W\u3400-\u9fff]|[.\-/+α-ω]){0,9}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_REFUSED = re.compile(r"[=<>≤≥%±×]")
_NOT_SHORT = re.compile(r"[\d.,\-/+]+|[ivxIVX]+|n\d+|p\d+|[a-z]+|\d+(mg|ml|kg|h|d|g)", re.ASCII)
_STOPS = "的是为与和及或在有患对将被由以等了其该此、，。；：！？“”\"'()（）[]【】 \t\n"
_CHINESE_RUN = 24
_CALLED = re.compile(r"(?:以下简称|英文缩写为?|缩写为|下称|简称为?)[：:]?\s*[“\"「]?")
_CALLED_NAME = re.compile(r"[A-Za-z][A-Za-z0-9\-]{1,9}|[\u3400-\u9fff]{2,6}")


class Abbreviation(msgspec.Struct, frozen=True):
    """``long`` and ``short`` are spans of one text. ``open`` says that the long form's start is only a bound."""

    short_form: str
    short: tuple[int, int]
    long: tuple[int, int]
    open: bool = False


def abbreviations(text: str) -> Iterator[Abbreviation]:
    """The definitions in ``text``, in order.

    >>> text = "Chronic obstructive pulmonary disease (COPD) was mild (p<0.02, N=10). 慢性阻塞性肺疾病（COPD）"
    >>> [(found.short_form, text[slice(*found.long)]) for found in abbreviations(text)]
    [('COPD', 'Chronic obstructive pulmonary disease'), ('COPD', '慢性阻塞性肺疾病')]
    """
    if "(" not in text and "（" not in text:
        return
    for match in _BRACKET.finditer(text):
        yield from _defined(text, match)


def _defined(text: str, match: re.Match[str]) -> Iterator[Abbreviation]:
    inside, start = match[1], match.start(1)
    if _REFUSED.search(inside):
        return
    before = match.start()
    while before and text[before - 1].isspace():
        before -= 1
    if called := _CALLED.match(inside):
        if name := _CALLED_NAME.match(inside, called.end()):
            yield from _after(text, before, name[0], start + name.start())
        return
    parts = _split(inside)
    for offset, part in parts:
        if is_short(part):
            yield from _after(text, before, part, start + offset)
            # （chronic obstructive pulmonary disease，COPD）: the English long form stands in the bracket too.
            for other, long in parts:
                if other < offset and " " in long and (begin := _aligned(part, long)) is not None:
                    span = (start + other + begin, start + other + len(long))
                    yield Abbreviation(part, (start + offset, start + offset + len(part)), span)
            return
    yield from _before(text, before, parts[0][1], start + parts[0][0])


def _split(inside: str) -> list[tuple[int, str]]:
    """(offset, part) of a bracket's content at commas, without white space around."""
    parts, last = [], 0
    for cut in [*_PARTS.finditer(inside), None]:
        end = cut.start() if cut else len(inside)
        part = inside[last:end]
        lead = len(part) - len(part.lstrip())
        if part.strip():
            parts.append((last + lead, part.strip()))
        last = cut.end() if cut else end
    return parts or [(0, inside)]


def is_short(part: str) -> bool:
    """Whether ``part`` looks like a short form: 2 to 10 characters, a capital, not a number or a word."""
    return (
        2 <= len(part) <= 10
        and _SHORT.fullmatch(part) is not None
        and _NOT_SHORT.fullmatch(part) is None
        and any(char.isupper() for char in part)
    )


def _after(text: str, before: int, short: str, start: int) -> Iterator[Abbreviation]:
    """LONG（SHORT: the long form ends at ``before``."""
    span = (start, start + len(short))
    if before and _CHINESE.match(text, before - 1):
        begin = before
        while begin and before - begin < _CHINESE_RUN and text[begin - 1] not in _STOPS:
            begin -= 1
        if before - begin >= 2:
            yield Abbreviation(short, span, (begin, before), open=True)
        return
    window = text[max(0, before - 10 * (len(short) + 5)) : before]
    words = list(re.finditer(r"\S+", window))[-min(len(short) + 5, len(short) * 2) :]
    if not words:
        return
    first = words[0].start()
    aligned = _aligned(short, window[first:])
    if aligned is None:
        aligned = _initials(short, words, first)
    if aligned is not None:
        begin = before - len(window) + first + aligned
        long = text[begin:before]
        if len(long) > len(short) and short not in long.split():
            yield Abbreviation(short, span, (begin, before))


def _before(text: str, before: int, long: str, start: int) -> Iterator[Abbreviation]:
    """SHORT（LONG: the short form ends at ``before``."""
    begin = before
    while begin and (text[begin - 1].isascii() and (text[begin - 1].isalnum() or text[begin - 1] in "-/+")):
        begin -= 1
    short = text[begin:before]
    if not is_short(short):
        return
    if _CHINESE.search(long):
        if len(long) > 2 and not any(char in _STOPS for char in long):
            yield Abbreviation(short, (begin, before), (start, start + len(long)))
    elif " " in long and len(long.split()) <= min(len(short) + 5, len(short) * 2) and _aligned(short, long) == 0:
        yield Abbreviation(short, (begin, before), (start, start + len(long)))


def _aligned(short: str, long: str) -> int | None:
    """Where the shortest long form begins whose letters spell ``short``, matched from the right.

    >>> _aligned("HMM", "the hidden Markov model")
    4
    """
    at = len(long) - 1
    for index in range(len(short) - 1, -1, -1):
        char = short[index].lower()
        if not char.isalnum():
            continue
        while at >= 0 and (long[at].lower() != char or (index == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    begin = at + 1
    while begin and not long[begin - 1].isspace():
        begin -= 1
    return begin


def _initials(short: str, words: list[re.Match[str]], first: int) -> int | None:
    """Where as many words as ``short`` has letters begin, if their initials are its letters in another order (DM)."""
    tail = words[-len(short) :]
    if short.isalpha() and sorted(word[0][0].lower() for word in tail) == sorted(short.lower()):
        return tail[0].start() - first
    return None
