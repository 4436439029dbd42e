"""What codes and names were understood as, kept: hospitals send the same few thousand again and again.

Only what was understood is kept, which the generation holds already. What was not may be anything, the name of a
patient too, and is looked up each time.
"""

from __future__ import annotations

from kg.model.case import Code
from kg.model.rule import FactKind
from kg.rules.base import CodeResolver, Resolved

MOST = 20_000
"""Codes, and names, that are kept; further ones are looked up."""
_LONGEST = 200
"""Characters of a name that is kept."""


class Understood:
    """A resolver of one generation that looks each code and name up once; safe to use from several threads."""

    def __init__(self, resolver: CodeResolver) -> None:
        self._resolver = resolver
        self._codes: dict[tuple[str, str], Resolved] = {}
        self._names: dict[tuple[FactKind, str], Resolved] = {}

    def code(self, code: Code) -> Resolved:
        """See CodeResolver."""
        key = (code.system, code.code)
        found = self._codes.get(key)
        if found is None:
            found = self._resolver.code(code)
            if found.concepts and len(self._codes) < MOST:
                self._codes[key] = found
        return found

    def name(self, name: str, kind: FactKind) -> Resolved:
        """See CodeResolver."""
        found = self._names.get((kind, name))
        if found is None:
            found = self._resolver.name(name, kind)
            if found.concepts and len(name) <= _LONGEST and len(self._names) < MOST:
                self._names[kind, name] = found
        return found
