"""Days, and ages above 89: years alone stay, as 45 CFR 164.514(b)(2)(i)(C) lets them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Kind, Span

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_HAN = "零〇○一二三四五六七八九十廿卅"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d{2}"
_ORDINAL = r"(?:st|nd|rd|th)?"
_NO, _END = r"(?<![\d.])", r"(?![\d]|\.\d)"
_CLOCK = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?"
_NTH = (
    "(?:twenty|thirtie?)[- ]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|th)|first|"
    "second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
    "tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_UNIT = "one|two|three|four|five|six|seven|eight|nine"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(
        rf"{_NO}(?:{_YEAR}|\d{{2}})\s*年\s*[春夏秋冬]?\s*{_MONTH}\s*月(?:份|\s*(?:{_DAY}\s*[日号]?|[上中下]旬|初|底|"
        rf"末)?)")),
    ("date", re.compile(rf"{_NO}{_MONTH}\s*月\s*{_DAY}\s*[日号]")),
    ("date", re.compile(rf"(?:[{_HAN}]{{2,4}}年)?[{_HAN}]{{1,3}}月(?:[{_HAN}]{{1,3}}[日号]|初[{_HAN}]{{1,2}})")),
    ("date", re.compile(rf"[二一][{_HAN}]{{3}}年(?:[{_HAN}]{{1,3}}月)?")),
    ("date", re.compile(
        rf"(?:农历|阴历|腊月|正月|冬月)(?:[{_HAN}正腊冬闰]{{1,3}}月)?(?:初|十|廿|二十|"
        rf"三十)[{_HAN}]{{0,2}}")),
    ("date", re.compile(rf"{_NO}{_YEAR}\s?([-./])\s?{_MONTH}\s?\1\s?{_DAY}{_CLOCK}(?!\d)")),
    ("date", re.compile(
        rf"{_NO}(?:{_DAY}|{_MONTH})\s?([-./])\s?(?:{_DAY}|{_MONTH})\s?\1\s?(?:{_YEAR}|"
        rf"'?\d{{2}}){_CLOCK}{_END}")),
    ("date", re.compile(rf"{_NO}\d{{2}}([-./]){_MONTH}\1{_DAY}{_CLOCK}{_END}")),
    ("date", re.compile(rf"{_NO}{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{{4,6}})?(?!\d)")),
    ("date", re.compile(rf"{_NO}{_YEAR}[-./]{_MONTH}(?![\d/.-]\d|\d)(?!\s*(?:mg|mmol|g\b|%|次|倍))")),
    ("date", re.compile(rf"(?<![\d./])(?:0?[1-9]|1[0-2])/{_YEAR}(?!\d)")),
    ("date", re.compile(
        r"\b(?:in|last|since|until|till|this|next|early|mid|late|from|by|of)[ -]((?:January|February|"
        r"March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
        r"Aug|Sept|Oct|Nov|Dec)\b(?: of (?:last|this|next) year| last year)?)")),
    ("date", re.compile(
        rf"\b(?:{_MONTHS})\.?,? (?:the {_DAY}{_ORDINAL}\b|'\d{{2}}\b)|(?:(?<=去年)|(?<=今年)|(?<=前年)|"
        rf"(?<=明年)|(?<=本年)){_MONTH}月份?", re.I)),
    ("date", re.compile(r"\b(?:dob|d\.o\.b\.?|date of birth|born|date)\s*[:=]?\s*(\d{6}|\d{8})(?!\d)", re.I)),
    ("date", re.compile(
        rf"\b(?:as of|week of|w/c|w/e|wk of|appt|by|between|before|after|around|tomorrow|yesterday|today|"
        rf"mon|tues?|wed|thurs?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|"
        rf"sunday),?\s+({_MONTH}/{_DAY}|{_DAY}/{_MONTH})(?![\d/.]|\s?(?:mg|ml|mmol|%|cm|mm|g\b|kg|points?|"
        rf"tab|dose|of\b))", re.I)),
    ("date", re.compile(
        rf"\b(?:{_MONTHS})\.?\s*{_DAY}{_ORDINAL}\b(?:\s*,?\s*(?:of\s+)?(?:{_YEAR}|'\d{{2}}))?(?!\s*(?:mg|"
        rf"ml|%))", re.I)),
    ("date", re.compile(
        rf"(?<!\d){_DAY}{_ORDINAL}(?:\s+|-)?(?:of\s+)?(?:{_MONTHS})\b\.?(?:[-,]?\s*(?:{_YEAR}|"
        rf"'?\d{{2}}(?![\d.%])))?", re.I)),
    ("date", re.compile(rf"\b(?:{_MONTHS})\.?,?\s+(?:of\s+)?{_YEAR}\b", re.I)),
    ("date", re.compile(rf"\b(?:the\s+)?{_DAY}(?:st|nd|rd|th)\s+(?:of\s+(?:this|last|next)\s+month)", re.I)),
    ("date", re.compile(
        rf"(?<!\d){_YEAR}[ -](?:{_MONTHS})\b\.?[ -]{_DAY}(?!\d)|\b(?:{_MONTHS})-{_DAY}-(?:{_YEAR}|"
        rf"\d{{2}})(?!\d)", re.I)),
    ("date", re.compile(rf"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:the\s+)?{_DAY}(?:st|nd|rd|th)\b", re.I)),
    ("date", re.compile(
        r"\b(?:on|since|until|by|from) the (\d{1,2}(?:st|nd|rd|th))\b(?!\s+(?:percentile|cranial|day|week|"
        r"rib|intercostal|toe|finger|digit|metatarsal|metacarpal|ventricle|nerve|decade|grade|floor|hour|"
        r"dose|cycle|postop|post|pod))", re.I)),
    # Day and month alone look like a fraction or a score: only where the words before say when.
    ("date", re.compile(
        rf"(?:\b(?:on|dated?|since|until|till|seen|admitted|discharged|d/c|dob|born|due|started|appt|"
            rf"appointment|visit|f/u|follow-?up|lmp|edd|adm)\s*:?\s*|"
        rf"(?:[于自至在从到]|入院|出院|手术|复查|复诊|随访|日期|时间|末次月经|预产期|生于)\s*:?\s*)"
        rf"((?<![\d.]){_MONTH}/{_DAY}(?![\d/]|\.\d|\s?(?:mg|ml|mmol|分|%|cm|mm|g\b|kg|次|片|粒|天|小时|"
            rf"points?|级|h\b|patients|cases|of\b)))", re.I)),
    ("date", re.compile(
        rf"(?:(?:[于自至从到]|入院|出院|手术|复查|复诊|日期|时间|末次月经|预产期|"
        rf"生于)\s*:?\s*)((?<![\d.]){_MONTH}\.{_DAY}(?=\s*(?:[日号,。;)]|入院|出院|手术|"
        rf"复查|复诊|行|在|于|因|来|至|$)))")),
    ("date", re.compile(rf"{_NO}({_MONTH}[/.-]{_DAY})\s*(?:日|号|入院|出院|复查|复诊|手术|晨|上午|下午|早|晚|夜)")),
    ("date", re.compile(rf"(?<![\d月]){_DAY}\s*[日号](?=上午|下午|晨|早|晚|夜|凌晨|中午|入院|出院|复查|复诊|手术)")),
    ("date", re.compile(
        rf"\b(?:{_NTH})(?: day)?,? (?:of )?(?:{_MONTHS})\b(?:,? {_YEAR})?|\b(?:{_MONTHS}) (?:the "
        rf")?(?:{_NTH})\b(?:,? {_YEAR})?", re.I)),
    ("date", re.compile(
        rf"\b(?:christmas (?:eve|day)|boxing day|new year'?s (?:eve|day)|good friday|easter (?:sunday|"
        rf"monday)|thanksgiving(?: day)?|labou?r day|independence day|memorial day)\b(?:,? (?:of "
        rf")?{_YEAR})?", re.I)),
    ("date", re.compile(
        r"(?:除夕|元宵节?|国庆节?|中秋节?|端午节?|清明节?|元旦|劳动节|春节|"
        r"大年初[一二三四五六七])(?:当天|当日|前[一二三]天|后[一二三]天|那天)")),
    # The British order, where the first number cannot be a month.
    ("date", re.compile(
        rf"\b(?:on|dated?|since|until|till|seen|admitted|discharged|d/c|dob|born|due|started|appt|"
            rf"visit|f/u|lmp|edd|by|from|to|before|"
        rf"after|between|and|for|of)\s*:?\s*((?:1[3-9]|2\d|3[01])/{_MONTH})(?![\d/.]|\s?(?:mg|ml|%|"
            rf"points?|patients|cases|weeks|days))", re.I)),
    ("date", re.compile(rf"(?m)^\s*({_MONTH}/{_DAY})(?=\s*[:-]\s|\s+\d{{1,2}}:\d{{2}})(?!\s*-\s*\d)")),
    ("age", re.compile(r"(?<![\d.])((?:9\d|1[0-2]\d)\s*(?:周?岁|虚岁|高龄))")),
    ("age", re.compile(
        r"(?<![\d./-])((?:9\d|1[01]\d)\s?(?:[/-]\s?)?(?:[MF]\b(?![/-])|-yo\b|ys\b|yr\.? old))(?!\w)|"
        r"(?<![\w/])[MF]\s?/\s?(9\d|1[01]\d)(?![\d.])")),
    ("age", re.compile(r"(九十有[一二三四五六七八九]|百岁(?=老人|高龄|寿))")),
    ("age", re.compile(
        rf"\b(?:is|was|aged?|age|turned|turns|now|of)\s*:?\s+((?:ninety|(?:one|a) "
        rf"hundred)(?:(?:[- ]and)?[- ](?:{_UNIT}|ten))?)\b(?!\s*(?:per|%|mg|ml|days|minutes|degrees|"
        rf"patients|cases|beats|units|of|and))", re.I)),
    ("age", re.compile(
        rf"\b((?:ninety|(?:one|a) hundred)(?:(?:[- ]and)?[- ](?:{_UNIT}))?)(?=\s+(?:lady|woman|man|"
        rf"gentleman|female|male)\b)|\b(nonagenarian|centenarian)\b", re.I)),
    ("age", re.compile(r"((?:九十|一百)[一二三四五六七八九零十]{0,3}\s*(?:余|多)?\s*周?岁)")),
    ("age", re.compile(r"(?<![\d.])((?:9\d|1[0-2]\d)[\s-]*(?:years?|yrs?|y)\b\.?"
        r"(?:[\s-]*(?:old|of age|/?o)\b\.?)?)", re.I)),
    ("age", re.compile(r"(?<![\d./])((?:9\d|1[0-2]\d)\s?(?:yo|y/o|yom|yof|y\.o\.))(?!\w)", re.I)),
    ("age", re.compile(
        r"\b(?:aged?|age\s*[:=]|年龄\s*[:=]?)\s*((?:9\d|1[0-2]\d))(?![\d.]|\s*(?:d|days|mo|months|wk|"
        r"weeks|天|月|周|kg|%))", re.I)),
    ("age", re.compile(
        r"\b(?:he|she|patient|pt|mother|father|mum|mom|dad|wife|husband|gran|grandmother|grandfather|lady|"
        r"gentleman|man|woman)(?:'s| is| was| turns| turned| will be| now)\s+(?:now |aged |nearly |almost "
        r"|already )?((?:9\d|1[01]\d))(?![\d.%/]|\s*(?:%|kg|cm|mg|ml|bpm|beats|degrees|over|on|percent|"
        r"lb))", re.I)),
    ("age", re.compile(r"\bin (?:her|his|their) (?:early|mid|late)?[- ]?((?:nineties|90s|'90s))\b", re.I)),
    ("age", re.compile(
        r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? \(?((?:9\d|1[01]\d))(?=[,);]|"
        r"\s*(?:y|yo|F|M)\b)")),
    ("age", re.compile(r"\b(?:turned|turns|turning)\s+((?:9\d|1[0-2]\d))\b(?!\s*(?:degrees|mg|ml))", re.I)),
    ("age", re.compile(r"\b((?:9\d|1[0-2]\d)(?:st|nd|rd|th)) birthday", re.I)),
    ("age", re.compile(r"(?:年龄|享年|现年)\s*[:=]?\s*((?:9\d|1[0-2]\d))(?![\d.]|\s*(?:天|月|周))")),
    ("age", re.compile(
        r"\b((?:ninety|one hundred|a hundred)(?:[- ](?:and )?(?:one|two|three|four|five|six|seven|eight|"
        r"nine|ten))?[- ]years?(?:[- ]old| of age)?)\b", re.I)),
    ("age", re.compile(r"(?<![\d.])((?:9\d|1[0-2]\d))[\s-]?(?:[MF]\b|male\b|"
        r"female\b|man\b|woman\b|gentleman\b|lady\b)")),
)  # fmt: skip

_MORE = re.compile(rf"\s*(?:,|and|&|to|or|、|和|至|-)\s*(?:and\s*)?({_MONTH}/{_DAY}|{_DAY}[日号])(?![\d/])")
"""Another day of a list that begins with a date."""


def dates(text: str) -> Iterator[Span]:
    """Days and months of a year, and ages above 89, in folded text.

    >>> [text_[one.start : one.end] for text_ in ["2023-05-06 10:20 VAS 5/10"] for one in dates(text_)]
    ['2023-05-06 10:20']
    """
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            # The groups of separators come first; a value that is told apart comes last and is long.
            if found[0].lower().endswith(" may") and not found[0].endswith("May"):
                continue  # The verb.
            if re.fullmatch(r"[A-Z]{3,9}\d{1,2}", found[0]):
                continue  # Genes and what stains them: SEPT9, MARCH1, OCT3/4.
            last = found.lastindex or 0
            group = last if last and len(found[last]) > 1 else 0
            yield Span(*found.span(group), kind)
            more = _MORE.match(text, found.end()) if kind == "date" else None
            if more:
                yield Span(*more.span(1), "date")
