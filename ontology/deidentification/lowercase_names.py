"""Names in Latin letters without capitals, as notes are typed in haste: *seen by quimby*, *daughter ottoline rang*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import labelled, ordinary
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

RELATIVE = (
    "wife|husband|daughter|son|mother|father|sister|brother|partner|spouse|carer|friend|neighbou?r|niece|nephew|mum|"
    "mom|dad|aunt|uncle"
)
_TITLE = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|prof|doctor|nurse|mister|missus)\.?\s+([a-z][a-z'-]{2,}(?:\s+(?:(?:el|al|van|de|bin|ibn|von|le|la)\s)?[a-z][a-z'-]{2,})?)"
)
_PAIR = re.compile(r"(?<![\w'-])([a-z]{3,})\s([a-z][a-z'-]{2,})(?![\w'-])")
_RELATIVE = re.compile(rf"\b(?:{RELATIVE}|patient|pt|with|by|told|called|asked)\s+([a-z]{{3,}})\b")
_TOLD = re.compile(
    rf"\b(?:signed(?: by)?|dictated by|seen by|reviewed by|by dr|d/w|discussed with|spoke (?:to|with)|"
    rf"handed over to|{RELATIVE}|nok|next of kin|consultant|rmo|sho|reg|called|asked|regards,?|"
    rf"thanks,?|cheers,?)"
    r"\s*[:,(-]?\s+([a-z][a-z'-]{2,}(?: [a-z][a-z'-]{2,})?)(?![\w-])"
)
_FIELD = re.compile(
    r"(?:^|(?<=[\n;,|.])|(?<=\s))(?:(?:patient|pt|full|first|last|sur|family|given|maiden|preferred|"
    r"client|resident)\s?name|name|nok|next of kin|gp|consultant|surgeon|signed|nurse|carer|"
    r"contact)\s*[:=]\s*"
    r"([a-z][a-z'-]+(?: [a-z](?= ))?(?: [a-z][a-z'-]+){0,2}?)(?=\s*(?:$|[\n,;|(/.]|\s(?:dob|d\.o\.b|"
    r"mrn|nhs|hosp|age|aged|sex|tel|phone|mob|ph|ward|bed|date|addr|gp|nok|m|f|male|female)\b|\s\d|"
    r"\s{2}))"
)
_ALONE = re.compile(r"(?<![\w'./@-])([a-zà-ÿş]{3,})(?:s(?= (?:mum|dad|mother|father|wife|husband)))?(?![\w@-]|\.\w)")
_ENDING = (
    "ing",
    "ed",
    "ly",
    "tion",
    "sion",
    "itis",
    "osis",
    "emia",
    "aemia",
    "al",
    "ic",
    "ics",
    "ous",
    "ive",
    "ies",
    "ness",
    "ment",
    "able",
    "ful",
    "ology",
    "ologist",
    "ist",
    "ists",
    "ian",
    "ians",
    "iatry",
    "ery",
    "gram",
    "scopy",
    "graphy",
    "oma",
    "ia",
    "ity",
    "ship",
    "er",
    "ers",
    "or",
    "ors",
    "ical",
    "ogen",
)
"""Endings of ordinary words, of specialities and of those who practise them."""


def lowercase_names(text: str) -> Iterator[Span]:
    """Names in folded text that only the word before them, or two frequent words, tell.

    >>> [text[one.start : one.end] for text in ["seen by quimby, d/w haematology"] for one in lowercase_names(text)]
    ['quimby']
    """
    own = words()
    for found in _TITLE.finditer(text):
        kept = [word for word in found[1].split() if word not in own.not_people]
        if kept and found[1].startswith(kept[0]):
            length = len(found[1]) if len(kept) == 2 and kept[1] in own.families else len(kept[0])
            yield Span(found.start(1), found.start(1) + length, "name")
    for found in _RELATIVE.finditer(text):
        if found[1] in own.given and found[1] not in own.both:
            yield Span(*found.span(1), "name")
    for found in _FIELD.finditer(text):
        first = found[1].split()[0]
        if not (known(first) or first in own.common | own.not_people | own.general | own.terms):
            yield Span(*found.span(1), "name")
    for found in _TOLD.finditer(text):
        if kept_words := _unknown(found[1].split()):
            yield Span(found.start(1), found.start(1) + len(" ".join(kept_words)), "name")
    for found in _ALONE.finditer(text):
        word = found[1]
        if word in own.given and word not in own.both and not (ordinary(word) or labelled(word)):
            yield Span(*found.span(1), "name")
    for found in _PAIR.finditer(text):
        if found[1] in own.given and found[2] in own.families and found[1] not in own.both:
            yield Span(*found.span(), "name")


def _unknown(names: list[str]) -> list[str]:
    """The words, from the first on, that are nobody's but a person's."""
    own = words()
    kept: list[str] = []
    for name in names:
        plain = name.removesuffix("'s")
        frequent = plain in own.given or plain in own.families
        strange = not known(plain) and not plain.endswith((*_ENDING, "s")) and plain not in own.terms
        if plain in own.not_people | own.common | own.general | own.idle | own.jobs or not (frequent or strange):
            break
        if kept and not frequent:
            break
        kept.append(name)
    return kept
