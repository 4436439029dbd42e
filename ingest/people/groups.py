"""Authorships of one person in the making: union-find that never joins what contradicts itself.

Two groups stay apart when they have different ORCIDs, when both stand as authors on one record, or when a name of one
cannot be a name of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingest.people.authorship import Authorship
from ingest.people.candidates import candidate
from ingest.people.names import PersonName

_MOST = 8
"""Groups of one block that a further authorship is compared with."""


class Groups:
    """Over places in ``rows``; a group is known by its root, which changes when it grows."""

    def __init__(self, rows: Sequence[Authorship]) -> None:
        self._rows = rows
        self._above = list(range(len(rows)))
        self._orcid = {at: row.orcid for at, row in enumerate(rows) if row.orcid}
        # Of groups with more than one; what a single authorship says stands in its row.
        self._documents: dict[int, set[str]] = {}
        self._names: dict[int, set[PersonName]] = {}
        self.members: dict[int, list[int]] = {}

    def root(self, at: int) -> int:
        above = self._above
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    def orcid(self, at: int) -> str:
        """The ORCID of the group of ``at``, or empty."""
        return self._orcid.get(self.root(at), "")

    def names(self, at: int) -> set[PersonName]:
        """Every name of the group of ``at``."""
        root = self.root(at)
        return self._names[root] if root in self._names else {self._rows[root].name}

    def apart(self, a: int, b: int, renamed: bool = False) -> bool:
        """Whether something forbids that the groups of ``a`` and ``b`` are one person's. ``renamed``: names do not
        count, because an identifier says more."""
        one, other = self.root(a), self.root(b)
        first, second = self._orcid.get(one), self._orcid.get(other)
        if first and second and first != second:
            return True
        if not self._on(one).isdisjoint(self._on(other)):
            return True
        pairs = ((x, y) for x in self.names(one) for y in self.names(other) if x != y)
        return not renamed and any(candidate(x, y) is None for x, y in pairs)

    def _on(self, root: int) -> set[str]:
        """Records on which the group stands as an author."""
        if root in self._documents:
            return self._documents[root]
        row = self._rows[root]
        return {row.document} if row.author else set()

    def join(self, a: int, b: int, renamed: bool = False) -> bool:
        """Make one group of two; false where they were one, or must not be."""
        one, other = self.root(a), self.root(b)
        if one == other or self.apart(one, other, renamed):
            return False
        if len(self.members.get(one, ())) < len(self.members.get(other, ())):
            one, other = other, one
        self._documents.setdefault(one, self._on(one)).update(self._on(other))
        self._names.setdefault(one, self.names(one)).update(self.names(other))
        self.members.setdefault(one, [one]).extend(self.members.pop(other, [other]))
        self._documents.pop(other, None)
        self._names.pop(other, None)
        self._above[other] = one
        if other in self._orcid:
            self._orcid.setdefault(one, self._orcid.pop(other))
        return True

    def gather(self, block: Iterable[int], renamed: bool = False) -> Iterator[tuple[int, int]]:
        """Join what can be joined of a block; the pairs by which groups grew."""
        known: list[int] = []
        for at in block:
            for other in known:
                if self.root(at) == self.root(other):
                    break
                if self.join(other, at, renamed):
                    yield other, at
                    break
            else:
                if len(known) < _MOST:
                    known.append(at)
