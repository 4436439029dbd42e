"""Wards and beds, and numbers behind words that English notes put before them: claims, bands, plates, pagers, users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Kind, Span

_SPELLED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PLACE = (
    rf"(?:(?:ward|bay|bed|room|side[- ]?room|cubicle|stall|chair|rm|cot|incubator|trolley)s?\.? ?(?:no\.? ?|"
    rf"number )?"
    rf"#?(?:[A-Z]{{0,2}}-?\d{{1,4}}(?:[-/]?\d{{1,3}})?[A-Z]?|(?:{_SPELLED})|(?-i:[B-HJ-Z])(?=[\s,.;:)]|$))|"
    r"(?:icu|itu|hdu|ccu|nicu|picu|scbu|amu|mau|sau|resus|micu|sicu|pacu) ?(?:bed )?\d{1,3}[a-z]?|"
    r"\d{1,2} (?:north|south|east|west)\b|cell [A-Z]\d?[-/]?\d{1,3})"
)
_CODE = r"(?:[A-Za-z]{1,4}[-/.]?|(?-i:[A-Z]{1,4}) )?\d[\dA-Z]*(?:[-/. ]\d[\dA-Z]*){0,5}(?:-[A-Z])?"
_LABEL = (
    r"ref(?:erence)?|case|band|job|payroll|claim|acct|account|asset|serial|s/n|sn|monitor|incubator|device|"
    r"remote monitor|"
    r"lab|x-?ray|form|unos|nhi|nhs|chi|hic|insurance|policy|plan|member|card|badge|transport|tube|sample|specimen|"
    r"order|"
    r"aktenzeichen|gmc|nmc|hcpc|npi|dea|licen[cs]e|service|staff|student|collar|warrant|shoulder|pps|ppsn|pin|employee|"
    r"hospital|record|chart|mrn|urn|crn|red book|red card|crossmatch|xm|block|slide|episode|incident|datix|referral|"
    r"batch|"
    r"permit|locker|token|ticket|invoice|receipt|docket|parcel|tag|wristband|key ?safe|collar|tax|pension|ni|nino|"
    r"passport|visa"
)
_NO_UNIT = (
    r"(?![\w-]|\.\d|\s?(?:mg|ml|mmol|mcg|g|kg|cm|mm|%|units?|iu|hours?|hrs?|days?|weeks?|months?|years?|yrs?|patients|"
    r"cases|"
    r"times|puffs|tabs?|kcal|bpm|l/min|°)\b)"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("record", re.compile(rf"\b{_PLACE}(?:[ ,/-]{{1,2}}{_PLACE}){{0,3}}(?!\w|\.\d|\s?(?:mg|ml|air)\b)", re.I)),
    ("record", re.compile(
        rf"\b(?:{_LABEL})\b(?: (?:no|number|num|id|ref|code|is|"
        rf"was))*\.?#?\s*[:#=]?\s*((?=(?:[^\d\n]{{0,6}}\d){{3}}){_CODE})"
        rf"{_NO_UNIT}", re.I)),
    ("record", re.compile(rf"\b(?:no|number|nr|"
        rf"num)\.?\s*[:#]?\s*((?=(?:[^\d\n]{{0,2}}\d){{4}}){_CODE}){_NO_UNIT}", re.I)),
    ("record", re.compile(rf"#\s?((?=(?:[^\d\n]{{0,2}}\d){{4}}){_CODE}){_NO_UNIT}")),
    ("record", re.compile(r"(?<![\w/.-])[A-Z]{1,4}[a-z]?[A-Z]?(?:/\d{2,6}){2,3}(?![\w/])")),
    ("record", re.compile(r"(?<![\w/.-])\d{2}[A-Z]{1,2}-?\d{5,8}(?![\w-])")),
    ("record", re.compile(r"(?<![\w/.,+-])(?<!pmid )(?<!pmid: )\d{7,12}(?![\w%-]|[.,]\d)", re.I)),
    ("record", re.compile(r"\(\s?(\d{4,6}(?:-\d{1,4}){1,2})\s?\)|(?<=; )(\d{4}(?:-\d{1,4}){2})(?=\))")),
    ("identity", re.compile(r"(?<![\w-])(?!CD|IL|PD|TH|HL|SP)[A-Z]{2}\d{2} ?[A-HJ-PR-Z][A-Z]{2}(?![\w-])")),
    ("identity", re.compile(r"(?<![\w-])[A-Z]\d{4}[A-Z]{2}(?![\w-])")),
    ("identity", re.compile(
        r"\b(?:truck|car|van|vehicle|taxi|cab|plates?|reg|drives(?: an?| the)?|ambulance)\.?\s*:?\s"
        r"((?=[A-Z0-9 ]{0,6}\d)(?=[A-Z0-9 ]{0,6}[A-Z])[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4})(?!\w)")),
    ("phone", re.compile(r"\b(?:bleep|bleeped|bleep no|pager|pgr|ext|extn|extension|dect|vocera|switch|x)\.? ?#?\d{3,5}"
        r"(?!\w|\.\d|\s?(?:mg|ml|cm|mm|days?|times|per)\b)", re.I)),
    ("phone", re.compile(
        r"\b(?:phoned?|rang|ring|call(?:ed|ing)?|ph|tel|mob|text(?:ed)?|fax(?:ed)?|reach(?:ed)?|dial|"
        r"messaged)\b(?:\s[A-Z]\w{1,3}\.)?[^.\n\d]{0,25}"
        r"(?:x\d )?[^.\n\d]{0,6}(?<!\d)(\d{3}[- .]\d{4})(?![\d-])", re.I)),
    ("mail", re.compile(
        r"\b(?:user(?:name)?|login|log-?in|facebook|insta(?:gram)?|snap(?:chat)?|twitter|handle|tiktok|portal user|"
        r"skype|"
        r"messenger|telegram|zoom id)(?:\s+|\s*[:=]\s*)(@?(?=[\w-]*[\d._][\w])[\w-]+(?:\.[\w-]+)*)(?!\w)", re.I)),
)  # fmt: skip


def english_numbers(text: str) -> Iterator[Span]:
    """Beds and numbers in folded text that :mod:`ontology.deidentification.numbers` does not take.

    >>> text = "Side room 2, claim 77-0019-330, drives KX09 ZZT."
    >>> sorted({text[one.start : one.end] for one in english_numbers(text)})
    ['77-0019-330', 'KX09 ZZT', 'Side room 2']
    """
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), kind)
