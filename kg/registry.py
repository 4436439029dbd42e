"""Lazy plug-in tables: a name to ``"module:attribute"``, imported only when asked for.

Built-ins and outsiders enter by the same door: a package adds a name by an entry point in the
table's group. Listing imports nothing; a missing library becomes one sentence naming the extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from kg.errors import MissingExtra, UnknownName

T = TypeVar("T")


@cache
def _entered(group: str) -> Mapping[str, str]:
    """name -> target, from every installed package; read once in a process, as it takes some 15 ms."""
    return {point.name: point.value for point in entry_points(group=group)}


class Table(Generic[T]):
    """One plug-in point.

    ``extras`` maps a name to the optional dependency group that it needs.

    >>> table = Table[object]("medkg.demo", "demo", {"dict.v1": "builtins:dict"})
    >>> table.names()
    ('dict.v1',)
    >>> table.load("dict.v1") is dict
    True
    """

    def __init__(
        self, group: str, kind: str, builtins: Mapping[str, str], extras: Mapping[str, str] | None = None
    ) -> None:
        self.group = group
        self.kind = kind
        self._builtins = dict(builtins)
        self._extras = dict(extras or {})

    def targets(self) -> dict[str, str]:
        """name -> ``"module:attribute"``, built-ins first; nothing is imported."""
        found = _entered(self.group)
        return self._builtins | {name: target for name, target in found.items() if name not in self._builtins}

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.targets()))

    def load(self, name: str) -> T:
        """The object behind ``name``; raises UnknownName or MissingExtra."""
        target = self.targets().get(name)
        if target is None:
            raise UnknownName(kind=self.kind, name=name, known=", ".join(self.names()))
        module, _, attribute = target.partition(":")
        try:
            return cast(T, getattr(import_module(module), attribute))
        except ModuleNotFoundError as error:
            extra = self._extras.get(name)
            if extra is None or (error.name or "").partition(".")[0] == module.partition(".")[0]:
                raise
            raise MissingExtra(what=f"{self.kind} {name}", extra=extra, library=error.name) from error
