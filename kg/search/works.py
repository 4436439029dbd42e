"""Records of one work among hits: the best of them stands for all, the others are named beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.index.base import Kind
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.named import named
from kg.search.base import Parts
from kg.store.base import Reader

Ranked = tuple[Kind, int, float, Parts]


class Works:
    """The works of one generation that have several records; read once, when it is opened."""

    def __init__(self, reader: Reader, text: TextIndex, ids: Ids) -> None:
        self._records: dict[str, list[str]] = {}
        self._works: dict[int, str] = {}
        for row in reader.select(named("works")):
            work, record = (ids.curie(lexical(row[name])) for name in ("work", "record"))
            self._records.setdefault(work, [work]).append(record)
        for work, records in self._records.items():
            records[1:] = sorted(records[1:])
            for record in records:
                if (row_ := text.row("document", record)) is not None:
                    self._works[row_] = work

    def once(self, ranked: Iterable[Ranked]) -> list[Ranked]:
        """``ranked`` with the first record of each work only."""
        seen: set[str] = set()
        found = []
        for hit in ranked:
            work = self._works.get(hit[1]) if hit[0] == "document" else None
            if work is None or work not in seen:
                found.append(hit)
                if work is not None:
                    seen.add(work)
        return found

    def others(self, row: int, curie: str) -> Sequence[str]:
        """CURIEs of the other records of the work that the document ``curie``, at ``row``, describes."""
        work = self._works.get(row)
        return [] if work is None else [record for record in self._records[work] if record != curie]
