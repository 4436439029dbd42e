"""The labelled pairs of names (``names.toml``) and the labelled authors (``authors.toml``)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from ingest.people.authorship import Authorship
from ingest.people.candidates import Candidate, candidate
from ingest.people.listing import listed, sought
from ingest.people.names import PersonName, written
from ingest.people.organisations import affiliations
from kg.model.terms import Term

FILE = Path(__file__).with_name("names.toml")
AUTHORS = Path(__file__).with_name("authors.toml")


class NamePair(msgspec.Struct, frozen=True):
    """Two names, and whether both can be names of one person; ``note``: what the pair shows."""

    a: str
    b: str
    same: bool
    note: str


def name(text: str) -> PersonName:
    """A name that is there to be read."""
    found = written(text)
    assert found is not None, text
    return found


def name_pairs() -> list[NamePair]:
    """The whole set."""
    groups = tomllib.loads(FILE.read_text("utf-8"))["group"]
    return [NamePair(a, b, group["same"], group["note"]) for group in groups for a, b in group["pairs"]]


def met(pair: NamePair) -> Candidate | None:
    """How the two names meet, as they would in a library: by a key that they share, then by comparison."""
    a, b = name(pair.a), name(pair.b)
    return candidate(a, b) if set(sought(a)) & set(listed(b)) else None


class Labelled(msgspec.Struct, frozen=True):
    """Authorships, who each really is (by place), and the records of works."""

    rows: tuple[Authorship, ...]
    who: tuple[str, ...]
    works: tuple[tuple[str, ...], ...]


def labelled_authors() -> Labelled:
    """The records of ``authors.toml``."""
    table = tomllib.loads(AUTHORS.read_text("utf-8"))
    rows: list[Authorship] = []
    who: list[str] = []
    works: dict[str, list[str]] = {}
    for record in table["record"]:
        if "work" in record:
            works.setdefault(record["work"], []).append(record["id"])
        for place, text in enumerate(record["authors"], 1):
            person, written_name, line, orcid = (*(part.strip() for part in text.split("|")), "", "")[:4]
            who.append(person)
            line = table["places"][line[1:-1]] if line.startswith("{") else line
            rows.append(
                Authorship(
                    node=Term(f"<https://example.org/{record['id']}/author/{place}>"),
                    document=record["id"],
                    place=place,
                    name=name(written_name),
                    orcid=orcid,
                    affiliations=affiliations(line),
                )
            )
    return Labelled(tuple(rows), tuple(who), tuple(map(tuple, works.values())))
