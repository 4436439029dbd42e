"""How far a word that says something of a mention reaches, and what lists are made of, in each language."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple


class Manner(NamedTuple):
    """How far a cue reaches in a language: ``units`` of a ``unit``, or to a sign that ``ends`` any reach.

    ``joins`` stands between the members of a list, which are meant as one; ``stays`` is all that may stand beside them
    in a clause that goes on with a list (where there is such a rule). ``breaks`` ends what lies over another word.
    ``alone`` is all that may stand beside mentions in a clause without a verb. What stands ``within`` a phrase narrows
    a subject (*patients with gout*), of which alone something is denied. A comma that ends a ``clause`` behind a cue
    ends its reach; one between two of its first words does not. A ``verb`` behind a name makes a sentence of what
    follows *, and*. What goes ``on`` between two mentions without a sign ends what is denied.
    """

    unit: str
    units: int
    ends: re.Pattern[str]
    joins: re.Pattern[str]
    stays: re.Pattern[str] | None
    breaks: re.Pattern[str]
    alone: re.Pattern[str] | None = None
    within: re.Pattern[str] | None = None
    clause: re.Pattern[str] | None = None
    verb: re.Pattern[str] | None = None
    on: re.Pattern[str] | None = None


_OF = "of|in|with|for|to|on|by|from|between|among|after|during|against|within"
"""Prepositions of English."""
MANNERS: dict[Literal["en", "zh"], Manner] = {
    "en": Manner(
        r"\s*+\S++", 9, re.compile(r"[;:]|\.\s|\n"),
        re.compile(
            r"\s*\(|\)?(?:\s*\([^()]*\))?(?:\s*[,/]|\s+and/or|\s+and|\s+or|\s+nor|(?:\s+[a-z-]+)?,?\s+(?:including|such\s+as|e\.g\.,?))+"
            r"\s*(?:[a-z-]+\s+){0,2}"
        ),
        None, re.compile(r"[,;:.]\s|\n"),
        within=re.compile(
            rf"(?i)\b(?:(evidence|signs?|symptoms?|cases?|episodes?|presence|tests?|assays?|cultures?|serology|stud(?:y|ies)|"
            rf"antibod(?:y|ies)|screen(?:s|ing)?|search(?:es)?|development|recurrences?|occurrences?|levels?|amounts?)\s+)?(?:{_OF})\s+"
            rf"(?:(?!(?:{_OF})\b)[\w-]+\s+){{0,2}}\Z"
        ),
        clause=re.compile(r"(?:\s++[^\s,;]++){2,}?(?=,\s)"),
        verb=re.compile(
            r"\s+(?:(?:was|were|is|are|had|has|have|did|does|can|could|may|might|will|showed|increased|decreased|reduced|"
            r"improved|developed|occurred|induced|caused|produced|inhibited|appeared|became)\b)"
        ),
    ),
    "zh": Manner(
        r"\s*+\S", 24, re.compile(r"[，。；！？,;!?\n]|\s{2,}"),
        re.compile(r"\s*[（(]|[）)]?(?:[（(][^（）()]*[）)])?(?:\s*[、/和及与或，,的]|以及|或者|或是|合并|伴有?)*\s*"),
        re.compile(r"(?:[、/和及与或\s]|以及|或者)*等?的?(?:症状|表现|情况|现象|不适|史)?"),
        re.compile(r"[，。；！？,;!?\n]"),
        on=re.compile(r"(?![^、或和及与，,]*[、或和及与，,])(?:.{4,}|.{0,2}(?:最近|[昨今]天|大概|可能|现在|突然|后来|[先倒剩偏])|[是就吃补打做查好还了能要在也用])"),
        alone=re.compile(r"(?:\d{1,2}[.．、)）]|[①-⑳]|[、/和及与或\s]|伴有?|合并|[急慢左右双两侧上下中轻重度早晚期型性ⅠⅡⅢⅣ1-4])*"),
    ),
}  # fmt: skip
