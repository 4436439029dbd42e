"""What speaks for and against a mention being denied, as names that a table of weights knows.

The rules of ``ingest.text.reach`` say yes or no; here their answer is one sign of many: the nearest word on either side
that may deny, how far it is, and what stands between. Nothing is said of a mention in whose sentence no such word is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from ingest.text.sentences import Span
from ingest.text.signs import Named, Sign

FEATURES = "denial.v1"
"""Changes with what the names below mean."""
_BETWEEN: dict[Literal["en", "zh"], re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?P<turn>but|however|although|though|whereas|while|except|yet|despite|which|who|that|because|with\b)|"
        r"(?P<links>(?:in|of|for|to|by|on|between|among|after|during|against)\b)|"
        r"(?P<sign>(?:evidence|signs?|symptoms?|history|cases?|episodes?|presence|reports?|stud(?:y|ies)|patients?|"
        r"mutations?|induced|related|associated|mediated|positive|treated|like)\b)|"
        r"(?P<effect>affect|effect|alter|chang|inhibit|reduc|improv|differ|increas|decreas|modif|influenc|prevent|block|"
        r"correlat|associat|relat|role|response|protect|attenuat|abolish|impair|revers|"
        r"suppress|need|due|support|depend|"
        r"signific)|"
        r"(?P<seen>observ|detect|found|seen|present|evident|noted|identif|demonstrat|develop|occur|appear|experienc|"
        r"exhibit|show|reveal|had|have|has|contain|express|produc|induc|caus|elicit|receiv|given|administ|treat|us(?:e|ed|ing)\b))",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "(?P<turn>但|却|而|可是|不过|只是|就|所以|因为|如果|应|可以|需|要|才|又|还)|"
        "(?P<effect>影响|干扰|作用|效|好转|改善|缓解|治|引起|致使|引来|关|帮助|办法|控制|降|好|严重|正常)|"
        "(?P<seen>发现|发觉|查出|检出|出现|再次|患|得|感染|传染|见|有|扩张|诱发|表现)|"
        "(?P<done>打|麻醉|做|吃|服|用|接种|注射|测|检查|查|排上)|(?P<links>的|是|对|把|和|由|或)"
    ),
}
"""Kinds of words that stand between a mention and a sign, or behind one."""
_LISTED = {
    "en": re.compile(r"(?:[\s,/()]|and|or|nor|either|any|other)*", re.IGNORECASE),
    "zh": re.compile("(?:[、，,/和及与或跟以者还也都有等的（）()\\s])*"),
}
_MARKS = {
    ",": "comma", "，": "comma", ";": "semi", "；": "semi", ":": "colon", "：": "colon", "(": "open", "（": "open",
    "、": "pause", "。": "stop", ".": "stop", "？": "ask", "?": "ask", ")": "close", "）": "close",
}  # fmt: skip
_ASKS = re.compile("[?？吗呢]|是不是|有没有|会不会|能不能|怎么|什么")
_STEPS = (0, 1, 2, 3, 4, 6, 9, 14, 22)
_BEYOND = 30
"""Characters behind a sign in which a verb says what is denied of what stands before."""


_CATEGORIES = {"chemical": "drug", "gene-family": "gene"}
Part = tuple[Any, ...]
"""A side (``L``, ``R``), a neighbour (``p``, ``n``), or the mention itself (empty), and what is known of it."""


class Denial:
    """The mentions of one sentence and the signs in it, of which there is one at least; ``told``: the kinds that the
    rules found of each mention, with ``reached`` where only its category keeps them from calling it denied."""

    def __init__(
        self, text: str, language: Literal["en", "zh"], sentence: Span, mentions: Sequence[Named],
        signs: Sequence[Sign], told: Sequence[frozenset[str]],
    ) -> None:  # fmt: skip
        self._text, self._language, (self._first, self._last) = text, language, sentence
        self._mentions, self._signs, self._told = mentions, signs, told
        self._order = sorted(range(len(mentions)), key=mentions.__getitem__)
        self._asks = bool(_ASKS.search(text, *sentence)) if language == "zh" else text[: self._last].endswith("?")

    def before(self, place: int) -> Sign | None:
        """The nearest sign before a mention."""
        start = self._mentions[place][0]
        return next((one for one in reversed(self._signs) if one.end <= start), None)

    def after(self, place: int) -> Sign | None:
        """The nearest sign behind a mention."""
        end = self._mentions[place][1]
        return next((one for one in self._signs if one.start >= end), None)

    def sign(self, place: int, side: str) -> Sign:
        """The nearest sign of a mention on a side (``L``, ``R``), else on the other; for sentences that have one."""
        first, other = self.before(place), self.after(place)
        found = (first or other) if side == "L" else (other or first)
        # A sign that stands on neither side overlaps nothing, so one of them is there.
        return found or self._signs[0]

    def parts(self, place: int) -> tuple[Part, ...]:
        """What is known of a mention, in parts of which a text has few: none holds a word of it but signs."""
        start, end, category = self._mentions[place]
        category = _CATEGORIES.get(category, category)
        told = self._told[place]
        rule = "negated" if "negated" in told else "reached" if "reached" in told else "not"
        left, right = self.before(place), self.after(place)
        return (
            ("", category, rule, self._asks, told - {"reached"}),
            self._side("L", left, left.end if left else start, start, category, rule),
            self._side("R", right, end, right.start if right else end, category, rule),
            self._beside(place, -1, rule),
            self._beside(place, 1, rule),
        )

    def features(self, place: int) -> set[str]:
        """What speaks for or against that a mention is denied."""
        return {name for part in self.parts(place) for name in names(part)}

    def _side(self, side: str, sign: Sign | None, start: int, end: int, category: str, rule: str) -> Part:
        """What stands between a mention and a sign."""
        if sign is None:
            return (side,)
        rest, between = self._without_mentions(start, end)
        words = len(rest.split()) if self._language == "en" else len(rest.replace(" ", ""))
        far = next((str(step) for step in _STEPS if words <= step), "far")
        listed = _LISTED[self._language].fullmatch(rest) is not None
        pattern = _BETWEEN[self._language]
        kinds = () if listed else tuple(sorted({one.lastgroup or "" for one in pattern.finditer(rest)}))
        marks = tuple(sorted({_MARKS[mark] for mark in rest if mark in _MARKS}))
        behind: tuple[str, ...] = ()
        if side == "R":
            stop = min(self._last, sign.end + _BEYOND)
            behind = tuple(sorted({one.lastgroup or "" for one in pattern.finditer(self._text, sign.end, stop)}))
        return side, sign.sort, sign.name, far, listed, min(between, 3), category, rule, kinds, marks, behind

    def _beside(self, place: int, step: int, rule: str) -> Part:
        """What the rules say of the next mention on a side, and whether it is listed with this one."""
        side = "p" if step < 0 else "n"
        other = self._order.index(place) + step
        if not 0 <= other < len(self._order):
            return (side,)
        one, two = sorted((place, self._order[other]), key=self._mentions.__getitem__)
        gap = self._text[self._mentions[one][1] : self._mentions[two][0]]
        listed = _LISTED[self._language].fullmatch(gap) is not None
        return side, listed, "negated" in self._told[self._order[other]], rule

    def _without_mentions(self, start: int, end: int) -> tuple[str, int]:
        """The text between two places without the mentions there, and how many these are."""
        rest, at, number = "", start, 0
        for place in self._order:
            begin, stop, _ = self._mentions[place]
            if at <= begin and stop <= end:
                rest += self._text[at:begin] + " "
                at, number = stop, number + 1
        return rest + self._text[at:end], number


def names(part: Part) -> Iterator[str]:
    """The features of one part of what is known of a mention.

    >>> sorted(names(("n", True, False, "not")))
    ['nlisted=True denied=False', 'nlisted=True denied=False rule=not']
    """
    side, *known = part
    if not known:
        yield f"{side}none"
    elif side == "":
        category, rule, asks, told = known
        yield from (f"type={category}", f"rule={rule}", f"rule={rule} type={category}", f"asks={asks}")
        yield from (f"told={kind}" for kind in told)
    elif side in "pn":
        listed, denied, rule = known
        yield from (f"{side}listed={listed} denied={denied}", f"{side}listed={listed} denied={denied} rule={rule}")
    else:
        sort, name, far, listed, between, category, rule, kinds, marks, behind = known
        stands = [f"far={far}", f"listed={listed}", f"between={between}", f"type={category}", f"rule={rule}"]
        rest = [*(f"kind={one}" for one in kinds), *(f"mark={one}" for one in marks), f"bare={far == '0'} rule={rule}"]
        for word in (sort, name):
            yield f"{side}={word}"
            yield from (f"{side}={word} {one}" for one in (*stands, *rest))
        yield from (f"{side} {one}" for one in (*stands, *rest))
        yield from (f"{side} {one} listed={listed}" for one in rest)
        yield from (f"{side}={sort} behind={one}" for one in behind)
