"""Authorships of one person brought together: by an identifier, or by a full name with evidence, never by a name alone.

Evidence is looked up in tables of what stands beside one name, so nothing is compared pair by pair, and no block of a
frequent name has to be left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from ingest.people.authorship import Authorship, weak
from ingest.people.candidates import candidate
from ingest.people.company import Company, Token
from ingest.people.groups import Groups
from ingest.people.names import PersonName
from kg.model.ids import canonical
from kg.model.terms import Term

CROWDED = 100
"""Authorships from which on any name says as little as a frequent one."""

JoinReason = Literal["orcid", "work", "affiliation", "co-author"]


class Join(msgspec.Struct, frozen=True, gc=False):
    """Two authorships (places in the rows) and why they are one person's."""

    a: int
    b: int
    reason: JoinReason
    evidence: tuple[str, ...]


class Person(msgspec.Struct, frozen=True):
    """``members``: nodes of all authorships, the canonical one first."""

    members: tuple[Term, ...]


class Persons:
    """Who is one person among ``rows``. ``works``: records (CURIEs) of one work, a group each."""

    def __init__(self, rows: Sequence[Authorship], works: Iterable[Sequence[str]] = ()) -> None:
        self.rows = rows
        self.rank = _ranks(rows)
        self.groups = Groups(rows)
        self.company = Company(rows)
        self._first: dict[int, int] = {}
        self.joins: tuple[Join, ...] = (*self._by_orcid(), *self._by_work(works), *self._by_name())

    @property
    def people(self) -> Iterator[Person]:
        """Those with more than one authorship, by canonical authorship: the first by ``rank``."""
        found = [sorted(members, key=self.rank.__getitem__) for members in self.groups.members.values()]
        for members in sorted(found, key=lambda one: self.rank[one[0]]):
            yield Person(tuple(self.rows[at].node for at in members))

    def canonical(self, at: int) -> int:
        """The first authorship, by ``rank``, of the person of ``at``."""
        root = self.groups.root(at)
        if root not in self.groups.members:
            return root
        if root not in self._first:
            self._first[root] = min(self.groups.members[root], key=self.rank.__getitem__)
        return self._first[root]

    def _by_orcid(self) -> Iterator[Join]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            if row.orcid:
                found[row.orcid].append(at)
        for orcid, block in sorted(found.items()):
            # Sources put one ORCID on every author of a record: then it says nothing there.
            on = Counter(self.rows[at].document for at in block if self.rows[at].author)
            usable = sorted((at for at in block if on[self.rows[at].document] < 2), key=self.rank.__getitem__)
            for kin in _kin(usable, self.rows):
                for a, b in self.groups.gather(kin, renamed=True):
                    yield Join(a, b, "orcid", (f"orcid {orcid}",))

    def _by_work(self, works: Iterable[Sequence[str]]) -> Iterator[Join]:
        groups = [sorted(records, key=canonical) for records in works]
        wanted = {record for records in groups for record in records}
        places: dict[tuple[str, int], int] = {
            (row.document, row.place): at for at, row in enumerate(self.rows) if row.author and row.document in wanted
        }
        by_record: dict[str, list[int]] = defaultdict(list)
        for record, place in places:
            by_record[record].append(place)
        for records in sorted(groups):
            for place in sorted({place for record in records for place in by_record[record]}):
                block = [places[record, place] for record in records if (record, place) in places]
                for a, b in self.groups.gather(block):
                    yield Join(a, b, "work", (f"author {place} of one work",))

    def _by_name(self) -> Iterator[Join]:
        for key, block in sorted(self.company.named.items()):
            if len(block) < 2:
                continue
            name = self.rows[block[0]].name
            little = weak(name) or len(block) > CROWDED
            table: dict[Token, list[int]] = defaultdict(list)
            for at in sorted(block, key=self.rank.__getitem__):
                for token in self.company.evidence(at, key, little):
                    table[token].append(at)
            for token in sorted(token for token, places in table.items() if len(places) > 1):
                places = table[token]
                # Whoever stands between two people with ORCIDs can be either.
                if len({self.groups.orcid(at) for at in places} - {""}) < 2:
                    reason: JoinReason = "affiliation" if token[0].startswith("affiliation") else "co-author"
                    for a, b in self.groups.gather(places):
                        yield Join(a, b, reason, token)


def _ranks(rows: Sequence[Authorship]) -> list[int]:
    """Of each place, where it stands in the order of records (works do the same) and authors."""
    records = {row.document for row in rows}
    known = {record: rank for rank, record in enumerate(sorted(records, key=canonical))}
    places = sorted(range(len(rows)), key=lambda at: (known[rows[at].document], rows[at].place, rows[at].node))
    ranks = [0] * len(rows)
    for rank, at in enumerate(places):
        ranks[at] = rank
    return ranks


def _kin(block: Sequence[int], rows: Sequence[Authorship]) -> list[list[int]]:
    """Parts of a block whose names have something in common: an ORCID may stand on the wrong author."""
    found: list[list[int]] = []
    for at in block:
        for part in found:
            if _akin(rows[part[0]].name, rows[at].name):
                part.append(at)
                break
        else:
            found.append([at])
    return found


def _akin(a: PersonName, b: PersonName) -> bool:
    if candidate(a, b) or (a.han and b.han and (a.han[0] == b.han[0] or a.han[1:] == b.han[1:])):
        return True
    return bool(a.family and b.family) and (a.family == b.family or (a.full and a.given == b.given))
