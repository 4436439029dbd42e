"""Titles made comparable: one spelling, and what a spelling alone would hide (parts, notices, columns)."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import msgspec

from kg.index.analysis import fold, has_han

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")
_PART = re.compile(
    r"\bparts?\s+(?P<part>\d+|[ivx]+)\b|\((?P<paren>[一二三四五六七八九十]+|[上中下]|\d{1,2}|[ivx]+)\)"
    r"|第(?P<section>[一二三四五六七八九十\d]+)部分|[之](?P<after>[一二三四五六七八九十])$"
    r"|[^a-z0-9](?P<roman>i{1,3}|iv|vi{0,3}|ix)[\s.:]*$"
)
_NOTICES = re.compile(
    r"^\W*(?:(?:published )?(?:erratum|errata|corrigendum|correction)|(?:expression of concern|retraction|retracted)"
    r"|(?:comments? (?:on|to)|commentary|re|in re|letter to the editor)\b|(?:authors?['’]?s?['’]? )?"
    r"(?:reply|response) (?:to|from)\b|in reply|response to)|更正|勘误|撤稿|撤回|商榷|的?(?:回复|答复)$|读后"
)
_PROTOCOL = re.compile(r"\bprotocol\b|研究方案|试验方案")
_COLUMNS = """editorial editorials reply authorsreply authorreply authorsresponse response introduction preface
    foreword abstracts abstract erratum correction corrigendum letter letters letterstotheeditor
    lettertotheeditor commentary comment news obituary bookreview bookreviews inthisissue
    tableofcontents casereport discussion conclusion acknowledgements 述评 社论 编者按 前言 序 序言
    卷首语 编后语 读者来信 病例报告 消息 简讯 更正 勘误 启事 征稿启事 征订启事 国外医学动态 目次 目录
    作者须知 投稿须知 书评 讣告 会议纪要 短篇报道 病例讨论 专家述评 综述"""
_GENERIC = frozenset(_COLUMNS.split())
_LEAST_LATIN, _LEAST_HAN = 25, 9
"""Letters from which a title tells a work together with its first author and year."""


class Title(msgspec.Struct, frozen=True):
    """``key``: folded letters and digits only. ``telling``: neither a column's name nor very short."""

    key: str
    han: bool
    numbers: tuple[str, ...]
    parts: frozenset[str]
    notices: frozenset[str]
    generic: bool
    telling: bool


@lru_cache(maxsize=4096)
def title(text: str) -> Title:
    """``text`` without markup, case, width, script variant, punctuation.

    >>> title("TNF-<i>α</i>：作用。").key, title("α-Blockers, Part II").parts
    ('tnfalpha作用', frozenset({'ii'}))
    """
    text = fold(_TAG.sub("", html.unescape(text))).strip()
    key = _NOT_LETTERS.sub("", text)
    han = has_han(key)
    parts = frozenset(found for match in _PART.finditer(text) for found in match.groups() if found)
    notices = frozenset(match[0].strip(" \"'“《[(") for match in _NOTICES.finditer(text))
    if _PROTOCOL.search(text):
        notices |= {"protocol"}
    generic = key in _GENERIC or len(key) < (4 if han else 10)
    return Title(
        key=key,
        han=han,
        numbers=tuple(sorted(_NUMBER.findall(text))),
        parts=parts,
        notices=notices,
        generic=generic,
        telling=not generic and len(key) >= (_LEAST_HAN if han else _LEAST_LATIN),
    )
