"""Where a name ends whose last character belongs to the next word: 痛风病史 is 痛风 and its 病史.

Dictionaries have 痛风病 beside 痛风, and the longest name would take 病 from 病史, 病人 or 病程, and with it the words
that say of a disease that it is over. What has no other name without 病 keeps it: 糖尿病史 is 糖尿病 and 史.
"""

from __future__ import annotations

import re

from ingest.text.composites import Lookup
from ingest.text.extent import OF_ILLNESS, Named

_VIRUS = re.compile("病毒(?!感染|性)")
"""Behind a disease: what causes it, which is none (流感病毒)."""


def bordered(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order: without 病 where it begins the next word and the same concept has a name without it, and
    without diseases that only name their virus."""
    return [
        _without(text, one, lookup, language)
        if one[2][-1] == "病" and text[one[1] : one[1] + 1] in OF_ILLNESS and one[1] < len(text)
        else one
        for one in named
        if not (one[3].category == "disease" and _VIRUS.match(text, one[1]))
    ]


def _without(text: str, one: Named, lookup: Lookup, language: str) -> Named:
    start, end, surface, meaning = one
    shorter = lookup(surface[:-1], language)
    if shorter is None or shorter.candidates[0].concept != meaning.candidates[0].concept:
        return one
    return start, end - 1, text[start : end - 1], shorter
