"""Records of one work in a graph: read from a store, told as statements that publishing derives."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from ingest.works.citation import Citation, distinct, edition, host, number, page_range, serial
from ingest.works.clusters import clusters
from ingest.works.decisions import decisions
from ingest.works.keys import keys
from ingest.works.names import Name, name
from ingest.works.resolution import resolved, unresolved
from ingest.works.titles import title
from kg import vocab
from kg.generation.pages import ahead, numbered, paged, scanned
from kg.mapping.base import Context, term
from kg.mapping.document import kind_of
from kg.mapping.works import match, same_work
from kg.model.document import Author
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, iri, lexical
from kg.query.named import named
from kg.store.base import Reader

METHOD = "works/1"
"""Changes with every change of the rules."""
_AT_ONCE = 400
_ID = term(vocab.MEDKG, "id")
_TITLES = (term(vocab.DCTERMS, "title"), term(vocab.MEDKG, "vernacularTitle"))
_YEAR = term(vocab.MEDKG, "year")
_SERIES = term(vocab.MEDKG, "series")
_PUBLISHER = term(vocab.DCTERMS, "publisher")
_VOLUME = term(vocab.BIBO, "volume")
_ISSUE = term(vocab.BIBO, "issue")
_PAGES = term(vocab.BIBO, "pages")
_EDITION = term(vocab.BIBO, "edition")
_ISSNS = (term(vocab.BIBO, "issn"), term(vocab.BIBO, "eissn"))
_HOSTS = (term(vocab.DCTERMS, "title"), term(vocab.MEDKG, "abbreviation"))
_ORDER = term(vocab.MEDKG, "order")
_ROLE = term(vocab.MEDKG, "role")
_FAMILY = term(vocab.FOAF, "familyName")
_GIVEN = term(vocab.FOAF, "givenName")
_INITIALS = term(vocab.MEDKG, "initials")
_COLLECTIVE = term(vocab.MEDKG, "collectiveName")

_PROPERTIES = (_ID, *_TITLES, _YEAR, _SERIES, _PUBLISHER, _VOLUME, _ISSUE, _PAGES, _EDITION)

_Values = dict[Term, list[str]]


def works(reader: Reader, base: str) -> Iterator[Statement]:
    """``mkg:sameWork`` for every work with several records in the default graph, ``mkg:resolvedTo`` for references."""
    context = Context(ids=Ids(base))
    records = list(citations(reader))
    printed = list(unresolved(reader, records, context))
    name_authors(reader, records, {key for _, one in printed for key in keys(one)}, context)
    found = clusters(records, decisions(reader, records, context.ids))
    yield from resolved(printed, records, found, METHOD, context)
    for cluster in found:
        for member in cluster.members[1:]:
            yield same_work(cluster.id, member, context)
        for join in cluster.joins:
            yield from match(join.a, join.b, join.verdict.reason, join.verdict.evidence, METHOD, context)


def citations(reader: Reader) -> Iterator[Citation]:
    """Every document of the default graph, by IRI, without its authors; one without a title cannot be compared and
    is left out."""
    found: dict[Term, tuple[str, Term]] = {}
    for row in reader.select(named("derive/works")):
        place = lexical(row["id"]), row["class"]
        found[row["document"]] = min(place, found.get(row["document"], place))
    nodes = sorted(found)
    properties = scanned(reader, nodes, _PROPERTIES)
    journals = _journals(reader)
    for node in nodes:
        identifier, class_ = found[node]
        # Taken out, so that what has been read does not wait beside what is made of it.
        own = _texts(properties.pop(node))
        journal = _joined(journals.pop(node, ()))
        titles = tuple(dict.fromkeys(title(text) for key in _TITLES for text in own.get(key, ())))
        if titles:
            numbers = _numbers(own.get(_ID, ()))
            yield Citation(
                id=identifier,
                kind=kind_of(class_),
                pmids=numbers["pmid"],
                pmcs=numbers["pmcid"],
                dois=numbers["doi"],
                titles=titles,
                years=tuple(sorted(int(year) for year in own.get(_YEAR, ()))),
                issns=distinct(serial(text) for key in _ISSNS for text in journal.get(key, ())),
                hosts=distinct(
                    host(text)
                    for text in (*(text for key in _HOSTS for text in journal.get(key, ())), *own.get(_SERIES, ()))
                ),
                publisher=next((host(text) for text in own.get(_PUBLISHER, ())), ""),
                volumes=distinct(map(number, own.get(_VOLUME, ()))),
                issues=distinct(map(number, own.get(_ISSUE, ()))),
                pages=tuple(pages for text in own.get(_PAGES, ()) if (pages := page_range(text))[0]),
                edition=next((edition(text) for text in own.get(_EDITION, ())), ""),
            )


def _journals(reader: Reader) -> dict[Term, list[_Values]]:
    """Document -> what its journals are called. A journal is shared by its articles."""
    rows = reader.select(named("derive/journals-of"))
    nodes = {row["journal"] for row in rows}
    texts = {node: _texts(values) for node, values in scanned(reader, nodes, (*_ISSNS, *_HOSTS)).items()}
    found: dict[Term, list[_Values]] = {}
    for row in rows:
        found.setdefault(row["document"], []).append(texts[row["journal"]])
    return found


def _texts(values: dict[Term, list[Term]]) -> _Values:
    return {name: sorted(map(lexical, each)) for name, each in values.items()}


def _joined(journals: Sequence[_Values]) -> _Values:
    """A document that sources put into several journals has the names of all."""
    if len(journals) == 1:
        return journals[0]
    found: _Values = {}
    for journal in journals:
        for key, texts in journal.items():
            found[key] = sorted([*found.get(key, ()), *texts])
    return found


def name_authors(reader: Reader, records: list[Citation], wanted: set[str], context: Context) -> None:
    """Put the authors into those records that anything is compared with: of a big library that is a small part."""
    counts = Counter(hash(key) for record in records for key in set(keys(record)))
    places = {
        iri(context.ids.expand(record.id)): place
        for place, record in enumerate(records)
        if any(key in wanted or counts[hash(key)] > 1 for key in keys(record))
    }
    for found in ahead(partial(_authors, reader, page) for page in paged(sorted(places), _AT_ONCE)):
        for node, authors in found.items():
            records[places[node]] = msgspec.structs.replace(records[places[node]], authors=authors)


def _numbers(identifiers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {"pmid": [], "pmcid": [], "doi": []}
    for identifier in identifiers:
        scheme, _, value = identifier.partition(":")
        if scheme in found:
            found[scheme].append(value.lower())
    return {scheme: distinct(values) for scheme, values in found.items()}


def _authors(reader: Reader, page: Sequence[Term]) -> dict[Term, tuple[Name, ...]]:
    """By document, in order; of two spellings that sources give one authorship, the first by alphabet."""
    found: dict[Term, dict[Term, dict[Term, str]]] = {node: defaultdict(dict) for node in page}
    for document, row in numbered(reader, "derive/work-authors", page):
        person = found[document][row["authorship"]]
        value = lexical(row["value"])
        person[row["property"]] = min(value, person.get(row["property"], value))
    return {node: tuple(map(_name, _ordered(people.values()))) for node, people in found.items()}


def _ordered(people: Iterable[dict[Term, str]]) -> list[dict[Term, str]]:
    authors = [person for person in people if _ROLE not in person and _ORDER in person]
    return sorted(authors, key=lambda person: int(person[_ORDER]))


def _name(person: dict[Term, str]) -> Name:
    return name(
        Author(
            family=person.get(_FAMILY, ""),
            given=person.get(_GIVEN, ""),
            initials=person.get(_INITIALS, ""),
            collective=person.get(_COLLECTIVE, ""),
        )
    )
