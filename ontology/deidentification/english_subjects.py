"""Names in Latin letters that do something in a sentence: *Gideon says*, *updated Tremlett*, a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_forms import CAPITAL, INITIAL, WORD
from ontology.deidentification.english_vocabulary import frequent, labelled
from ontology.deidentification.eponyms import EPONYMS, OF, WORLD, called_after
from ontology.deidentification.lowercase_names import RELATIVE
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_RELATED = re.compile(
    rf"\b({CAPITAL}(?:\s{CAPITAL})?)(?=\s*[(,]\s*(?:(?:his|her|the|patient's|pt's)\s+)?(?:{RELATIVE}|"
    rf"next of kin|nok)\b)|\b({CAPITAL})(?=(?:'s)\s+(?:{RELATIVE}|family|gp|chart|notes|bedside|room|"
    rf"phone|results)\b)"
)
_SINGLE = re.compile(r"(?<![\w'/.-])([A-Z][a-z]{2,})(?![\w/-])")
_SUBJECT = re.compile(
    rf"(?:^|(?<=[.:;!?)\n])\s*|(?<=\n))((?:{CAPITAL}|{INITIAL})(?:\s(?:{INITIAL}|"
    rf"{CAPITAL})){{0,2}})(?=\s*[,(]?\s*(?:was|is|has|had|presented|presents|attended|reports?|"
    rf"reported|called|complain\w*|c/o|came|says|said|states?|stated|denies|denied|"
    r"lives|requests?|requested|phoned|rang|asked|asks|arrived|collapsed|fell|felt|feels|an?\s\d{1,3}|"
    r"\d{1,3}\s?(?:y|F\b|M\b)|aged|DOB|MRN|NHS|admitted|seen|who|will|did|does|came|remains|tolerated|"
    r"declined|consented|agreed|refused|wants|takes|took|tel\b|phone|ph\b)\b)",
    re.M,
)
_CONTACTED = re.compile(
    rf"\b(?i:handed over to|paged|bleeped|emailed|texted|messaged|informed|updated|asked|told|thanked|"
    rf"ring|rang|phoned|cover for|covering for|on behalf of|per|via|escalated to|reviewed with|agreed "
    rf"with|chat with|with)\s+((?:{INITIAL}\s?)?{CAPITAL}(?:\s{CAPITAL})?)(?=\s*(?:[.,;)\n]|$|"
    rf"\s(?:at|on|re|about|from|who|and|this|today|for|to|in)\b))"
)
_SIGNED = re.compile(
    rf"(?:\n\s*[-~]*\s*|[.!?]\s*[-~]{{1,2}}\s?)((?:{INITIAL}\s?)*{CAPITAL}(?:\s(?:{INITIAL}|"
    rf"{CAPITAL})){{0,2}})\s*\Z"
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
_LIST = re.compile(r"(?:^|[,;(]|\band\b|\bor\b)\s*\Z", re.I)


def subject_names(text: str) -> Iterator[tuple[Span, bool]]:
    """Names in folded text that a verb, a relative or a signature tells, and whether they are names elsewhere, too."""
    for found in _SUBJECT.finditer(text):
        if _subject(found[1]):
            yield Span(*found.span(1), "name"), True
    for pattern in (_CONTACTED, _SIGNED):
        for found in pattern.finditer(text):
            if _subject(found[1]) or _unheard(text, found):
                yield Span(*found.span(1), "name"), False
    for found in _SINGLE.finditer(text):
        if _single(text, found):
            yield Span(*found.span(1), "name"), False
    for found in _RELATED.finditer(text):
        word = (found[1] or found[2]).lower()
        if word not in words().not_people | words().terms and not _illness(word):
            yield Span(*found.span(1 if found[1] else 2), "name"), False


def _illness(word: str) -> bool:
    """Whether a word beside a relative is what he has: *father Asthma, her sister well*."""
    return labelled(word.removesuffix("'s")) and not frequent(word)


def _subject(name: str) -> bool:
    """Whether what a sentence about somebody begins with is a name: no word of it is one of medicine."""
    parts = [part for part in WORD.findall(name) if len(part) > 1]
    plain = [part.lower() for part in parts]
    if not parts or any(
        part in words().not_people | words().terms | words().eponyms | WORLD or known(part) for part in plain
    ):
        return False
    if len(parts) == 1:
        return plain[0] in words().given and plain[0] not in words().both
    frequent = any(part in words().given or part in words().families for part in plain)
    return frequent or (len(parts) > 1 and all(part.istitle() for part in parts))


def _unheard(text: str, found: re.Match[str]) -> bool:
    """Whether what somebody was told with is a single name that texts of medicine do not use."""
    word = found[1].lower()
    own = words()
    if (
        word in own.eponyms | own.not_people | own.terms | own.common | own.jobs | own.general | WORLD
        or known(word)
        or called_after(text, found.end(1))
    ):
        return False
    return found[1].istitle() and len(word) > 3 and (word in own.families or not word.endswith(_KIND))


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
        or called_after(text, found.end())
        or OF.search(text, max(0, found.start() - 60), found.start())
    ):
        return False
    if _LIST.search(text, max(0, found.start() - 60), found.start()) and re.match(
        r"\s*(?:[,;)]|and\b|or\b|$)", text[found.end() :]
    ):
        # In lists stand eponyms: Thomas, Marie, Lewis.
        return False
    return word in words().given and word not in EPONYMS
