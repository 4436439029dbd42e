"""Cell rules: which values a row gives, declared in options and compiled once a table.

A rule is the name of a column, or a table of the fields of ``Cell``. The steps run in this order:
``column`` or ``value`` -> ``split`` -> ``pattern`` -> ``map`` -> ``lookup`` -> ``default``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from kg.errors import ConfigError
from ontology.prefixes import curie, identifier, prefix_of
from ontology.reading.table import Fault, Row

Cells = list[str]
Values = Callable[[Cells], list[str]]
Accepts = Callable[[Cells], bool]
Lookups = Mapping[str, Mapping[str, str]]
Filter = dict[str, tuple[str, ...] | str]


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How values are taken from a row.

    ``column``: where from; ``value``: a constant instead. ``split``: what separates several values
    in one cell. ``pattern``: a regular expression that the value must hold; its first group, or
    else what it matched, goes on. ``map``: other words for values; a value that is not in it gives
    nothing. ``lookup``: the name of a look-up table. ``default``: stands in when nothing is left.
    ``where``: the rule applies only to rows in which each of these columns has one of the values.
    """

    column: str = ""
    value: str = ""
    split: str = ""
    pattern: str = ""
    map: dict[str, str] = {}
    lookup: str = ""
    default: str = ""
    where: Filter = {}


class IdCell(Cell, frozen=True, forbid_unknown_fields=True):
    """A cell that holds identifiers.

    The prefix comes from ``prefix``, from the column ``prefix_column``, or from the first regular
    expression in ``prefixes`` that the value matches; without any the value is a CURIE or IRI by
    itself. Spellings are those of ``ontology.prefixes``.
    """

    prefix: str = ""
    prefix_column: str = ""
    prefixes: dict[str, str] = {}


class Columns:
    """Compiles rules against the columns of one table. ``where`` names the file in messages."""

    def __init__(self, where: str, places: Mapping[str, int], lookups: Lookups) -> None:
        self._where = where
        self._places = places
        self._lookups = lookups
        self._used: set[int] = set()
        self._codes: set[int] = set()

    def place(self, column: str, option: str) -> int:
        """The place of a column; raises ConfigError naming ``option`` and the columns there are."""
        if column not in self._places:
            known = ", ".join(self._places)
            raise ConfigError(
                where=f"{self._where}: {option}", reason=f"there is no column {column!r}; the table has: {known}"
            )
        self._used.add(self._places[column])
        return self._places[column]

    def codes(self, rule: str | Cell, option: str) -> Values:
        """The values of a rule whose column holds codes: texts, never numbers."""
        values = self.values(rule, option)
        self._coded(rule)
        return values

    def _coded(self, rule: str | Cell) -> None:
        column = rule if isinstance(rule, str) else rule.column
        if column in self._places:
            self._codes.add(self._places[column])

    def fault(self, row: Row) -> Fault | None:
        """The first cell of a row that a compiled rule reads and that cannot be taken as it stands."""
        for fault in row.faults:
            if fault.place in self._codes or (fault.place in self._used and not fault.codes):
                return fault
        return None

    def accepts(self, wanted: Filter, option: str) -> Accepts:
        """Whether a row has one of the wanted values in each of the columns, or all of the cell is as the wanted
        expression."""
        tests = [(self.place(column, option), self._fits(values, option)) for column, values in wanted.items()]
        return lambda cells: all(fits(cells[place]) for place, fits in tests)

    def _fits(self, wanted: tuple[str, ...] | str, option: str) -> Callable[[str], object]:
        if isinstance(wanted, str):
            return _regex(wanted, f"{self._where}: {option}").fullmatch
        return frozenset(wanted).__contains__

    def lookup(self, name: str, option: str) -> Mapping[str, str]:
        """A declared look-up; raises ConfigError naming those there are."""
        if name not in self._lookups:
            known = ", ".join(self._lookups) or "none"
            raise ConfigError(
                where=f"{self._where}: {option}", reason=f"there is no look-up named {name!r}; declared: {known}"
            )
        return self._lookups[name]

    def values(self, rule: str | Cell, option: str) -> Values:
        """The values of a rule; empty ones are never given."""
        if isinstance(rule, str):
            rule = Cell(column=rule)
        take = self._source(rule, option)
        steps = self._steps(rule, option)
        applies = self.accepts(rule.where, f"{option}.where") if rule.where else None
        default = [rule.default] if rule.default else []

        def values(cells: Cells) -> list[str]:
            if applies is not None and not applies(cells):
                return []
            found = take(cells)
            for step in steps:
                found = [after for value in found if (after := step(value))]
            return found or default

        return values

    def identifiers(self, rule: str | IdCell, option: str) -> Values:
        """The CURIEs of a rule; what has no known prefix is left out."""
        if isinstance(rule, str):
            rule = IdCell(column=rule)
        values = self.codes(rule, option)
        if rule.prefix_column:
            place = self.place(rule.prefix_column, f"{option}.prefix_column")
            return lambda cells: [got for value in values(cells) if (got := curie(cells[place], value))]
        if rule.prefix:
            return _prefixed(values, {"": self._prefix(rule.prefix, f"{option}.prefix")}, self._where)
        if rule.prefixes:
            known = {pattern: self._prefix(prefix, f"{option}.prefixes") for pattern, prefix in rule.prefixes.items()}
            return _prefixed(values, known, f"{self._where}: {option}.prefixes")
        return lambda cells: [got for value in values(cells) if (got := identifier(value))]

    def _prefix(self, spelling: str, option: str) -> str:
        known = prefix_of(spelling)
        if known is None:
            raise ConfigError(where=f"{self._where}: {option}", reason=f"the prefix {spelling!r} is not known")
        return known

    def _source(self, rule: Cell, option: str) -> Values:
        if bool(rule.column) == bool(rule.value):
            raise ConfigError(where=f"{self._where}: {option}", reason="it needs either column or value")
        if rule.value:
            constant = [rule.value]
            return lambda cells: constant
        place = self.place(rule.column, f"{option}.column")
        if rule.split:
            split = rule.split
            return lambda cells: [part for piece in cells[place].split(split) if (part := piece.strip())]
        return lambda cells: [value] if (value := cells[place].strip()) else []

    def _steps(self, rule: Cell, option: str) -> list[Callable[[str], str | None]]:
        steps: list[Callable[[str], str | None]] = []
        if rule.pattern:
            search = _regex(rule.pattern, f"{self._where}: {option}.pattern").search

            def matched(value: str) -> str | None:
                found = search(value)
                return (found[1] if found.re.groups else found[0]) if found else None

            steps.append(matched)
        if rule.map:
            steps.append(rule.map.get)
        if rule.lookup:
            steps.append(self.lookup(rule.lookup, f"{option}.lookup").get)
        return steps


def _prefixed(values: Values, prefixes: Mapping[str, str], where: str) -> Values:
    tests = [(_regex(pattern, where).search, prefix) for pattern, prefix in prefixes.items()]

    def identifiers(cells: Cells) -> list[str]:
        found = []
        for value in values(cells):
            prefix = next((prefix for search, prefix in tests if search(value)), None)
            known = curie(prefix, value) if prefix else None
            if known:
                found.append(known)
        return found

    return identifiers


def _regex(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(where=where, reason=f"{pattern!r} is not a regular expression: {error}") from error
