"""The syntax of CNKI's expert search.

Documented in its help: two-letter codes before ``=``, AND OR NOT of one rank from left to right, brackets, ``*``
``+`` ``-`` between the values of one field, single quotes around values with blanks or signs, ``SU`` (topic) and
``TKA`` (title, keywords, abstract). From older pages of the help: ``YE BETWEEN ('2015','2020')``. Guessed: that
``%`` and ``%=``, looser than ``=``, may be read like it; that ``*`` ``+`` ``-`` are of one rank as well; the years
1 and 3000 for an open side. It has no subject headings, truncation or history, and no field for volume, issue,
pages, PMID, language, type or country; our first words without quotes are written so here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import ClassVar, TypeAlias

import lark
from msgspec.structs import replace

from kg.search.strategy.dialects.base import Translation, Writer, bounds
from kg.search.strategy.grammar import check, fail, parse_with
from kg.search.strategy.parsing import OPEN_END, OPEN_START
from kg.search.strategy.tree import (
    WIDE,
    And,
    Days,
    Field,
    FieldName,
    Heading,
    Leaf,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Term,
    Tree,
    is_bare,
)

_CODES: dict[str, FieldName] = {
    "SU": "tiab", "TKA": "tiab", "TI": "ti", "KY": "kw", "AB": "ab", "FT": "all", "AU": "au", "FI": "fau", "RP": "au",
    "AF": "ad", "JN": "jo", "LY": "jo", "YE": "py", "FU": "fu", "CLC": "cl", "SN": "is", "CN": "is", "DOI": "doi",
}  # fmt: skip
_QUOTED = re.compile(r"'[^']*'")
_SIGNS = re.compile(r"['＇]")
_BARE = re.compile(r"[^\s()*+',-][^\s()*+']*")
_CN = re.compile(r"(CN)?\d{2}-\d{4}(/.*)?", re.IGNORECASE)
_EXPECTED = {
    "OPERATOR": "operator", "YEARS": "field", "PREFIX": "field", "QUOTED": "words", "BARE": "words", "LPAR": "open",
    "RPAR": "close", "SIGN": "operator", "COMMA": "words", "$END": "end",
}  # fmt: skip


_KINDS: dict[str, type[And] | type[Or] | type[Not]] = {"and": And, "*": And, "or": Or, "+": Or, "not": Not, "-": Not}
_Node: TypeAlias = "lark.Tree[lark.Token] | lark.Token"


class _Writer(Writer):
    dialect = "CNKI"
    fields: ClassVar[Mapping[FieldName, str]] = {
        "all": "FT", "ti": "TI", "ab": "AB", "tiab": "TKA", "kw": "KY", "cl": "CLC", "au": "AU", "fau": "FI",
        "ad": "AF", "jo": "JN", "is": "SN", "py": "YE", "fu": "FU", "doi": "DOI",
    }  # fmt: skip

    def field(self, field: Field) -> str:
        name = field.name
        match field.value:
            case Range(start, end):
                first, last = bounds(start, end)
                return f"YE='{first:04}'" if first == last else f"YE BETWEEN ('{first:04}','{last:04}')"
            case Days():
                return self.field(self.whole_years(field.value))
            case Heading(text):
                self.lose("heading", "mh", text=text, other="kw")
                return f"KY='{self.clean(text, 'mh', _SIGNS)}'"
            case Pattern(text):
                self.lose("pattern", name, text=text)
                value = f"'{self.clean(text, name, _SIGNS)}'"
            case Term(text):
                value = text if _BARE.fullmatch(text) else f"'{self.clean(text, name, _SIGNS)}'"
            case Phrase(text):
                value = f"'{self.clean(text, name, _SIGNS)}'"
        code = "CN" if name == "is" and _CN.fullmatch(value.strip("'")) else self.tag(name, "tiab")
        return f"{code}={value}"

    def history(self, number: int) -> str:
        self.lose("history", "all", number=number)
        return super().history(number)


class CNKI:
    name: ClassVar[str] = "cnki"

    def translate(self, tree: Tree) -> Translation:
        """See ``Dialect``."""
        writer = _Writer()
        return Translation(writer.write(tree), tuple(writer.losses))

    def parse(self, text: str) -> Tree:
        """Raises StrategySyntax."""
        narrow = text.translate(WIDE).replace("‘", "'").replace("’", "'")
        check(text, _QUOTED.sub(lambda found: " " * len(found[0]), narrow), "'")
        return _Builder(text).expression(parse_with(_grammar(), text, narrow, _EXPECTED).children[0])


@cache
def _grammar() -> lark.Lark:
    return lark.Lark((files("kg.search.strategy.dialects") / "cnki.lark").read_text("utf-8"), parser="lalr")


class _Builder:
    def __init__(self, text: str) -> None:
        self._text = text

    def expression(self, node: _Node) -> Tree:
        assert isinstance(node, lark.Tree)
        children = node.children
        match node.data:
            case "expression":
                return _joined(children, self.expression)
            case "between":
                years = [self._year(child) for child in children[1:3]]
                return self._range(years[0], years[1], children[1])
            case _:
                code = str(children[0]).rstrip("%= \t\r\n").upper()
                if code not in _CODES:
                    fail(self._text, _at(children[0]), "strategy-field", known=", ".join(_CODES))
                return self._values(children[1], _CODES[code])

    def _values(self, node: _Node, name: FieldName) -> Tree:
        if isinstance(node, lark.Token):
            return self._value(node, name)
        return _joined(node.children, lambda value: self._values(value, name))

    def _value(self, token: lark.Token, name: FieldName) -> Tree:
        if name == "py":
            year = self._year(token)
            return self._range(year, year, token)
        if token.type != "QUOTED":
            word = str(token)
            return Field(name, Term(word) if is_bare(word) else Phrase(word))
        start = token.start_pos or 0
        text = " ".join(self._text[start + 1 : start + len(token) - 1].split())
        if not text:
            fail(self._text, start, "strategy-empty")
        try:
            value: Leaf = Phrase(text)
        except ValueError:
            fail(self._text, start, "strategy-words")
        return Field(name, value)

    def _year(self, token: _Node) -> int:
        text = str(token).strip("' ")
        if not (len(text) == 4 and text.isascii() and text.isdecimal()):
            fail(self._text, _at(token), "strategy-year")
        return int(text)

    def _range(self, first: int, last: int, token: _Node) -> Tree:
        try:
            return Field("py", Range(None if first == OPEN_START else first, None if last == OPEN_END else last))
        except ValueError:
            fail(self._text, _at(token), "strategy-year")


def _joined(children: Sequence[_Node], build: Callable[[_Node], Tree]) -> Tree:
    """Parts at even places and operators between them, from left to right."""
    found, grows = build(children[0]), False
    for operator, child in zip(children[1::2], children[2::2], strict=True):
        kind, part = _KINDS[str(operator).lower()], build(child)
        if kind is Not:
            found = Not(found, part)
        elif grows and isinstance(found, And | Or) and type(found) is kind:
            found = replace(found, parts=(*found.parts, part))
        else:
            found = And((found, part)) if kind is And else Or((found, part))
        grows = True
    return found


def _at(token: _Node) -> int:
    return token.start_pos or 0 if isinstance(token, lark.Token) else 0
