"""The concept sets of one generation: definitions read once, members compiled when they are first asked for."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from functools import cached_property

from kg.errors import UnknownName
from kg.model.conceptset import ConceptSet
from kg.model.ids import Ids
from kg.sets.compilation import Compiled, compiled
from kg.sets.membership import Membership
from kg.sets.stored import stored
from kg.sets.terms import GraphTerms
from kg.store.base import Reader

KEPT = 64
"""Compiled sets that stay in memory; a generation never changes, so none is ever out of date."""
_NUMBERS = re.compile(r"(\d+)").split


class ConceptSets:
    """Definitions, members and membership tests; may be asked from several threads."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids
        self._terms = GraphTerms(reader, ids)
        self._lock = threading.Lock()
        self._compiled: OrderedDict[str, tuple[Compiled, Membership]] = OrderedDict()

    @cached_property
    def _versions(self) -> dict[str, list[ConceptSet]]:
        found: dict[str, list[ConceptSet]] = {}
        for one in sorted(stored(self._reader, self._ids), key=lambda row: (row.id, order_of(row.version))):
            found.setdefault(one.id, []).append(one)
        return found

    def all(self) -> list[ConceptSet]:
        """Every version of every set, by id, oldest version first."""
        return [one for rows in self._versions.values() for one in rows]

    def find(self, identifier: str, version: str = "") -> ConceptSet:
        """A set by id and version; without one the version in force: the newest that is active, else the newest.

        Raises UnknownName.
        """
        found = self._find(identifier, version)
        if found is None:
            rows = self._versions.get(identifier, [])
            known = ", ".join(row.version for row in rows) if rows else ", ".join(self._versions)
            raise UnknownName(kind="concept set", name=f"{identifier} {version}".strip(), known=known)
        return found

    def _find(self, identifier: str, version: str) -> ConceptSet | None:
        rows = self._versions.get(identifier, [])
        if version:
            return next((row for row in rows if row.version == version), None)
        return next((row for row in reversed(rows) if row.status == "active"), rows[-1] if rows else None)

    def compiled(self, identifier: str, version: str = "") -> Compiled:
        """The members of a set in this generation; raises UnknownName, ConceptSetRefused."""
        return self._pair(self.find(identifier, version))[0]

    def membership(self, identifier: str, version: str = "") -> Membership:
        """The test for one set; the same errors."""
        return self._pair(self.find(identifier, version))[1]

    def trial(self, definition: ConceptSet, others: tuple[ConceptSet, ...] = ()) -> Compiled:
        """The members that a definition which is not in the graph would have; ``others`` come before those that are."""
        beside = {(row.id, row.version): row for row in others}
        by_id = {row.id: row for row in sorted(others, key=lambda row: order_of(row.version))}

        def find(identifier: str, version: str) -> ConceptSet | None:
            own = beside.get((identifier, version)) if version else by_id.get(identifier)
            return own or self._find(identifier, version)

        return compiled(definition, find, self._terms)

    def _pair(self, definition: ConceptSet) -> tuple[Compiled, Membership]:
        with self._lock:
            found = self._compiled.get(definition.name)
            if found is None:
                made = compiled(definition, self._find, self._terms)
                found = self._compiled[definition.name] = made, Membership(made)
            self._compiled.move_to_end(definition.name)
            while len(self._compiled) > KEPT:
                self._compiled.popitem(last=False)
            return found


def order_of(version: str) -> tuple[tuple[int, str], ...]:
    """Sort key of versions: numbers by their value.

    >>> sorted(["1.10", "1.9", "2"], key=order_of)
    ['1.9', '1.10', '2']
    """
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS(version))
