"""Wards and beds, and numbers behind words that English notes put before them: claims, bands, plates, pagers, users."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.numbers import COMPOUND
from ontology.deidentification.span import Kind, Span

_SPELLED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PLACE = (
    rf"(?:(?:ward|bay|bed|room|side[- ]?room|cubicle|stall|chair|rm|cot|incubator|trolley)s?\.? ?(?:no\.? ?|"
    rf"number )?"
    rf"#?(?:[A-Z]{{0,2}}-?\d{{1,4}}(?:[-/]?\d{{1,3}})?[A-Z]?|(?:{_SPELLED})|(?-i:[B-HJ-Z])(?=[\s,.;:)]|$))|"
    r"(?:icu|itu|hdu|ccu|nicu|picu|scbu|amu|mau|sau|resus|micu|sicu|pacu) ?(?:bed )?\d{1,3}[a-z]?|"
    r"\d{1,2} (?:north|south|east|west)\b|cell [A-Z]\d?[-/]?\d{1,3})"
)
_CODE = (
    r"(?:[A-Za-z]{1,4}[-/.]?|(?-i:[A-Z]{1,4}) )?\d[\dA-Z]*(?:[-/][A-Z]{1,4}(?=[-/]\d)|[-/. "
    r"]\d[\dA-Z]*){0,5}(?:[-/][A-Z]\b)?"
)
_LABEL = (
    r"ref(?:erence)?|case|band|job|payroll|claim|acct|account|asset|serial|s/n|sn|monitor|incubator|device|"
    r"remote monitor|"
    r"lab|x-?ray|form|unos|nhi|nhs|chi|hic|insurance|policy|plan|member|card|badge|transport|tube|sample|specimen|"
    r"order|"
    r"aktenzeichen|gmc|nmc|hcpc|npi|dea|licen[cs]e|service|staff|student|collar|warrant|shoulder|pps|ppsn|pin|employee|"
    r"hospital|record|chart|mrn|urn|crn|red book|red card|crossmatch|xm|block|slide|episode|incident|datix|referral|"
    r"batch|"
    r"permit|locker|token|ticket|invoice|receipt|docket|parcel|tag|wristband|key ?safe|collar|tax|pension|ni|nino|"
    r"uhid|mrd|iqama|opd|passport|visa|folder|dossier|nhis|nric|fin|aadhaar|abha|curp|bsn|hic|health card|lot"
)
_NO_UNIT = (
    r"(?![\w-]|\.\d|\s?(?:mg|ml|mmol|mcg|g|kg|cm|mm|%|units?|iu|hours?|hrs?|days?|weeks?|months?|years?|yrs?|patients|"
    r"cases|"
    r"times|puffs|tabs?|kcal|bpm|l/min|°)\b)"
)
_LABELLED = re.compile(
    rf"\b(?:{_LABEL})\b(?: (?:no|number|num|id|ref|code|is|was))*\.?#?\s*[:#=]?\s*"
    rf"((?=(?:[^\d\n]{{0,6}}\d){{3}}){_CODE}){_NO_UNIT}",
    re.I | re.A,
)
_DIGITS = 3
"""Of a labelled number: *case 2 of 14* is none, though three digits stand near."""
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("record", re.compile(rf"\b{_PLACE}(?:[ ,/-]{{1,2}}{_PLACE}){{0,3}}(?!\w|\.\d|\s?(?:mg|ml|air)\b)", re.I | re.A)),
    ("record", _LABELLED),
    ("record", re.compile(rf"\b(?:no|number|nr|"
        rf"num)\.?\s*[:#]?\s*((?=[A-Z\d-]{{0,4}}(?:[^\d\n]{{0,2}}\d){{4}}){_CODE}){_NO_UNIT}", re.I | re.A)),
    ("record", re.compile(rf"#\s?((?=(?:[^\d\n]{{0,2}}\d){{4}}){_CODE}){_NO_UNIT}")),
    ("record", re.compile(r"(?<![\w/.-])[A-Z]{1,4}[a-z]?[A-Z]?(?:/\d{2,6}){2,3}(?![\w/])")),
    ("record", re.compile(r"(?<![\w/.-])\d{2}[A-Z]{1,2}-?\d{5,8}(?![\w-])")),
    ("record", re.compile(r"(?<![\w/.,+-])(?<!pmid )(?<!pmid: )\d{7,12}(?![\w%-]|[.,]\d)", re.I | re.A)),
    ("record", re.compile(COMPOUND.join((r"\(\s?(", r"[A-Z]{1,4}[/-]?\d{4,9}(?:[/-]\d{1,4})?)\s?\)|"
        r"(?<=\|)[\w-]*\d{4}[\w-]*(?=\^)")))),
    ("record", re.compile(
        r"(?<![\w.+-])(?!(?:19|20)\d\d-(?:19|20)\d\d)(?=(?:-?\d){9})\d{2,7}(?:-\d{2,7}){1,3}(?![\w-]|[.,]\d|\s?(?:mg|ml)\b)")),
    ("identity", re.compile(r"(?<![\w-])[STFGM]\d{7}[A-Z](?![\w-])")),
    ("record", re.compile(r"\(\s?(\d{4,6}(?:-\d{1,4}){1,2})\s?\)|(?<=; )(\d{4}(?:-\d{1,4}){2})(?=\))")),
    ("identity", re.compile(r"(?<![\w-])(?!CD|IL|PD|TH|HL|SP)[A-Z]{2}\d{2} ?[A-HJ-PR-Z][A-Z]{2}(?![\w-])")),
    ("identity", re.compile(r"(?<![\w-])[A-Z]\d{4}[A-Z]{2}(?![\w-])")),
    ("identity", re.compile(
        r"\b(?:truck|car|van|vehicle|taxi|cab|plates?|reg|drives(?: an?| the)?|ambulance)\.?\s*:?\s"
        r"((?=[A-Z0-9 ]{0,6}\d)(?=[A-Z0-9 ]{0,6}[A-Z])[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4})(?!\w)")),
    ("record", re.compile(
        r"\b(?i:pacemaker|icd|pump|driver|implant|concentrator|ventilator|monitor|stimulator|hearing aid|lens|"
        r"valve|scanner)\s"
        r"(?:(?i:no|serial|sn|ref)\.?:?\s)?([A-Z]{1,4}\d{0,2}[- ]?\d{4,8})(?![\w-]|\.\d)", re.A)),
    ("record", re.compile(r"(?<![\w-])[A-Z]{2,6}(?:-[A-Z]{2,5})+-\d{4,9}(?![\w-])")),
    ("record", re.compile(r"\b(?:UHID|MRD|OPD|IPD|CR)(?: [Nn]o\.?)?:?\s("
        r"(?:[A-Z]{1,5}/)?\d{2,7}(?:/[A-Z\d]{1,6}){0,2})(?![\w/])")),
    ("phone", re.compile(r"(?<![\d-])(?:0\d{2} \d{4} \d{3,4}|[6-9]\d{4} \d{5})(?![\d-]|\s?(?:mg|ml)\b)", re.A)),
    ("phone", re.compile(r"\b(?:bleep|bleeped|bleep no|pager|pgr|ext|extn|extension|dect|vocera|switch|x)\.?"
        r"(?: (?:on|at|to|no|number|is))?\.? ?#?\d{3,5}"
        r"(?!\w|\.\d|\s?(?:mg|ml|cm|mm|days?|times|per)\b)", re.I | re.A)),
    ("phone", re.compile(
        r"\b(?:phoned?|rang|ring|call(?:ed|ing)?|ph|tel|mob|text(?:ed)?|fax(?:ed)?|reach(?:ed)?|dial|"
        r"messaged)\b(?:\s[A-Z]\w{1,3}\.)?[^.\n\d]{0,25}"
        r"(?:x\d )?[^.\n\d]{0,6}(?<!\d)(\d{3}[- .]\d{4})(?![\d-])", re.I | re.A)),
    ("mail", re.compile(
        r"\b(?:user(?:name)?|login|log-?in|facebook|insta(?:gram)?|snap(?:chat)?|twitter|handle|tiktok|portal user|"
        r"skype|"
        r"messenger|telegram|zoom id)(?:\s+|"
        r"\s*[:=]\s*)(@?(?=[\w-]*[\d._][\w])[\w-]+(?:\.[\w-]+)*)(?!\w)", re.I | re.A)),
)  # fmt: skip

_REGISTER = re.compile(
    r"\b(?:SNOMED(?:[ -]?CT)?|RxNorm|LOINC|UMLS|EudraCT|MedDRA|ICD[- ]?(?:O|9|10|11)?(?:-CM)?|OMIM|MIM|CAS(?: "
    r"RN)?|DOI|ISBN|ISSN|PMID|"
    r"GenBank|Ensembl|UniProt|dbSNP|ClinVar|ATC|Orpha(?:net|code)?|MeSH|CTCAE|GTIN|UDI|NDC|ATCC|ACTRN|ChiCTR|UMIN|JPRN|CTRI)"
    r"(?: (?:no|number|id|code))?[\s:#]*\Z",
    re.I,
)
"""Registers of things and studies, whose numbers lead to nobody."""
_WINDOW = 24


def english_numbers(text: str) -> Iterator[Span]:
    """Beds and numbers in folded text that :mod:`ontology.deidentification.numbers` does not take.

    >>> text = "Side room 2, claim 77-0019-330, drives KX09 ZZT."
    >>> sorted({text[one.start : one.end] for one in english_numbers(text)})
    ['77-0019-330', 'KX09 ZZT', 'Side room 2']
    """
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            at = found.start(found.lastindex or 0)
            if kind == "record" and _REGISTER.search(text, max(0, at - _WINDOW), at):
                continue
            if pattern is _LABELLED and sum(map(str.isdigit, found[1])) < _DIGITS:
                continue
            yield Span(*found.span(found.lastindex or 0), kind)
