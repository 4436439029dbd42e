"""The code systems and catalogues that are known by name: how codes are built, how tables call their columns."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec

from kg.errors import ConfigError
from ontology.reading.structure import Structure

Names = tuple[str, ...]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns of a class above the code of a row: names that tables give them. ``apart`` stands before its number
    where that is no code of the system: chapter 10 is not category 10."""

    code: Names
    name: Names
    apart: str = ""


class System(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code system: ``structure``, ``categories``, ``columns`` and ``levels`` name tables of the same file.

    ``tops``: levels (``Structure.level``) whose codes may stand without a parent. ``language`` of the names,
    ``other`` of those in the column of that role.
    """

    prefix: str
    structure: str
    categories: str
    columns: str
    tops: tuple[int, ...]
    levels: str = ""
    language: str = "zh"
    other: str = "en"


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drug catalogue: ``pattern`` is what its codes fit, the rest are names that tables give their columns;
    ``numbers`` are other numbers of a product, kept as notations."""

    prefix: str
    pattern: str
    code: Names
    name: Names
    english: Names = ()
    brand: Names = ()
    form: Names = ()
    approval: Names = ()
    ingredients: Names = ()
    atc: Names = ()
    numbers: Names = ()


class Systems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``systems.toml``."""

    structure: dict[str, Structure]
    categories: dict[str, dict[str, str]]
    columns: dict[str, dict[str, Names]]
    levels: dict[str, tuple[Level, ...]]
    system: dict[str, System]
    catalogue: dict[str, Catalogue]


@lru_cache(maxsize=1)
def systems() -> Systems:
    """What is known."""
    text = (files("ontology") / "terminologies" / "systems.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Systems)


class Header:
    """Finds the columns of a table by the names that such tables give them; ``named`` are the user's own."""

    def __init__(self, where: str, columns: Mapping[str, int], named: Mapping[str, str]) -> None:
        self._where, self._named = where, named
        self._columns = {_bare(name): place for name, place in columns.items()}
        self._shown = ", ".join(columns)
        self.codes: set[int] = set()
        self.used: set[int] = set()

    def check(self, roles: Iterable[str]) -> None:
        """Raise ConfigError for a role of the user's that there is none of."""
        known = sorted(roles)
        if unknown := sorted(set(self._named) - set(known)):
            raise ConfigError(where=f"{self._where}: roles", reason=f"{unknown[0]!r} is none of {', '.join(known)}")

    def find(self, role: str, names: Names, code: bool = False) -> int | None:
        """The place of a column; None where the table has none of these names."""
        wanted = (self._named[role],) if role in self._named else names
        place = next((self._columns[_bare(name)] for name in wanted if _bare(name) in self._columns), None)
        if place is None and role in self._named:
            raise ConfigError(
                where=f"{self._where}: roles.{role}",
                reason=f"there is no column {self._named[role]!r}; the table has: {self._shown}",
            )
        if place is not None:
            self.used.add(place)
            if code:
                self.codes.add(place)
        return place

    def require(self, role: str, names: Names, code: bool = False) -> int:
        """As ``find``; raises ConfigError where there is none."""
        place = self.find(role, names, code)
        if place is None:
            known = ", ".join(names)
            reason = f"no column is one of {known}; say which with roles.{role}; the table has: {self._shown}"
            raise ConfigError(where=f"{self._where}: {role}", reason=reason)
        return place


def _bare(name: str) -> str:
    """A column's name without white space and case.

    >>> _bare("ICD-10 编码")
    'icd-10编码'
    """
    return "".join(name.split()).lower()
