"""Addresses: streets with numbers, villages, what follows a word for where somebody lives, post codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import frequent, medicinal, ordinary, region, unit
from ontology.deidentification.span import Span
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words

_HAN = "一-鿿㐀-䶿"
_FUNCTION = "于在至到从由往去转送经就自及和与曾入赴是为的因后并住来系，。,;；:：、 \n"
"""Characters with which no name of a place goes on."""
_PART = rf"(?:(?![{_FUNCTION}])[{_HAN}]|自治)"
_REGION = rf"(?<![不节很可俭便])(?:{_PART}{{2,3}}省(?![事略力心得])|{_PART}{{2,8}}?(?:自治区|特别行政区))"
_CITY = rf"{_PART}{{1,8}}?(?:自治州|地区|盟|市)"
_COUNTY = rf"{_PART}{{1,8}}?(?:自治县|区|县|旗|市)"
_TOWN = rf"{_PART}{{1,8}}?(?:街道(?:办事处)?|镇|乡|苏木|开发区|新区|高新区|农场|林场)"
_VILLAGE = (
    rf"{_PART}{{1,8}}?(?:村民委员会|村委会|居委会|村|社区|屯|庄|寨|嘎查|家园|"
    r"花园|小区|公寓|新村|大院|大厦|苑|里|坊|城|府|庭|湾|郡|府邸)"
)
_STREET = (
    rf"{_PART}{{1,10}}?(?:大道|大街|胡同|路|街|巷|弄|里|道|条)(?:[东南西北中]?[一二三四五六七八九十]?(?:段|路|街|巷))?"
)
_HOUSE = (
    r"(?:第?[0-9一二三四五六七八九十百甲乙丙]{1,8}(?:-\d+)*\s*"
    r"(?:号院|号楼|号|弄|栋|幢|座|楼|单元|室|户|层|组|队|门|区|期|村)"
    r"(?:[0-9A-Za-z]*\s*(?:号楼|号|栋|幢|座|楼|单元|室|户|层|组|队))*\s*(?:\d+(?:-\d+)*室?)?)"
)
_NUMBERED = rf"{_STREET}\s*(?:{_HOUSE}\s*)+"
_WHOLE = re.compile(
    rf"(?:{_REGION})?(?:{_CITY})?(?:{_COUNTY})?(?:{_TOWN})?(?:{_VILLAGE})?(?:{_NUMBERED}|"
    rf"(?:{_STREET})?(?:{_VILLAGE})?(?:{_HOUSE}\s*){{2,}})(?:{_VILLAGE})?(?:{_HOUSE}\s*)*"
)
_CLAUSE = re.compile(r"[^,。;:、]+")
_HOUSED = re.compile(_HOUSE)
"""Without the number of a house the pattern above, which looks from each place anew, need not be asked."""
_LEVELS = re.compile(
    rf"(?:{_REGION}(?:{_CITY}(?:{_COUNTY})?|{_COUNTY})|"
    rf"{_CITY}{_COUNTY})(?:{_TOWN})?(?:{_VILLAGE})?(?:{_STREET})?(?:{_HOUSE}\s*)*"
)
_VILLAGES = re.compile(
    rf"(?:(?<=系)|(?<=是)|(?<=在)|(?<=于)|(?<=[,。、\s]))(?!农村|本村|我村|全村|山村|乡村|外村|邻村|同村|"
    rf"新农村)[{_HAN}]{{2,4}}村(?=村民|人|卫生|医生|,|。|有|$)|"
    rf"(?:{_COUNTY})?{_TOWN}{_VILLAGE}(?:{_HOUSE}\s*)*|{_PART}{{2,6}}?(?:村|屯|小区|花园|"
    rf"家园|社区|公寓|新村)\s*(?:{_HOUSE}\s*)+"
)
_TOLD = re.compile(
    r"(?:住址|地址|家庭住址|现住址|现住|居住地|居住于|家住|户籍(?:所在)?地?|户口(?:所在)?地?|"
    r"籍贯|出生地|常住地?|长期居住|现居|居住|暂住地|邮寄地址|通讯地址|通信地址|联系地址|收件地址|"
    r"住在(?!一|同|两|老家|家|医院)|租住|祖籍|来自(?![己身动主然我觉])|原籍)"
    r"\s*(?:为|是|于|"
    r"在)?\s*[:=]?\s*([^,。；;\n(（)）、\t]{2,40}?)(?=[,。；;\n(（)）、\t]|$|"
    r"\s{1,}(?:电话|联系|手机|邮编|身份|工作|单位|职业)|的(?!\S{0,3}[省市县])|电话|联系|手机|邮编|身份证|"
    r"职业|工作单位|，|,|就诊|入院|人(?=[,。，]))"
)
_POST = re.compile(
    r"(?:邮编|邮政编码|post ?code|zip(?: code)?)\s*[:=]?\s*([0-9A-Za-z]{2,5}[ -]?[0-9A-Za-z]{2,5})", re.I
)

_SUFFIX = (
    "Street|street|St|Road|road|Rd|Avenue|avenue|Ave|Lane|lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|"
    "Place|Pl|Square|Sq|Terrace|Way|Close|Crescent|"
    "Cres|Gardens?|Grove|Hill|Park|Parkway|Pkwy|Highway|Hwy|Mews|Row|Walk|Circle|Cir|Trail|Trl|Quay|"
    "Green|Alley|Loop|View|Rise|Wharf|Yard|Parade|Plaza|Turnpike|Pike|Causeway|Meadows?|Fields?|"
    "Heights|Ridge|Crossing|Bend|Croft|Broadway|End|Vale|Gate|Bank|Mount|"
    "Path|Esplanade|Promenade|Tce|Pde|Cct|Bvd|Towers?|Boul|close|court|square|terrace|crescent|gardens"
)
_WORD = r"[A-Za-z][A-Za-z'-]*"
_TAIL = (
    rf"(?:,?\s*(?:apt|apartment|flat|unit|suite|ste|floor|fl|room|"
    rf"#)\.?\s*#?\w{{1,6}})?(?:,\s*(?![A-Z]{{1,2}}\d|[A-Z]{{2}}\b)[A-Z]{_WORD}(?:[ -](?![A-Z]{{1,2}}\d|"
    rf"[A-Z]{{2}}\b)[A-Z]{_WORD}){{0,3}})*"
    r"(?:,?\s*[A-Z]{2})?(?:,?\s*(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?"
)
_ENGLISH = re.compile(
    rf"(?<![\w./%-])(?:(?:No\.?|no\.?)\s)?(?:(?:apt|apartment|flat|unit|"
    rf"suite)\.?\s*\w{{1,5}},?\s*)?\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}})?,?\s+(?:[NSEW]\.?\s+)?(?:{_WORD}\s+){{1,3}}(?:{_SUFFIX})\b\.?{_TAIL}"
)
_CODE = r"(?:[A-Z]{2}\s\d{5}(?:-\d{4})?|(?:[A-Z][a-z]+\s)?\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})(?!\w)"
_TO_CODE = re.compile(
    rf"(?<![\w./%'-])(?:(?i:flat|apt|apartment|unit|suite|level|floor|croft|stand|plot)\s\w{{1,5}}(?:/\d{{1,2}})?,\s)?"
    rf"(?:\d{{1,5}}[A-Za-z]?,?\s)?[A-Z][\w'.]{{0,30}}(?:[ ,]{{1,2}}[A-Z#\d][\w'.-]{{0,30}}){{0,8}}?,?\s{_CODE}"
)
"""From a house or the number of a flat to the post code behind it."""
_DOOR = re.compile(
    r"\b(?:Flat|Apt|Apartment|Croft|Stand|Plot|Villa)\s\w{1,5}(?:/\d{1,2})?(?:,\s(?:\d{1,4}[A-Za-z]?\s)?[A-Z][\w']+(?:\s[A-Z][\w']+){0,3}){1,3}"
)
_WENT = re.compile(
    r"\b(?i:visiting from|(?:e|im)?migrated (?:from|to)|(?:flew|flies|flown|drove|driven|came|come) (?:in |over |"
    r"up |down |back )?(?:from|to)|"
    r"travell?(?:ed|ing|s) (?:from|to)|returned (?:from|to)|back (?:from|in|to)|GP in|holiday(?:ing)? in|holiday "
    r"(?:from|to)|"
    r"honeymoon in|refugee from|evacuated from|grew up in|raised in|native of|stud(?:ying|ies|ied) in|work(?:ing|"
    r"s|ed)? in|wedding in|"
    r"funeral in|based in|stationed in|posted to|deployed to|(?:trip|cruise|visit|move|moving|flight) to|brother "
    r"in|sister in|"
    r"daughter in|son in|family in|cousin in|mother in|father in|farm (?:in|near)|cottage in|house in|job in|"
    r"school in|hospital in)\s"
    r"((?:(?:Upper|Lower|North|South|East|West|New|Old|Port|Great|Little|St\.?)\s)?[A-Z][a-zà-ÿ]{2,}(?:[- "
    r"][A-Z][a-zà-ÿ]+)?)(?![\w-])"
)
"""Where somebody goes to or comes from: *visiting from Sendai*."""
_BLOCK = re.compile(
    r"\b(?:Blk|Block)\s\d{1,4}[A-Z]?,?\s(?:[A-Z][\w']+\s){1,4}(?:\d{1,3}\b)?(?:,?\s?#\d{1,3}-\d{1,5})?(?:,?\s(?:S\(?)?\d{6}\)?)?"
)
_BOX = re.compile(rf"\bP\.?\s?O\.?\s?Box\s+\d+{_TAIL}", re.I)
_FIELD = re.compile(
    r"\b(?:home |mailing |postal |current |permanent |billing |work )?(?:address|residence|"
    r"domicile)\s*[:=]\s*([^\n;|]{5,90}?)(?=\s*(?:$|\n|;|\||\s{2,}|\.\s|(?:tel|phone|mobile|email|"
    r"e-mail|dob|mrn|nhs|date|gp)\b))",
    re.I,
)
_LIVES = re.compile(
    r"\b(?i:lives?|living|resid(?:es|ing)|resident|address|moved|relocated|(?:is|comes|came|"
    r"originally|man|woman|male|female|patient|pt|gentleman|lady|moved here|moved) from|home town|"
    r"hometown|born)(?i:\s+(?:in|at|of|to|near|on|is|town\s+of|the\s+(?:town|village|"
    r"city)\s+of))?\s*:?\s+"
    r"((?:[A-Z][a-z]{2,}(?:[ -](?:upon|on|de|del|la|le|"
    r"of)(?=[ -][A-Z]))?[ -]?){1,3}(?:,\s*(?:[A-Z]{2}\b|[A-Z][a-z]{2,}(?: "
    r"[A-Z][a-z]+)?))?(?:\s+\d{5})?)"
)
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|(?!(?:CA|CD|HB|PH|PO|SP|IL|T|B|C|D|L|S)\d{1,2} \d)[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})\b"
)
_LOWER_LIVES = re.compile(
    r"\b(?:lives? in|living in|resident of|originally from|moved (?:here )?from|born in|comes from|"
    r"grew up in|relocated from|moved to)\s+([a-z]{3,}(?: [a-z]{3,})?)(?=\s*[,.;)\n]|\s*$| with\b| "
    r"and\b| last\b| alone\b)"
)
_STREET_ALONE = re.compile(
    r"(?:\b(?i:on|at|near|off|to|from|in|along|corner of)\s|,\s)((?:(?:The|Old|New|North|South|East|"
    r"West|Upper|Lower|St\.?)\s)?[A-Z][a-z'-]{2,}(?:\s[A-Z][a-z'-]+)?\s(?:Street|Road|Avenue|Lane|"
    r"Drive|Crescent|Terrace|Boulevard|Close|Cottages?|Farm|Lodge|Towers|Mansions|Apartments|Estate|"
    r"Villas?)\b)"
)
_FLAT = re.compile(r"\b((?:apt|apartment|flat|ste)\.?\s?#?\s?\d{1,4}[a-z]?(?:/\d{1,2})?)(?![\w.]|/)", re.I)
_LOWER_STREET = re.compile(
    r"(?<![\w./%-])\d{1,5}[a-z]?\s(?!(?:mg|ml|mcg|days?|hours?|weeks?|months?|years?|units?|times|"
    r"patients|tablets?|of|in|on|and|to|per|x)\b)(?:[a-z]+\.?\s){1,2}(?:st|street|rd|road|ave|avenue|"
    r"ln|lane|drive|blvd|boulevard|ct|crescent|terrace)\b(?!\s(?:elevation|depression|segment|change))"
    r"(?:\.?,?\s*(?:apt|flat|unit)\.?\s?#?\w{1,4})?(?:,\s*[a-z]{4,}(?:\s[a-z]{4,})?(?=\s*[,.;\n]|\s*$|"
    r"\s[a-z]{2}\s?\d|\s\d{5})){0,2}"
    r"(?:,?\s[a-z]{2}\s\d{5}|,?\s\d{5}|,?\s[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2})?",
    re.I,
)
_ZIP = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?,\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?\b")

_DWELLING = frozenset(
    [
        "flat",
        "bungalow",
        "house",
        "apartment",
        "annexe",
        "sheltered",
        "accommodation",
        "residential",
        "assisted",
        "living",
        "hostel",
        "shelter",
        "institution",
        "city",
        "town",
        "village",
        "country",
        "county",
        "suburb",
        "poverty",
        "area",
        "areas",
        "region",
        "rural",
        "urban",
        "endemic",
        "communities",
        "families",
        "houses",
        "households",
        "camps",
        "supported",
        "temporary",
        "rented",
        "caravan",
        "trailer",
        "abroad",
        "overseas",
    ]
)


def places(text: str) -> Iterator[Span]:
    """Addresses and places smaller than a country, in folded text."""
    housed = (part.span() for part in _CLAUSE.finditer(text) if _HOUSED.search(text, *part.span()))
    wholes = (found for start, end in housed for found in _WHOLE.finditer(text, start, end))
    for found in (*wholes, *_LEVELS.finditer(text), *_VILLAGES.finditer(text)):
        if not _anatomy(found[0]):
            yield Span(*found.span(), "address")
    for pattern in (_STREET_ALONE, _FLAT):
        for found in pattern.finditer(text):
            yield Span(*found.span(1), "address")
    for pattern in (_TOLD, _POST, _FIELD):
        for found in pattern.finditer(text):
            if not _vague(found[1]) and "的" not in found[1]:
                yield Span(*found.span(1), "address")
    for pattern in (_ENGLISH, _BLOCK, _DOOR, _TO_CODE, _BOX, _ZIP, _POSTCODE, _LOWER_STREET):
        for found in pattern.finditer(text):
            yield Span(*found.span(), "address")
    for found in _LIVES.finditer(text):
        if found[1].strip().split()[0] not in words().not_places and not _medical(found[1]):
            yield Span(found.start(1), found.start(1) + len(found[1].rstrip()), "address")
    for found in _WENT.finditer(text):
        plain = [word.lower() for word in re.findall(r"[^\W\d_]+", found[1])]
        if _medical(found[1]) or region(plain[0]) or unit(plain[0]) or found[1].split()[0] in words().not_places:
            continue
        if any(frequent(word) or not ordinary(word) for word in plain):
            yield Span(*found.span(1), "address")
    for found in _LOWER_LIVES.finditer(text):
        parts = found[1].split()
        if not any(
            part in words().common | words().not_people | words().general | words().jobs | _DWELLING for part in parts
        ) and not _medical(found[1]):
            yield Span(*found.span(1), "address")
    for name in words().cities:
        at = text.find(name)
        while at >= 0:
            if not any(text.startswith(other, at) for other in words().not_cities):
                yield Span(at, at + len(name), "address")
            at = text.find(name, at + len(name))


def _medical(name: str) -> bool:
    """Whether what somebody moved to or from is words of medicine alone (*moved to lurasidone*)."""
    plain = [word.lower() for word in re.findall(r"[^\W\d_]{3,}", name)]
    return all(not frequent(word) and (known(word) or medicinal(word)) for word in plain)


def _anatomy(text: str) -> bool:
    """Whether what looks like a street is a way of the body, or a number of something else."""
    return any(word in text for word in words().not_streets)


def _vague(text: str) -> bool:
    return text.strip() in words().vague or len(text.strip()) < 2
