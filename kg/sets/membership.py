"""Whether a concept is in a set: one look into a frozen set, some tenth of a microsecond."""

from __future__ import annotations

from kg.sets.compilation import Compiled


class Membership:
    """The ids of one compiled set; ``digest`` names the list, so that two systems can tell that they use the same.

    >>> from kg.sets.compilation import Member
    >>> found = Membership(Compiled("demo", "1", "d", (Member("DOID:1", ()),), (), ()))
    >>> "DOID:1" in found, "DOID:2" in found
    (True, False)
    """

    __slots__ = ("_ids", "digest", "id", "version")

    def __init__(self, found: Compiled) -> None:
        self.id, self.version, self.digest = found.id, found.version, found.digest
        self._ids = frozenset(member.id for member in found.members)

    def __contains__(self, curie: str) -> bool:
        return curie in self._ids

    def __len__(self) -> int:
        return len(self._ids)
