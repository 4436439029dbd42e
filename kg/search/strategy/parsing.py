"""From text to the tree of a strategy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, TypeAlias

import lark

from kg.search.strategy.grammar import check, fail, parse_with
from kg.search.strategy.names import Naming, naming, similar
from kg.search.strategy.tree import (
    WHOLE,
    WIDE,
    WILDCARDS,
    And,
    Days,
    Field,
    FieldName,
    Heading,
    History,
    Leaf,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    ShortPattern,
    Term,
    Tree,
    is_bare,
    leaves,
)

MOST_LEAVES = 200
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPED = re.compile(r"\\(.)")
_DATE = r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?"
_DATES = re.compile(rf"(?:{_DATE})?\s*(?:[:-]|\.\.)\s*(?:{_DATE})?|{_DATE}")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CHINESE = re.compile(r"(\d{4})\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?)?")
_UNTIL = re.compile(r"(?<=[\d年月日\s])(?:至|到|~)(?=\s*(?:\d|$))")
OPEN_START, OPEN_END = 1, 3000
"""The years that PubMed itself and its users write where a range is open."""
Precedence = Literal["ranked", "flat"]
_JOINING: dict[Precedence, str] = {
    "ranked": "either: both (OR both)*\nboth: less (AND? less)*\nless: unit (NOT unit)*\n",
    "flat": "either: unit ((OR | AND | NOT)? unit)*\n",
}
_EXPECTED = {
    "WORD": "words", "QUOTED": "words", "PREFIX": "field", "TAG": "tag", "HISTORY": "history", "AND": "operator",
    "OR": "operator", "NOT": "operator", "LPAR": "open", "RPAR": "close", "$END": "end",
}  # fmt: skip


class _Text(NamedTuple):
    """Words that have no field yet."""

    text: str
    quoted: bool
    at: int


class _Joined(NamedTuple):
    kind: type[And] | type[Or] | type[Not]
    parts: tuple[_Open, ...]


_Open: TypeAlias = "_Text | _Joined | Field | And | Or | Not | History"


def parse(text: str, precedence: Precedence = "ranked") -> Tree:
    """The tree of ``text``; words without a field are looked for in all of them.

    ``ranked`` reads as SinoMed does, NOT before AND before OR; ``flat`` from left to right, as PubMed does.
    Clauses side by side are joined by AND.

    Raises StrategySyntax with line and column of what cannot be read, and what was expected there.

    >>> parse("标题：哮喘 AND 2015:2020[py]")
    And(parts=(Field(name='ti', value=Term(text='哮喘')), Field(name='py', value=Range(start=2015, end=2020))))
    """
    narrow = text.translate(WIDE)
    check(text, _QUOTED.sub(lambda found: " " * len(found[0]), narrow), '"')
    tree = _Builder(text).build(parse_with(_grammar(precedence), text, narrow, _EXPECTED))
    if len(leaves(tree)) > MOST_LEAVES:
        fail(text, 0, "strategy-leaves", limit=MOST_LEAVES)
    return tree


@cache
def _grammar(precedence: Precedence) -> lark.Lark:
    text = _JOINING[precedence] + (files("kg.search.strategy") / "strategy.lark").read_text("utf-8")
    return lark.Lark(text, parser="lalr", maybe_placeholders=False)


_KINDS: dict[str, type[And] | type[Or] | type[Not]] = {"AND": And, "OR": Or, "NOT": Not}


class _Builder:
    """Lark's tree to ours. Quoted text is taken from what was typed, so that nothing in it changes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def build(self, node: lark.Tree[lark.Token]) -> Tree:
        return self._closed(self._open(node), Naming("all"))

    def _open(self, node: lark.Tree[lark.Token]) -> _Open:
        children = node.children
        match node.data:
            case "start":
                return self._open(_tree(children[0]))
            case "either" | "both" | "less":
                return self._joined(children)
            case "group":
                inner = self._open(_tree(children[0]))
                return self._closed(inner, self._tag(_token(children[1]))) if len(children) > 1 else inner
            case "named_group":
                return self._closed(self._open(_tree(children[1])), self._prefix(_token(children[0])))
            case "named_quoted":
                return self._closed(self._quoted(_token(children[1])), self._prefix(_token(children[0])))
            case "named_words":
                return self._closed(self._words(_tree(children[1])), self._prefix(_token(children[0])))
            case "quoted":
                words = self._quoted(_token(children[0]))
            case "plain":
                words = self._words(_tree(children[0]))
            case _:
                token = _token(children[0])
                return History(int(token.lstrip("# \t\r\n")))
        return self._closed(words, self._tag(_token(children[1]))) if len(children) > 1 else words

    def _joined(self, children: Sequence[lark.Tree[lark.Token] | lark.Token]) -> _Open:
        """Parts and operators from left to right; equal ones side by side make one node, except NOT."""
        kind: type[And] | type[Or] | type[Not] = And
        found, grows = self._open(_tree(children[0])), False
        for child in children[1:]:
            if isinstance(child, lark.Token):
                kind = _KINDS[child.type]
                continue
            part = self._open(child)
            if grows and isinstance(found, _Joined) and found.kind is kind and kind is not Not:
                found = _Joined(kind, (*found.parts, part))
            else:
                found = _Joined(kind, (found, part))
            grows, kind = True, And
        return found

    def _quoted(self, token: lark.Token) -> _Text:
        start = token.start_pos or 0
        return _Text(self._text[start + 1 : start + len(token) - 1], True, start)

    def _words(self, node: lark.Tree[lark.Token]) -> _Text:
        tokens = [_token(child) for child in node.children]
        return _Text(" ".join(tokens), False, tokens[0].start_pos or 0)

    def _prefix(self, token: lark.Token) -> Naming:
        return self._named(token.rstrip(":= \t\r\n").strip('"'), token)

    def _tag(self, token: lark.Token) -> Naming:
        return self._named(token[1:-1], token)

    def _named(self, written: str, token: lark.Token) -> Naming:
        found = naming(written)
        if found is None:
            fail(self._text, token.start_pos or 0, "strategy-field", known=similar(written))
        return found

    def _closed(self, node: _Open, name: Naming) -> Tree:
        match node:
            case _Text():
                return self._leaf(node, name)
            case _Joined(kind, parts):
                closed = tuple(self._closed(part, name) for part in parts)
                return Not(*closed) if kind is Not else kind(closed)  # type: ignore[arg-type,call-arg]
            case _:
                return node

    def _leaf(self, words: _Text, name: Naming) -> Tree:
        plain = " ".join(words.text.split())
        if not plain:
            fail(self._text, words.at, "strategy-empty")
        try:
            if name.field == "py":
                return Field("py", self._dates(plain, words.at))
            if name.field == "mh":
                text, _, subheading = (part.strip() for part in _plain(plain).partition("/"))
                return Field("mh", Heading(text, name.major, name.explode, subheading))
            return _texts(plain, words.quoted, name.field)
        except ShortPattern:
            fail(self._text, words.at, "strategy-short")
        except ValueError:
            fail(self._text, words.at, "strategy-heading" if name.field == "mh" else "strategy-words")

    def _dates(self, text: str, at: int) -> Range | Days:
        found = _DATES.fullmatch(_slashed(text))
        if found is None or any(part and not int(part) for part in found.groups()):
            fail(self._text, at, "strategy-year")
        parts = [int(part) if part else 0 for part in found.groups()]
        start, end = (parts[6:], parts[6:]) if parts[6] else (parts[:3], parts[3:6])
        try:
            if not (start[1] or end[1]):
                return Range(_open(start[0], OPEN_START), _open(end[0], OPEN_END))
            # A year beside a month begins with its first month, or ends with its last.
            return Days(_date(start, 1, OPEN_START), _date(end, 12, OPEN_END))
        except ValueError:
            fail(self._text, at, "strategy-year")


def _slashed(text: str) -> str:
    """Dates of other spellings as ``2021/03/05``.

    >>> _slashed("2021年3月5日至2021-09-30"), _slashed("2015年-2020年"), _slashed("2021年3月")
    ('2021/3/5:2021/09/30', '2015-2020', '2021/3')
    """
    text = _UNTIL.sub(":", _ISO.sub(r"\1/\2/\3", text))
    return _CHINESE.sub(lambda found: "/".join(filter(None, found.groups())), text)


def _open(year: int, sign: int) -> int | None:
    """The year; None for none, and for the one that is written where a range is open."""
    return None if year in (0, sign) else year


def _date(parts: list[int], month: int, sign: int) -> int | None:
    """``20210305`` or ``202103``, with ``month`` where only a year is told; None as ``_open``."""
    year, of_year, day = parts
    months = year * 100 + (of_year or month)
    return None if year in (0, sign) else months * 100 + day if day else months


def _texts(plain: str, quoted: bool, field: FieldName) -> Tree:
    if quoted:
        return Field(field, _quoted(plain))
    if field in WHOLE:
        return Field(field, _word(plain))
    words = plain.split(" ")
    if all(is_bare(word) for word in words):
        return Field(field, Term(plain))
    found = tuple(Field(field, _word(word)) for word in words)
    return found[0] if len(found) == 1 else And(found)


def _quoted(text: str) -> Leaf:
    if any(sign in re.sub(r"\\.", "", text) for sign in WILDCARDS):
        return Pattern(text)
    return Phrase(_plain(text))


def _word(word: str) -> Leaf:
    if any(sign in word for sign in WILDCARDS):
        return Pattern(word)
    return Term(word) if all(is_bare(part) for part in word.split(" ")) else Phrase(word)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _tree(node: lark.Tree[lark.Token] | lark.Token) -> lark.Tree[lark.Token]:
    assert isinstance(node, lark.Tree)
    return node


def _token(node: lark.Tree[lark.Token] | lark.Token) -> lark.Token:
    assert isinstance(node, lark.Token)
    return node
