"""How names are written in Latin letters, and which are frequent."""

from __future__ import annotations

import re

from ontology.deidentification.words import words

CAPITAL = (
    r"(?:(?:O'|D'|Mc|Mac|De|Van|Al-|"
    r"El-)?[A-ZÀ-ÖØ-ÞĆČĐĎĞĽŁŃŇŐŘŚŞŠŤŰŹŻŽĀĒĪŌŪĄĘİ][a-zà-öø-ÿĀ-ž]+(?:[-'][A-ZÀ-ÖØ-ÞĆČŁŚŠŻŽ]?[a-zà-öø-ÿĀ-ž]+){0,3}"
    r"|[A-Z][A-Z'-]{1,24}(?![A-Z'-]))"
)
INITIAL = r"(?:[A-Z]\.)"
PARTICLE = (
    r"(?:van der|van den|van|von|de la|de los|de|del|da|dos|di|al|el|binti?|ibn|abu|ter|ten|zu|af|le|la|"
    r"[Mm]ac an|s/o|d/o|a/l|a/p)"
)
NAME = (
    rf"(?:{CAPITAL}|{INITIAL}|[A-Z](?=[ ,.]|$))"
    rf"(?:[ ]?(?:{PARTICLE}[ ])?(?:{CAPITAL}|{INITIAL}|(?<= )[A-Z](?=[ ,.;]|$))){{0,3}}"
)
WORD = re.compile(r"[^\W\d_][\w'-]*")
_PINYIN = re.compile(
    r"(?:b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|"
    r"uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un|vn|ia|ua|uo|a|o|e|i|u|v)"
)


def given(word: str) -> bool:
    return word.lower().strip(".") in words().given


def family(word: str) -> bool:
    return word.lower().strip(".") in words().families


def acronym(word: str) -> bool:
    """Whether capitals are letters of an abbreviation rather than a name that is shouted.

    >>> acronym("CPR"), acronym("ROT"), acronym("NG"), acronym("PEMBERTON")
    (True, True, False, False)
    """
    return word.isupper() and not (family(word) or given(word)) and (len(word) < 4 or not re.search("[AEIOUY]", word))


def syllables(word: str) -> bool:
    """Whether a word is one or two Chinese syllables as romanised.

    >>> syllables("Xiaoming"), syllables("Wei"), syllables("Disease")
    (True, True, False)
    """
    plain = word.lower().replace("-", "").replace("'", "")
    return re.fullmatch(rf"(?:{_PINYIN.pattern}){{1,2}}", plain) is not None
