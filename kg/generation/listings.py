"""Which journals the lists of journals name, worked out at publishing.

A list has one ISSN of a journal, or its title only; the documents have another, or the node of their journal is
named after its NLM number. So journals are compared by all their numbers, and by titles where the two have no numbers
of one kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg import vocab
from kg.index.fields import key
from kg.mapping.base import term
from kg.model.terms import Statement, Term, lexical
from kg.query.named import named
from kg.store.base import Reader

LISTED_IN = term(vocab.MEDKG, "listedIn")
_ISSNS = frozenset({term(vocab.BIBO, "issn"), term(vocab.BIBO, "eissn"), term(vocab.MEDKG, "linkingIssn")})
_CN = term(vocab.MEDKG, "cnNumber")
_LIST = term(vocab.MEDKG, "journalList")
_EDITION = term(vocab.BIBO, "edition")
_CATEGORY = term(vocab.MEDKG, "listCategory")


class _Names:
    """The numbers and titles of a journal, in one spelling each."""

    def __init__(self) -> None:
        self.issns: set[str] = set()
        self.cns: set[str] = set()
        self.titles: set[str] = set()

    @property
    def numbers(self) -> set[str]:
        return self.issns | self.cns

    def differs(self, other: _Names) -> bool:
        """Whether both have numbers of one kind, which decide whatever the titles say."""
        return bool((self.issns and other.issns) or (self.cns and other.cns))


def listings(reader: Reader) -> Iterator[Statement]:
    """``mkg:listedIn`` from each journal to the entries of lists that name it."""
    entries = _names(reader.select(named("derive/listings")))
    if not entries:
        return
    journals = _names(reader.select(named("derive/journals")))
    numbered: dict[str, set[Term]] = defaultdict(set)
    titled: dict[str, set[Term]] = defaultdict(set)
    for journal, names in journals.items():
        for number in names.numbers:
            numbered[number].add(journal)
        for title in names.titles:
            titled[title].add(journal)
    for entry, names in sorted(entries.items()):
        near = {journal for number in names.numbers for journal in numbered.get(number, ())}
        # A catalogue may know the electronic ISSN that the documents have beside the one of the list.
        numbers = names.numbers.union(*(journals[journal].numbers for journal in near))
        found = {journal for number in numbers for journal in numbered.get(number, ())}
        same = {journal for title in names.titles for journal in titled.get(title, ())}
        found |= {journal for journal in same if not names.differs(journals[journal])}
        yield from (Statement(f"{journal} {LISTED_IN} {entry}") for journal in sorted(found))


def _names(rows: Iterable[Mapping[str, Term]]) -> dict[Term, _Names]:
    found: dict[Term, _Names] = defaultdict(_Names)
    for row in rows:
        names, value = found[row["journal"]], lexical(row["value"])
        if row["property"] in _ISSNS:
            names.issns.add(key("is", value))
        elif row["property"] == _CN:
            names.cns.add(key("is", value))
        else:
            names.titles.add(key("jo", value))
    return dict(found)


class Lists:
    """The entries of lists in a store, by the names under which strategies know them."""

    def __init__(self, reader: Reader) -> None:
        self._entries: dict[Term, dict[Term, str]] = defaultdict(dict)
        for row in reader.select(named("index/listings")):
            self._entries[row["listing"]][row["property"]] = lexical(row["value"])

    def names(self, entry: Term) -> list[str]:
        """The name of the list with its edition first; alone, with the category, and with both."""
        values = self._entries.get(entry, {})
        name, edition, category = (values.get(part, "") for part in (_LIST, _EDITION, _CATEGORY))
        ways = ((name, edition), (name,), (name, category), (name, edition, category))
        return list(dict.fromkeys(" ".join(filter(None, way)) for way in ways)) if name else []
