"""Days as English notes write them without a year or a month: feasts, the 19th, 22/8, 7 ix 1948; ages in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import labelled, ordinary
from ontology.deidentification.span import Kind, Span

_YEAR = r"(?:,? (?:of )?(?:19|20)\d{2}|,? '\d{2})?"
_FEAST = (
    r"christmas(?: eve| day)?|xmas(?: eve| day)?|boxing day|new year'?s?(?: eve| day)|hogmanay|good friday|"
    r"easter(?: (?:sunday|monday|saturday|day))?|shrove tuesday|pancake (?:day|tuesday)|ash wednesday|palm sunday|"
    r"maundy thursday|holy saturday|whit (?:sunday|monday)|ascension day|all (?:saints|souls|hallows)'? ?(?:day|eve)|"
    r"st\.? (?:david|patrick|andrew|george|valentine|stephen|swithin|nicholas)'?s'? (?:day|eve)|"
    r"valentine'?s(?: day)?|(?:mother|father|grandparent)'?s'? day|mothering sunday|remembrance (?:sunday|day)|"
    r"armistice day|v\.?[ej]\.?[ -]day|anzac day|australia day|canada day|bastille day|waitangi day|burns night|"
    r"bonfire night|guy fawkes(?: night| day)?|hallowe'?en|diwali|eid(?: (?:al|ul)[- ](?:fitr|adha))?|hanukkah|"
    r"chanukah|"
    r"passover|yom kippur|rosh hashanah|purim|vaisakhi|(?:lunar|chinese|tet) new year|nowruz|norouz|juneteenth|"
    r"(?:presidents|veterans|columbus|memorial|labou?r|independence|mlk|martin luther king(?: jr)?|groundhog|"
    r"indigenous peoples)'? ?day|(?:the )?(?:fourth|4th) of july|super bowl sunday|black friday|cinco de mayo|"
    r"thanksgiving(?: day)?|michaelmas|candlemas|lammas|martinmas|twelfth night|midsummer'?s? (?:day|eve)|pentecost|"
    r"may day|(?:august|spring|late may|early may|summer|easter) bank holiday|corpus christi"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b"
)
_FOREIGN = (
    r"januar|februar|m[äa]rz|mai|juni|juli|oktober|dezember|janvier|f[ée]vrier|mars|avril|juin|juillet|ao[ûu]t|"
    r"septembre|octobre|novembre|d[ée]cembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|"
    r"muharram|safar|rabi'? (?:al-)?(?:awwal|thani|akhir|i{1,2})|jumad[ah] (?:al-)?(?:awwal|ula|thani|akhirah?|"
    r"i{1,2})|rajab|"
    r"sha'?ban|ramadan|shawwal|dhu(?:'?l|[ -]al)[- ](?:qa'?dah?|hijjah?)|farvardin|ordibehesht|khordad|mordad|"
    r"shahrivar|"
    r"tishrei|cheshvan|kislev|tevet|shevat|nisan|iyar|sivan|tammuz|elul"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?:st|nd|rd|th)"
_ROMAN = r"(?:i{1,3}|iv|vi{0,3}|ix|xi{0,2})"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SPOKEN = (
    rf"(?: (?:nineteen|twenty|two thousand)(?: and)?(?: hundred)?(?: (?:oh )?(?:(?:{_TENS})(?:[- ](?:{_UNITS}))?|"
    rf"{_TEENS}|"
    rf"{_UNITS}))?)?"
)
_NTH = (
    r"(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|"
    r"fifth|"
    r"sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_ENDS = (
    r"(?=\s*(?:[.,;:!?)&\"/]|-\s|$)|\s(?:and|at|with|about|for|to|or|but|in|by|as|so|he|she|they|we|i|because|when|if|"
    r"from|"
    r"on|via|re|inst|ult|after|before|until|unless|then|will|please|due|per|not)\b)"
)
_NUMBER = r"(?:days?|weeks?|months?|years?|hours?|minutes?|mins|mg|ml|mcg|g\b|%|percent|per|points?|x\b|times|cm|mm)"
_WHEN = (
    r"taken|inserted|placed|removed|reported|typed|anniversary|review|lmp|bloods|dated|injury|fell|op|surgery|scan|clinic|appt|edd|epidural|consent(?:ed)?|"
    r"booked|next|last|again|called|rang|sent|note for|for|on|since|until|till|from|by|seen|due|home|d/c|adm|visit|ago|"
    r"before|after|between|mon|tues?|wed|thurs?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_SCORED = "scored?|scores|power|acuity|va|vas|gcs|pain|murmur|grade|nihss|apgar|mmse|moca|phq|gad|snellen|od|os|ou|bp|t"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(rf"\b(?:{_FEAST})\b{_YEAR}(?! (?:disease|factor|tree|eye|cactus))", re.I)),
    ("date", re.compile(
        rf"\b(?:of|about|for|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|"
        rf"sun)(?:day)?),? (?:the )?({_DAY}{_TH}){_ENDS}|"
        rf"\b(the {_DAY}{_TH}){_ENDS}", re.I)),
    ("date", re.compile(rf"\b(?:on|since|until|till|by|before|after|from|for|about) the ({_NTH}){_ENDS}", re.I)),
    ("date", re.compile(rf"\b{_DAY}{_TH}? (?:inst|ult|prox)\b\.?", re.I)),
    ("date", re.compile(rf"\b(?:the )?(?:{_NTH}) (?:of )?{_MONTH}(?:,? (?:19|20)\d{{2}}|{_SPOKEN})", re.I)),
    ("date", re.compile(rf"(?<![\d.])(?!\d+ x \d\d\b)(?:{_DAY}[ ./-]{_ROMAN}[ ./-](?:(?:19|20)\d{{2}}|\d{{2}}\b)|"
        rf"{_DAY}[ ./-](?:I{{1,3}}|IV|VI{{0,3}}|IX|XI{{0,2}})[ ./-](?:19|20)\d{{2}})(?!\w)")),
    ("date", re.compile(rf"(?<![\d.]){_DAY}{_TH}?\s?(?:-|to|and|&|or|/)\s?{_DAY}{_TH}?(?: of)? {_MONTH}{_YEAR}", re.I)),
    ("date", re.compile(rf"(?<!\d){_DAY}\.? (?:de )?(?!(?-i:Mayo \d))(?:{_FOREIGN})\b"
        r"(?:,? (?:de )?(?:19|20)\d{2})?", re.I)),
    # A number over a smaller one is no score; leading noughts are of days. 6/5 and 20/15 are sharpness of sight.
    ("date", re.compile(rf"(?<![\w./-])(0[1-9]/{_DAY}|{_DAY}/0[1-9])(?![\w/]|\.\d)")),
    ("date", re.compile(r"(?<![\w./-])((?:1[3-9]|2[1-9]|3[01])/(?:[1-9]|1[0-2]))(?![\w/]|\.\d)")),
    ("date", re.compile(r"(?m)(?:^|(?<=[.:;] )|(?<=- ))((?:[1-9]|1[0-2])/(?:1[3-9]|2\d|"
        r"3[01]))(?=:?\s[A-Za-z])(?!\s(?:of|patients|cases))")),
    ("date", re.compile(r"\b(?:on|off|since|until|till|seen|dated)\s((?:1[3-9]|2\d|3[01])\.(?:0?[1-9]|1[0-2]))"
        r"(?=[,;)\n]|\.?\s[A-Z]|\.?$)")),
    ("date", re.compile(r"\bon\s((?:0?[1-9]|1[0-2])-(?:[1-9]|0[1-9]|[12]\d|3[01]))(?=[.,;)]|$)")),
    ("date", re.compile(rf"\b(?:{_WHEN})\s*:?\s((?!\d+/(?:5|6|7|10|12|52)\b|1/[234]\b|2/3\b|"
        rf"3/4\b){_DAY}/{_DAY})(?:\s?[-–]\s?({_DAY}/{_DAY}))?"
        rf"(?![\w/]|\.\d|\s?{_NUMBER}|\s(?:of|patients|cases))", re.I)),
    ("date", re.compile(rf"(?m)(?:^|(?<=[A-Za-z] ))({_DAY}/{_DAY})(?=\s\d{{4}}\b|\s\d{{1,2}}[:.]\d{{2}}\b)")),
    ("date", re.compile(
        rf"\b(?:mon|tues?|wed|thurs?|fri|sat|sun)(?:day)?,?\s({_DAY}/{_DAY})(?![\w/]|\.\d|\s?{_NUMBER})", re.I)),
    ("date", re.compile(rf"(?<!\w){_DAY}(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:19|20)?\d{{2}}(?!\w)")),
    ("age", re.compile(
        rf"\b(?!\w+(?:-\w+)? (?!is|was|has|years|yrs)[a-z]+s\b)"
        rf"((?:(?-i:n)inety|(?:(?-i:o)ne |(?-i:a) )hundred(?= and| years|[,;.)]))(?:(?: and)?[- ]"
        rf"(?:{_UNITS}|ten))?(?:-year-old)?)\b"
        rf"(?!\s*(?:{_NUMBER}|degrees?|patients|cases|beats|units|percent|thousand|seconds|pounds|dollars|miles|"
        rf"met(?:er|re)s|cigarettes|of\b))", re.I)),
    ("age", re.compile(
        r"\b(?:he|she|who|they|mum|mom|dad|gran|nan|wife|husband|mother|father|sister|brother|aunt|uncle|neighbou?r|"
        r"grandmother|grandfather|grandma|grandpa|partner)(?:'s| is| was| are|,)?(?: now| aged| nearly| almost|"
        r" already)? "
        r"\(?((?:9\d|1[01]\d))(?!\d|[%/]|\.\d|\s*(?:%|kg|cm|mg|ml|bpm|beats|degrees|over|on\b|percent|lb|-))", re.I)),
    ("age", re.compile(r"\b(?:turn(?:s|ed|ing)|lived to(?: be)?|died at|reached|remarkable|sprightly|aged|age) "
        r"((?:9\d|1[01]\d))(?![\d%/]|\.\d)", re.I)),
    ("age", re.compile(r"\b(?:in|into|early|mid|late)[ -](?:(?:her|his|their) )?(?:early |mid |late |mid-|late-)?"
        r"((?:nineties|90s|90's|'90s))\b", re.I)),
)  # fmt: skip
_NAMED_AGE = re.compile(r"\b([A-Z][a-zà-ÿ'-]{2,}),?\s(?:\((9\d|1[01]\d)(?=[!,);])|(9\d|1[01]\d)(?=,\s[a-z]))")
_SCORE = re.compile(rf"(?:\b(?:{_SCORED})\b|[:=])\s*\Z", re.I)

_ORDINAL_ENDS = ("st", "nd", "rd", "th")
_COUNTED = re.compile(
    rf"(?:(?:\s?[,&-]\s?|\s(?:and|or|to|through)\s)(?:the\s)?(?:{_DAY}{_TH}|{_NTH})\b){{0,8}}\s(?:left\s|right\s)?"
    r"(?:ribs?|nerves?|toes?|fingers?|digits?|metatarsals?|metacarpals?|rays?|vertebrae?|intercostal|cranial|spaces?|"
    r"ventricles?|molars?|premolars?|teeth|tooth|(?:per)?centiles?|decades?|generations?|trimesters?|cycles?|doses?|"
    r"cohorts?|groups?|arms?|lines?|branch(?:es)?|days?(?! of)|weeks?|months?|years?|hours?|visits?|"
    r"degrees?|quartiles?|exons?)\b",
    re.I,
)


def counted(text: str, end: int) -> bool:
    """Whether an ordinal ends at ``end`` that counts parts of a body or of a study: *the 3rd and 4th ribs*.

    >>> counted("the 3rd and 4th ribs", 7), counted("the 3rd and broke two ribs", 7), counted("the 3rd, day 5", 7)
    (True, False, False)
    """
    return text[end - 2 : end].lower() in _ORDINAL_ENDS and _COUNTED.match(text, end) is not None


def english_dates(text: str) -> Iterator[Span]:
    """Days and ages above 89 in folded text that :mod:`ontology.deidentification.dates` does not take.

    >>> text = "Seen 22/8 and on Boxing Day, power 4/5, by the 19th."
    >>> sorted({text[one.start : one.end] for one in english_dates(text)})
    ['22/8', 'Boxing Day', 'the 19th']
    """
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            group = 1 if found.lastindex else 0
            if kind == "date" and _SCORE.search(text, max(0, found.start(group) - 12), found.start(group)):
                continue
            if kind == "date" and counted(text, found.end()):
                continue
            for at in range(group, (found.lastindex or 0) + 1) or (0,):
                if found[at]:
                    yield Span(*found.span(at), kind)
    for found in _NAMED_AGE.finditer(text):
        word = found[1].lower()
        if not (ordinary(word) or labelled(word)):
            yield Span(*found.span(2 if found[2] else 3), "age")
