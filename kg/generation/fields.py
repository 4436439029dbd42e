"""What a document says in the fields of a search strategy, read from a store page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from kg import vocab
from kg.generation.explosion import Explosion
from kg.generation.listings import LISTED_IN, Lists
from kg.generation.pages import about, numbered
from kg.index.fields import heading_key, key
from kg.mapping.base import TYPE, term
from kg.mapping.document import CLASSES
from kg.mapping.people import display
from kg.model.document import Author
from kg.model.terms import Term, lexical
from kg.store.base import Reader

Values = Mapping[Term, list[Term]]
Fields = dict[str, tuple[str, ...]]

_OWN = {
    "ti": (term(vocab.DCTERMS, "title"), term(vocab.MEDKG, "vernacularTitle")),
    "kw": (term(vocab.MEDKG, "keyword"),),
    "cl": (term(vocab.MEDKG, "classNumber"),),
    "vo": (term(vocab.BIBO, "volume"),),
    "ip": (term(vocab.BIBO, "issue"),),
    "pg": (term(vocab.BIBO, "pages"),),
    "la": (term(vocab.DCTERMS, "language"),),
    "pt": (term(vocab.DCTERMS, "type"),),
    "py": (term(vocab.MEDKG, "year"),),
    "jo": (term(vocab.MEDKG, "series"),),
}
_JOURNAL = {
    "jo": (term(vocab.DCTERMS, "title"), term(vocab.MEDKG, "otherTitle"), term(vocab.MEDKG, "abbreviation")),
    "is": (term(vocab.BIBO, "issn"), term(vocab.BIBO, "eissn"), term(vocab.MEDKG, "cnNumber")),
    "cy": (term(vocab.MEDKG, "country"),),
}
_GRANT = tuple(term(vocab.MEDKG, name) for name in ("agency", "acronym", "number"))
_SCHEMES = {"doi": "doi", "pmid": "pmid", "issn": "is", "cn": "is"}
_ISSUED = term(vocab.DCTERMS, "issued")
_ID = term(vocab.MEDKG, "id")
_TITLE = term(vocab.DCTERMS, "title")
_AUTHORSHIP = term(vocab.MEDKG, "authorship")
_HEADING = term(vocab.MEDKG, "heading")
_PART_OF = term(vocab.DCTERMS, "isPartOf")
_ORDER = term(vocab.MEDKG, "order")
_FAMILY = term(vocab.FOAF, "familyName")
_GIVEN = term(vocab.FOAF, "givenName")
_INITIALS = term(vocab.MEDKG, "initials")
_COLLECTIVE = term(vocab.MEDKG, "collectiveName")
_AFFILIATION = term(vocab.MEDKG, "affiliation")
_ROLE = term(vocab.MEDKG, "role")
_CONCEPT = term(vocab.MEDKG, "concept")
_LABEL = term(vocab.RDFS, "label")
_MAJOR = term(vocab.MEDKG, "major")
_LINKS = (_AUTHORSHIP, _HEADING, term(vocab.MEDKG, "grant"), _PART_OF)


_Nodes = dict[Term, dict[Term, list[Term]]]
"""Node -> property -> values."""


class Parts:
    """The authorships, headings, grants and journals of a page of documents, turned into fields."""

    def __init__(
        self,
        reader: Reader,
        nodes: Sequence[Term],
        explosion: Explosion,
        lists: Lists,
        curie: Callable[[Term], str],
    ) -> None:
        self._lists = lists
        self._explosion = explosion
        self._curie = curie
        self._parts: dict[Term, dict[Term, _Nodes]] = defaultdict(lambda: defaultdict(_nodes))
        for link in _LINKS:
            for document, row in numbered(reader, "index/parts", nodes, link):
                self._parts[document][link][row["part"]][row["property"]].append(row["value"])
        self._qualifiers: dict[Term, _Nodes] = defaultdict(_nodes)
        headings = [heading for links in self._parts.values() for heading in links[_HEADING].values()]
        if headings:
            for row in about(reader, "index/qualifiers", nodes):
                self._qualifiers[row["heading"]][row["qualifier"]][row["property"]].append(row["value"])
        explosion.load(
            {concept for heading in headings for concept in heading.get(_CONCEPT, ())},
            {label for heading in headings if _CONCEPT not in heading for label in heading.get(_LABEL, ())},
        )

    def fields(self, document: Term, properties: Values, titles: Iterable[str], abstracts: Iterable[str]) -> Fields:
        """Field -> values as the sources give them, without repetition, sorted, so that no store's order shows."""
        found: dict[str, list[str]] = defaultdict(list)
        _add(found, properties, _OWN)
        found["ti"] += titles
        found["ab"] += abstracts
        found["pt"] += [CLASSES[kind] for kind in properties.get(TYPE, ()) if kind in CLASSES]
        found["pg"] += [pages.partition("-")[0] for pages in found["pg"]]
        for identifier in properties.get(_ID, ()):
            scheme, _, value = lexical(identifier).partition(":")
            if scheme in _SCHEMES:
                found[_SCHEMES[scheme]].append(value)
        found["day"] = _days(map(lexical, properties.get(_ISSUED, ())), found["py"])
        parts = self._parts[document]
        for journal in parts[_PART_OF].values():
            _add(found, journal, _JOURNAL)
            found["by_journal"].append(_one(journal, _TITLE))
            for entry in journal.get(LISTED_IN, ()):
                names = self._lists.names(entry)
                found["jl"] += names
                found["by_list"] += names[:1]
        found["by_type"] = found["pt"]
        found["by_language"] = [key("la", code) for code in found["la"]]
        for link in parts:
            if link not in (_PART_OF, _AUTHORSHIP, _HEADING):
                found["fu"] += [
                    " ".join(lexical(value) for name in _GRANT for value in sorted(part.get(name, ())))
                    for part in parts[link].values()
                ]
        self._people(found, parts[_AUTHORSHIP].values())
        for node, heading in parts[_HEADING].items():
            self._heading(found, heading, self._qualifiers[node].values())
        return {name: tuple(sorted({value for value in values if value})) for name, values in sorted(found.items())}

    def author(self, document: Term) -> str:
        """The name of the first author as a list shows it, empty for none."""
        people = self._parts[document][_AUTHORSHIP].values()
        ordered = [(int(_one(person, _ORDER) or 0), _names(person)[0]) for person in people if _ROLE not in person]
        return min(ordered)[1] if ordered else ""

    @staticmethod
    def _people(found: dict[str, list[str]], people: Iterable[Values]) -> None:
        authors = [(int(_one(person, _ORDER) or 0), person) for person in people if _ROLE not in person]
        first = min((order for order, _ in authors), default=0)
        for order, person in authors:
            names = _names(person)
            found["by_author"].append(names[0])
            found["au"] += names
            if order == first:
                found["fau"] += names
            found["ad"] += [lexical(value) for value in person.get(_AFFILIATION, ())]

    def _heading(self, found: dict[str, list[str]], heading: Values, qualifiers: Iterable[Values]) -> None:
        names = [lexical(label) for label in heading.get(_LABEL, ())]
        names += [self._curie(concept) for concept in heading.get(_CONCEPT, ())]
        major = _MAJOR in heading
        under = [("", major)]
        for qualifier in qualifiers:
            main = major or _MAJOR in qualifier
            called = [lexical(label) for label in qualifier.get(_LABEL, ())]
            found["sh"] += called
            called += [self._curie(concept) for concept in qualifier.get(_CONCEPT, ())]
            # A heading is a main subject where one of its qualifiers is marked as such, too (MEDLINE).
            under += [("", main), *((name, main) for name in called)]
        above = self._explosion.of(heading.get(_CONCEPT, ()), heading.get(_LABEL, ()))
        for name, below in (*((name, False) for name in names), *((curie, True) for curie in above)):
            for subheading, main in under:
                found["mh"].append(heading_key(name, subheading=subheading, below=below))
                if main:
                    found["mh"].append(heading_key(name, major=True, subheading=subheading, below=below))


def together(records: Iterable[Fields]) -> Fields:
    """What several records of one work say."""
    found: dict[str, set[str]] = defaultdict(set)
    for fields in records:
        for name, values in fields.items():
            found[name].update(values)
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def _nodes() -> _Nodes:
    return defaultdict(lambda: defaultdict(list))


def _days(dates: Iterable[str], years: Iterable[str]) -> list[str]:
    """ISO dates as ``20210305``, zeros for a day that nobody tells; the years where nobody tells a month."""
    told = {figures for date in dates if len(figures := date[:10].replace("-", "")) in (6, 8) and figures.isdecimal()}
    told -= {figures[:6] for figures in told if len(figures) == 8}
    return [figures.ljust(8, "0") for figures in sorted(told) or years]


def _add(found: dict[str, list[str]], values: Values, names: Mapping[str, tuple[Term, ...]]) -> None:
    for field, properties in names.items():
        found[field] += [lexical(value) for name in properties for value in values.get(name, ())]


def _one(values: Values, name: Term) -> str:
    return lexical(min(values[name])) if values.get(name) else ""


def _names(person: Values) -> list[str]:
    """The ways to write a name: in one line, with the given name in full behind and before the family name."""
    family, given = _one(person, _FAMILY), _one(person, _GIVEN)
    author = Author(family, given, _one(person, _INITIALS), collective=_one(person, _COLLECTIVE))
    return [display(author), f"{family} {given}".strip(), f"{given} {family}".strip()]
