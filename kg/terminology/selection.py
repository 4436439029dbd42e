"""Which codes a value set holds: a definition becomes one bit for each code of the table."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence

import numpy as np

from kg.errors import CircularValueSet, TerminologyError, UnknownCanonical
from kg.index.base import Mask
from kg.terminology.table import DEPRECATED, CodeSystem, CodeTable
from kg.terminology.valueset import EXPRESSION, CodeFilter, Inclusion, ValueSetDefinition, ValueSetSource

KEPT = 64
"""Value sets whose codes are remembered, the latest asked for: one byte a code each."""
DEEPEST = 32
"""Value sets within value sets."""


class Selector:
    """Finds value sets in its sources and evaluates them, for several threads; its masks must not be changed."""

    def __init__(self, table: CodeTable, sources: Sequence[ValueSetSource]) -> None:
        self._table = table
        self._sources = tuple(sources)
        self._masks: OrderedDict[ValueSetDefinition, Mask] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, canonical: str, version: str = "") -> ValueSetDefinition:
        """The value set with a canonical URL, which may carry ``|version``; raises UnknownCanonical."""
        # In an ECL expression the bar encloses terms.
        url, _, told = (canonical, "", "") if EXPRESSION in canonical else canonical.partition("|")
        for source in self._sources:
            found = source.find(url, version or told)
            if found is not None:
                return found
        raise UnknownCanonical(kind="ValueSet", name=canonical, held="")

    def all(self) -> Iterator[ValueSetDefinition]:
        """Every value set of every source."""
        return (found for source in self._sources for found in source.all())

    def mask(self, definition: ValueSetDefinition, within: tuple[ValueSetDefinition, ...] = ()) -> Mask:
        """The codes of a value set.

        ``within``: the value sets that are being evaluated and rest on it. Raises CircularValueSet, UnknownCanonical
        for a code system or value set that is not here, UnknownCode and TerminologyError for a filter that cannot be
        used.
        """
        with self._lock:
            known = self._masks.get(definition)
            if known is not None:
                self._masks.move_to_end(definition)
                return known
        if len(within) == DEEPEST or any(definition.url and definition.url == one.url for one in within):
            raise CircularValueSet(name=definition.url, steps=" > ".join(one.url for one in (*within, definition)))
        path = (*within, definition)
        found = np.zeros(len(self._table), dtype=np.bool_)
        for inclusion in definition.include:
            found |= self._included(inclusion, path)
        for inclusion in definition.exclude:
            found &= ~self._included(inclusion, path)
        if not definition.inactive:
            found &= (self._table.flags & DEPRECATED) == 0
        with self._lock:
            self._masks[definition] = found
            if len(self._masks) > KEPT:
                self._masks.popitem(last=False)
        return found

    def _included(self, inclusion: Inclusion, path: tuple[ValueSetDefinition, ...]) -> Mask:
        table = self._table
        found = np.zeros(len(table), dtype=np.bool_)
        if inclusion.system:
            system = table.system(inclusion.system, inclusion.version)
            if inclusion.codes:
                rows = (table.find(system, choice.code) for choice in inclusion.codes)
                found[[row for row in rows if row is not None]] = True
            else:
                found[system.first : system.stop] = True
                for condition in inclusion.filters:
                    found &= self._fitting(system, condition)
        elif inclusion.value_sets:
            found[:] = True
        else:
            raise TerminologyError(why="inclusion")
        for canonical in inclusion.value_sets:
            url = canonical.partition("|")[0]
            # One that was sent is known to itself alone.
            other = next((one for one in path if one.url == url), None) or self.find(canonical)
            found = found & self.mask(other, path)
        return found

    def _fitting(self, system: CodeSystem, condition: CodeFilter) -> Mask:
        table = self._table
        found = np.zeros(len(table), dtype=np.bool_)
        named = [value for value in condition.value.split(",") if value] if "in" in condition.op else [condition.value]
        match condition.property, condition.op:
            case (("concept" | "code"), ("is-a" | "descendent-of" | "is-not-a")):
                row = table.row(system, condition.value)
                found = table.descendants([row])
                found[row] = condition.op != "descendent-of"
                return ~found if condition.op == "is-not-a" else found
            case (("concept" | "code"), "generalizes"):
                row = table.row(system, condition.value)
                found[[row, *table.ancestors(row)]] = True
            case (("concept" | "code"), ("=" | "in" | "not-in")):
                found[[table.row(system, value.strip()) for value in named]] = True
            case "parent", ("=" | "in" | "not-in"):
                for value in named:
                    found[table.children(table.row(system, value.strip()))] = True
            case "child", ("=" | "in" | "not-in"):
                for value in named:
                    found[table.parents(table.row(system, value.strip()))] = True
            case "category", ("=" | "in" | "not-in"):
                for value in named:
                    if value.strip() in table.categories:
                        found |= table.groups == table.categories.index(value.strip())
            case "inactive", "=" if condition.value in ("true", "false"):
                found = ((table.flags & DEPRECATED) != 0) == (condition.value == "true")
            case _:
                raise TerminologyError(why="filter", property=condition.property[:40], op=condition.op[:20])
        return ~found if condition.op == "not-in" else found
