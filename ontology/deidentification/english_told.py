"""Names in Latin letters behind a title, in a field of a form, or behind a word for somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ontology.deidentification.english_forms import CAPITAL, INITIAL, NAME, WORD, family, given
from ontology.deidentification.eponyms import called_after
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_TITLE = re.compile(
    rf"\b(?:[Dd]rs?|DR|[Mm]rs?|MRS?|[Mm]s|MS|[Mm]iss|[Pp]rof(?:essor)?|[Ss]ir|[Dd]ame|[Mm]x|[Ss]ister|"
    rf"[Nn]urse|[Mm]atron|[Rr]ev|[Dd]octor|[Cc]apt|[Ss]gt|[Mm]ister|[Mm]issus|[Hh]err|[Ff]rau|[Ss]e[nñ]ora?|[Mm]onsieur|[Mm]adame)\.?\s+((?:{INITIAL}\s?)*{NAME})"
)
_TOLD = re.compile(
    rf"\b(?i:patient(?:'s)? name|patient|pt|name|names?|surname|first name|last name|signed(?: by)?|"
    rf"signature|dictated by|reviewed by|seen by|attending(?: physician)?|"
    r"consultant|surgeon|physician|provider|pcp|gp|author|electronically signed by|reported by|"
    r"verified by|witness(?:ed by)?|contact(?: person)?|next of kin|nok|"
    r"emergency contact|guardian|carer|caregiver|informant|mother|father|wife|husband|spouse|partner|"
    r"son|daughter|brother|sister|mum|mom|dad|aunt|uncle|niece|nephew|"
    r"grandson|granddaughter|grandmother|grandfather|neighbou?r|friend|teacher|employer|anaesthetist|"
    r"anesthetist|anesthesiologist|assistant|assisted by|nurse|midwife|"
    r"pharmacist|therapist|interpreter|social worker|case manager|operator|referred by|referring|cc|"
    r"attn|attention|dear|regards|sincerely|thanks|by|called|named|known as|likes to be called|"
    r"answers to|i am|my name is|spoke (?:to|with)|discussed with|d/w|accompanied by|brought in by|"
    r"care of|c/o|i met|met|dob|re(?!,))"
    rf"\b\s*(?:\([a-z ]{{2,14}}\))?\s*(?:(?:is|was|,|:|-|\()\s*){{0,2}}\s*({NAME})"
)
_FIELD = re.compile(
    rf"(?i:\b(?:[a-z'./-]+ ){{0,3}}?(?:name|by|clinician|physician|doctor|nurse|contact|kin|carer|"
    rf"worker|clerk|consultant|surgeon|author|typist|guardian|interpreter|witness|caller|parent|"
    rf"partner|operator|technician|"
    rf"technologist|radiographer|radiologist|pathologist|reporter|requester|requestor|prescriber|"
    rf"dispenser|signatory|secretary|provider|practitioner|assistant|anaesthetist|anesthetist|midwife|"
    rf"therapist|visitor|employer|teacher|relative|holder|donor|investigator|coordinator)"
    rf"(?:\s*\([^)]{{1,20}}\))?\s*[:=])\s*({NAME}(?:,\s?{CAPITAL})?)"
)
"""A field of a form, and what stands behind its colon."""
_CREDENTIAL = re.compile(
    rf"({NAME}),?\s+(?:M\.?D\.?|R\.?N\.?|Ph\.?D\.?|D\.?O\.?|NP|PA(?:-C)?|FRCP|FRCS|MBBS|MBChB|BSc|LPN|"
    rf"LVN|CRNA|PharmD|RPh|FACS|FACP|MRCP|CNM|OTR|PT,|DPT|MSW|LCSW)\b"
)
_AGED = re.compile(
    rf"({CAPITAL}(?:\s(?:{INITIAL}|{CAPITAL})){{1,2}}),?\s+(?:(?:is|"
    rf"was)\s+)?(?:an?\s+)?\d{{1,3}}(?:[ -]?(?:y|yr|year)|\s?[MF]\b)"
)


def told_names(text: str) -> Iterator[Span]:
    """Names in folded text behind a word that says so."""
    for pattern in (_TITLE, _FIELD, _TOLD, _CREDENTIAL, _AGED):
        for found in pattern.finditer(text):
            titled = pattern in (_TITLE, _FIELD)
            if pattern is _TITLE and (called_after(text, found.end(1)) or "Mary Joseph" in found[1]):
                continue
            if pattern is _TITLE and _relative(found):
                continue
            cut = _cut(text, found.start(1), found.end(1), titled=titled)
            if cut and (pattern is not _TOLD or _person(text, *cut, found[0])):
                yield Span(*cut, "name")


def _relative(found: re.Match[str]) -> bool:
    """Whether *sister* is no title but somebody's, and what stands behind it is her illness."""
    word = found[1].split()[0].lower().removesuffix("'s")
    return found[0].lower().startswith("sister") and known(word) and not (given(word) or family(word))


def _cut(text: str, start: int, end: int, *, titled: bool) -> tuple[int, int] | None:
    """A name without the words that follow it in capitals; None where nothing is left, or a disease is called so."""
    kept = end
    for found in reversed(list(WORD.finditer(text, start, end))):
        if found[0].lower() not in words().not_people and found[0].lower() not in words().terms:
            break
        kept = found.start()
    kept = start + len(text[start:kept].rstrip())
    first = WORD.match(text, start)
    if kept <= start or first is None or (first[0].lower() in words().not_people and not titled):
        return None
    if not titled and called_after(text, kept):
        return None
    inside = list(WORD.finditer(text, start, kept))
    for before, word in pairwise(inside):
        if word[0].lower() in words().not_people | words().terms:
            kept = before.end()
            break
    return start, kept


def _person(text: str, start: int, end: int, whole: str) -> bool:
    """Whether what stands behind a word for somebody is a name: several words, a frequent one, or a colon."""
    names = WORD.findall(text[start:end])
    if not names or (all(len(name) == 1 for name in names) and len(names) == 1):
        return False
    frequent = any(given(name) or family(name) for name in names)
    told = re.search(r"[:,-]\s*$", whole[: len(whole) - (end - start)]) or re.match(
        r"(?i)(?:name|signed|signature|dear|i am|my name)", whole
    )
    role = re.match(
        r"(?i)(?:mother|father|wife|husband|spouse|partner|son|daughter|brother|sister|mum|mom|dad|"
        r"aunt|uncle|niece|nephew|grand\w+|neighbou?r|friend|carer|nurse|consultant|surgeon|gp|"
        r"informant|dear|cc|regards|sincerely|thanks|signed|by|called|named|spoke|discussed|d/w|"
        r"accompanied|patient|pt|known as|likes|answers|interpreter|teacher|pharmacist|therapist|"
        r"surgeon|anaesthetist|midwife|i met|met)",
        whole,
    )
    if (
        role
        and names[-1].istitle()
        and not any(known(name) or name.lower() in words().terms for name in names if len(name) > 1)
    ):
        return len(names) > 1 or role[0].lower() not in ("by", "patient", "pt", "called")
    upper = all(name.isupper() and len(name) > 1 for name in names)
    if upper and not frequent and len(names) == 1:
        return False
    if all(len(name) == 1 for name in names):
        return len(names) > 1
    if (
        told
        and not any(known(name) or name.lower() in words().terms for name in names if len(name) > 1)
        and names[-1].istitle()
    ):
        return True
    return frequent or (len(names) > 1 and bool(told)) or (bool(told) and names[0][0].isupper() and len(names[0]) > 3)
