"""PubMed's syntax.

Documented by NLM (PubMed help and its training workbooks): field tags behind the words, ``[mh]`` explodes and
``[mh:noexp]`` does not, ``[majr]``, ``heading/subheading[mh]``, quotes, ``*``, connectors from left to right,
``2015:3000[dp]`` for an open range, ``2021/03:2021/09[dp]`` for months, ``2021/03/05[dp]`` for a day, ``#1`` of the
history. Seen in what PubMed makes of its filters: the year 1 where a range has no start. PubMed has no class numbers
and no sign for exactly one character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from kg.search.strategy.dialects.base import Translation, Writer, bounds
from kg.search.strategy.parsing import OPEN_END, OPEN_START, parse
from kg.search.strategy.tree import Days, Field, FieldName, Heading, Pattern, Phrase, Range, Term, Tree
from kg.search.strategy.writing import date

_SIGNS = re.compile(r'[\\"“”＂*?]')


class _Writer(Writer):
    dialect = "PubMed"
    fields: ClassVar[Mapping[FieldName, str]] = {
        "all": "all", "ti": "ti", "ab": "ab", "tiab": "tiab", "mh": "mh", "sh": "sh", "kw": "ot", "au": "au",
        "fau": "1au", "ad": "ad", "jo": "ta", "is": "is", "py": "dp", "vo": "vi", "ip": "ip", "pg": "pg", "fu": "gr",
        "doi": "doi", "pmid": "pmid", "la": "la", "pt": "pt", "cy": "pl",
    }  # fmt: skip

    def field(self, field: Field) -> str:
        match field.value:
            case Heading(text, major, explode, subheading):
                whole = self.clean(f"{text}/{subheading}" if subheading else text, "mh", _SIGNS)
                return f'"{whole}"[{"majr" if major else "mh"}{"" if explode else ":noexp"}]'
            case Range(start, end):
                first, last = bounds(start, end)
                return f"{first:04}[dp]" if first == last else f"{first:04}:{last:04}[dp]"
            case Days(start, end):
                first_date, last_date = date(start) or f"{OPEN_START:04}", date(end) or f"{OPEN_END}"
                return f"{first_date if start == end else f'{first_date}:{last_date}'}[dp]"
            case Term(text):
                return f"{text}[{self.tag(field.name)}]"
            case Phrase(text):
                return f'"{self.clean(text, field.name, _SIGNS)}"[{self.tag(field.name)}]'
            case Pattern(text):
                if "?" in text:
                    self.lose("one", field.name, text=text)
                return f'"{text.replace("?", "*")}"[{self.tag(field.name)}]'


class PubMed:
    name: ClassVar[str] = "pubmed"

    def translate(self, tree: Tree) -> Translation:
        """See ``Dialect``."""
        writer = _Writer()
        return Translation(writer.write(tree), tuple(writer.losses))

    def parse(self, text: str) -> Tree:
        """Connectors from left to right; raises StrategySyntax."""
        return parse(text, "flat")
