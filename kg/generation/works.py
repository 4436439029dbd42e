"""Which record stands for a work where works are searched by fields.

A work is found by what all of its records say together: one has the Chinese title and the keywords, another the
headings. Every order, count, facet and page is right then without folding hits, which would need all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.model.terms import Term
from kg.query.named import named
from kg.store.base import Reader


class Works:
    """The works of a store that have several records among ``documents``."""

    def __init__(self, reader: Reader, documents: Collection[Term]) -> None:
        found: dict[Term, set[Term]] = {}
        for row in reader.select(named("works")):
            found.setdefault(row["work"], {row["work"]}).add(row["record"])
        self._records: dict[Term, tuple[Term, ...]] = {}
        self._mains: dict[Term, Term] = {}
        for work, members in found.items():
            # The canonical record first, wherever it is one of the documents.
            records = sorted(members.intersection(documents), key=lambda record: (record != work, record))
            self._records |= dict.fromkeys(records[1:], ())
            self._mains |= dict.fromkeys(records[1:], records[0]) if records else {}
            if records:
                self._records[records[0]] = tuple(records)

    def records(self, document: Term) -> Sequence[Term]:
        """The records that ``document`` stands for, itself first; none where another record stands for it."""
        return self._records.get(document, (document,))

    def main(self, document: Term) -> Term:
        """The record that stands for the work of ``document``; itself where none other does."""
        return self._mains.get(document, document)
