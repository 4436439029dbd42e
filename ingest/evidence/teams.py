"""Who wrote a record, by keys that meet where two names can be one person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from ingest.people.names import person_name
from kg import vocab
from kg.generation.pages import numbered, paged
from kg.mapping.base import term
from kg.model.document import Author
from kg.model.terms import Term, lexical
from kg.store.base import Reader

_AT_ONCE = 400
_ORDER = term(vocab.MEDKG, "order")
_ROLE = term(vocab.MEDKG, "role")
_FAMILY = term(vocab.FOAF, "familyName")
_GIVEN = term(vocab.FOAF, "givenName")
_INITIALS = term(vocab.MEDKG, "initials")
_COLLECTIVE = term(vocab.MEDKG, "collectiveName")


class Team(msgspec.Struct, frozen=True):
    """The authors of a record: for each the keys of the name, family name and first letter in every reading."""

    members: tuple[frozenset[str], ...] = ()

    def shared(self, other: Team) -> tuple[str, ...]:
        """One key for each member of the smaller team who can be in the other, sorted.

        >>> a = Team((frozenset({"zhang w"}), frozenset({"li n"}), frozenset({"wu x"})))
        >>> a.shared(Team((frozenset({"li n"}), frozenset({"zhang w", "wei z"}))))
        ('li n', 'zhang w')
        """
        fewer, more = sorted((self.members, other.members), key=len)
        known = frozenset[str]().union(*more)
        return tuple(sorted(min(keys & known) for keys in fewer if not keys.isdisjoint(known)))

    def mostly(self, other: Team) -> tuple[str, ...]:
        """What they share where that is more than half of the smaller team, and two people at least; else nothing."""
        shared = self.shared(other)
        return shared if len(shared) > 1 and 2 * len(shared) > min(len(self.members), len(other.members)) else ()


def teams(reader: Reader, documents: Iterable[Term]) -> dict[Term, Team]:
    """The authors of records; groups and editors are left out."""
    found: dict[Term, Team] = {}
    for page in paged(sorted(documents), _AT_ONCE):
        people: dict[Term, dict[Term, dict[Term, str]]] = {node: defaultdict(dict) for node in page}
        for document, row in numbered(reader, "derive/work-authors", page):
            person = people[document][row["authorship"]]
            value = lexical(row["value"])
            person[row["property"]] = min(value, person.get(row["property"], value))
        for node, authors in people.items():
            keys = (_keys(person) for person in authors.values() if _ROLE not in person and _ORDER in person)
            found[node] = Team(tuple(sorted((one for one in keys if one), key=sorted)))
    return found


def _keys(person: dict[Term, str]) -> frozenset[str]:
    name = person_name(
        Author(
            family=person.get(_FAMILY, ""),
            given=person.get(_GIVEN, ""),
            initials=person.get(_INITIALS, ""),
            collective=person.get(_COLLECTIVE, ""),
        )
    )
    return frozenset(name.short_keys) if name else frozenset()
