"""Words and signs that may deny what stands near them, in classes; whether they do is another question."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from ingest.text.openings import Openings
from ingest.text.sentences import Span

Named = tuple[int, int, str]
"""A mention: start, end, category."""
_SIGNS: dict[Literal["en", "zh"], dict[str, str]] = {
    "en": {
        "affix": r"\bnon-?(?=[a-z]{2})|\bnon\s|[-\s](?:free|negative|null|deficient|na[iï]ve|untreated|devoid|"
        r"lacking|less|knock-?outs?|depleted)\b|\s?\(-/-\)|-/-|\(-\)",
        "no": r"\b(?:no|without|neither|nor|none|absence\s+of|lack\s+of|lacks?|lacked|lacking|devoid\s+of|"
        r"free\s+(?:of|from)|negative\s+for|rul(?:ed|es|e|ing)\s+out|exclud(?:ed?|es|ing)|den(?:y|ied|ies|ying)|never|nothing|deficient\s+in|"
        r"absent)\b",
        "gone": r"\b(?:negative|undetect\w+|disappear\w*|ceased|resolved|nonexistent|unremarkable)\b",
        "instead": r"\b(?:rather\s+than|instead\s+of|except|unlikely|fail(?:s|ed|ure|ing)?|cannot|unable)\b",
        "not": r"\b(?:not|\w+n't)\b",
    },
    "zh": {
        "ask": "是不是|有没有|有没|能不能|会不会|可不可以|要不要|是否|有否|有无",
        "forbid": "不能|不要|不用|不可|勿|莫|别|忌|避免|禁",
        "result": "阴性|转阴|[（(][-－—﹣][)）]|消失",
        "will": "不会|绝不会|不引起|不感染|不传染",
        "exclude": "排除|除外|否认",
        "none": "没有|没|无|并未|从未|未|不伴|缺乏|免",
        "non": "非|不是|并非",
        "not": "不",
    },
}
"""Class -> words and signs of a language that may deny."""
_FOUND = {
    language: re.compile("|".join(f"(?P<{name}>{words})" for name, words in classes.items()), re.IGNORECASE)
    for language, classes in _SIGNS.items()
}
_STARTS = (
    "no", "never", "neither", "without", "absen", "lack", "devoid", "free", "negative", "rule", "ruling", "exclud",
    "deny", "denie", "deficient", "undetect", "disappear", "ceased", "resolved", "unremarkable", "rather", "instead",
    "except", "unlikely", "fail", "cannot", "unable", "null", "naive", "naïve", "untreated", "less", "knock",
    "depleted",
)  # fmt: skip
"""What a word of English that may deny begins with, behind a blank or a hyphen."""
_ANYWHERE = ("n't", "-/-", "(-)")
"""The English signs that begin in a word or with no letter."""


class Sign(NamedTuple):
    """A word that may deny."""

    start: int
    end: int
    name: str
    sort: str


@cache
def _starts() -> Openings:
    return Openings(enumerate([*_STARTS, *(f"-{one}" for one in _STARTS)]), words=True)


class SignPlaces:
    """Where an English sign may begin in a text, by one pass of an automaton: most sentences have none, and to look
    for all of them in each would take as long as the rest of its attributes.

    >>> places = SignPlaces("Known adenoma. Non-smoker, tumor-free. Isn't it?")
    >>> [places.may(start, end) for start, end in ((0, 14), (15, 38), (39, 48))]
    [False, True, True]
    """

    def __init__(self, text: str) -> None:
        found = set(_starts().places(text, 0, len(text)))
        lower = text.lower()
        for sign in _ANYWHERE:
            if sign in lower:
                found |= {one.start() for one in re.finditer(re.escape(sign), text, re.IGNORECASE)}
        self._at = sorted(found)

    def may(self, start: int, end: int) -> bool:
        """Whether one may begin between two places."""
        first = bisect_left(self._at, start)
        return first < len(self._at) and self._at[first] < end


def signs_of(text: str, language: Literal["en", "zh"], sentence: Span, mentions: Sequence[Named]) -> list[Sign]:
    """The words and signs of a sentence, outside of its mentions, that may deny one, in order.

    >>> text = "Tumor-free, no fever, no pain."
    >>> [(one.name, one.sort) for one in signs_of(text, "en", (0, 30), [(15, 20, "symptom")])]
    [('-free', 'affix'), ('no', 'no'), ('no', 'no')]
    """
    made = []
    for one in _FOUND[language].finditer(text, *sentence):
        if not any(start < one.end() and one.start() < end for start, end, _ in mentions):
            word = one[0].strip()
            start = text.index(word, one.start())
            made.append(Sign(start, start + len(word), " ".join(word.lower().split()), one.lastgroup or ""))
    return made
