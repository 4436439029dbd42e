"""People and organisations in a graph: read from a store, told as statements that publishing derives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ingest.people.listing import listed
from ingest.people.maybe import Candidates
from ingest.people.organisations import organisations
from ingest.people.persons import Persons
from ingest.people.stated import authorships, records
from kg import vocab
from kg.mapping.base import Context, term
from kg.mapping.persons import crowded_name, name_key, organisation, person_candidate, person_match, same_person
from kg.model.ids import Ids
from kg.model.terms import Statement, Term
from kg.store.base import Reader

_SAME_WORK = term(vocab.MEDKG, "sameWork")


def people(reader: Reader, base: str, derived: Sequence[Statement] = ()) -> Iterator[Statement]:
    """``mkg:samePerson`` and ``mkg:maybeSamePerson`` of authorships, names of organisations.

    ``derived``: statements among which those with ``mkg:sameWork`` tell records of one work.
    """
    context = Context(ids=Ids(base))
    documents = records(reader)
    lines: set[str] = set()
    rows = list(authorships(reader, documents, lines))
    for found in organisations(lines):
        # A line that stands alone is all that is known of its organisation.
        if len(found.lines) > 1:
            yield from organisation(found.names, found.lines, found.ids, context)
    lines.clear()
    persons = Persons(rows, _works(derived, documents))
    for person in persons.people:
        canonical, *others = person.members
        yield from (same_person(canonical, node) for node in others)
    yield from _listed(persons)
    for join in persons.joins:
        yield from person_match(rows[join.a].node, rows[join.b].node, join.reason, join.evidence, context)
    candidates = Candidates(persons)
    for one in candidates.pairs():
        yield from person_candidate(rows[one.a].node, rows[one.b].node, one.reason, one.evidence, context)
    for crowd in candidates.crowds:
        yield from crowded_name(crowd.key, crowd.people, context)


def _listed(persons: Persons) -> Iterator[Statement]:
    """Every person under every key of every name, so that a name is found in any script and order."""
    keys: dict[int, tuple[str, ...]] = {}
    found: dict[int, set[str]] = defaultdict(set)
    for at, row in enumerate(persons.rows):
        if id(row.name) not in keys:
            keys[id(row.name)] = listed(row.name)
        found[persons.canonical(at)].update(keys[id(row.name)])
    for at, names in found.items():
        yield from (name_key(persons.rows[at].node, key) for key in sorted(names))


def _works(derived: Iterable[Statement], records: dict[Term, str]) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for statement in derived:
        work, predicate, record = statement.split(" ", 2)
        if predicate == _SAME_WORK:
            found.setdefault(work, [work]).append(record)
    return [[records[Term(record)] for record in group if record in records] for group in found.values()]
