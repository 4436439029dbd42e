"""Where people are in English: the town behind a hospital, parents in Daejeon, Dr Shah of a practice, a crossroads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import frequent, labelled, medicinal, ordinary, region, unit
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_CAP = r"(?:(?:Al|El|Ar|As|Le|La|St\.?|Ty|Port|New|Old)[ -])?[A-Z][a-zà-ÿ]+(?:[- ][A-Z][a-zà-ÿ]+){0,2}"
_ENDS = r"(?=\s*(?:[.;)\n]|$))"
_TOWN = re.compile(
    rf"\b(?:Hospital|Infirmary|Clinic|Cent(?:re|er)|Surgery|Practice|Pharmacy|Home|Hospice|School|Primary|"
    rf"Nursery|Academy|"
    rf"College|University|Institute|Hotel|Church|Prison|House|Lodge|Court|Road|Rd|Street|St|Lane|Ln|Avenue|Ave|"
    rf"Drive|Dr|"
    rf"Close|Terrace|Way|Place|Square|Wharf|Estate|Farm|Ltd|Dental|Opticians?|Chemists?),\s({_CAP}){_ENDS}"
)
"""The town behind a house or a street, at the end of what is said of it."""
_COUNTY = re.compile(r"(?:[A-Z][a-z]+(?:[ -][A-Z][a-z]+)?,\s)?\bCo\.?\s(?:[A-Z][a-z]{3,})(?![\w])")
_KIN = re.compile(
    r"\b(?i:parents|grandparents|siblings|sisters?|brothers?|sons?|daughters?|children|kids|relatives|relations|"
    r"cousins?|"
    r"wife|husband|mother|father|mum|mom|dad|aunt|uncle|niece|nephew|fianc[eé]e?|girlfriend|boyfriend|ex|in-laws|"
    r"household|relocating|settled|retired|honeymooned|holidayed|abroad|farms|schooled)"
    rf"(?: (?:back|home|over|still|now|living|lives?|works?|working|based|who lives?|out))?\s(?:in|near|to|"
    rf"outside)\s({_CAP})"
)
_OF = re.compile(
    r"\b(?i:dr|mr|mrs|ms|miss|prof|optician|dentist|solicitor|pharmacist|gp|vet|counsell?or|chiropractor|"
    r"osteopath)\.?\s"
    r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?,?\s(?:of|from|at)\s"
    r"((?:[Tt]he )?(?:[A-Z][\w'&-]+)(?:\s(?:(?:on|of|the|and|&)\s)*[A-Z][\w'&-]+){0,4})"
)
"""Where a doctor or an optician belongs: *Mr Shah of ClearSight*."""
_CROSSING = re.compile(
    r"\b(?i:junction|corner|cnr|intersection|crossroads) of ((?:[A-Z]\w+|\d{1,2}(?:st|nd|rd|th))(?: [A-Z]\w+)?"
    r"\s?(?:and|&|/|with)\s?(?:[A-Z]\w+|\d{1,2}(?:st|nd|rd|th))(?: [A-Z]\w+)?)"
)
_ROUTE = re.compile(
    r"\b((?:Route|Rte|Highway|Hwy|Interstate)\s\d{1,3}[A-Z]?(?:\s(?:near|at|outside|by)\s[A-Z][a-z]+(?: "
    r"[A-Z][a-z]+)?)?)(?!\w)"
)
_ARABIC = re.compile(
    rf"\b(?i:lives?|living|resides?|resident|based)\s(?i:in|at|near)\s((?:Al|El|Ar|As|Ty|Le|La)[ -]{_CAP})"
)
_SERVED = re.compile(
    r"\b(?:PHN|GP|CMHT|HV|CPN|DN|health visitor|district nurse|police|garda[ií]?|ambulance|council|court|coroner|"
    r"pharmacist)"
    rf" (?:for|in|at|from) ({_CAP})(?=\s*[.,;)\n]|\s*$|\s[a-z])"
)
"""A place by who serves it: *PHN for Dunmore*."""
_VISITED = re.compile(
    rf"\b(?i:home visit|visit|access visit)(?: \w+)? (?:to|at) ({_CAP}(?:, "
    rf"{_CAP})+)(?=\s*[.:;)\n]|\s*$|\s[-–a-z])"
)
_DAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)


def english_whereabouts(text: str) -> Iterator[Span]:
    """Towns, crossings and houses in folded text.

    >>> text = "Parents in Gwangju. Seen at Elm Clinic, Vellore. Mr Rao of LensCraft called. Corner of Fifth and Ash."
    >>> [text[one.start : one.end] for one in english_whereabouts(text)]
    ['Vellore', 'Gwangju', 'Fifth and Ash', 'LensCraft']
    """
    for found in _TOWN.finditer(text):
        if _town(found[1]):
            yield Span(*found.span(1), "address")
    for found in _COUNTY.finditer(text):
        yield Span(*found.span(), "address")
    for found in _VISITED.finditer(text):
        yield Span(*found.span(1), "address")
    for found in (*_KIN.finditer(text), *_SERVED.finditer(text)):
        first = found[1].split()[0].lower()
        if _town(found[1]) and (frequent(first) or not ordinary(first)):
            yield Span(*found.span(1), "address")
    for pattern in (_CROSSING, _ROUTE, _ARABIC):
        for found in pattern.finditer(text):
            yield Span(*found.span(1), "address")
    for found in _OF.finditer(text):
        if _house(found[1]):
            yield Span(*found.span(1), "institution")


def _town(name: str) -> bool:
    """Whether a capital can be a town: it is no day, country, illness, drug or ward."""
    plain = [word.lower() for word in re.findall(r"[^\W\d_]{3,}", name)]
    return bool(plain) and not any(
        known(word)
        or medicinal(word)
        or region(word)
        or unit(word)
        or word in _DAYS | words().terms | words().not_people
        for word in plain
    )


def _house(name: str) -> bool:
    """Whether words in capitals name a house rather than a trade: one at least is in no list, or joins two."""
    plain = [word.lower() for word in re.findall(r"[^\W\d_]{3,}", name.removeprefix("The ").removeprefix("the "))]
    own = words()
    if not plain or any(unit(word) or region(word) or word in _DAYS | own.jobs | own.terms for word in plain[:1]):
        return False
    return any(frequent(word) or not (ordinary(word) or labelled(word)) for word in plain)
