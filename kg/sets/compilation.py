"""From the definition of a concept set to its members: which line brought each, and on what path.

A pure function of the definition, of the other sets that it names and of what a generation says of its terms.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from kg.errors import ConceptSetRefused
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.ids import digest
from kg.sets.terms import Below, Terms

MOST = 100_000
"""Members of one set: a definition that reaches more is refused, never cut."""
How = Literal["concept", "descendant", "mapped", "replacement", "set"]
State = Literal["unknown", "deprecated", "replaced"]


class SetReason(msgspec.Struct, frozen=True):
    """Why a concept is where it is: the line (``part``, from 0) and the path from what the line names to it.

    A path is CURIEs, from general to narrow, or from one terminology into another as the last step (``mapped``); of
    another set it begins with that set's name and version.
    """

    part: int
    how: How
    path: tuple[str, ...]


class Member(msgspec.Struct, frozen=True):
    """``known`` is false for a code that only a mapping names: no terminology of the generation describes it."""

    id: str
    reasons: tuple[SetReason, ...]
    known: bool = True


class Removed(msgspec.Struct, frozen=True):
    """A concept that some line includes and another takes away."""

    id: str
    included: tuple[SetReason, ...]
    excluded: tuple[SetReason, ...]


class Became(msgspec.Struct, frozen=True):
    """What became of a concept that a line names or reaches and that nobody should use: nothing (``unknown``,
    ``deprecated``), or those that replace it."""

    id: str
    side: Literal["include", "exclude"]
    part: int
    state: State
    by: tuple[str, ...] = ()


class Compiled(msgspec.Struct, frozen=True):
    """The members of one version of a set. ``digest`` stands for the list of their ids, whatever brought them."""

    id: str
    version: str
    digest: str
    members: tuple[Member, ...]
    removed: tuple[Removed, ...]
    became: tuple[Became, ...]


Find = Callable[[str, str], ConceptSet | None]
"""A set by id and version; without a version the one in force. None where there is none."""


def compiled(definition: ConceptSet, find: Find, terms: Terms, most: int = MOST) -> Compiled:
    """Everything about the members of ``definition``, sorted by id.

    Raises ConceptSetRefused for a set that leads back to itself (with the path), that names a set which is not there,
    or that has more than ``most`` members.
    """
    return _Compiler(find, terms, most).compiled(definition)


class _Reached(msgspec.Struct, frozen=True):
    how: How
    path: tuple[str, ...]
    known: bool = True


class _Compiler:
    def __init__(self, find: Find, terms: Terms, most: int) -> None:
        self._find, self._terms, self._most = find, terms, most
        self._open: list[str] = []
        self._done: dict[str, Compiled] = {}

    def compiled(self, definition: ConceptSet) -> Compiled:
        name = definition.name
        if name in self._open:
            path = " → ".join([*self._open[self._open.index(name) :], name])
            raise ConceptSetRefused(why="set-circular", path=path)
        if name not in self._done:
            self._open.append(name)
            self._done[name] = self._made(definition)
            self._open.pop()
        return self._done[name]

    def _made(self, definition: ConceptSet) -> Compiled:
        became: dict[Became, None] = {}
        within, within_known = self._side("include", definition, definition.include, became)
        without, _ = self._side("exclude", definition, definition.exclude, became)
        members = sorted(within.keys() - without.keys())
        return Compiled(
            id=definition.id,
            version=definition.version,
            digest=digest(*members),
            members=tuple(Member(curie, tuple(within[curie]), within_known[curie]) for curie in members),
            removed=tuple(
                Removed(curie, tuple(within[curie]), tuple(without[curie]))
                for curie in sorted(within.keys() & without.keys())
            ),
            became=tuple(became),
        )

    def _side(
        self,
        side: Literal["include", "exclude"],
        definition: ConceptSet,
        parts: Sequence[SetPart],
        became: dict[Became, None],
    ) -> tuple[dict[str, list[SetReason]], dict[str, bool]]:
        reasons: dict[str, list[SetReason]] = defaultdict(list)
        known: dict[str, bool] = {}
        for place, part in enumerate(parts):

            def tell(curie: str, state: State, by: tuple[str, ...] = (), place: int = place) -> None:
                became[Became(curie, side, place, state, by)] = None

            for curie, reached in self._part(definition, part, tell).items():
                reasons[curie].append(SetReason(place, reached.how, reached.path))
                known[curie] = known.get(curie, False) or reached.known
            if len(reasons) > self._most:
                raise ConceptSetRefused(why="set-large", set=definition.name, limit=self._most)
        return reasons, known

    def _part(self, definition: ConceptSet, part: SetPart, tell: Callable[..., None]) -> dict[str, _Reached]:
        if part.set:
            return self._other(definition, part)
        found: dict[str, _Reached] = {}
        for path in self._used(part.concept, tell):
            found[path[-1]] = _Reached("concept" if len(path) == 1 else "replacement", path)
        if part.descendants:
            for path in [reached.path for reached in found.values()]:
                below = self._terms.below(path[-1], self._most)
                if below is None:
                    raise ConceptSetRefused(why="set-large", set=definition.name, limit=self._most)
                for down in _paths(path[-1], below):
                    if below[down[-1]].deprecated:
                        tell(down[-1], "deprecated", self._terms.standing(down[-1]).replaced_by)
                    else:
                        found.setdefault(down[-1], _Reached("descendant", (*path[:-1], *down)))
        if part.mapped:
            for row in self._terms.mapped(found.keys(), part.mapped):
                if row.other not in found:
                    standing = self._terms.standing(row.other)
                    if standing.deprecated:
                        tell(row.other, "deprecated", standing.replaced_by)
                    else:
                        path = (*found[row.concept].path, row.other)
                        found[row.other] = _Reached("mapped", path, standing.known)
        return found

    def _other(self, definition: ConceptSet, part: SetPart) -> dict[str, _Reached]:
        other = self._find(part.set, part.version)
        if other is None:
            name = f"{part.set} {part.version}".strip()
            raise ConceptSetRefused(why="set-lacking", set=definition.name, name=name)
        return {
            member.id: _Reached("set", (other.name, *member.reasons[0].path), member.known)
            for member in self.compiled(other).members
        }

    def _used(self, curie: str, tell: Callable[..., None]) -> Iterator[tuple[str, ...]]:
        """The concept as a path of one; where it is deprecated the paths to those in use that replace it."""
        standing = self._terms.standing(curie)
        if not standing.known:
            tell(curie, "unknown")
            return
        if not standing.deprecated:
            yield (curie,)
            return
        found: list[tuple[str, ...]] = []
        waiting: deque[tuple[str, ...]] = deque((curie, other) for other in standing.replaced_by)
        seen = {curie}
        while waiting:
            path = waiting.popleft()
            if path[-1] in seen:
                continue
            seen.add(path[-1])
            other = self._terms.standing(path[-1])
            if other.known and not other.deprecated:
                found.append(path)
            else:
                waiting += ((*path, later) for later in other.replaced_by)
        tell(curie, "replaced" if found else "deprecated", tuple(path[-1] for path in found))
        yield from found


def _paths(top: str, below: Mapping[str, Below]) -> Iterator[tuple[str, ...]]:
    """A shortest path from ``top`` to each concept below it, nearest first; of equal ones the first by name."""
    children: dict[str, list[str]] = defaultdict(list)
    for child in sorted(below):
        for parent in below[child].parents:
            children[parent].append(child)
    seen = {top}
    waiting: deque[tuple[str, ...]] = deque([(top,)])
    while waiting:
        path = waiting.popleft()
        for child in children[path[-1]]:
            if child not in seen:
                seen.add(child)
                waiting.append((*path, child))
                yield (*path, child)
