"""Names in Latin letters that only their capital tells: no text uses the word without one, and medicine not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import follower, frequent, labelled, ordinary
from ontology.deidentification.span import Span
from ontology.deidentification.words import words

_LETTER, _SMALL = r"[A-ZÀ-ÖØ-ÞĀ-Ž]", r"[a-zà-öø-ÿāăąćčďđēėęěğģīįķłļńņňőœřśşšţťūůűųźżžșț]"
_TOKEN = re.compile(
    rf"(?<![\w.@/'+-])(?:(?:O'|D'|Mc|Mac|De|Di|Al-|El-|Ó |Ní |Ap |ap )?{_LETTER}{_SMALL}+"
    rf"(?:[-'](?:{_LETTER}?{_SMALL}{{2,}}|{_LETTER})){{0,3}})(?![\w@]|\.\w)"
)
_PARTS = re.compile(r"[^\W\d_]+")
_DOSED = re.compile(
    r"\s*\(?\d[\d.,/]*\s?(?:mg|mcg|g\b|ml|units?|iu\b|%|micro|puffs?|tabs?|x\b)|"
    r"\s+(?:bd|tds|od|qds|prn|po|iv|im|sc|stat|nocte|mane|bid|tid|qid|qhs|daily|inhaler|cream|ointment|drops|tablets?|"
    r"capsules?|infusion|injections?|patch(?:es)?|spray|syrup|dose|refill|pump|catheter|drain|tube|line|dressing|"
    r"sutures?|stent|graft|plate|mesh|nail|screws?|vaccine)\b",
    re.I,
)
_MEDICATED = re.compile(
    r"\b(?:start(?:ed)?|stop(?:ped)?|commenced?|restart(?:ed)?|dose of|course of|taking|takes|took|given|"
    r"refill(?: of)?|"
    r"prescribed|continue|continued|increase|reduce|switch(?:ed)?(?: to)?|load(?:ed)? with|allergic to|refuses|"
    r"trial of|wean|bolus|infusion of|modified|positive|negative|type|grade|class|stage|score|scale|sign|"
    r"tabs?\.?|caps?\.?|syp\.?|syr\.?|inj\.?|supp\.?|oint\.?|crm|neb|via|"
    r"supplement|brand|avoid(?:ed)?|apply|applied|us(?:e|ed|es|ing)|tried|dispensed|instilled|with an?|an?|"
    r"x\s?\d+(?:\s?(?:mm|cm|fr))?)\s+\Z",
    re.I,
)
_CODED = re.compile(
    r"\s(?:[IVX]+[A-Da-dL]?|#\d|[A-Z]{0,2}\d+(?:[-.]\d+)?[A-Z]{0,2}[a-z]?|Ag|XL|XR|SR|MR|CP|Plus|Forte)(?![A-Za-z\d/])"
)
"""A grade, a size or a version, as things have: *McKinley T34*, *Aquacel Ag*."""
_GRADED = re.compile(
    r"\s?(?:[IVX]{1,4}|\d{1,3})[a-dA-D]?\s?[级型分期度]|(?:瞳孔|[一-鿿]?[征病线区窝孔管肌瘤])|\s[IVX]{2,4}[A-D]?(?=[,.;)])"
)
"""What nobody has behind their name: a grade of a Chinese text, a sign, a class in Roman numbers."""
_SPECIES = re.compile(r"\s([a-z]{4,}(?:i|ae|is|us|um|a|ans|ens|es|on))\b")
_MORE = re.compile(rf"\s(?:(?:van der|van den|van|von|de la|de|del|da|dos|bin|ibn|ap)\s)?({_TOKEN.pattern})")
_INITIALS = re.compile(r"(?<![\w.'])(?:[A-Z]\.?\s?){1,3}\Z")
_INITIAL_BEHIND = re.compile(r"\s[A-Z]\b\.?(?=[\s,.;:)]|$)(?!\s?\d)")
_BEFORE = re.compile(rf"({_TOKEN.pattern})\s(?:(?:van der|van den|van|von|de la|de|del|da|dos|bin|ibn|al|el)\s)?\Z")
_CLOSED = re.compile(r"\s?[,(]\s?(?:\d{2}\b|[a-z])")
"""What follows a whole name, though its last word is one of medicine: a comma and what is said of somebody."""
_WINDOW = 60
_PARTS_OF_NAME = 2


_SOMEBODY = re.compile(
    r"\b(?:he|she|him|her|his|hers|pt|patient|client|resident|mr|mrs|ms|miss|dr|prof|nurse|ward|bed|room|bay|"
    r"clinic|gp|mum|"
    r"mom|dad|son|daughter|wife|husband|mother|father|sister|brother|uncle|aunt|carer|neighbour|neighbor|"
    r"friend|rang|told|"
    r"says|said|asked|phoned?|called|spoke|lives?|signed|seen|handover|letter|dear|regards|cc|name|dob|mrn|"
    r"nhs|i|we|you|"
    r"\d{2}[-/.]\d{2}|on call|plan|consent|interpreter|referr(?:ed|er)|attend(?:ed|ees)|present|bleep|"
    r"discussed|aware)\b|"
    r"\d{5}|@",
    re.I,
)
"""Signs that a text is about somebody; without them a strange word is one of medicine that no list has."""


def strange(token: str) -> bool:
    """Whether nothing but a name is written so: a part of it is no word, and none is one of medicine.

    >>> strange("Okonjo"), strange("Cartwright-Njoku"), strange("Kaplan-Meier"), strange("Wheelchair")
    (True, True, False, False)
    """
    parts = [part.lower() for part in _PARTS.findall(token) if len(part) > 2]
    if not parts:
        return False
    if re.match(r"O'[A-Z]", token):
        return True
    unknown = [part for part in parts if not (ordinary(part) or labelled(part))]
    if "-" in token and len(parts) > 1:
        return bool(unknown) and all(part in unknown or frequent(part) for part in parts)
    whole = token.lower().removesuffix("'s").replace("'", "")
    return len(unknown) == len(parts) and not (ordinary(whole) or labelled(whole))


def unheard_names(text: str) -> Iterator[Span]:
    """Names in folded text without a word that says so, with the initials and names beside them.

    >>> text = "Handover: Tremlett settled, J. Oyelaran told."
    >>> [text[one.start : one.end] for one in unheard_names(text)]
    ['Tremlett', 'J. Oyelaran']
    """
    somebody = _SOMEBODY.search(text) is not None
    for found in _TOKEN.finditer(text):
        if not somebody and not any(frequent(part.lower()) for part in _PARTS.findall(found[0])):
            continue
        if strange(found[0]) and not _medical(text, found.start(), found.end()):
            yield Span(_first(text, found.start()), _last(text, found.end()), "name")


def _medical(text: str, start: int, end: int) -> bool:
    """Whether what stands around a word makes it a drug, a germ, or something that is called after somebody."""
    if _DOSED.match(text, end) or _MEDICATED.search(text, max(0, start - _WINDOW), start):
        return True
    if _GRADED.match(text, end):
        return True
    if (found := _SPECIES.match(text, end)) and (not ordinary(found[1]) or labelled(found[1])):
        return True
    token = text[start:end]
    if not any(frequent(part.lower()) for part in _PARTS.findall(token)) and _listed(text, start, end):
        return True
    behind = re.match(r"(?:'s|s')?[\s-]+([A-Za-z]+)(?:[\s-]+([a-z]+))?", text[end : end + _WINDOW])
    if behind is None:
        return False
    terms = words().terms
    return behind[1].lower() in terms or ((behind[2] or "") in terms and not behind[1][0].islower())


def _listed(text: str, start: int, end: int) -> bool:
    """Whether a thing follows the word, or it stands in a list beside words of medicine or ahead of figures."""
    thing = re.match(r"(?:'s|s')?(?: |-)([a-z]{2,})", text[end : end + _WINDOW])
    if thing and text[end] != "'" and not follower(thing[1]):
        return True
    beside = (
        re.search(
            r"([A-Za-zÀ-ÿ]{3,})(?: [IVX\d]+)?\s?(?:,|/|;|\band\b|\bor\b|\+)\s?\Z", text[max(0, start - _WINDOW) : start]
        ),
        re.match(r"(?: [IVX\d]+)?\s?(?:,|/|;|\band\b|\bor\b|\+)\s?([A-Z][A-Za-zÀ-ÿ]{2,})", text[end : end + _WINDOW]),
    )
    if any(one and one[1][0].isupper() and labelled(one[1].lower()) and not frequent(one[1].lower()) for one in beside):
        return True
    return _CODED.match(text, end) is not None


def _first(text: str, start: int) -> int:
    """Where the name begins of which a part begins at ``start``: behind at most two others, or initials."""
    for _ in range(_PARTS_OF_NAME):
        window = max(0, start - _WINDOW)
        if found := _INITIALS.search(text, window, start):
            return found.start()
        found = _BEFORE.search(text, window, start)
        word = found[1].lower() if found else ""
        if found is None or labelled(word) or (ordinary(word) and not frequent(word)):
            return start
        start = found.start()
    return start


def _last(text: str, end: int) -> int:
    """Where the name ends of which a part ends at ``end``: before at most two others, or an initial."""
    own = words()
    for _ in range(_PARTS_OF_NAME):
        found = _MORE.match(text, end)
        word = found[1].lower().removesuffix("'s") if found else ""
        if found is None or not (
            frequent(word)
            or not (labelled(word) or word in own.not_people | own.terms | own.jobs | own.common)
            or (word not in own.terms and _CLOSED.match(text, found.end()))
        ):
            break
        end = found.end()
    initial = _INITIAL_BEHIND.match(text, end)
    return initial.end() if initial else end
