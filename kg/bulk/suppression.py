"""Small counts are not carried off: a graph can ask that numbers below a limit stay here (statistical disclosure).

A graph asks by ``mkg:smallCountLimit`` in the provenance graph. What counts as a count are the values of the
properties that are ``mkg:CountProperty``, our own or those that the graph declares. A value between 0 and the
limit is replaced by a statement that says that there is one: not known is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg import vocab
from kg.mapping import assertions
from kg.mapping.base import term
from kg.model.terms import XSD, Statement, Term
from kg.query.named import named
from kg.store.base import Reader

COUNTS: tuple[Term, ...] = (
    term(vocab.MEDKG, "documentCount"),
    term(vocab.MEDKG, "subtreeDocumentCount"),
    term(vocab.MEDKG, "citedByCount"),
    term(vocab.MEDKG, "tally"),
    *assertions.COUNTS.values(),
)
"""Our own counts (``ontology/medkg.ttl`` says the same)."""
COUNT_PROPERTY = term(vocab.MEDKG, "CountProperty")
_SUPPRESSED = term(vocab.MEDKG, "suppressedCount")
_NUMBER = f"^^<{XSD}"


def count_properties(reader: Reader) -> frozenset[Term]:
    """Our own counts and those that any graph declares."""
    rows = reader.select(named("verify/instances"), {"class": COUNT_PROPERTY})
    return frozenset(COUNTS) | {row["node"] for row in rows}


class Suppression:
    """Keeps small counts of one graph back; ``number`` of them so far."""

    def __init__(self, limit: int, properties: Iterable[Term]) -> None:
        self._limit = limit
        self._properties = frozenset(properties)
        self.number = 0

    def apply(self, row: Statement) -> Statement:
        """``row``, or what is said instead of it.

        >>> count = Term("<urn:patients>")
        >>> Suppression(5, [count]).apply(Statement(f'<urn:a> {count} "3"^^<{XSD}integer>'))
        '<urn:a> <https://w3id.org/medkg/vocab#suppressedCount> <urn:patients>'
        """
        subject, predicate, value = row.split(" ", 2)
        if predicate not in self._properties or _NUMBER not in value:
            return row
        try:
            number = float(value.split('"')[1])
        except ValueError:
            return row
        if not 0 < number < self._limit:
            return row
        self.number += 1
        return Statement(f"{subject} {_SUPPRESSED} {predicate}")
