"""What a dialect is, and what translating into it costs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import msgspec

from kg.messages import Catalogue
from kg.search.strategy.parsing import OPEN_END, OPEN_START
from kg.search.strategy.tree import WHOLE, And, Days, Field, FieldName, History, Not, Or, Range, Term, Tree
from kg.search.strategy.writing import write

_CATALOGUE = Catalogue("kg")


class Loss(msgspec.Struct, frozen=True):
    """Something that a dialect cannot say: ``why`` is a key ``strategy.loss-<why>`` of ``kg/locale``."""

    why: str
    dialect: str
    field: FieldName
    text: str = ""
    other: FieldName | None = None
    number: int | None = None

    def told(self, language: str) -> str:
        """The loss in words."""
        fields = {
            "field": _CATALOGUE.text(f"strategy.field-{self.field}", language),
            "other": _CATALOGUE.text(f"strategy.field-{self.other}", language) if self.other else "",
        }
        params = {"dialect": self.dialect, "text": self.text, "number": self.number} | fields
        return _CATALOGUE.text(f"strategy.loss-{self.why}", language, **params)


class Translation(msgspec.Struct, frozen=True):
    """A strategy in another syntax. Without losses it finds there what the tree asks for."""

    text: str
    losses: tuple[Loss, ...] = ()


class Dialect(Protocol):
    """The syntax of one database. ``parse(translate(tree).text) == tree`` for every tree that it can say: where
    nothing is lost, terms are of one word and its docstring names no other spelling."""

    name: ClassVar[str]

    def translate(self, tree: Tree) -> Translation: ...

    def parse(self, text: str) -> Tree:
        """Raises StrategySyntax."""


class Writer(ABC):
    """The part of a translation that is the same everywhere: brackets, and terms word by word."""

    dialect: ClassVar[str]
    fields: ClassVar[Mapping[FieldName, str]]

    def __init__(self) -> None:
        self.losses: list[Loss] = []

    def write(self, tree: Tree) -> str:
        match tree:
            case Field(name, Term(text)) if " " in text and name not in WHOLE:
                return self.write(And(tuple(Field(name, Term(word)) for word in text.split(" "))))
            case Field():
                return self.field(tree)
            case And(parts):
                return " AND ".join(self._inner(part) for part in parts)
            case Or(parts):
                return " OR ".join(self._inner(part) for part in parts)
            case Not(keep, without):
                return f"{self._inner(keep)} NOT {self._inner(without)}"
            case History(number):
                return self.history(number)

    def _inner(self, tree: Tree) -> str:
        text = self.write(tree)
        single = isinstance(tree, History) or (isinstance(tree, Field) and not self.several(tree))
        return text if single else f"({text})"

    def several(self, field: Field) -> bool:
        """Whether a field is written as several."""
        return isinstance(field.value, Term) and " " in field.value.text and field.name not in WHOLE

    @abstractmethod
    def field(self, field: Field) -> str:
        """One leaf; terms have one word."""

    def history(self, number: int) -> str:
        return f"#{number}"

    def lose(self, why: str, field: FieldName, **more: object) -> None:
        """Note a loss."""
        self.losses.append(Loss(why, self.dialect, field, **more))  # type: ignore[arg-type]

    def whole_years(self, days: Days) -> Field:
        """The years that days lie in, for a dialect without months and days."""
        self.lose("month", "py", text=write(Field("py", days)).removeprefix("py:"))
        start, end = (None if day is None else day // 10_000 for day in (days.first, days.last))
        return Field("py", Range(start, end))

    def tag(self, name: FieldName, nearest: FieldName = "all") -> str:
        """The dialect's name of a field, or of the nearest that it has."""
        if name in self.fields:
            return self.fields[name]
        self.lose("field" if nearest == "all" else "near", name, other=nearest)
        return self.fields[nearest]

    def clean(self, text: str, name: FieldName, signs: re.Pattern[str]) -> str:
        """``text`` without signs that the dialect cannot write."""
        kept = " ".join(signs.sub(" ", text).split())
        if kept != text:
            self.lose("sign", name, text=text)
        return kept


def bounds(start: int | None, end: int | None) -> tuple[int, int]:
    """Both years of a range, with those that stand for an open side."""
    return OPEN_START if start is None else start, OPEN_END if end is None else end
