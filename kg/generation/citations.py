"""How often a work is cited, counted at publishing: by works, not by records, under all of its identifiers.

A reference may name a work by DOI and by PubMed number, and a work may have several records. Counts of the engine
are right where the cited work has one name and the citing ones have one record; for the others the citing works are
gone through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.generation.pages import about, paged
from kg.generation.standings import Rows
from kg.mapping.base import term
from kg.mapping.works import RESOLVED
from kg.model.terms import Statement, Term, integer, lexical
from kg.store.base import Reader

CITED_BY = term(vocab.MEDKG, "citedByCount")
_SAME_WORK = term(vocab.MEDKG, "sameWork")
_AT_ONCE = 400


def citations(reader: Reader, rows: Rows, works: Iterable[Statement]) -> Iterator[Statement]:
    """``mkg:citedByCount`` of every cited node and of every record of a cited work.

    From the answers of ``derive/cited`` and ``derive/cited-same``; ``works``: statements among which those with
    ``mkg:sameWork`` tell records of one work.
    """
    names = _Names()
    for row in rows["cited-same"]:
        names.join(row["document"], row["other"])
    records: set[Term] = set()
    resolved: dict[Term, set[Term]] = {}
    for statement in works:
        work, predicate, record = statement.split(" ", 2)
        if predicate == _SAME_WORK:
            names.join(Term(work), Term(record))
            records |= {Term(work), Term(record)}
        elif predicate == RESOLVED:
            resolved.setdefault(Term(record), set()).add(Term(work))
    twice = {
        row["cited"] for page in paged(sorted(records), _AT_ONCE) for row in about(reader, "derive/cited-by", page)
    }
    several: dict[Term, list[Term]] = {}
    for row in rows["cited"]:
        cited = row.get("cited")
        if cited is None:
            # rdflib gives one row without a group where nothing is cited; SPARQL 1.1, section 18.5.1, gives none.
            continue
        if cited in names or cited in twice or cited in resolved:
            several.setdefault(names.of(cited), []).append(cited)
        else:
            yield Statement(f"{cited} {CITED_BY} {integer(int(lexical(row['count'])))}")
    citing: dict[Term, set[Term]] = {work: set() for work in several}
    for cited, documents in resolved.items():
        citing.setdefault(names.of(cited), set()).update(map(names.of, documents))
    for page in paged(sorted(cited for members in several.values() for cited in members), _AT_ONCE):
        for row in about(reader, "derive/citing", page):
            citing[names.of(row["cited"])].add(names.of(row["document"]))
    groups = names.groups()
    for work, found in citing.items():
        # A record that cites another of the same work is an accident of sources, not a citation.
        number = len(found - {work})
        for member in sorted(groups.get(work, [work])):
            yield Statement(f"{member} {CITED_BY} {integer(number)}")


class _Names:
    """Which nodes name one work: a forest, the least node of each tree stands for it."""

    def __init__(self) -> None:
        self._above: dict[Term, Term] = {}

    def __contains__(self, node: Term) -> bool:
        return node in self._above

    def of(self, node: Term) -> Term:
        while (above := self._above.get(node, node)) != node:
            node = above
        return node

    def join(self, a: Term, b: Term) -> None:
        first, second = sorted((self.of(a), self.of(b)))
        self._above.setdefault(first, first)
        self._above[second] = first

    def groups(self) -> dict[Term, list[Term]]:
        found: dict[Term, list[Term]] = {}
        for node in self._above:
            found.setdefault(self.of(node), []).append(node)
        return found
