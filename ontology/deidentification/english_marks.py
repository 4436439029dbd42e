"""Numbers and beds in shapes of their own: lists of beds, licences, fields of messages, phones; days."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Kind, Span

_BED = re.compile(
    r"(?m)(?:^|(?<=[.;] ))((?![CTLS]\d{1,2}[-/](?:\d|1[0-2])\b)[A-Z]{1,2}\d{1,2}[-/]\d{1,2}[A-Z]?)(?=:?\s[A-Z\"'])"
)
"""A ward and its bed before who lies there; one alone may be anything."""
_UNIT = r"(?![\w-]|\.\d|\s?(?:mg|ml|mcg|mmol|iu|units?|g|kg|kcal|cells|copies|steps)\b)"
_MONTH = (
    r"muharram|safar|rabi'? (?:al-)?(?:awwal|thani)|jumad[ah] (?:al-)?(?:awwal|ula|thani)|rajab|sha'?ban|ramadan|"
    r"shawwal|"
    r"dhu(?:'?l|[ -]al)[- ](?:qa'?dah?|hijjah?)|tishrei|cheshvan|kislev|tevet|shevat|adar|nisan|iyar|sivan|"
    r"tammuz|elul|"
    r"chaitra|vaisakha|jyeshtha|ashadha|shravana|bhadrapada|ashvin|kartik|margashirsha|pausha|magha|phalguna"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("identity", re.compile(
        r"\b(?i:driv(?:er'?s?|ing) licen[cs]e|licen[cs]e|permit|passport|visa|voter(?:'s)? (?:card|id)|pan|pnc|"
        r"medicare|insurance|"
        r"policy|plate|reg)(?i: (?:no|number|card|id))?\.?:?\s"
        r"((?=[A-Z0-9 /-]{0,9}\d{2})[A-Z]{1,6}(?:-[A-Z]{2})?[ -]?\d{2,9}(?:[ -]?[A-Z0-9]{1,6}){0,2}|"
        r"\d{2}/\d{4,7}[A-Z])(?![\w-])")),
    ("identity", re.compile(r"(?<![\w-])[A-Z9]{5}[ -]?\d{6}[ -]?[A-Z9]{2}\d?[A-Z]{2,3}(?![\w-])")),
    ("phone", re.compile(rf"(?<![\d.+-])[03689]\d{{3}} \d{{4}}{_UNIT}")),
    ("phone", re.compile(rf"(?<![\d.+-])(?:0[2378] \d{{4}} \d{{4}}|[6-9]\d{{4}} \d{{5}}){_UNIT}")),
    ("identity", re.compile(r"(?<![\w-])[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}(?![\w-])")),
    ("identity", re.compile(r"(?i:medicare|card|no\.?|number):?\s(\d{4} \d{5} \d(?: ?/ ?\d)?)(?![\w-])")),
    ("record", re.compile(r"\b(?i:accession|file|folder|ref(?:erence)?|study|report|specimen|order|sample)(?i: "
        r"(?:no|number))?"
        r"[.:]?\s([A-Z]{1,5}(?:[-/][A-Z\d]{1,10}){1,3})(?<=\d{3}[-/A-Z]{2}|.\d{4})(?![\w-])")),
    ("mail", re.compile(r"(?<![\w@./:-])[a-z]{2,24}\d{0,4}(?:_[a-z\d]{1,24}){1,3}(?![\w@.]\w)", re.A)),
    ("phone", re.compile(r"(?<![\d.-])1-\d{3}-\d{3}-\d{4}(?![\d-])")),
    ("phone", re.compile(r"(?<![\d.])0\d{3} ?\d{3}\n\d{4}(?!\d)")),
    ("mail", re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?=\.(?:\s|"
        r"$))")),
    ("record", re.compile(r"(?<=\|)([A-Z]{0,4}\d{3,12}\^{2,4}[A-Z]{2,8}(?:\^[A-Z]{1,4})?)(?=[|\n]|$)")),
    ("address", re.compile(r"(?<=\|)(\d{1,5} [^|\n^]{3,40}\^[^|\n]{2,60})(?=[|\n]|$)")),
    ("date", re.compile(
        rf"\b(?:am|pm|theatre|home visit|morning of|swabs?|cultures?|discharged?|rebooked|cancelled|postponed|"
        rf"delivered|"
        rf"received|collected|drawn|expires?|issued|stitches out|line out|drain out)\s"
        rf"((?!1/[2-4]\b|2/3\b|3/4\b|\d+/(?:7|12)\b)"
        rf"{_DAY}/(?:0?[1-9]|1[0-2]))(?![\w/]|\.\d)", re.I)),
    ("date", re.compile(r"\b(?:visit|review|clinic|seen|appointment)\s((?:1[3-9]|2\d|3[01])\.(?:0?[1-9]|"
        r"1[0-2]))(?=\s[-–]|\s?[,;)\n]|$)", re.I)),
    ("date", re.compile(rf"\bthe\s({_DAY}/{_DAY})(?=\s(?:results?|bloods?|scan|films?|clinic|visit|notes?|letter|"
        rf"mri|ct|x-?ray|biopsy|echo|labs?|list)\b)", re.I)),
    ("date", re.compile(rf"(?<!\d)(?:the )?{_DAY}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b(?:,? 1[34]\d\d)?", re.I)),
    ("date", re.compile(rf"\b(?:around|circa|c\.|approx\.?|roughly|mon|tues?|weds?|thurs?|fri|sat|sun)\s(?:the "
        rf")?({_DAY}(?:st|nd|rd|th))(?=\s*[.,;)\n]|\s*$|\s(?:and|at|for|with|but|if|when)\b)", re.I)),
)  # fmt: skip


def english_marks(text: str) -> Iterator[Span]:
    """Such numbers, beds and days in folded text.

    >>> text = "A3-11 Okoro stable. A3-12 Lindqvist home am 7/8. Licence KOWAL 551208."
    >>> [text[one.start : one.end] for one in english_marks(text)]
    ['A3-11', 'A3-12', 'KOWAL 551208', '7/8']
    """
    beds = [*_BED.finditer(text)]
    if len(beds) > 1:
        yield from (Span(*found.span(1), "record") for found in beds)
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), kind)
