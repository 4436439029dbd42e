"""The names under which users know the fields, from the keywords of PubMed, SinoMed and CNKI.

Documented in the help of these databases: PubMed's tags, CNKI's two-letter codes, SinoMed's Chinese names.
Guessed: none, but a few Chinese names (``出版年份``) are what readers write, not what a database calls it.
"""

from __future__ import annotations

from difflib import get_close_matches

import msgspec

from kg.search.strategy.tree import FieldName

_NAMES: dict[FieldName, str] = {
    "all": "all, all fields, 全部, 全部字段, 全字段, 任意字段, 常用字段",
    "ti": "ti, title, 标题, 题名, 篇名, 文题, 中文标题, 英文标题",
    "ab": "ab, abstract, 摘要, 文摘, 中文摘要, 英文摘要",
    "tiab": "tiab, title/abstract, title abstract, tw, text word, text words, 标题摘要, 题名摘要, 标题或摘要, "
    "题名或摘要, 标题/摘要, 题名/摘要, tka, 篇关摘, su, 主题",
    "mh": "mh, mesh, mesh terms, mesh heading, subject heading, majr, mesh major topic, "
    "主题词, 医学主题词, 加权, 不加权",
    "sh": "sh, subheading, mesh subheading, 副主题词",
    "kw": "kw, keyword, keywords, ot, other term, ky, 关键词, 关键字",
    "cl": "cl, clc, class, 分类号, 中图分类号, 中图法分类号",
    "au": "au, author, 作者, 著者, 责任者",
    "fau": "fau, 1au, first author, author - first, fi, 第一作者, 第一责任人",
    "ad": "ad, affiliation, af, 单位, 作者单位, 机构, 地址, 第一作者单位",
    "jo": "jo, ta, journal, jour, jn, ly, 期刊, 刊名, 期刊名称, 文献来源, 来源, 出处",
    "is": "is, issn, sn, cn, 国际标准刊号, 国内统一刊号, 刊号",
    "py": "py, year, dp, pdat, publication date, date - publication, ye, "
    "年, 年份, 出版年, 出版年份, 年代, 日期, 发表年",
    "vo": "vo, vi, volume, 卷",
    "ip": "ip, issue, 期",
    "pg": "pg, pages, pagination, 页, 页码, 起始页",
    "fu": "fu, gr, grant number, grants and funding, funding, 基金",
    "doi": "doi",
    "pmid": "pmid, uid",
    "la": "la, language, 语种, 语言",
    "pt": "pt, publication type, type, 文献类型, 类型",
    "jl": "jl, journal list, core list, 期刊列表, 期刊目录, 核心期刊, 收录",
    "cy": "cy, pl, country, place of publication, 国家, 出版地, 国家地区",
}
KNOWN: dict[str, FieldName] = {name: field for field, names in _NAMES.items() for name in names.split(", ")}
_MAJOR = frozenset({"majr", "mesh major topic", "加权"})
_NOEXP = ("noexp", "不扩展")
_MAJOR_MARKS = ("加权", "major")
_PLAIN_MARKS = ("扩展", "不加权", "智能", "精确", "exp")


class Naming(msgspec.Struct, frozen=True):
    """What a written field name asks for."""

    field: FieldName
    major: bool = False
    explode: bool = True


def naming(written: str) -> Naming | None:
    """The field that a name means, with what stands behind its colons; None for an unknown one.

    >>> naming("majr:noexp")
    Naming(field='mh', major=True, explode=False)
    >>> naming("第一作者").field, naming("xyz")
    ('fau', None)
    """
    name, *marks = (part.strip() for part in written.strip().lower().split(":"))
    starred = name.endswith("*")
    name = " ".join(name.removesuffix("*").split())
    dashed = name.endswith("-noexp")
    name = name.removesuffix("-noexp")
    starred = starred or name.endswith("*")
    name = name.removesuffix("*")
    field = KNOWN.get(name)
    if field is None or any(mark not in (*_NOEXP, *_MAJOR_MARKS, *_PLAIN_MARKS) for mark in marks):
        return None
    major = starred or name in _MAJOR or any(mark in _MAJOR_MARKS for mark in marks)
    explode = not dashed and not any(mark in _NOEXP for mark in marks)
    if field != "mh" and (major or not explode):
        return None
    return Naming(field, major, explode)


def similar(written: str) -> str:
    """The names that look like an unknown one, for the message; all codes where none does."""
    return ", ".join(get_close_matches(written.strip().lower(), KNOWN, 3, 0.6) or _NAMES)
