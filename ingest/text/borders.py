"""Where a name ends whose last character belongs to the next word: 痛风病史 is 痛风 and its 病史.

Dictionaries have 痛风病 beside 痛风, and the longest name would take 病 from 病史, 病人 or 病程, and with it the words
that say of a disease that it is over. What has no other name without 病 keeps it: 糖尿病史 is 糖尿病 and 史.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import OF_ILLNESS, Named
from ontology.scoring import respelled

_OTHER = re.compile(
    "病毒(?!感染|性|载?量|[数定滴]|DNA|dna)|携带|药(?!物?(?:治疗|控制|过敏|中毒|性|史))|疫苗|"
    "(?:清热|解毒|退热|止咳|疏风|灵|宁|康|清|舒|安){0,2}(?:颗粒|口服液|胶囊|冲剂|片(?![状段])|丸)"
)
"""Behind a disease or symptom: what causes it, who carries it, or what helps against it, which are none (流感病毒,
感冒颗粒)."""
_OTHER_FIRST = frozenset("病携药颗口胶冲疫清解退止疏灵宁康舒安片丸")
_AGAINST = re.compile("(?<![对抵违反])抗$")
"""Before a finding: what is meant works against it (抗癫痫), unless 对抗 says so of a patient."""
_TREATED = frozenset("治救药的")
_FINDINGS = frozenset({"disease", "symptom"})
_MEAL = re.compile("多[食饮]")
_APART = frozenset("、，,。；;.：:！!？?）)及和或与伴等多易后且但并，")
"""What may stand behind 多食 and 多饮 where they are symptoms; 多食水果 and 多饮水 are advice."""


def bordered(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order: without 病 where it begins the next word and the same concept has a name without it, and
    without findings that only name their virus or remedy, and without advice to eat or drink."""
    if "抗" in text:
        named = [made for one in named for made in _against(text, one, lookup, language)]
    return [
        _without(text, one, lookup, language)
        if one[2][-1] == "病" and text[one[1] : one[1] + 1] in OF_ILLNESS and one[1] < len(text)
        else one
        for one in named
        if not (
            (text[one[1] : one[1] + 1] in _OTHER_FIRST and one[3].category in _FINDINGS and _OTHER.match(text, one[1]))
            or (one[2][0] == "多" and _advises(text, one))
        )
    ]


def _against(text: str, one: Named, lookup: Lookup, language: str) -> list[Named]:
    """The class of drugs where 抗 stands before a finding, but not where that is said of a treatment."""
    start, end, surface, meaning = one
    if meaning.category not in _FINDINGS or not _AGAINST.search(text, max(0, start - 2), start):
        return [one]
    if text[end : end + 1] in _TREATED or (drugs := lookup(f"抗{surface}药", language)) is None:
        return [one]
    return [(start - 1, end, text[start - 1 : end], respelled(drugs))]


def _advises(text: str, one: Named) -> bool:
    end = one[1]
    return _MEAL.fullmatch(one[2]) is not None and end < len(text) and text[end] not in _APART


def _without(text: str, one: Named, lookup: Lookup, language: str) -> Named:
    start, end, surface, meaning = one
    shorter = lookup(surface[:-1], language)
    if shorter is None or shorter.candidates[0].concept != meaning.candidates[0].concept:
        return one
    return start, end - 1, text[start : end - 1], shorter
