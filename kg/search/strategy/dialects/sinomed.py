"""SinoMed's syntax.

Documented in its help and in articles about it: ``"words"[field]`` with Chinese field names, ``?`` for one
character and ``%`` for any, NOT before AND before OR, ``#1`` of the history. Taken from strategies that systematic
reviews print: ``[加权:扩展]`` and ``[不加权:扩展]`` for headings, ``2015-2020[日期]``. Guessed: the names of volume,
issue, pages, DOI, language and country. It has no PMID and no field for subheadings alone; our ``tiab`` is written
as three fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from kg.search.strategy.dialects.base import Translation, Writer
from kg.search.strategy.parsing import parse
from kg.search.strategy.tree import Days, Field, FieldName, Heading, Or, Pattern, Phrase, Range, Term, Tree
from kg.search.strategy.writing import years

_SIGNS = re.compile(r'[\\"“”＂*?%]')
_THREE: tuple[FieldName, ...] = ("ti", "ab", "kw")


class _Writer(Writer):
    dialect = "SinoMed"
    fields: ClassVar[Mapping[FieldName, str]] = {
        "all": "全部字段", "ti": "标题", "ab": "摘要", "mh": "主题词", "kw": "关键词", "cl": "分类号", "au": "作者",
        "fau": "第一作者", "ad": "作者单位", "jo": "刊名", "is": "ISSN", "py": "日期", "vo": "卷", "ip": "期",
        "pg": "页码", "fu": "基金", "doi": "DOI", "la": "语种", "pt": "文献类型", "cy": "国家",
    }  # fmt: skip

    def several(self, field: Field) -> bool:
        return field.name == "tiab" or super().several(field)

    def field(self, field: Field) -> str:
        if field.name == "tiab":
            return self.write(Or(tuple(Field(name, field.value) for name in _THREE)))
        match field.value:
            case Heading(text, major, explode, subheading):
                whole = self.clean(f"{text}/{subheading}" if subheading else text, "mh", _SIGNS)
                return f'"{whole}"[{"加权" if major else "不加权"}:{"扩展" if explode else "不扩展"}]'
            case Range(start, end):
                return f"{years(start, end)}[日期]"
            case Days():
                return self.field(self.whole_years(field.value))
            case Term(text):
                value = self.clean(text, field.name, _SIGNS)
            case Phrase(text):
                value = f'"{self.clean(text, field.name, _SIGNS)}"'
            case Pattern(text):
                value = f'"{self.clean(text, field.name, re.compile("%")).replace("*", "%")}"'
        return f"{value}[{self.tag(field.name)}]"


class SinoMed:
    name: ClassVar[str] = "sinomed"

    def translate(self, tree: Tree) -> Translation:
        """See ``Dialect``."""
        writer = _Writer()
        return Translation(writer.write(tree), tuple(writer.losses))

    def parse(self, text: str) -> Tree:
        """``%`` is our ``*``; raises StrategySyntax."""
        return parse(text.replace("%", "*").replace("％", "*"))
