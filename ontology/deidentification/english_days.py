"""Days that only what stands around them tells: those of birth however written, and those that go on from another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_dates import counted
from ontology.deidentification.span import Span

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?:st|nd|rd|th)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_NTH = (
    r"(?:(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|"
    r"twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_WHEN = (
    "seen|due|rv|review(?:ed)?|appt|appointment|back|f/u|adm|admitted|disch(?:arged)?|d/c|booked|op|until|since|by|"
    "fell|listed|clinic"
)
_ENDS = (
    r"(?=[.,;:!?)]|\s?$|\s(?:@|at|for|and then|then|with|but|he|she|they|we|to|if|because|as|after|before|unless)\b)"
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine|oh"
_TEENS = "ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMERAL = rf"(?:(?:{_TENS})(?:[- ](?:{_UNITS}))?|{_TEENS}|{_UNITS}|hundred|thousand)"
_BORN = r"\b(?:d\.?o\.?b\b\.?|date of birth|birth ?date|born)(?: is| on)?\s?[:=]?\s?"
_PATTERNS = (
    re.compile(rf"{_BORN}({_DAY}\s?[ ./|-]\s?{_DAY}\s?[ ./|-]\s?(?:(?:18|19|20)\d{{2}}|\d{{2}}))(?!\w)", re.I),
    re.compile(rf"{_BORN}((?:0[1-9]|1[0-2])[/.]\d{{2}})(?![\w/]|\.\d)", re.I),
    re.compile(rf"{_BORN}(?:the )?({_DAY}{_TH} of the {_DAY}{_TH},? (?:(?:19|20)\d{{2}}|\d{{2}}))(?!\w)", re.I),
    re.compile(rf"{_BORN}({_NUMERAL}(?:[ ,]+{_NUMERAL}){{2,5}})\b", re.I),
    # A day of a month with its year said: the fifth of January, twenty twenty.
    re.compile(
        rf"\b{_DAY}{_TH} (?:of )?{_MONTH},? ((?:nineteen|twenty|two thousand)(?:[ -]{_NUMERAL}){{0,3}})\b", re.I
    ),
    # June 3rd-5th.
    re.compile(rf"\b{_MONTH}\.? {_DAY}{_TH}?\s?(?:-|to|and|&)\s?({_DAY}{_TH})\b", re.I),
    re.compile(
        rf"\b(?:pod|hd|hod|dol|icu day|hospital day)\s?#?\d{{1,3}}\s?[(,:]?\s?({_DAY}/{_DAY})(?![\w/]|\.\d)", re.I
    ),
    re.compile(rf"\b(?:w(?:ee)?k(?: (?:of|commencing|beginning|ending))|w/[ce])\s({_DAY}/{_DAY})(?![\w/]|\.\d)", re.I),
    re.compile(
        r"\b(?:as of|dated|valid from)\s((?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2]))(?=[,;)\n]|\.?\s|\.?$)", re.I
    ),
    re.compile(r"(?<![\w-])((?:19|20)\d{2}-W(?:0[1-9]|[1-4]\d|5[0-3]))(?:-[1-7])?\b"),
    re.compile(rf"\bdate\s?[:=]?\s?({_DAY}[ .]{_DAY}[ .](?:19|20)\d{{2}})(?!\w)", re.I),
    re.compile(rf"\b(?:date|dt?)\s?[:=]\s?({_DAY}/{_DAY})(?![\w/]|\.\d)", re.I),
    # Signs that a slip of the hand, or an old form, puts between.
    re.compile(rf"(?<![\w,:])({_DAY}(?P<sign>[_~',:\\]){_DAY}(?P=sign)(?:19|20)\d{{2}})(?![\w,:])"),
    re.compile(rf"(?<!\w)({_DAY}(?P<sign>[_~\\]){_DAY}(?P=sign)\d{{2}})(?!\w)"),
    re.compile(rf"\b{_MONTH}\.? {_DAY}\s?[-–/]\s?({_DAY})(?![\w/-]|\.\d)", re.I),
    re.compile(rf"(?<![\w.])({_DAY}\s?->\s?){_DAY}{_TH}? {_MONTH}\b", re.I),
    re.compile(rf"\bthe {_DAY}{_TH}\s?(?:and|or|to|&|-)\s?(?:the )?({_DAY}{_TH}){_ENDS}", re.I),
    re.compile(rf"\b(?:{_WHEN}) ({_DAY}{_TH}){_ENDS}", re.I),
    re.compile(rf"(?<!\w)({_DAY}{_TH})(?= ?@ ?\d|,? (?:at )?\d{{1,2}}(?:[:.]\d\d)?\s?[ap]\.?m\b)", re.I),
    re.compile(rf"\b(?:yesterday|today|tomorrow) \((?:the )?({_DAY}{_TH})\)", re.I),
    re.compile(rf"\b(the {_DAY}{_TH} of (?:the|this|last|next) month)\b", re.I),
    re.compile(rf"\bthis ({_DAY}{_TH}|{_NTH}) day of\b", re.I),
    re.compile(rf"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,? the ({_NTH}){_ENDS}", re.I),
    re.compile(rf"\b(?:on|since|until|{_BORN[2:]})\s?the ({_NTH} of the {_NTH}){_ENDS}", re.I),
    # Dictated: march twelve twenty twenty one; two june. *Two may* is no day.
    re.compile(rf"\b({_MONTH} {_NUMERAL} (?:nineteen|twenty|two thousand)(?:[ -]{_NUMERAL}){{1,3}})\b", re.I),
    re.compile(rf"\b((?:{_TENS})?[- ]?(?:{_UNITS}|{_TEENS}|{_TENS}) (?!may|mar|dec\b|sep\b|jan\b){_MONTH})\b", re.I),
)
_CHAIN = re.compile(
    rf"(?<![\w/.])(?:{_DAY}/{_DAY}/(?:(?:19|20)\d{{2}}|\d{{2}})|(?<=on ){_DAY}/{_DAY})"
    rf"((?:\s?(?:,|and|&|then|, and|, then)\s?{_DAY}/{_DAY}(?![\w/]|\.\d)){{1,6}})",
    re.I,
)
"""Days without a year behind one that is a day beyond doubt."""
_ONE = re.compile(rf"{_DAY}/{_DAY}(?!\d)")


def english_days(text: str) -> Iterator[Span]:
    """Days in folded text that a label or another day tells.

    >>> text = "DOB: 03/51. Seen on 6/14, 6/15 and 6/18, POD2 6/15."
    >>> [text[one.start : one.end] for one in english_days(text)]
    ['03/51', '6/15', '6/15', '6/18']
    """
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if not counted(text, found.end(1)):
                yield Span(*found.span(1), "date")
    for found in _CHAIN.finditer(text):
        for one in _ONE.finditer(text, *found.span(1)):
            yield Span(*one.span(), "date")
