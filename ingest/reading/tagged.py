"""What the fields of Chinese exports say, whatever the tags: names, dates, kinds, lists."""

from __future__ import annotations

import re

from ingest.people.surnames import compound
from ingest.reading.dates import iso, iso_of_text
from ingest.reading.languages import of_text
from kg.model.document import Author, DocumentKind

_GROUP = re.compile(
    r"(组|組|学会|學會|协会|協會|委员会|委員會|中心|协作网|研究所|研究院|医院|醫院|大学|大學|学院|學院|公司|集团|集團|实验室)$"
    r"|\b(group|consortium|committee|association|society|collaborati(on|ve)|collaborators|investigators|network|"
    r"organi[sz]ation|university|institute|hospital|inc|ltd|company)\.?$",
    re.IGNORECASE,
).search
_HAN = re.compile("[\u3400-\u9fff]")
_INITIALS = re.compile(r"[A-Z][A-Z.\-]{0,4}").fullmatch
_DATE = re.compile(r"\s*(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?|月)?)?[-/.年月]?\s*").fullmatch
_KINDS: dict[str, DocumentKind] = {
    "journal article": "article", "journal": "article", "期刊文章": "article", "期刊": "article",
    "thesis": "thesis", "dissertation": "thesis", "dissertation/thesis": "thesis", "学位论文": "thesis",
    "conference proceedings": "conference", "conference proceeding": "conference", "conference paper": "conference",
    "会议论文": "conference", "会议论文集": "conference", "book": "book", "图书": "book", "book section": "chapter",
    "newspaper article": "newspaper", "newspaper": "newspaper", "报纸文章": "newspaper", "patent": "patent",
    "专利": "patent", "standard": "standard", "标准": "standard", "report": "report", "报告": "report",
}  # fmt: skip


def kind(value: str) -> DocumentKind | None:
    """The kind of document that a type names, in English or Chinese; None where it is not known.

    >>> kind("Dissertation/Thesis"), kind("会议论文"), kind("Map")
    ('thesis', 'conference', None)
    """
    return _KINDS.get(value.strip().lower())


def split(value: str) -> list[str]:
    """The parts of a list that ``;`` of either width, once or twice, keeps apart.

    >>> split("肺炎;;儿童；随访;")
    ['肺炎', '儿童', '随访']
    """
    return [part.strip() for part in re.split("[;；]+", value) if part.strip()]


def names(value: str) -> list[str]:
    """The names in a list of people; between Chinese names a comma parts, too, in ``Smith, John`` it does not.

    >>> names("张伟,欧阳娜娜，李静;"), names("Smith, John; Li, Wei")
    (['张伟', '欧阳娜娜', '李静'], ['Smith, John', 'Li, Wei'])
    """
    found: list[str] = []
    for part in split(value):
        found += re.split("[,，、]", part) if _HAN.search(part) else [part]
    return [name.strip() for name in found if name.strip()]


def person(name: str, affiliations: tuple[str, ...] = ()) -> Author:
    """A person by family and given name, or a group.

    >>> person("欧阳娜娜").family, person("张伟").given, person("Smith, John").family, person("Wei Li").family
    ('欧阳', '伟', 'Smith', 'Li')
    """
    if "," not in name and _GROUP(name):
        return Author(collective=name, affiliations=affiliations)
    if _HAN.search(name):
        name = name.replace(" ", "").replace("\u3000", "")
        size = len(compound(name)) or 1
        # Names of other peoples, written with a dot between, have no family name in front.
        family, given = (name, "") if "·" in name else (name[:size], name[size:])
        return Author(family=family, given=given, affiliations=affiliations)
    family, comma, given = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
        family, given = (first, last) if first and _INITIALS(last) else (last, first)
    return Author(family=family.strip(), given=given.strip(), affiliations=affiliations)


def date(value: str) -> tuple[str, str]:
    """(ISO date, the text where not all of it could be read).

    >>> date("2021年3月5日"), date("2020 Spring"), date("2021-13-40")
    (('2021-03-05', ''), ('2020', '2020 Spring'), ('2021', '2021-13-40'))
    """
    found = _DATE(value)
    if not found:
        return iso_of_text(value), value.strip()
    parts = [part for part in found.groups() if part]
    read = iso(*parts)
    return read, "" if read.count("-") == len(parts) - 1 and read else value.strip()


def number(value: str) -> str:
    """A volume or issue without the zeros that fill it up.

    >>> number("08"), number("Suppl 1"), number("00")
    ('8', 'Suppl 1', '0')
    """
    value = value.strip()
    return (value.lstrip("0") or "0") if value.isdecimal() else value


def joined(before: str, after: str) -> str:
    """A value and the line that goes on with it; between Chinese characters there is no space.

    >>> joined("北京大学", "医学部"), joined("School of", "Medicine")
    ('北京大学医学部', 'School of Medicine')
    """
    after = after.strip()
    if not before or not after:
        return before or after
    gap = "" if of_text(before[-1]) == "zh" or of_text(after[0]) == "zh" else " "
    return before + gap + after
