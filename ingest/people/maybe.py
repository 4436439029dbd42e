"""People who may be one: names that can be one person's where no evidence joins them. Shown apart, never merged.

A name of few people makes all of them candidates; a frequent one only those who also share an organisation, a
co-author whose name is of few people, or two co-authors: in a large library everybody has written with some *Wang L*.
What is left out is counted by name, so that nobody takes no candidate for no namesake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product

import msgspec

from ingest.people.candidates import Candidate, candidate
from ingest.people.company import Token
from ingest.people.names import PersonName
from ingest.people.persons import Persons

RARE = 3
"""People of one name, all of whom are candidates."""
LARGEST = 6
"""People of one name beside one co-author or organisation who are candidates."""
FREQUENT = 20
"""People of a co-author's name from which on it says nothing alone."""
FEW_AUTHORS = 12
"""Co-authors with frequent names of whom each two together still say something."""
_Context = Callable[[int], Iterable[Token]]


class Maybe(msgspec.Struct, frozen=True, gc=False):
    """Two people, each by the canonical authorship (places in the rows), and how they may be one."""

    a: int
    b: int
    reason: str
    evidence: tuple[str, ...]


class Crowd(msgspec.Struct, frozen=True):
    """``people`` of the name ``key`` were not all compared."""

    key: str
    people: int


class Candidates:
    """Candidates among the people of ``persons``. ``crowds``: names of which not all people were compared, once
    ``pairs`` has come to its end."""

    def __init__(self, persons: Persons) -> None:
        self._persons = persons
        # Each person by the canonical authorship.
        self._people = [persons.canonical(at) for at in range(len(persons.rows))]
        self._named = Counter(
            key
            for at, person in enumerate(self._people)
            if at == person
            for key in persons.rows[at].name.short_keys[:1]
        )
        self._seen: set[int] = set()
        self.crowds: list[Crowd] = []

    def pairs(self) -> Iterator[Maybe]:
        """Every candidate once, as it is found. For one pass."""
        yield from self._by_name()
        yield from self._by_orcid()

    def _by_name(self) -> Iterator[Maybe]:
        for key, places in sorted(self._blocks().items()):
            people = {self._people[at] for at in places}
            if len(people) < 2:
                continue
            meetings = _Meetings()
            if len(people) <= RARE:
                yield from self._among(people, (), meetings)
                continue
            self.crowds.append(Crowd(key, len(people)))
            for context in (self._places, self._company):
                parts = self._parts(places, context)
                for shared in sorted(name for name, part in parts.items() if 1 < len(part) <= LARGEST):
                    yield from self._among(parts[shared], shared, meetings)

    def _blocks(self) -> dict[str, list[int]]:
        """Key -> places: ``zhang wei`` of full names, ``zhang w`` of all names where one has initials only."""
        found: dict[str, list[int]] = defaultdict(list)
        short: set[str] = set()
        for row in self._persons.rows:
            if not row.name.full_keys:
                short.update(row.name.short_keys)
        for at, row in enumerate(self._persons.rows):
            full = row.name.full_keys
            for key in full:
                found[key].append(at)
            for key in row.name.short_keys:
                if key in short and key not in full:
                    found[key].append(at)
        return found

    def _parts(self, places: Sequence[int], context: _Context) -> dict[Token, set[int]]:
        """The people of a block by what stands beside their names; in one of initials, by what stands beside those."""
        rows = self._persons.rows
        short = [at for at in places if not rows[at].name.key]
        wanted = {shared for at in short for shared in context(at)}
        found: dict[Token, set[int]] = defaultdict(set)
        for at in places:
            person = self._people[at]
            for shared in context(at):
                if not short or shared in wanted:
                    found[shared].add(person)
        return found

    def _places(self, at: int) -> Iterator[Token]:
        return ((f"affiliation {place.name}",) for place in self._persons.rows[at].affiliations)

    def _company(self, at: int) -> Iterator[Token]:
        own = self._persons.rows[at].name.short_keys[:1]
        names = sorted({name for name in self._persons.company.short(at) if name not in own})
        frequent = [name for name in names if self._named[name] > FREQUENT]
        yield from ((f"co-author {name}",) for name in names if self._named[name] <= FREQUENT)
        if len(frequent) <= FEW_AUTHORS:
            yield from ((f"co-author {one}", f"co-author {other}") for one, other in combinations(frequent, 2))

    def _among(self, people: Iterable[int], shared: Token, meetings: _Meetings) -> Iterator[Maybe]:
        groups = self._persons.groups
        for one, other in combinations(sorted(people, key=self._persons.rank.__getitem__), 2):
            # One number for a pair: there may be a million.
            pair = one * len(self._people) + other
            if pair in self._seen:
                continue
            self._seen.add(pair)
            best = meetings.best(groups.names(one), groups.names(other))
            if best and not groups.apart(one, other, renamed=True):
                reading = (f"reading {best.reading}",) if best.reading else ()
                yield Maybe(one, other, best.reason, (*reading, *shared))

    def _by_orcid(self) -> Iterator[Maybe]:
        """One ORCID with names that have nothing in common: one of them is wrong."""
        found: dict[str, set[int]] = defaultdict(set)
        for at, row in enumerate(self._persons.rows):
            if row.orcid:
                found[row.orcid].add(self._people[at])
        for orcid, people in sorted(found.items()):
            if 1 < len(people) <= LARGEST:
                for one, other in combinations(sorted(people, key=self._persons.rank.__getitem__), 2):
                    if one * len(self._people) + other not in self._seen and not self._persons.groups.apart(
                        one, other, renamed=True
                    ):
                        yield Maybe(one, other, "orcid", (f"orcid {orcid}",))


class _Meetings:
    """How names of one block meet; each pair is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Candidate | None] = {}

    def best(self, names: Iterable[PersonName], others: Iterable[PersonName]) -> Candidate | None:
        """The strongest meeting of any of ``names`` with any of ``others``."""
        found: Candidate | None = None
        for a, b in product(names, others):
            pair = id(a), id(b)
            if pair not in self._known:
                self._known[pair] = candidate(a, b)
            meeting = self._known[pair]
            if meeting and (found is None or _rank(meeting) < _rank(found)):
                found = meeting
        return found


def _rank(found: Candidate) -> tuple[bool, bool, str]:
    return "initials" in found.reason, "turned" in found.reason, found.reading
