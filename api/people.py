"""People as publishing tells them apart: the authorships of one, what joined them, and who may be the same."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

import msgspec

from ingest.people.candidates import Candidate, candidate
from ingest.people.listing import sought
from ingest.people.names import PersonName, person_name, written
from kg import vocab
from kg.errors import NotFound
from kg.mapping.base import term
from kg.mapping.people import display
from kg.mapping.persons import NAME_KEY, SAME_PERSON
from kg.model.document import Author
from kg.model.ids import Ids, canonical, slug
from kg.model.terms import Term, iri, lexical, literal
from kg.query.concepts import Properties, described, number, texts
from kg.query.named import named
from kg.store.base import Reader

_BETWEEN = "/author/"
_FAMILY = term(vocab.FOAF, "familyName")
_GIVEN = term(vocab.FOAF, "givenName")
_ORDER = term(vocab.MEDKG, "order")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_TITLE = term(vocab.DCTERMS, "title")


class Affiliated(msgspec.Struct, frozen=True):
    """An affiliation line and the records (CURIEs) that give it."""

    line: str
    records: tuple[str, ...]


class Authored(msgspec.Struct, frozen=True):
    """A record that a person stands on. ``name``: as the record gives it; ``role``: ``author``, ``editor`` …"""

    record: str
    titles: tuple[str, ...]
    year: int | None
    name: str
    place: int
    role: str


class Evidence(msgspec.Struct, frozen=True):
    """Two authorships (ids) that were brought together. ``reason``: orcid, work, affiliation or co-author."""

    a: str
    b: str
    reason: str
    evidence: tuple[str, ...]


class MaybePerson(msgspec.Struct, frozen=True):
    """Somebody else who may be the same; ``reason``: how the names meet."""

    id: str
    name: str
    reason: str
    evidence: tuple[str, ...]


class PersonRecord(msgspec.Struct, frozen=True):
    """One person, as far as there is evidence. ``id``: the canonical authorship; it changes when an earlier record
    joins, and every other authorship of the person leads here, too.

    ``meets``: how the name asked for meets the names, empty where none was asked for. ``evidence`` joins the
    records; ``candidates`` are apart, and there may be more where ``crowded`` names so many people of this name.
    """

    id: str
    iri: str
    names: tuple[str, ...]
    orcids: tuple[str, ...]
    affiliations: tuple[Affiliated, ...]
    records: tuple[Authored, ...]
    evidence: tuple[Evidence, ...]
    candidates: tuple[MaybePerson, ...]
    crowded: int = 0
    meets: str = ""


class People:
    """The people of one generation."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader = reader
        self._ids = ids

    def named(self, name: str) -> tuple[PersonName | None, list[Term]]:
        """The name as read, and the canonical authorships listed under one of its keys, sorted: no more than that."""
        asked = written(name)
        found: set[Term] = set()
        for key in sought(asked) if asked else ():
            found |= {row["person"] for row in self._reader.select(named("people/listed"), {"key": literal(key)})}
        return asked, sorted(found, key=self._order)

    def meeting(self, asked: PersonName, nodes: Sequence[Term]) -> list[PersonRecord]:
        """The people of ``nodes`` who can have this name."""
        found: list[PersonRecord] = []
        for node in nodes:
            members = self._members(node)
            meetings = [meets for name in self._names(members) if (meets := candidate(asked, name))]
            if meetings:
                record = self._record(node, members)
                found.append(msgspec.structs.replace(record, meets=min(meetings, key=_rank).reason))
        return found

    def record(self, identifier: str) -> PersonRecord:
        """The person of an authorship, ``PMID:1/author/2``; raises NotFound, IdentifierError for another form."""
        node = self._node(identifier)
        above = self._reader.select(named("people/canonical"), {"authorship": node})
        canonical_node = above[0]["canonical"] if above else node
        members = self._members(canonical_node)
        if not any(_ORDER in found for found in members.values()):
            raise NotFound(name=identifier)
        return self._record(canonical_node, members)

    def _node(self, identifier: str) -> Term:
        record, mark, place = identifier.rpartition(_BETWEEN)
        if not mark or not (place.isascii() and place.isdecimal()):
            raise NotFound(name=identifier)
        return iri(f"{self._ids.base}document/{slug(record)}{_BETWEEN}{place}")

    def _id(self, node: Term) -> str:
        return unquote(lexical(node).removeprefix(f"{self._ids.base}document/"))

    def _order(self, node: Term) -> tuple[tuple[int, int, str], int]:
        record, _, place = self._id(node).rpartition(_BETWEEN)
        return canonical(record), int(place) if place.isdecimal() else 0

    def _members(self, node: Term) -> dict[Term, Properties]:
        """Every authorship of a person with what its record says, the canonical one first."""
        first = described(self._reader, node)
        return {node: first} | {
            other: described(self._reader, other) for other in sorted(first.get(SAME_PERSON, ()), key=self._order)
        }

    @staticmethod
    def _names(members: dict[Term, Properties]) -> list[PersonName]:
        found = (person_name(_author(one)) for one in members.values())
        return list(dict.fromkeys(name for name in found if name))

    def _record(self, node: Term, members: dict[Term, Properties]) -> PersonRecord:
        records = {member: self._authored(member, found) for member, found in members.items()}
        lines: dict[str, list[str]] = {}
        for member, found in members.items():
            for line in texts(found, term(vocab.MEDKG, "affiliation")):
                lines.setdefault(line, []).extend(one.record for one in records[member])
        orcids = {text.rpartition("/")[2] for one in members.values() for text in texts(one, _own("orcid"))}
        crowds = (self._reader.select(named("people/crowd"), {"key": key}) for key in members[node].get(NAME_KEY, ()))
        return PersonRecord(
            id=self._id(node),
            iri=lexical(node),
            names=tuple(dict.fromkeys(display(_author(one)) for one in members.values())),
            orcids=tuple(sorted(orcids)),
            affiliations=tuple(Affiliated(line, tuple(dict.fromkeys(found))) for line, found in lines.items()),
            records=tuple(one for found in records.values() for one in found),
            evidence=self._evidence(members),
            candidates=self._candidates(node),
            crowded=max((int(lexical(row["size"])) for rows in crowds for row in rows), default=0),
        )

    def _authored(self, node: Term, found: Properties) -> list[Authored]:
        name = display(_author(found))
        role = next(iter(texts(found, _own("role"))), "author")
        records: list[Authored] = []
        for row in self._reader.select(named("people/record"), {"authorship": node}):
            document = described(self._reader, row["document"])
            years = [int(year) for year in texts(document, _own("year"))]
            curie = next(iter(texts(document, _IDENTIFIER)), self._ids.curie(lexical(row["document"])))
            titles = texts(document, _TITLE)
            records.append(Authored(curie, titles, min(years, default=None), name, number(found, _ORDER), role))
        return records

    def _evidence(self, members: dict[Term, Properties]) -> tuple[Evidence, ...]:
        found: dict[Term, tuple[list[Term], Properties]] = {}
        for member in members:
            for row in self._reader.select(named("people/matches"), {"authorship": member}):
                found.setdefault(row["match"], ([], described(self._reader, row["match"])))[0].append(member)
        joined = ((sorted(ends, key=self._order), _why(why)) for _, (ends, why) in sorted(found.items()))
        return tuple(
            Evidence(self._id(ends[0]), self._id(ends[1]), reason, evidence)
            for ends, (reason, evidence) in joined
            if len(ends) == 2
        )

    def _candidates(self, node: Term) -> tuple[MaybePerson, ...]:
        found: list[MaybePerson] = []
        for row in self._reader.select(named("people/candidates"), {"authorship": node}):
            other = row["other"]
            name = display(_author(described(self._reader, other)))
            found.append(MaybePerson(self._id(other), name, *_why(described(self._reader, row["candidate"]))))
        return tuple(sorted(found, key=lambda one: (one.reason, one.id)))


def _own(name: str) -> Term:
    return term(vocab.MEDKG, name)


def _why(found: Properties) -> tuple[str, tuple[str, ...]]:
    return next(iter(texts(found, _own("personReason"))), ""), texts(found, _own("personEvidence"))


def _author(found: Properties) -> Author:
    parts = (_FAMILY, _GIVEN, _own("initials"), _own("suffix"), _own("collectiveName"))
    family, given, initials, suffix, collective = (next(iter(texts(found, key)), "") for key in parts)
    return Author(family, given, initials, suffix, collective)


def _rank(found: Candidate) -> tuple[bool, bool]:
    return "initials" in found.reason, "turned" in found.reason
