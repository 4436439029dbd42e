"""SinoMed's labelled text: a line for each field, label, colon of either width, value.

Nobody outside publishes a sample of an export, so the labels are those of SinoMed's detail pages; unknown ones are
kept as they stand. A record begins where a number, a title or a serial number (流水号) comes after a blank line, or
where a label comes back that a record has once only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.encoding import guess
from ingest.reading.exports import Fields, Lines, documents
from ingest.reading.options import check_options
from ingest.reading.roles import Role, assemble
from kg.model.source import RawFile

_ROLES: dict[str, Role] = {
    "流水号": "passed", "序号": "passed", "标题": "title", "题名": "title", "中文标题": "title", "篇名": "title",
    "英文标题": "translated title", "英文题名": "translated title", "英文篇名": "translated title", "作者": "author",
    "作者单位": "affiliation", "单位": "affiliation", "地址": "affiliation", "通讯作者": "", "第一作者单位": "",
    "摘要": "abstract", "中文摘要": "abstract", "英文摘要": "abstract", "期刊": "journal", "刊名": "journal",
    "期刊名称": "journal", "出版年": "date", "年": "date", "年份": "date", "出版日期": "date", "卷": "volume",
    "期": "issue", "页码": "pages", "页": "pages", "起止页": "pages", "出版地": "place", "学科分类号": "class",
    "分类号": "class", "主题词": "headings", "关键词": "keywords", "基金": "grant", "基金项目": "grant",
    "issn": "number", "国际标准刊号": "number", "国内代码": "cn", "国内刊号": "cn", "cn": "cn", "doi": "doi",
    "pmid": "pmid", "语种": "language", "文献类型": "kind", "资助项目": "grant", "全文链接": "url", "链接": "url",
    "网址": "url", "被引频次": "passed", "参考文献数": "passed", "特征词": "headings",
    "主题词[机]": "machine headings", "主题词(机)": "machine headings", "主题词（机）": "machine headings",
}  # fmt: skip
"""``特征词`` are what MEDLINE calls check tags: headings like others; ``主题词[机]`` were given by a machine."""
_LABEL = re.compile(r"\s*[【\[]?\s*([^\s:：【】\[\]][^:：【】]{0,15}?)\s*[】]?\s*[:：]\s*(.*)").fullmatch
_NUMBERED = re.compile(r"\s*(\d{1,6})\s*[.．、]?\s*").fullmatch
_ONCE = frozenset({"流水号", "序号", "标题", "题名", "中文标题", "篇名"})
_SOURCE = re.compile(
    r"(?P<journal>[^,，;；.．\d][^,，;；]*?)[,，.．]?\s*(?P<year>\d{4})\s*[,，;；]\s*"
    r"(?P<volume>\d*)\s*(?:[(（](?P<issue>[^)）]+)[)）])?\s*(?:[:：]\s*(?P<pages>[\w\-+,]+))?\s*[.．]?"
).fullmatch
"""``出处``: 示例医学杂志,2021;8(3):11-16"""
_SNIFF = re.compile(r"(?:\A|[\r\n])[【\[]?(?:流水号|标题|题名|中文标题)[】\]]?\s*[:：][^\r\n]*[\r\n]").search
_SECOND = re.compile(r"[\r\n][【\[]?(?:作者|出处|作者单位|主题词|摘要)[】\]]?\s*[:：]").search


class SinoMed:
    """Documents in any encoding that ``ingest.reading.encoding`` knows; takes no options."""

    name: ClassVar[str] = "sinomed.v1"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a title and another of its labels stand at the beginning of lines."""
        text = head.decode(guess(head), errors="ignore").removeprefix("\ufeff")
        return 0.9 if _SNIFF(text) and _SECOND(text) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One document a record."""
        check_options(self.name, options)
        yield from documents(raw, _records, _draft, "标题：")


def _records(lines: Lines) -> Iterator[tuple[int, Fields]]:
    start, fields, blank = 0, Fields(), True
    for number, line in lines:
        if not line.strip():
            blank = True
            continue
        found = _LABEL(line)
        label, value = (found[1], found[2].strip()) if found and _known(found[1], fields) else ("", line.strip())
        again = label in _ONCE and any(label == before for before, _ in fields)
        if fields and (again or (blank and _opens(label, value, fields))):
            yield start, fields
            start, fields = 0, []
        blank = False
        if not label and _NUMBERED(value) and not fields:
            continue
        start = start or number
        if label:
            fields.append((label, value))
        elif fields:
            before, text = fields[-1]
            fields[-1] = (before, tagged.joined(text, value))
    if fields:
        yield start, fields


def _known(label: str, fields: Fields) -> bool:
    """Whether what stands before a colon is a label: inside a text it may be part of a sentence (``方法：``)."""
    name = label.strip().lower()
    if name in _ROLES or name == "出处":
        return True
    # Abstracts have headings of their own; elsewhere an unknown label is kept as one.
    return bool(fields) and fields[-1][0] not in ("摘要", "中文摘要", "英文摘要") and len(name) <= 8


def _opens(label: str, value: str, fields: Fields) -> bool:
    """Whether a line after a blank one begins a record: blank lines stand between fields, too."""
    return label in ("流水号", "序号") or (not label and bool(_NUMBERED(value))) or (
        label in _ONCE and any(before in _ONCE - {"流水号", "序号"} for before, _ in fields)
    )  # fmt: skip


def _draft(fields: Fields) -> Draft:
    return assemble(part for field in fields for part in _roles(*field))


def _roles(label: str, value: str) -> list[tuple[Role, str, str]]:
    name = label.lower()
    if value in ("不详", "[不详]"):
        # "Unknown" is not a value.
        return []
    if name == "出处" and (found := _SOURCE(value)):
        parts: tuple[tuple[Role, str], ...] = (
            ("journal", "journal"), ("date", "year"), ("volume", "volume"), ("issue", "issue"), ("pages", "pages")
        )  # fmt: skip
        return [(role, label, (found[group] or "").strip()) for role, group in parts]
    return [(_ROLES.get(name, ""), label, value)]
