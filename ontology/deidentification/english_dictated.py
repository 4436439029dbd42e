"""Notes in lower case, dictated or typed in haste: names that are spelled, whole names, towns, houses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import frequent, labelled, ordinary
from ontology.deidentification.span import Span
from ontology.deidentification.words import words

_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|treble|nought"
_LETTERS = r"[A-Za-z](?:[ -]{1,2}[A-Za-z]){2,14}(?![\w'-])"
_SPELLED = re.compile(rf"\b(?:spell(?:ed|ing|s)|spelt)(?: (?:as|is|out|it))?[:,]?\s({_LETTERS})", re.I)
_NAME_SPELLED = re.compile(
    rf"(?<=[a-z]{{2}}) ({_LETTERS})(?= (?:date of birth|dob|d o b|hospital|nhs|mrn|born|aged))", re.I
)
_NUMBER = re.compile(
    rf"\b(?:number|mrn|phone|tel|telephone|mobile|account|id)(?: is)?[:,]? "
    rf"((?:[a-z] ){{0,3}}(?:{_DIGIT})(?: (?:{_DIGIT})){{3,14}})\b",
    re.I,
)
_GIVEN = re.compile(
    r"(?<![\w'./@-])([a-z]{3,}) (?=((?:(?:el|al|van|de|bin|ibn|von|da|di) )?[a-z][a-z'-]{3,})(?![\w@'-]|\.\w))"
)
_TITLED = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|prof|doctor|mister|missus|sister|nurse) [a-z'-]{2,} ((?:el|al|van|de|bin|ibn|von|da|"
    r"di) [a-z'-]{3,})"
)
_TOWN = re.compile(
    r"\b(?:hospital|surgery|practice|clinic|school|pharmacy|chemist|house|home|flat|church|market|farm|college|"
    r"hospice|"
    r"wedding|funeral|family|mother|father|sister|brother|daughter|son|parents|living|lives?|moved|drove|drives|flew|"
    r"came|comes|visiting|holiday)(?: back| over| down| up| still)? (?:in|at|near|to|from|outside) "
    r"([a-z]{4,})(?![\w'-])"
)
_AT_HOME = re.compile(r"\bseen at home,? ([a-z]{5,})(?= |[,.;\n]|$)")
_HOUSE = re.compile(
    r"\b(?:at|from|to|in|via|gp|surgery|for|by)\s((?:the )?([a-z][a-z']{2,})(?: [a-z][a-z']+)? (?:medical "
    r"cent(?:re|er)|medical practice|"
    r"injury unit|injuries unit|day unit|walk-?in cent(?:re|er)|dental practice|dental|vets?|day cent(?:re|er)|"
    r"hospice|primary|nursery|"
    r"freight|logistics|motors|foods|haulage|bakery|builders|engineering|textiles|taxis|cabs))(?![\w'-])"
)
_KIND = re.compile(
    r"(?:acute|minor|local|general|community|family|the|a|an|our|her|his|new|old|same|stroke|urgent|main|other|own|"
    r"private|day|planned|surgical|medical|dental|oncology|cardiac|eye|burns|spinal|head)$"
)
"""What such a house is for, rather than which."""


def english_dictated(text: str) -> Iterator[Span]:
    """Places and numbers in lower case in folded text.

    >>> text = "works for corran freight, sister living in abercarn, mobile oh seven seven one two"
    >>> [text[one.start : one.end] for one in english_dictated(text)]
    ['oh seven seven one two', 'abercarn', 'corran freight']
    """
    for found in _NUMBER.finditer(text):
        yield Span(*found.span(1), "record")
    for pattern in (_TOWN, _AT_HOME):
        for found in pattern.finditer(text):
            if _unknown(found[1]):
                yield Span(*found.span(1), "address")
    for found in _HOUSE.finditer(text):
        own = words()
        if not _KIND.match(found[2]) and found[2] not in own.general | own.jobs | own.terms and not labelled(found[2]):
            yield Span(*found.span(1), "institution")


def dictated_names(text: str) -> Iterator[Span]:
    """Names in lower case in folded text: spelled ones, and those with a surname that no text has.

    >>> text = "this is doctor karim el tayeb on winifred tarrick spelled t a r"
    >>> [text[one.start : one.end] for one in dictated_names(text)]
    ['t a r', 'el tayeb', 'karim el tayeb', 'winifred tarrick']
    """
    for pattern in (_SPELLED, _NAME_SPELLED, _TITLED):
        for found in pattern.finditer(text):
            yield Span(*found.span(1), "name")
    for found in _GIVEN.finditer(text):
        first, last = found[1], found[2].split()[-1]
        own = words()
        if (
            first in own.given
            and first not in own.both
            and not ordinary(first)
            and (last in own.families or _unknown(last))
        ):
            yield Span(found.start(), found.end(2), "name")


def _unknown(word: str) -> bool:
    """Whether no list has a word in lower case but those of names."""
    bare = word.removesuffix("'s")
    if frequent(bare) and bare not in words().both:
        return not (ordinary(bare) or labelled(bare))
    return not (ordinary(bare) or labelled(bare) or bare in words().terms)
