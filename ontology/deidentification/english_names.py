"""Names of people in Latin letters: behind a title or a word for somebody, or of names that are frequent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ontology.deidentification.lowercase_names import RELATIVE, lowercase_names
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_CAPITAL = r"(?:(?:O'|D'|Mc|Mac|De|Van|Al-|El-)?[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:[-'][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)*|[A-Z][A-Z'-]+)"
_INITIAL = r"(?:[A-Z]\.)"
_PARTICLE = r"(?:van der|van den|van|von|de la|de los|de|del|da|dos|di|al|el|bin|ibn|ter|ten|le|la)"
_NAME = (
    rf"(?:{_CAPITAL}|{_INITIAL}|[A-Z](?=[ ,.]|$))"
    rf"(?:[ ]?(?:{_PARTICLE}[ ])?(?:{_CAPITAL}|{_INITIAL}|(?<= )[A-Z](?=[ ,.;]|$))){{0,3}}"
)
_TITLE = re.compile(
    rf"\b(?:[Dd]rs?|DR|[Mm]rs?|MRS?|[Mm]s|MS|[Mm]iss|[Pp]rof(?:essor)?|[Ss]ir|[Dd]ame|[Mm]x|[Ss]ister|"
    rf"[Nn]urse|[Mm]atron|[Rr]ev|[Dd]octor|[Cc]apt|[Ss]gt)\.?\s+((?:{_INITIAL}\s?)*{_NAME})"
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
    r"care of|c/o|i met|met|dob|re)"
    rf"\b\s*(?:\([a-z ]{{2,14}}\))?\s*(?:(?:is|was|,|:|-|\()\s*){{0,2}}\s*({_NAME})"
)
_FIELD = re.compile(
    rf"(?i:\b(?:[a-z'./-]+ ){{0,3}}?(?:name|by|clinician|physician|doctor|nurse|contact|kin|carer|"
    rf"worker|clerk|consultant|surgeon|author|typist|guardian|interpreter|witness|caller|parent|"
    rf"partner|operator|technician|"
    rf"technologist|radiographer|radiologist|pathologist|reporter|requester|requestor|prescriber|"
    rf"dispenser|signatory|secretary|provider|practitioner|assistant|anaesthetist|anesthetist|midwife|"
    rf"therapist|visitor|employer|teacher|relative|holder|donor|investigator|coordinator)"
    rf"(?:\s*\([^)]{{1,20}}\))?\s*[:=])\s*({_NAME}(?:,\s?{_CAPITAL})?)"
)
"""A field of a form, and what stands behind its colon."""
_REVERSED = re.compile(rf"\b({_CAPITAL}),\s?({_CAPITAL})(?:\s({_INITIAL}|[A-Z](?![a-z])))?")
_PAIR = re.compile(
    rf"(?<![\w'])((?:{_CAPITAL}|{_INITIAL}))((?:\s(?:{_INITIAL}|[A-Z](?= )|{_CAPITAL}|"
    rf"{_PARTICLE})){{0,3}})\s({_CAPITAL})(?![\w])"
)
_CREDENTIAL = re.compile(
    rf"({_NAME}),?\s+(?:M\.?D\.?|R\.?N\.?|Ph\.?D\.?|D\.?O\.?|NP|PA(?:-C)?|FRCP|FRCS|MBBS|MBChB|BSc|LPN|"
    rf"LVN|CRNA|PharmD|RPh|FACS|FACP|MRCP|CNM|OTR|PT,|DPT|MSW|LCSW)\b"
)
_AGED = re.compile(
    rf"({_CAPITAL}(?:\s(?:{_INITIAL}|{_CAPITAL})){{1,2}}),?\s+(?:(?:is|"
    rf"was)\s+)?(?:an?\s+)?\d{{1,3}}(?:[ -]?(?:y|yr|year)|\s?[MF]\b)"
)
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_PINYIN = re.compile(
    r"(?:b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|"
    r"uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un|vn|ia|ua|uo|a|o|e|i|u|v)"
)
_EPONYM = re.compile(r"(?:'s|s')?\s*[-–]?\s*(\w+)(?:\s+(\w+))?")


def english_names(text: str) -> Iterator[Span]:
    """Names in folded text; an eponym before a word of medicine (*Parkinson's disease*) is none."""
    sure: set[str] = set()
    for pattern in (_TITLE, _FIELD, _TOLD, _CREDENTIAL, _AGED):
        for found in pattern.finditer(text):
            titled = pattern in (_TITLE, _FIELD)
            if pattern is _TITLE and (_eponym(text, found.end(1)) or "Mary Joseph" in found[1]):
                continue
            cut = _cut(text, found.start(1), found.end(1), titled=titled)
            if cut and (pattern is not _TOLD or _person(text, *cut, found[0])):
                yield Span(*cut, "name")
                sure.update(word for word in _WORD.findall(text[slice(*cut)]) if len(word) > 2)
    for found in _REVERSED.finditer(text):
        shouted = found[1].isupper() and len(found[1]) > 2 and not found[2].isupper()
        unknown = shouted and not known(found[1]) and not known(found[2])
        if (
            (_family(found[1]) and (_given(found[2]) or _syllables(found[2])))
            or unknown
            or (_given(found[2]) and not known(found[1]))
        ):
            yield Span(*found.span(), "name")
    for found in _PAIR.finditer(text):
        between = found[2].split()
        if _eponym(text, found.end()) or f"{found[1]} {found[3]}" in ("Ann Arbor", "Mary Joseph", "Saudi Arabia"):
            continue
        if _people(found[1], found[3], between):
            sure.update((found[1], found[3]))
            yield Span(*found.span(), "name")
        elif not _ARTICLE.search(text, max(0, found.start() - 60), found.start()) and _nobody_knows(
            [found[1], *between, found[3]]
        ):
            yield Span(*found.span(), "name")
    for found in _SUBJECT.finditer(text):
        if _subject(found[1]):
            yield Span(*found.span(1), "name")
            sure.update(word for word in _WORD.findall(found[1]) if len(word) > 2)
    for pattern in (_CONTACTED, _SIGNED):
        for found in pattern.finditer(text):
            if _subject(found[1]) or _unheard(text, found):
                yield Span(*found.span(1), "name")
    for found in _SINGLE.finditer(text):
        if _single(text, found):
            yield Span(*found.span(1), "name")
    for found in _RELATED.finditer(text):
        if (found[1] or found[2]).lower() not in words().not_people | words().terms:
            yield Span(*found.span(1 if found[1] else 2), "name")
    yield from lowercase_names(text)
    for name in sorted(sure):
        if name.lower() in words().not_people or len(name) < 3 or known(name) or (name.isupper() and len(name) < 5):
            continue
        for again in re.finditer(rf"(?<![\w]){re.escape(name)}(?:'s)?(?![\w])", text):
            if not _eponym(text, again.end()):
                yield Span(again.start(), again.start() + len(name), "name")


_RELATED = re.compile(
    rf"\b({_CAPITAL}(?:\s{_CAPITAL})?)(?=\s*[(,]\s*(?:(?:his|her|the|patient's|pt's)\s+)?(?:{RELATIVE}|"
    rf"next of kin|nok)\b)|\b({_CAPITAL})(?=(?:'s)\s+(?:{RELATIVE}|family|gp|chart|notes|bedside|room|"
    rf"phone|results)\b)"
)
_SINGLE = re.compile(r"(?<![\w'/.-])([A-Z][a-z]{2,})(?![\w/-])")


_OF = re.compile(
    r"\b(?:pouch|angle|circle|ligament|sign|canal|islets?|triangle|sinus|bundle|node|foramen|space|"
    r"duct|loop|valve|law|tetralogy|nerve|artery|band|line|area|organ|body|bodies|crypts?|cells?|type|"
    r"criteria|test|method|blood group|modified|per|according to) (?:of )?\Z",
    re.I,
)
_SUBJECT = re.compile(
    rf"(?:^|(?<=[.:;!?)\n])\s*|(?<=\n))((?:{_CAPITAL}|{_INITIAL})(?:\s(?:{_INITIAL}|"
    rf"{_CAPITAL})){{0,2}})(?=\s*[,(]?\s*(?:was|is|has|had|presented|presents|attended|reports?|"
    rf"reported|called|complain\w*|c/o|came|says|said|states?|stated|denies|denied|"
    r"lives|requests?|requested|phoned|rang|asked|asks|arrived|collapsed|fell|felt|feels|an?\s\d{1,3}|"
    r"\d{1,3}\s?(?:y|F\b|M\b)|aged|DOB|MRN|NHS|admitted|seen|who|will|did|does|came|remains|tolerated|"
    r"declined|consented|agreed|refused|wants|takes|took|tel\b|phone|ph\b)\b)",
    re.M,
)


def _subject(name: str) -> bool:
    """Whether what a sentence about somebody begins with is a name: no word of it is one of medicine."""
    parts = [part for part in _WORD.findall(name) if len(part) > 1]
    plain = [part.lower() for part in parts]
    if not parts or any(
        part in words().not_people | words().terms | words().eponyms | _WORLD or known(part) for part in plain
    ):
        return False
    if len(parts) == 1:
        return plain[0] in words().given and plain[0] not in words().both
    frequent = any(part in words().given or part in words().families for part in plain)
    return frequent or (len(parts) > 1 and all(part.istitle() for part in parts))


_CONTACTED = re.compile(
    rf"\b(?i:handed over to|paged|bleeped|emailed|texted|messaged|informed|updated|asked|told|thanked|"
    rf"ring|rang|phoned|cover for|covering for|on behalf of|per|via|escalated to|reviewed with|agreed "
    rf"with|chat with|with)\s+((?:{_INITIAL}\s?)?{_CAPITAL}(?:\s{_CAPITAL})?)(?=\s*(?:[.,;)\n]|$|"
    rf"\s(?:at|on|re|about|from|who|and|this|today|for|to|in)\b))"
)
_SIGNED = re.compile(
    rf"(?:\n\s*[-~]*\s*|[.!?]\s*[-~]{{1,2}}\s?)((?:{_INITIAL}\s?)*{_CAPITAL}(?:\s(?:{_INITIAL}|"
    rf"{_CAPITAL})){{0,2}})\s*\Z"
)
_KIND = (
    "ical",
    "ian",
    "ians",
    "ese",
    "ish",
    "ics",
    "ology",
    "tion",
    "ment",
    "ic",
    "ist",
    "ists",
    "ing",
    "al",
    "ine",
    "ol",
    "in",
    "mab",
    "ide",
    "ate",
    "osis",
    "itis",
    "oma",
    "ia",
    "y",
    "s",
)


def _unheard(text: str, found: re.Match[str]) -> bool:
    """Whether what somebody was told with is a single name that texts of medicine do not use."""
    word = found[1].lower()
    own = words()
    if (
        word in own.eponyms | own.not_people | own.terms | own.common | own.jobs | own.general | _WORLD
        or known(word)
        or _eponym(text, found.end(1))
    ):
        return False
    return found[1].istitle() and len(word) > 3 and (word in own.families or not word.endswith(_KIND))


_LIST = re.compile(r"(?:^|[,;(]|\band\b|\bor\b)\s*\Z", re.I)


def _single(text: str, found: re.Match[str]) -> bool:
    """Whether one capitalised word is somebody's name: given names, and surnames that are no words, in a sentence."""
    word = found[1].lower()
    if re.match(r" Arbor| Joseph nod|'s wort", text[found.end() :]) or text[: found.start()].endswith(
        ("St ", "St. ", "Saint ")
    ):
        return False
    if (
        word in words().both
        or word in words().not_people
        or _eponym(text, found.end())
        or _OF.search(text, max(0, found.start() - 60), found.start())
    ):
        return False
    if _LIST.search(text, max(0, found.start() - 60), found.start()) and re.match(
        r"\s*(?:[,;)]|and\b|or\b|$)", text[found.end() :]
    ):
        # In lists stand eponyms: Thomas, Marie, Lewis.
        return False
    return word in words().given and word not in _EPONYMS


_EPONYMS = frozenset(
    [
        "thomas",
        "bruce",
        "martin",
        "graham",
        "claude",
        "gordon",
        "albert",
        "roy",
        "marie",
        "kelly",
        "alan",
        "charles",
        "leonard",
        "oscar",
        "neil",
        "walter",
        "gerald",
        "carl",
        "theo",
        "max",
        "leo",
        "ray",
    ]
)
"""Given names that signs, tests and protocols are called after as well."""


def _cut(text: str, start: int, end: int, *, titled: bool) -> tuple[int, int] | None:
    """A name without the words that follow it in capitals; None where nothing is left, or a disease is called so."""
    kept = end
    for found in reversed(list(_WORD.finditer(text, start, end))):
        if found[0].lower() not in words().not_people and found[0].lower() not in words().terms:
            break
        kept = found.start()
    kept = start + len(text[start:kept].rstrip())
    first = _WORD.match(text, start)
    if kept <= start or first is None or (first[0].lower() in words().not_people and not titled):
        return None
    if not titled and _eponym(text, kept):
        return None
    inside = list(_WORD.finditer(text, start, kept))
    for before, word in pairwise(inside):
        if word[0].lower() in words().not_people | words().terms:
            kept = before.end()
            break
    return start, kept


def _person(text: str, start: int, end: int, whole: str) -> bool:
    """Whether what stands behind a word for somebody is a name: several words, a frequent one, or a colon."""
    names = _WORD.findall(text[start:end])
    if not names or (all(len(name) == 1 for name in names) and len(names) == 1):
        return False
    frequent = any(_given(name) or _family(name) for name in names)
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


def _people(first: str, last: str, between: list[str]) -> bool:
    """Whether two capitalised words are given name and surname, or in the Chinese order."""
    lower = {first.lower(), last.lower(), *(word.lower() for word in between if len(word) > 2)}
    if lower & words().not_people or re.fullmatch(r"[IVX]+|Arbor|Joseph|Marie", last):
        return False
    if _given(first) and (_family(last) or last.lower() not in words().terms):
        return True
    if first.endswith(".") and _family(last):
        return True
    return (_family(first) and _syllables(last)) or (_syllables(first) and _family(last) and len(first) > 2)


_ARTICLE = re.compile(
    r"(?:\b(?:the|an?|this|each|per|every|these|those|our|of the|in the)\s+(?:[\w-]+\s+)?|^\s*|"
    r"[.:;!?)\]]\s+|\n\s*|\d\s+)\Z",
    re.I,
)
"""Before a name there is no article; and the first word of a sentence is in capitals anyway."""


def _nobody_knows(names: list[str]) -> bool:
    """Two words in capitals in the middle of a sentence that texts of medicine do not use."""
    own = words()
    used = own.not_people | own.terms | own.eponyms | _WORLD
    long = [name for name in names if len(name) > 2]
    return len(long) > 1 and all(
        name.isalpha()
        and name.istitle()
        and not known(name)
        and name.lower() not in used
        and not name.lower().endswith(_PEOPLES)
        for name in long
    )


_PEOPLES = ("ical", "ian", "ians", "ans", "ese", "ish", "ics", "ology", "tion", "ment", "ic", "ist", "ists")
"""Endings of adjectives, peoples and subjects, which are written with capitals, too."""


_WORLD = frozenset(
    [
        "united",
        "states",
        "kingdom",
        "european",
        "union",
        "american",
        "british",
        "french",
        "german",
        "japanese",
        "swiss",
        "asian",
        "african",
        "world",
        "national",
        "international",
        "society",
        "association",
        "organization",
        "organisation",
        "committee",
        "group",
        "council",
        "federal",
        "ministry",
        "board",
        "southeast",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "pacific",
        "atlantic",
        "webster",
        "wistar",
        "sprague",
        "dawley",
        "albino",
        "diagnostics",
        "pharmaceuticals",
        "pharm",
        "squibb",
        "roche",
        "pfizer",
        "novartis",
        "bayer",
        "merck",
        "sigma",
        "aldrich",
        "spatial",
        "summaries",
    ]
)


def _given(word: str) -> bool:
    return word.lower().strip(".") in words().given


def _family(word: str) -> bool:
    return word.lower().strip(".") in words().families


def _syllables(word: str) -> bool:
    """Whether a word is one or two Chinese syllables as romanised.

    >>> _syllables("Xiaoming"), _syllables("Wei"), _syllables("Disease")
    (True, True, False)
    """
    plain = word.lower().replace("-", "").replace("'", "")
    return re.fullmatch(rf"(?:{_PINYIN.pattern}){{1,2}}", plain) is not None


def _eponym(text: str, end: int) -> bool:
    """Whether a word of medicine follows, so that something is called after somebody."""
    found = _EPONYM.match(text, end)
    if found is None:
        return False
    first, second = found[1].lower(), (found[2] or "").lower()
    close = first in words().terms
    return (
        close
        or (text[end : end + 1] in "'-" and second in words().terms)
        or (first.endswith("oma") or first.endswith("itis"))
    )
