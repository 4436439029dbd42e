"""The one way to write a tree down: ``parse(write(tree)) == tree``."""

from __future__ import annotations

import re

from kg.search.strategy.tree import (
    And,
    Days,
    Field,
    Heading,
    History,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Term,
    Tree,
    is_bare,
)

_SIGNS = re.compile(r'[\\"“”＂*?]')


def write(tree: Tree) -> str:
    """The canonical text of a tree.

    >>> from kg.search.strategy.parsing import parse
    >>> write(parse("（哮喘[标题] or 喘息[ti]） 非 mh*＝“Asthma/drug therapy”"))
    '(ti:哮喘 OR ti:喘息) NOT mh*:"Asthma/drug therapy"'
    """
    match tree:
        case Field():
            return _field(tree)
        case And(parts):
            return " AND ".join(_inner(part) for part in parts)
        case Or(parts):
            return " OR ".join(_inner(part) for part in parts)
        case Not(keep, without):
            return f"{_inner(keep)} NOT {_inner(without)}"
        case History(number):
            return f"#{number}"


def _inner(tree: Tree) -> str:
    return write(tree) if isinstance(tree, Field | History) else f"({write(tree)})"


def _field(field: Field) -> str:
    match field.value:
        case Heading(text, major, explode, subheading):
            name = f"mh{'*' if major else ''}{'' if explode else '-noexp'}"
            return f"{name}:{quoted(f'{text}/{subheading}' if subheading else text)}"
        case Range(start, end):
            return f"py:{years(start, end)}"
        case Days(start, end):
            first, last = date(start), date(end)
            return f"py:{first if first == last else f'{first}-{last}'}"
        case Term(text):
            value = text
        case Phrase(text):
            value = quoted(text)
        case Pattern(text):
            value = text if is_bare(text.replace("*", "x").replace("?", "x")) else f'"{text}"'
    return value if field.name == "all" else f"{field.name}:{value}"


def years(start: int | None, end: int | None) -> str:
    """``2015``, ``2015-2020``, ``2015-``, ``-2020``."""
    first, last = ("" if year is None else f"{year:04}" for year in (start, end))
    return first if start == end else f"{first}-{last}"


def date(value: int | None) -> str:
    """``202103`` as ``2021/03``, ``20210305`` as ``2021/03/05``, empty for None."""
    figures = "" if value is None else str(value)
    return "/".join(filter(None, (figures[:4], figures[4:6], figures[6:])))


def quoted(text: str) -> str:
    """``text`` in quotes, with what would be read as a sign escaped."""
    return f'"{_SIGNS.sub(lambda sign: chr(92) + sign[0], text)}"'
