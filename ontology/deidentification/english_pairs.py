"""Given name and surname in Latin letters, in either order, of which one is frequent or both are unheard of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_forms import CAPITAL, INITIAL, PARTICLE, acronym, family, given, syllables
from ontology.deidentification.english_vocabulary import frequent, labelled, ordinary
from ontology.deidentification.eponyms import PEOPLES, WORLD, called_after
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_REVERSED = re.compile(rf"\b({CAPITAL}),\s?({CAPITAL})(?:\s({INITIAL}|[A-Z](?![a-z])))?")
_MESSAGE = re.compile(r"(?<![\w^])([A-Za-z][A-Za-z'-]+(?:\^[A-Za-z][A-Za-z'.-]*){1,4})(?![\w^]*\d)")
"""A name as messages between hospitals' systems write it (HL7 version 2)."""
_PAIR = re.compile(
    rf"(?<![\w'])((?:{CAPITAL}|{INITIAL}))((?:\s(?:{INITIAL}|[A-Z](?= )|{CAPITAL}|"
    rf"{PARTICLE})){{0,3}})\s({CAPITAL})(?![\w])"
)
_ARTICLE = re.compile(
    r"(?:\b(?:the|an?|this|each|per|every|these|those|our|of the|in the)\s+(?:[\w-]+\s+)?|^\s*|"
    r"[.:;!?)\]]\s+|\n\s*|\d\s+)\Z",
    re.I,
)
"""Before a name there is no article; and the first word of a sentence is in capitals anyway."""


def pair_names(text: str) -> Iterator[tuple[Span, bool]]:
    """Names of two words in folded text, and whether each of them is somebody's wherever else it stands."""
    for found in _REVERSED.finditer(text):
        if acronym(found[1]):
            continue
        shouted = found[1].isupper() and len(found[1]) > 2 and not found[2].isupper()
        unknown = shouted and not known(found[1]) and not known(found[2])
        if (
            (family(found[1]) and (given(found[2]) or syllables(found[2])))
            or unknown
            or (given(found[2]) and not known(found[1]))
        ):
            yield Span(*found.span(), "name"), False
    for found in _MESSAGE.finditer(text):
        if any(given(one) or family(one) for one in found[1].split("^")):
            yield Span(*found.span(1), "name"), False
    for found in _PAIR.finditer(text):
        between = found[2].split()
        if called_after(text, found.end()) or f"{found[1]} {found[3]}" in ("Ann Arbor", "Mary Joseph", "Saudi Arabia"):
            continue
        if _people(found[1], found[3], between):
            yield Span(*found.span(), "name"), True
        elif not _ARTICLE.search(text, max(0, found.start() - 60), found.start()) and _nobody_knows(
            [found[1], *between, found[3]]
        ):
            yield Span(*found.span(), "name"), False


def _people(first: str, last: str, between: list[str]) -> bool:
    """Whether two capitalised words are given name and surname, or in the Chinese order."""
    lower = {first.lower(), last.lower(), *(word.lower() for word in between if len(word) > 2)}
    if lower & words().not_people or re.fullmatch(r"[IVX]+|Arbor|Joseph|Marie", last):
        return False
    if given(first) and (family(last) or last.lower() not in words().terms):
        return True
    if first.endswith(".") and family(last):
        return True
    return (family(first) and syllables(last)) or (syllables(first) and family(last) and len(first) > 2)


def _nobody_knows(names: list[str]) -> bool:
    """Two words in capitals in the middle of a sentence that texts of medicine do not use."""
    own = words()
    used = own.not_people | own.terms | own.eponyms | WORLD
    long = [name for name in names if len(name) > 2]
    plain = [name.lower() for name in long]
    if any(map(labelled, plain)) and all(not frequent(one) and (ordinary(one) or labelled(one)) for one in plain):
        return False
    return len(long) > 1 and all(
        name.isalpha()
        and name.istitle()
        and not known(name)
        and name.lower() not in used
        and not name.lower().endswith(PEOPLES)
        for name in long
    )
