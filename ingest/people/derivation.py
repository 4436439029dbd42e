"""People and organisations in a graph: read from a store, told as statements that publishing derives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from sys import intern

from ingest.people.authorship import Authorship
from ingest.people.listing import listed
from ingest.people.maybe import Candidates
from ingest.people.names import PersonName, person_name
from ingest.people.organisations import affiliations, organisations
from ingest.people.persons import Persons
from kg import vocab
from kg.generation.pages import about, paged
from kg.mapping.base import Context, term
from kg.mapping.persons import crowded_name, name_key, organisation, person_candidate, person_match, same_person
from kg.model.document import Author
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, lexical
from kg.query.named import named
from kg.store.base import Reader

_AT_ONCE = 1000
_ORDER = term(vocab.MEDKG, "order")
_ROLE = term(vocab.MEDKG, "role")
_NAME = (
    term(vocab.FOAF, "familyName"),
    term(vocab.FOAF, "givenName"),
    term(vocab.MEDKG, "initials"),
    term(vocab.MEDKG, "suffix"),
    term(vocab.MEDKG, "collectiveName"),
)
_ORCID = term(vocab.MEDKG, "orcid")
_AFFILIATION = term(vocab.MEDKG, "affiliation")
_SAME_WORK = term(vocab.MEDKG, "sameWork")

_Values = dict[Term, list[str]]


def people(reader: Reader, base: str, derived: Sequence[Statement] = ()) -> Iterator[Statement]:
    """``mkg:samePerson`` and ``mkg:maybeSamePerson`` of authorships, names of organisations.

    ``derived``: statements among which those with ``mkg:sameWork`` tell records of one work.
    """
    context = Context(ids=Ids(base))
    records = _records(reader)
    lines: set[str] = set()
    rows = list(_authorships(reader, records, lines))
    for found in organisations(lines):
        # A line that stands alone is all that is known of its organisation.
        if len(found.lines) > 1:
            yield from organisation(found.names, found.lines, found.ids, context)
    lines.clear()
    persons = Persons(rows, _works(derived, records))
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


def authorships(reader: Reader) -> Iterator[Authorship]:
    """Every person on every record of the default graph, by record; groups are left out."""
    return _authorships(reader, _records(reader), set())


def _records(reader: Reader) -> dict[Term, str]:
    found: dict[Term, str] = {}
    for row in reader.select(named("derive/works")):
        identifier = lexical(row["id"])
        found[row["document"]] = min(identifier, found.get(row["document"], identifier))
    return found


def _authorships(reader: Reader, records: dict[Term, str], lines: set[str]) -> Iterator[Authorship]:
    """``lines``: gets every affiliation line."""
    # A name comes on many records, and is read once.
    names: dict[tuple[str, ...], PersonName | None] = {}
    for answer in _answers(reader, sorted(records)):
        found: dict[tuple[Term, Term], _Values] = defaultdict(lambda: defaultdict(list))
        for row in answer:
            found[row["document"], row["authorship"]][row["property"]].append(lexical(row["value"]))
        for (document, node), values in sorted(found.items()):
            for line in values.get(_AFFILIATION, ()):
                lines.add(line)
            parts = tuple(min(values.get(key, ("",))) for key in _NAME)
            if parts not in names:
                family, given, initials, suffix, collective = parts
                names[parts] = person_name(Author(family, given, initials, suffix, collective))
            if (name := names[parts]) and _ORDER in values:
                yield _authorship(records[document], node, name, values)


def _answers(reader: Reader, nodes: Sequence[Term]) -> Iterator[list[dict[str, Term]]]:
    """What the store says of a page of documents after the other; it is asked for the next while one is read."""
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[list[dict[str, Term]]] | None = None
        for page in paged(nodes, _AT_ONCE):
            following = pool.submit(about, reader, "derive/people", page)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _authorship(document: str, node: Term, name: PersonName, values: _Values) -> Authorship:
    numbers = {address.rpartition("/")[2] for address in values.get(_ORCID, ())}
    places = (place for line in sorted(values.get(_AFFILIATION, ())) for place in affiliations(line))
    return Authorship(
        node=node,
        document=intern(document),
        place=min(map(int, values[_ORDER])),
        name=name,
        # Sources that disagree on who it is say nothing together.
        orcid=numbers.pop() if len(numbers) == 1 else "",
        affiliations=tuple(dict.fromkeys(places)),
        author=_ROLE not in values,
    )


def _works(derived: Iterable[Statement], records: dict[Term, str]) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for statement in derived:
        work, predicate, record = statement.split(" ", 2)
        if predicate == _SAME_WORK:
            found.setdefault(work, [work]).append(record)
    return [[records[Term(record)] for record in group if record in records] for group in found.values()]
