"""From the tree of a strategy to a search in the fields of the text index."""

from __future__ import annotations

import re

from kg.index.analysis import has_han
from kg.index.boolean import Any, Boolean, Dates, Every, Except, Keys, Shape, Stretch, Years
from kg.index.fields import asked, heading_key, key, pattern, shape
from kg.search.strategy.headings import FoundHeading, Headings
from kg.search.strategy.tree import (
    WHOLE,
    And,
    Days,
    Field,
    FieldName,
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

WIDE: dict[FieldName, tuple[FieldName, ...]] = {
    "tiab": ("ti", "ab", "kw"),
    "all": ("ti", "ab", "kw", "ad", "fu", "au", "jo", "doi", "pmid", "is"),
}
"""Fields that stand for several; ``all`` has the headings, too."""
_INITIALS = re.compile(r"[a-z]{1,2}")


class Compiler:
    """Compiles one strategy; ``headings`` tells afterwards how each name of a heading was read."""

    def __init__(self, lookup: Headings) -> None:
        self._lookup = lookup
        self.headings: dict[str, FoundHeading] = {}

    def compile(self, tree: Tree) -> Boolean:
        """The search that ``tree`` means; numbers of the history must be resolved before."""
        match tree:
            case Field():
                return self._field(tree)
            case And(parts):
                return Every(tuple(self.compile(part) for part in parts))
            case Or(parts):
                return Any(tuple(self.compile(part) for part in parts))
            case Not(keep, without):
                return Except(self.compile(keep), self.compile(without))
            case History(number):
                raise ValueError(f"#{number} is not resolved")

    def _field(self, field: Field) -> Boolean:
        match field.value:
            case Range(start, end):
                return Years(start, end)
            case Days() as days:
                return Dates(days.first, days.last)
            case Heading():
                return self._heading(field.value)
            case Term(text) if field.name not in WHOLE:
                # Words may stand in different ones of several fields; as one value they may be a name.
                words = Every(tuple(_anywhere(field.name, Phrase(word)) for word in text.split(" ")))
                if field.name != "all":
                    return words
                values = [_key(name, field.value) for name in WIDE["all"] if name in WHOLE]
                return Any((words, *values, *self._mapped(text)))
            case _:
                return _anywhere(field.name, field.value)

    def _mapped(self, text: str) -> list[Boolean]:
        """The heading that words without a field name, as in PubMed's automatic term mapping."""
        return [self._heading(Heading(text))] if self._found(text).concepts and "/" not in text else []

    def _heading(self, heading: Heading) -> Boolean:
        found = self._found(heading.text)
        names = [(name, False) for name in (heading.text, *found.names, *found.concepts)]
        if heading.explode:
            names += [(concept, True) for concept in found.concepts]
        under = [""]
        if heading.subheading:
            qualifier = self._lookup.find(heading.subheading)
            under = [heading.subheading, *qualifier.names, *qualifier.concepts]
        keys = {
            heading_key(name, major=heading.major, subheading=subheading, below=below)
            for name, below in names
            for subheading in under
        }
        return Keys("mh", tuple(sorted(keys)))

    def _found(self, name: str) -> FoundHeading:
        known = self.headings.get(name)
        if known is None:
            known = self.headings[name] = self._lookup.find(name)
        return known


def _anywhere(name: FieldName, value: Term | Phrase | Pattern | Range | Days | Heading) -> Boolean:
    if name in WIDE:
        return Any(tuple(_anywhere(field, value) for field in WIDE[name]))
    assert isinstance(value, Term | Phrase | Pattern)
    if name in WHOLE:
        return _key(name, value)
    stretches = asked(value.text, wild=isinstance(value, Pattern))
    if not stretches:
        return Any(())
    return Every(tuple(Any(tuple(Stretch(name, tuple(places)) for places in one)) for one in stretches))


def _key(name: FieldName, value: Term | Phrase | Pattern) -> Boolean:
    if isinstance(value, Pattern):
        return Shape(name, pattern(name, value.text))
    wanted = key(name, value.text)
    if not wanted:
        return Any(())
    if name in ("au", "fau") and isinstance(value, Term) and not has_han(wanted):
        return _author(name, wanted)
    return Keys(name, (wanted,))


def _author(name: FieldName, wanted: str) -> Boolean:
    """A name as PubMed reads it without quotes: any given name behind a family name, any further initials."""
    words = wanted.split(" ")
    if len(words) == 1:
        return Shape(name, f"{shape(wanted)}( .*)?")
    if _INITIALS.fullmatch(words[-1]):
        return Shape(name, f"{shape(wanted)}.*")
    return Keys(name, (wanted,))
