"""How a strategy was read, in words."""

from __future__ import annotations

from kg.messages import Catalogue
from kg.search.strategy.tree import (
    WHOLE,
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
)
from kg.search.strategy.writing import date

_CATALOGUE = Catalogue("kg")


def describe(tree: Tree, language: str) -> str:
    """One sentence without a full stop, with brackets wherever something is joined inside.

    >>> from kg.search.strategy.parsing import parse
    >>> describe(parse("哮喘[ti] AND py:2015-"), "en")
    'title has “哮喘” and year from 2015'
    >>> describe(parse("mh*:asthma NOT 张伟[1au]"), "zh")
    '主要主题词为“asthma”或其下位词，但排除第一作者含“张伟”'
    """
    match tree:
        case Field():
            return _field(tree, language)
        case And(parts) | Or(parts):
            kind = "and" if isinstance(tree, And) else "or"
            return _say(kind, language).join(_inner(part, language) for part in parts)
        case Not(keep, without):
            return _inner(keep, language) + _say("not", language) + _inner(without, language)
        case History(number):
            return _say("history", language, number=number)


def _inner(tree: Tree, language: str) -> str:
    text = describe(tree, language)
    return text if isinstance(tree, Field | History) else _say("group", language, text=text)


def _field(field: Field, language: str) -> str:
    name = _say(f"field-{field.name}", language)
    match field.value:
        case Term(text) if field.name in WHOLE:
            return _say("has", language, field=name, text=_say("quoted", language, text=text))
        case Term(text):
            words = [_say("quoted", language, text=word) for word in text.split(" ")]
            joined = _say("and", language).join(words)
            return _say("has" if len(words) == 1 else "has-all", language, field=name, text=joined)
        case Phrase(text):
            return _say("phrase", language, field=name, text=text)
        case Pattern(text):
            return _say("pattern", language, field=name, text=text)
        case Range(start, end):
            return _span(name, start and str(start), end and str(end), language)
        case Days(start, end):
            return _span(_say("field-py-date", language), date(start), date(end), language)
        case Heading(text, major, explode, subheading):
            name = _say("field-mh-major" if major else "field-mh", language)
            told = _say("heading-explode" if explode else "heading", language, field=name, text=text)
            return told + (_say("heading-with", language, text=subheading) if subheading else "")


def _span(name: str, start: str | int | None, end: str | int | None, language: str) -> str:
    kind = "one" if start == end else "from" if not end else "between" if start else "until"
    return _say(f"year-{kind}", language, field=name, start=start, end=end)


def _say(key: str, language: str, **params: object) -> str:
    return _CATALOGUE.text(f"strategy.{key}", language, **params)
