"""Names that are words, where whose they are is said: *her daughter Non*, *Partner | Lamin*, *Norm ate well*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_roles import CAPITAL
from ontology.deidentification.english_vocabulary import follower, medicinal, region, unit
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_KIN = (
    r"(?:step|grand|god|half-)?(?:mother|father|son|daughter|brother|sister|mum|mom|dad|child)(?:-in-law)?|wife|"
    r"husband|"
    r"spouse|partner|fianc[eé]e?|boyfriend|girlfriend|aunt(?:ie|y)?|uncle|cousin|niece|nephew|twin|gran|nan|granny|"
    r"neighbou?r|friend|flatmate|roommate|carer|caregiver|guardian|landlord|landlady|secretary|typist|receptionist|"
    r"keyworker|social worker|health visitor|midwife|physio|interpreter|chaplain|porter|colleague|teacher|boss|"
    r"manager"
)
_OWNED = re.compile(
    rf"\b(?:his|her|my|their|our|your|pt's|patient's|by|with|and|from|to|w/)\s(?:(?:eldest|youngest|older|"
    rf"younger|elder|"
    rf"twin|late|other|only|new|next-door|best|named)\s)?(?:{_KIN})\s({CAPITAL})"
    rf"(?=\s*[.,;:)!?\n]|\s*$|\s([a-z/]+))"
)
_LISTED = re.compile(rf"[,;(]\s?(?:{_KIN})\s({CAPITAL})(?=\s*[.,;)\n]|\s*$)")
_COLUMN = re.compile(
    rf"(?i:\b(?:{_KIN}|next of kin|nok|name|consultant|nurse|gp|surgeon|registrar|contact|escort|responsible "
    rf"clinician))"
    rf"\s?[|\t]\s?({CAPITAL}(?:\s{CAPITAL})?)(?=\s*[|,\t\n(]|\s*$)"
)
"""A table as text: what a column says, and what stands in the next."""
_SHIFT = re.compile(rf"(?<![\w'-])({CAPITAL})(?=\son\s(?:nights?|lates?|earl(?:y|ies)|call|duty|shift|days|leave)\b)")
_DOES = re.compile(
    rf"(?<![\w'-])({CAPITAL})(?=\s(?:says|said|ate|rang|phoned|told|asked|asks|lives|turned|drove|drives|visited|"
    rf"visits|"
    rf"wants|wonders|thinks|slept|cried|smiled|wept|feels|refuses|walks|helps|cooks|brought|agrees|agreed|knows)\b)"
)
_MONTHS = frozenset({"may", "june", "april", "august"})
_FIRST = re.compile(
    r"\b(?:[Tt]his is|[Ii]t's|[Ii]ts|I'm|[Mm]y name is|[Hh]ello,?|[Hh]i,?|[Dd]ear)\s("
    + CAPITAL
    + r")(?=\s(?:from|here|calling|again)\b)"
)


def kin_names(text: str) -> Iterator[Span]:
    """Names in folded text that whose somebody is, a column or a verb of people tells.

    >>> text = "Rang her niece Bliss on Monday. Escort | Pepper | none. Joy ate half. Mother Parkinson's."
    >>> [text[one.start : one.end] for one in kin_names(text)]
    ['Bliss', 'Pepper', 'Joy']
    """
    for found in _OWNED.finditer(text):
        if _somebody(found[1]) and (not found[2] or follower(found[2])):
            yield Span(*found.span(1), "name")
    for pattern in (_LISTED, _COLUMN, _FIRST):
        for found in pattern.finditer(text):
            if not _ANSWER.match(found[1]) and all(_somebody(part) for part in found[1].split()):
                yield Span(*found.span(1), "name")
    for pattern in (_SHIFT, _DOES):
        for found in pattern.finditer(text):
            word = found[1].lower()
            if word in words().both - _MONTHS or (word in words().given and _somebody(found[1])):
                yield Span(*found.span(1), "name")


def _somebody(name: str) -> bool:
    """Whether a capital behind a word for somebody can be his name: it is no illness, drug, place or trade."""
    word, own = name.lower(), words()
    if word in own.given | own.both | _SHORT:
        return True
    return not (
        known(word)
        or medicinal(word)
        or unit(word)
        or region(word)
        or word in own.terms | own.eponyms | own.general
        or word in own.jobs | own.not_people | own.common
    )


_ANSWER = re.compile(
    r"(?i:none|nil|not|yes|no|unknown|unsure|absent|present|aware|same|see|self|independent|deceased|lives|alone|widow|"
    r"widower|single|various|on|at|as|in|daily|weekly|[a-z]{3,}(?:ed|ing))\b"
)
"""What a column says where it names nobody."""
_SHORT = frozenset({"non", "dot"})
"""Names in Wales and England that stand in the lists as words."""
