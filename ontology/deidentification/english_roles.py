"""Names in Latin letters that a role, a rank or a relative beside them tells: *PC Ellison*, *carer Blessing*, *Pam "
"(HCA)*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_forms import acronym
from ontology.deidentification.english_vocabulary import follower, frequent, idiom, labelled, ordinary, unit
from ontology.deidentification.span import Span
from ontology.deidentification.words import words

_LETTER, _SMALL = r"[A-ZÀ-ÖØ-ÞĀ-Ž]", r"[a-zà-öø-ÿāăąćčďđēėęěğģīįķłļńņňőœřśşšţťūůűųźżžșț]"
CAPITAL = rf"(?:(?:O'|D'|Mc|Mac|De|Di|La|Le|Al-|El-)?{_LETTER}{_SMALL}+(?:[-']{_LETTER}?{_SMALL}+){{0,3}})"
_NAME = (
    rf"(?:[A-Z]\.?\s?){{0,3}}{CAPITAL}(?:\s(?:(?:van der|van|von|de la|de|del|bin|"
    rf"ap)\s)?{CAPITAL}){{0,2}}(?:\s[A-Z]\b\.?)?"
)
_RELATIVE = (
    r"(?:step|grand|god|foster |half[- ])?(?:mother|father|son|daughter|brother|sister|mum|mom|dad|ma|"
    r"pa)(?:[- ]in[- ]law)?|wife|"
    r"husband|spouse|partner|ex(?:-partner|-husband|-wife)?|fianc[eé]e?|boyfriend|girlfriend|aunt(?:ie|y)?|uncle|"
    r"cousin|niece|"
    r"nephew|twin|grandson|granddaughter|grandma|grandpa|gran|nan|granny|neighbou?r|friend|roommate|flatmate|housemate|"
    r"cellmate|carer|caregiver|guardian|landlord|landlady|babysitter|nanny|nok|next of kin"
)
_ROLE = (
    r"nurse|staff nurse|charge nurse|midwife|hca|hcsw|cna|lpn|rn|sn|sr|sister|matron|sho|spr|fy[12]|st[1-8]|ct[1-3]|"
    r"reg|"
    r"registrar|consultant|locum|intern|resident|fellow|attending|surgeon|anaesthetist|anesthesiologist|gp|physio|ot|"
    r"slt|salt|"
    r"dietitian|dietician|pharmacist|podiatrist|psychologist|psychiatrist|counsell?or|therapist|phlebotomist|"
    r"radiographer|"
    r"sonographer|technician|tech|optician|optometrist|dentist|hygienist|chiropractor|paramedic|medic|porter|"
    r"receptionist|"
    r"secretary|interpreter|translator|keyworker|key worker|social worker|sw|hv|health visitor|cpn|cmhn|case manager|"
    r"manager|"
    r"supervisor|teacher|headteacher|senco|coach|chaplain|vicar|father|fr|pastor|imam|rabbi|pc|wpc|dc|ds|pcso|officer|"
    r"sgt|"
    r"sergeant|constable|detective|sheriff|deputy|warden|col|colonel|capt|captain|maj|major|lt|lieutenant|cpl|"
    r"corporal|sgt maj|"
    r"solicitor|lawyer|attorney|employer|boss|colleague|classmate|teammate|driver|witness|donor|recipient|baby|"
    r"twin [12ab]|"
    r"patient|pt|client|resident|student|derm|cardio|neuro|rm \d+|room \d+|bed \d+|adjuster|vaccinator|chaperone|"
    r"assistant|asst|surg|scrub|anaes|anaesth|runner|grader|"
    r"assessor|operator|reporter|author|cons|consultant in charge|typist|volunteer|undertaker|coroner|employee|"
    r"coordinator|"
    r"reviewer|advocate|prefers|aka|a\.k\.a\.|known as|called|nickname|née|nee|old|dear|attendees|apologies|present"
)
_BEHIND_ROLE = re.compile(rf"\b(?:(?i:{_RELATIVE}|{_ROLE}))s?\s*(?:[:,(-]\s*|is\s|was\s)?[\"']?({_NAME})(?![\w@])")
_BESIDE = re.compile(
    rf"(?<![\w'])({CAPITAL}(?:\s{CAPITAL})?)(?=\s*\((?i:{_RELATIVE}|hca|rn|salt|slt|ot|pt|physio|st\d|ct\d|sho|gp|nok|"
    rf"np|anp|hv|"
    rf"cpn|sw)\b|,\s(?:his|her|the|a|their)\s(?i:{_RELATIVE}|{_ROLE})\b|\sthe\s(?i:{_ROLE})\b)"
)
_MIDST = re.compile(
    rf"(?<![A-Z.\w] )\b((?:{_RELATIVE}|secretary|typist|receptionist|porter|chaplain|volunteer|sw|hv|keyworker|"
    rf"colleague|"
    rf"classmate|witness|carer|interpreter|physio|midwife))\s({CAPITAL})(?=\s*[.,;:)!?\n]|\s*$|\s([a-z/]+))"
)
"""A word in lower case for somebody, and a capital behind it in the middle of a sentence: *his brother Will has*."""
_INITIALS = re.compile(
    rf"(?<![\w.'])([A-Z]{{2,3}})(?=\s\((?i:{_RELATIVE}|nurse(?: practitioner)?|hca|rn|slt|physio|sho|registrar|"
    rf"consultant|gp|"
    rf"anp|midwife|pharmacist|secretary)\b)"
)
_PAIRED = re.compile(rf"(?<![\w'])({CAPITAL})(?:\s?(?:&|/|\+)\s?|\s(?:and|or)\s)({CAPITAL}(?:\s{CAPITAL})?)(?!\w)")
_INITIALLED = re.compile(rf"(?<![\w.'-])((?:[A-Z]\.\s?){{1,3}}{CAPITAL}(?:-{CAPITAL})?)(?!\w)(?!\s?\d)")
_SHOUTED = re.compile(
    r"(?<![\w'-])(?![IVXL]+[A-D]?,)([A-Z][A-Z'-]{2,24}),\s?([A-Z][A-Z'-]{1,24}|[A-Z][a-zà-ÿ]+|(?:[A-Z]\.\s?){1,2})(?![\w])|"
    r"(?<![\w'-])([A-Z][A-Z'-]{3,24})\s([A-Z](?:[-.]{0,2}[A-Z])?)(?=\s*(?:[;,.|)\n]|-\s|$))|"
    r"(?<![\w'-])([A-Z][A-Z'-]{3,24})\s([A-Z][A-Z'-]{2,24})(?=\s*(?:[-|;\n]|\d|$))"
)
_MONTHS = frozenset({"may", "june", "april", "august"})
_SIGNED = re.compile(
    r"\b(?i:typed by|signed by|initials?|init|taken|sent by|dictated by|checked by|given by)\s([a-z]{2,3}|"
    r"[A-Z]c?[A-Z]{1,3}|"
    r"[A-Z]Mc[A-Z])(?=\s*[,.;\n\d]|$)|(?m:(?<=[\s.])[-–~]\s?([A-Z]{2,3})\s*$)|(?<![\w'])([a-z]{2,3}),\s(?:RN|MD|LPN|"
    r"NP|PA|OT|PT)\b"
)


def english_roles(text: str) -> Iterator[Span]:
    """Names in folded text beside a role, in capitals with their initials, and as initials under what was written.

    >>> text = "PC Ellison and carer Blessing, per J. Stone. PEMBERTON, HUGO. Typed by jk."
    >>> sorted(text[one.start : one.end] for one in english_roles(text))
    ['Blessing', 'Ellison', 'J. Stone', 'PEMBERTON, HUGO', 'jk']
    """
    for found in _BEHIND_ROLE.finditer(text):
        end = found.start(1) + len(_kept(found[1]))
        if end > found.start(1) and not _called_so(text, end):
            yield Span(found.start(1), end, "name")
    for found in _BESIDE.finditer(text):
        if _kept(found[1]) == found[1]:
            yield Span(*found.span(1), "name")
    for found in _MIDST.finditer(text):
        if _alone(found[2].lower()) and (not found[3] or follower(found[3])):
            yield Span(*found.span(2), "name")
    for found in _INITIALS.finditer(text):
        yield Span(*found.span(1), "name")
    for found in _PAIRED.finditer(text):
        first, second = found[1].lower(), found[2].split()[0].lower()
        if {first, second} <= words().both - _MONTHS and not _called_so(text, found.end()):
            yield Span(*found.span(1), "name")
            yield Span(found.start(2), found.start(2) + len(second), "name")
        if _nobody(first) or _nobody(second) or _called_so(text, found.end()):
            continue
        if any(one in words().given or not (ordinary(one) or labelled(one)) for one in (first, second)):
            yield Span(*found.span(1), "name")
            yield Span(*found.span(2), "name")
    for found in _INITIALLED.finditer(text):
        word = found[1].split(".")[-1].strip().lower()
        if frequent(word) or not (ordinary(word) or labelled(word)):
            yield Span(*found.span(1), "name")
    for found in _SHOUTED.finditer(text):
        parts = [part.lower() for part in re.findall(r"[^\W\d_]{2,}", found[0])]
        known = [frequent(part) for part in parts]
        if found[1] and (acronym(found[1]) or idiom(text, *found.span(2))):
            continue
        if any(known) and all(
            one or not (ordinary(part) or labelled(part)) for one, part in zip(known, parts, strict=True)
        ):
            yield Span(*found.span(), "name")
    for found in _SIGNED.finditer(text):
        initials = found[found.lastindex or 0]
        if initials.lower() not in words().jobs | words().common | words().not_people and not labelled(
            initials.lower()
        ):
            yield Span(*found.span(found.lastindex or 0), "name")


def _alone(word: str) -> bool:
    """Whether a capital within a sentence makes a word somebody's name, though it may be an ordinary word, too."""
    own = words()
    if word in own.both or word in own.given:
        return True
    return not (
        labelled(word) or unit(word) or word in own.not_people | own.terms | own.jobs | own.general | own.common
    )


def _nobody(word: str) -> bool:
    """Whether nobody is called so, whatever stands beside the word."""
    own = words()
    if word in own.given and word not in own.both:
        return False
    return (
        word in own.not_people | own.terms | own.jobs | own.common | own.general
        or (labelled(word) and not frequent(word))
        or (ordinary(word) and not frequent(word) and word not in own.both)
    )


def _kept(name: str) -> str:
    """The words of a name up to the first that is nobody's."""
    at = 0
    for found in re.finditer(r"\S+", name):
        bare = found[0].strip(".").lower()
        if len(bare) > 1 and _nobody(bare) and bare not in ("van", "von", "de", "der", "del", "bin", "ap"):
            break
        at = found.end()
    return name[:at] if re.search(rf"{_LETTER}{_SMALL}", name[:at]) else ""


def _called_so(text: str, end: int) -> bool:
    """Whether a word of medicine follows."""
    found = re.match(r"(?:'s|s')?[\s-]+([A-Za-z]+)", text[end : end + 40])
    return found is not None and found[1].lower() in words().terms
