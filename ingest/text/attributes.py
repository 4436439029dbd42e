"""What a sentence says of its mentions: absent, doubted, a relative's, over, only supposed; with the cue that says so.

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009): a cue reaches over the words after or before it
until something ends its reach, and along a list that begins within it. One algorithm for both languages; cues, and
what ends them or lies beyond them, are tables. Whether a mention is denied is then judged by weights that were learned,
to which the rules' answer is one sign of many.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Literal

from ingest.text.asked import is_asked
from ingest.text.cues import Found, Places, cues
from ingest.text.denial import Denial
from ingest.text.denials import DenialJudge, packaged
from ingest.text.reach import Named, Reach
from ingest.text.sentences import Span
from ingest.text.signs import Sign, SignPlaces, signs_of
from ingest.text.simplified import simplified
from kg.model.attribute import Attribute

VERSION = "attributes9"
"""Changes with cues, rules and packaged weights."""
CHEAP = frozenset({"zh"})
"""Where weights are asked with the dictionary tier, too. In English they halve its speed, and are for a network's."""
_LABEL = re.compile(r"(?:^|[.;。；!！\s])[^\W\d_][\w /-]{1,40}[:：]")
"""Something that looks like a heading, and ends the one before."""
_FINDINGS = frozenset({"disease", "symptom", "variant", "other"})
_ABOUT: dict[str, frozenset[str]] = {
    "negated": _FINDINGS | {"drug", "chemical", "test", "procedure", "organism"},
    "uncertain": _FINDINGS,
    "family": _FINDINGS | {"drug", "chemical", "test", "procedure"},
    "history": _FINDINGS | {"procedure"},
}
"""What a kind is said of; of anything where the kind is not named here. A gene is not absent where its mutation is."""


Told = list[dict[str, tuple[int, Attribute]]]
"""Kind -> (how far its cue is, the attribute), of each mention."""


class TextAttributes:
    """The attributes of the mentions of one text, sentence by sentence: the text is searched for cues once.

    Who ``weighs`` has the packaged weights say what is denied, which takes time; the rules alone say it otherwise.
    ``None``: weights for a language in which they cost little (``CHEAP``).
    """

    def __init__(self, text: str, language: str, *, weighs: bool | None = None) -> None:
        self._code: Literal["en", "zh"] = "zh" if language == "zh" else "en"
        self._text = text = simplified(text) if self._code == "zh" else text
        self._cues = cues(self._code)
        self._places: Places = self._cues.places(text)
        self._headings = self._cues.headings(text, self._places)
        self._judge = packaged(self._code) if (self._code in CHEAP if weighs is None else weighs) else None

    def of(self, sentence: Span, mentions: Sequence[Named]) -> list[tuple[Attribute, ...]]:
        """Those of each mention of a sentence, each kind once, by its nearest cue; offsets are those of the text."""
        told, reached = self._ruled(sentence, mentions)
        if self._judge and mentions and (signs := self._signs(sentence, mentions)):
            told, reached = told or [{} for _ in mentions], reached or [{} for _ in mentions]
            _judge(self._denial(sentence, mentions, signs, told, reached), told, reached, self._judge)
        if not told:
            return [()] * len(mentions)
        for kinds in told if self._code == "en" else ():
            both = "conditional" in kinds and "negated" in kinds
            if both and is_asked(self._text, kinds["conditional"][1], kinds["negated"][1]):
                del kinds["negated"]
        return [tuple(attribute for _, (_, attribute) in sorted(kinds.items())) for kinds in told]

    def features(self, sentence: Span, mentions: Sequence[Named]) -> list[frozenset[str]]:
        """What speaks for or against that each mention is denied, as weights are learned from; nothing where no word
        that may deny is in the sentence, so that there is nothing to judge."""
        signs = self._signs(sentence, mentions)
        if not signs:
            return [frozenset()] * len(mentions)
        told, reached = self._ruled(sentence, mentions)
        told, reached = told or [{} for _ in mentions], reached or [{} for _ in mentions]
        denial = self._denial(sentence, mentions, signs, told, reached)
        return [frozenset(denial.features(place)) for place in range(len(mentions))]

    @cached_property
    def _sign_places(self) -> SignPlaces:
        return SignPlaces(self._text)

    def _signs(self, sentence: Span, mentions: Sequence[Named]) -> list[Sign]:
        """Words that may deny, but for those in what only looks like a cue, says another thing, or names one."""
        if self._code == "en" and not self._sign_places.may(*sentence):
            return []
        found = signs_of(self._text, self._code, sentence, mentions)
        if not found:
            return []
        rows = self._cues.every(self._text, *sentence, self._places)
        hidden = [(one.start, one.end) for one in rows if one.cue.kind not in ("negated", "stop")]
        return [one for one in found if not any(start < one.end and one.start < end for start, end in hidden)]

    def _ruled(self, sentence: Span, mentions: Sequence[Named]) -> tuple[Told, Told]:
        """What the rules say, and the cues of negation that reach a mention whatever it is; both empty without cues."""
        found = self._cues.found(self._text, *sentence, self._places) if self._places.at else []
        if beside := self._cues.beside(self._text, sentence, mentions):
            # Of two that begin at one place, the one beside a name counts.
            found = sorted([*beside, *found], key=itemgetter(1))
        above = self._above(min(mentions)[0]) if self._headings and mentions else None
        if not found and above is None:
            return [], []
        kept = list(_kept(found, mentions))
        found = [one for one in kept if one.cue.kind != "aside"]
        reach = Reach(self._text, self._code, sentence, mentions, kept)
        told: Told = [{} for _ in mentions]
        reached: Told = [{} for _ in mentions]
        findings = [(start, end, "disease") for start, end, _ in mentions]
        for one in found:
            if one.cue.speaks:
                places = reach.of(one, found)
                _tell(one, mentions, places, told)
                if one.cue.kind == "negated":
                    _tell(one, findings, places, reached)
        if above is not None:
            _tell(above, mentions, range(len(mentions)), told)
        return told, reached

    def _denial(
        self, sentence: Span, mentions: Sequence[Named], signs: Sequence[Sign], told: Told, reached: Told
    ) -> Denial:
        marks = [frozenset([*kinds, *(["reached"] if near else [])]) for kinds, near in zip(told, reached, strict=True)]
        return Denial(self._text, self._code, sentence, mentions, signs, marks)

    def _above(self, at: int) -> Found | None:
        """The heading of the line in which a mention stands."""
        before = [one for one in self._headings if one.start < at]
        if before and not _LABEL.search(self._text, before[-1].end, at) and "\n" not in self._text[before[-1].end : at]:
            return before[-1]
        return None


def attributes(
    text: str, sentence: Span, mentions: Sequence[Named], language: str, *, weighs: bool | None = None
) -> list[tuple[Attribute, ...]]:
    """The attributes of each mention of a sentence, each kind once, by its nearest cue; offsets are those of ``text``.

    >>> text = "No fever or cough, but possible pneumonia."
    >>> spans = [(3, 8, "symptom"), (12, 17, "symptom"), (32, 41, "disease")]
    >>> [[one.kind for one in found] for found in attributes(text, (0, 42), spans, "en")]
    [['negated'], ['negated'], ['uncertain']]
    >>> text = "无发热、咳嗽，考虑肺炎。"
    >>> spans = [(1, 3, "symptom"), (4, 6, "symptom"), (9, 11, "disease")]
    >>> [[one.kind for one in found] for found in attributes(text, (0, 12), spans, "zh")]
    [['negated'], ['negated'], ['uncertain']]
    """
    return TextAttributes(text, language, weighs=weighs).of(sentence, mentions)


def _judge(denial: Denial, told: Told, reached: Told, judge: DenialJudge) -> None:
    """Put what weights say of negation in the place of what the rules said; the rules' cue stays where there is one."""
    for place, kinds in enumerate(told):
        denied, side = judge.judged(denial.parts(place), "negated" in kinds)
        if not denied:
            kinds.pop("negated", None)
        elif "negated" not in kinds:
            sign = denial.sign(place, side)
            kinds["negated"] = reached[place].get("negated") or (0, Attribute("negated", sign.start, sign.end))


def _kept(found: Sequence[Found], mentions: Sequence[Named]) -> Iterator[Found]:
    """Cues of a sentence outside of its mentions; what is passed over hides what stands in it."""
    named = sorted(mentions)
    at = 0
    for one in found:
        place = bisect_left(named, (one.start + 1,)) - 1
        if one.start >= at and (place < 0 or named[place][1] <= one.start):
            at = one.end
            yield one


def _tell(one: Found, mentions: Sequence[Named], places: Iterable[int], told: Told) -> None:
    """Note a cue with the mentions that it reaches, where its kind is said of such and none stands nearer."""
    kind = one.cue.kind
    for place in places:
        start, end, category = mentions[place]
        if kind in _ABOUT and category not in _ABOUT[kind] and category not in one.cue.about:
            continue
        if one.cue.only and category not in one.cue.only:
            continue
        distance = max(start - one.end, one.start - end)
        if kind not in told[place] or distance < told[place][kind][0]:
            told[place][kind] = distance, Attribute(kind, one.start, one.end)  # type: ignore[arg-type]
