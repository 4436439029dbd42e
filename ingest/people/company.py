"""What stands beside a name on its record: co-authors and organisations, as evidence of who it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from ingest.people.authorship import Authorship, weak
from ingest.people.organisations import narrow

MOST_AUTHORS = 30
"""Authors of a record whose company still says something."""

Token = tuple[str, ...]
"""Things that agree, as people read them: ``affiliation …``, ``unit …``, ``co-author …``."""


class Company:
    """Over all authorships. ``named``: full name -> places of its authorships."""

    def __init__(self, rows: Sequence[Authorship]) -> None:
        self._rows = rows
        self._authors: dict[str, list[str]] = defaultdict(list)
        self._weak: dict[str, bool] = {}
        counts: Counter[tuple[str, str]] = Counter()
        self._short: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.author:
                self._short[row.document] += row.name.short_keys[:1]
            if row.author and (key := row.name.key):
                if key not in self._weak:
                    self._weak[key] = weak(row.name)
                self._authors[row.document].append(key)
        for document, names in self._authors.items():
            if len(set(names)) < len(names):
                counts.update((document, name) for name in names)
        self.named: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            # Of two people of one name on one record nobody can say which is meant elsewhere.
            if row.author and row.name.key and counts[row.document, row.name.key] < 2:
                self.named[row.name.key].append(at)

    def others(self, at: int) -> list[str]:
        """Full names of the other authors, none where they are too many."""
        row = self._rows[at]
        names = self._authors.get(row.document, [])
        if len(names) > MOST_AUTHORS:
            return []
        return sorted({name for name in names if name != row.name.key})

    def evidence(self, at: int, key: str, little: bool) -> Iterator[Token]:
        """What makes two authorships of a full name one person's when both have it. ``little``: the name says little,
        so two things must agree."""
        others = self.others(at)
        for place in self._rows[at].affiliations:
            if not little:
                yield (f"affiliation {place.name}",)
                continue
            if narrow(place.unit):
                yield f"affiliation {place.name}", f"unit {place.unit}"
            for other in others:
                # Two wards of a hospital can each have a Zhang Wei and a Li Na.
                if not (place.unit and self._weak[other]):
                    yield f"affiliation {place.name}", f"co-author {other}"
        if not little:
            yield from ((f"co-author {other}",) for other in others if not self._weak[other])
        for one, other in combinations(others, 2):
            if not (self._weak[one] and self._weak[other] and little):
                yield f"co-author {one}", f"co-author {other}"

    def short(self, at: int) -> Iterable[str]:
        """The co-authors by pinyin and first letter, which names written in two ways have in common."""
        names = self._short.get(self._rows[at].document, ())
        return names if len(names) <= MOST_AUTHORS else ()
