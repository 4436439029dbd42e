"""Short names of hospitals, shops and homes in English: the QE, St Mary's, Holly Bank Primary, at Boots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_vocabulary import frequent, labelled, ordinary, unit
from ontology.deidentification.span import Span
from ontology.deidentification.words import words

_BEHIND = (
    r"(?:at|@|from|to|via|in|outside|above|near|into|left|attend(?:s|ed)|visited|called|rang|phoned|complained to|"
    r"transferred|discharged|admitted|cleaner at|works at|dancer with)"
)
_CAP = r"[A-Z][\w'&À-ÿ-]*"
_HOSPITAL = (
    "Royal|General|Western|Northern|Southern|Eastern|Mater|County|Memorial|Victoria|Albert|Alfred|Vic|Gen|Infirmary|"
    "Queen's|"
    "King's|Princess|Prince|Children's|Women's|City|Brook|Free|Marsden|Christie|Priory|Union|Cottage|Nuffield"
)
_THE = re.compile(
    rf"\b{_BEHIND}\s(the\s(?:{_CAP}\s){{0,2}}{_CAP}(?:\s(?:home|inn|pub|hotel|hospital|clinic|surgery|unit|centre|"
    rf"center|school))?)"
    rf"(?=\s*(?:[.,;:)?!\n]|-\s|$)|\s[a-z]|\s(?:19|20)\d\d)"
)
_THE_LOWER = re.compile(
    r"\b(?:at|from|to|via|says|rang|called|the)\s(the (?:royal|general|western|northern|southern|eastern|mater|"
    r"infirmary))"
    r"(?=\s*(?:[.,;)\n]|$)|\s(?:lost|for|on|and|by|after|with|overnight|has|have|said|rang|last|yesterday|today|in)\b)"
)
_ACRONYM = re.compile(
    r"\b(?:at|from|to|via|under)\s((?:the\s)?(?:Q[EM]H?|JR|RVI|GRI|RIE|QEUH|GOSH|UCLH?|MGH|UCSF|NYU|BWH|"
    r"CHOP|UPMC|RMH|RNOH|RUH|BRI|DRI|HRI|NNUH|RPAH?|RCH|CUH|UHW|MUH|SVUH|KCH|CMC|AIIMS|PGI|PALS|VA))\b"
)
_HOUSES = (
    "Boots|Lidl|Tesco|Sainsbury's|Asda|ASDA|Aldi|Waitrose|Morrisons|Walmart|Costco|Walgreens|CVS|Superdrug|Kaiser|"
    "Mayo|Mercy|"
    "Hadassah|Jimmy's|Guy's|Barts|Bart's|Addenbrooke's|Addenbrookes|Papworth|Stanford|Hopkins|Vauxhall|Amazon|Ikea|"
    "IKEA|"
    "Greggs|Starbucks|McDonald's|Jackson|Raigmore|Ninewells|Broadmoor|Rampton|Cedars|Moorfields|Harefield|Wexham|"
    "Frimley|"
    "Southmead|Frenchay|Derriford|Treliske|Killingbeck|Pinderfields|Jimmys|Tommy's|Mount Sinai|Sinai|Bellevue|Grady|"
    "Parkland|Scripps|Geisinger|Intermountain|Ochsner|Emory|Duke|Baylor|Dartmouth|Bupa|BUPA|Spire|Nuffield|Target|"
    "Publix|"
    "Kroger|Argos|Currys|Primark|Wetherspoons|Nando's|Ford|Toyota|Honda|Nissan|Boeing|Airbus|Centrica"
)
_HOUSE = re.compile(
    rf"\b{_BEHIND}\s((?:{_HOUSES}))(?=\s*(?:[.,;:)\n]|-\s|$)|\s(?:in|on|re|for|about|and|overnight|with|by|under|"
    rf"where|last|to|from|"
    rf"as|this|since|after|before|until|via|yesterday|today|again|car|pharmacy)\b)"
)
_NUMBERED = re.compile(r"\b(Kaiser|Aetna|Cigna|Humana|Anthem|BUPA|Bupa|UnitedHealthcare)(?=\s#)")
_ENDED = re.compile(
    rf"\b((?:{_CAP}\s(?:(?:on|of) the )?){{1,3}}(?:Primary|Secondary|Rehab|Nursery|Grange|House|Lodge|Court|Manor|"
    rf"Priory|"
    r"Day Cent(?:re|er)|Motors|Foods|Works|Steel|Foundry|Logistics|Taxis|Bakery|Caf[eé]|Inn|Arms|Hotel|Home|Meadows|"
    r"Acorns|"
    r"& Sons|& Co|and Partners|and Sons|MASH|CMHT|Wells|Cathedral|Mosque|Temple|Gurdwara|Synagogue|Library|Villa|View|"
    r"Family Practice)(?:\s[Hh]ome)?)(?=\W|$)"
)
_KINDS = re.compile(
    rf"(?<![\w'])((?:{_CAP}\s(?:(?:of|on|upon) )?(?:& )?){{1,4}}(?:(?:Medical|Health|Dental|Surgical|Eye|Heart|"
    rf"Cancer|Care|Wellness|"
    r"Surgery|Specialty|Community|Family|Oral|Women's|Children's|Rehabilitation|Diagnostic|Imaging|Pathology|Urology|"
    r"Orthopa?edics?|Cardiology|Oncology|Veterinary|Nursing|Walk-[Ii]n|Urgent|Birth|Sleep|Pain|Fertility|Dialysis|"
    r"Renal) ){0,2}"
    r"(?:Pavilion|Associates|Polyclinic|Chemists?|Opticians?|Orthodontics|Dental|Dentistry|Physicians|Specialists|"
    r"Consultants|Partners|Suites|Hosp\.?|Scheme|Diagnostics|Dispensary|Sanatorium|Sanitarium|Maternity|Cent(?:er|re)|Centrum|Klinik|Klinikum|"
    r"Cl[ií]nica|H[oô]pital|Krankenhaus|Ospedale|Ziekenhuis|Sykehus|CHC|PHC|BNS|Group|Collective|Cooperative|Brewery|"
    r"Farms?|Dairy|Mills?|Garage|Builders|Construction|Insurance|Assurance|Mutual|Shelter|Hostel|Refuge|Homes?|Gardens?|"
    r"Residence|Residences|Retirement|Living|Genomics|Genetics|Biotech|Pharma|Therapeutics|Elementary|Middle "
    r"School|High|Kindergarten|Preschool|Seminary|Barracks|"
    r"Base|Airlines?|Railways?|Shipping|Freight|Haulage|Transport|Couriers?))(?=\W|$)"
)
"""Kinds of institutions that one behind a name tells."""
_TRADES = re.compile(
    rf"(?<![\w'])((?:{_CAP}\s(?:& )?){{1,4}}(?:Services?|Distribution|Laser|Drugs?|Drugstore|Shaft|Mine|Colliery|"
    r"Quarry|Warehouse|Depot|Plant|Factory|Refinery|Roadhouse|Packaging|Solutions|Systems|Industries|Enterprises|Holdings|"
    r"Supplies|Stores?|Supermarket|Salon|Barbers|Leisure|Club|Wanderers|Rovers|Residential|Physiotherapy|Podiatry|"
    r"Radiology|Imaging|Kennels|Stables|Nurseries|Polytechnic)(?:, (?:Dock|Gate|Bay|Unit|Shop) \d{1,3})?)(?=\W|$)"
)
"""Kinds that a word of medicine may stand before as well, so that only a name tells them."""
_WARD = re.compile(
    rf"(?<![\w'])((?:St\.? )?{_CAP}(?:\s{_CAP})?\s(?:Ward|Wing|Suite|Unit|Theatre|Building|Block|Floor))(?=\W|$)"
)
_EMPLOYED = re.compile(
    rf"\b(?:[Ee]mployer:?|employed (?:by|at)|works? (?:for|at)|worked (?:for|at)|working (?:for|at)|[Jj]ob (?:at|"
    rf"with)|retired from|"
    rf"contractor (?:for|at)|driver (?:for|at)|apprentice (?:at|with))\s((?:the )?{_CAP}(?:\s(?:& |and "
    rf")?{_CAP}){{0,3}})(?=\W|$)"
)
_SAINT = re.compile(
    r"\b(St\.? [A-Z][a-zà-ÿ]+(?:'s|s'| & St\.? [A-Z][a-z]+'?s?)(?: (?:church|[Hh]ospice|[Hh]ospital|[Ss]chool|Primary|"
    r"Infirmary))?)"
    r"(?! (?:wort|fire|dance|disease|vitus))|\b(Our Lady (?:of|&) [A-Z][a-z]+(?:\s(?:and|of) [A-Z][a-z]+)*)"
)
_SAINT_LOWER = re.compile(r"\b(?:at|from|to|in|via|of)\s(st\.? [a-z]{3,}'?s)(?![\w'])(?! (?:wort|day))")


def english_institutions(text: str) -> Iterator[Span]:
    """Short names of institutions in folded text.

    >>> text = "Transferred from the Royal to St Cedd's; father works at Boots. Back to the ICU."
    >>> [text[one.start : one.end] for one in english_institutions(text)]
    ['the Royal', 'Boots', "St Cedd's"]
    """
    for found in _THE.finditer(text):
        if _house(found[1].split()[1:]):
            yield Span(*found.span(1), "institution")
    for pattern in (_THE_LOWER, _ACRONYM, _HOUSE, _NUMBERED, _SAINT, _SAINT_LOWER):
        for found in pattern.finditer(text):
            yield Span(*found.span(found.lastindex or 0), "institution")
    for found in _ENDED.finditer(text):
        head = found[1].split()[0].lower()
        if (
            not (labelled(head) and not frequent(head))
            and head not in words().not_people | words().terms | words().idle
        ):
            yield Span(*found.span(1), "institution")
    for found in _KINDS.finditer(text):
        if (cut := _named(found[1], at_least=1)) is not None:
            yield Span(found.start() + cut, found.end(), "institution")
    for found in _EMPLOYED.finditer(text):
        if (cut := _named(found[1].removeprefix("the ") + " X", at_least=1)) is not None and not unit(found[1].lower()):
            yield Span(found.end(1) - len(found[1].removeprefix("the ")) + cut, found.end(1), "institution")
    for found in (*_WARD.finditer(text), *_TRADES.finditer(text)):
        if (cut := _named(found[1], at_least=0)) is not None:
            yield Span(found.start() + cut, found.end(), "institution")


def _named(name: str, *, at_least: int) -> int | None:
    """Where in capitalised words before a kind of institution its name begins; None where they only say what it is for.

    A word that nothing explains, or a frequent name, names it; so do ordinary words, more than ``at_least`` of them.
    """
    found = [*re.finditer(r"[A-Z][\w'&À-ÿ-]*", name)][:-1]
    own = words()
    while found and found[0][0].lower() in own.idle | own.not_people | own.jobs:
        found = found[1:]
    plain = [one[0].lower().removesuffix("'s") for one in found]
    if not plain or plain[0] in own.terms or (labelled(plain[0]) and not frequent(plain[0])):
        return None
    told = [word for word in plain if frequent(word) or not (ordinary(word) or labelled(word))]
    free = [word for word in plain if word not in own.general | own.common and not labelled(word)]
    return found[0].start() if told or (at_least and len(free) > at_least) else None


def _house(names: list[str]) -> bool:
    """Whether what follows *the* is a house: a word for one, or one that nothing else is called by."""
    if any(name in _HOSPITAL.split("|") for name in names):
        return True
    plain = [name.lower().removesuffix("'s") for name in names if name[0].isupper()]
    if any(
        unit(word) or "-" in word or word in words().terms or (labelled(word) and not frequent(word)) for word in plain
    ):
        return False
    return any(len(word) > 3 and not ordinary(word) for word in plain) and not any(
        name.rstrip("s").isupper() for name in names
    )
