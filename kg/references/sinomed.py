"""SinoMed's labelled text: a number, then a line for each field, as ``medkg ingest`` reads it.

A line is never broken, so that no line of a text can look like a label. Journal articles are what SinoMed holds: it
has no label for a publisher, a meeting or a degree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from kg.query.records import DocumentRecord, HeadingRecord
from kg.references.fields import (
    container,
    headed,
    headings,
    identifier,
    is_chinese,
    line,
    name,
    people,
    sections,
    titles,
)

_KINDS = {
    "article": "期刊文章", "guideline": "期刊文章", "preprint": "期刊文章", "book": "图书", "thesis": "学位论文",
    "conference": "会议论文", "newspaper": "报纸文章", "patent": "专利", "standard": "标准", "report": "报告",
}  # fmt: skip
_LANGUAGES = {"zh": "中文", "en": "英文"}
_SOURCE = re.compile(r"[^,，;；.．:：\d][^,，;；]*,\d{4};\d*(?:\([^()（）]+\))?(?::[\w\-+]+)?").fullmatch


def write(number: int, record: DocumentRecord) -> str:
    """One record, with the blank line behind it."""
    lines = (f"{label}：{line(value)}" for label, value in _fields(record) if value.strip())
    return "\n".join([f"{number}.", *lines]) + "\n\n"


def _fields(record: DocumentRecord) -> Iterator[tuple[str, str]]:
    first, *others = titles(record)
    yield "标题", first
    yield from (("中文标题" if is_chinese(title) else "英文标题", title) for title in others)
    yield "作者", "；".join(map(name, people(record)))
    yield "作者单位", "；".join(_places(record))
    yield from _source(record)
    for language, parts in sections(record).items():
        yield "英文摘要" if language == "en" else "摘要", " ".join(map(headed, parts))
    for machine, group in groupby(headings(record), attrgetter("machine")):
        yield "主题词[机]" if machine else "主题词", "；".join(map(_heading, group))
    yield "关键词", "；".join(dict.fromkeys(word.value for word in record.keywords))
    yield "学科分类号", "；".join(record.classes)
    yield (
        "基金",
        "；".join(
            grant.agency + (f"({grant.number})" if grant.number else "") for grant in record.grants if grant.agency
        ),
    )
    if record.journal:
        yield "国际标准刊号", record.journal.issn or record.journal.eissn
    yield "国内代码", identifier(record, "cn")
    yield "出版地", record.place
    yield "DOI", identifier(record, "doi")
    yield "PMID", identifier(record, "pmid")
    yield "语种", "；".join(_LANGUAGES.get(code, code) for code in record.languages)
    yield "文献类型", _KINDS.get(record.kind, "其他")
    yield from (("全文链接", url) for url in record.urls)


def _source(record: DocumentRecord) -> Iterator[tuple[str, str]]:
    """``出处`` where it can be read in one way only, else each of its parts; a whole date beside its year."""
    date, journal = record.dates.get("published", ""), line(container(record)) if record.journal else ""
    issue = f"({record.issue})" if record.issue else ""
    pages = f":{record.pages}" if record.pages else ""
    source = f"{journal},{record.year or ''};{record.volume}{issue}{pages}"
    if _SOURCE(source):
        yield "出处", source
        yield "出版日期", date if "-" in date else ""
    else:
        yield "期刊", journal
        yield "出版日期", date or str(record.year or "")
        yield from (("卷", record.volume), ("期", record.issue), ("页码", record.pages))


def _places(record: DocumentRecord) -> list[str]:
    """One address for all, or one for each in their order; of others nobody could tell whose is which."""
    people_ = people(record)
    each = [one.affiliations[0] for one in people_ if len(one.affiliations) == 1]
    every = list(dict.fromkeys(place for one in people_ for place in one.affiliations))
    return each if len(every) > 1 and len(each) == len(people_) else every


def _heading(heading: HeadingRecord) -> str:
    """``*Asthma/drug therapy``: a star marks what the work is mainly about."""
    parts = [(heading.major, heading.name), *((below.major, below.name) for below in heading.qualifiers)]
    return "/".join(f"{'*' if major else ''}{text}" for major, text in parts)
