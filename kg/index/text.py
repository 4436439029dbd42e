"""The text index: BM25 over our own tokens, by tantivy.

Tokens reach tantivy joined by blanks through a white-space analyser, which is 3.6 times cheaper
than token objects; only the fields of search strategies (``kg.index.fields``) know the places of words.
Documents and concepts lie in an index each: in a common one a hundred thousand short labels would lift
the weight of every word of an abstract.
BM25 constants are those of tantivy (k1 1.2, b 0.75); the best thousand documents are then put in order by our own
(``kg.index.rescoring``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, cast

import msgspec
import numpy as np
import numpy.typing as npt
import tantivy

from kg.device import denied
from kg.errors import FieldsMissing, IntegrityError, StoreError, VectorEngineFailed
from kg.index.base import KINDS, Card, Filters, Kind
from kg.index.boolean import Boolean
from kg.index.counts import Rows as Found
from kg.index.counts import Values
from kg.index.fielded import Fielded
from kg.index.fields import FIELDS_FORMAT
from kg.index.rescoring import COUNTS_FORMAT, RESCORED, Mentions, Rescoring, asked_of
from kg.index.rows import Rows
from kg.index.sealed import map_array, unseal
from kg.index.textschema import ILLUSTRATIVE, NO_YEAR, register


class Wanted(msgspec.Struct, frozen=True):
    """One token that hits may hold: in which field, and how much it counts."""

    field: str
    token: str
    boost: float = 1.0


class Adjacent(msgspec.Struct, frozen=True):
    """Words that hits may hold side by side, in a phrase field (``kg.index.fields``), spelled as ``places`` does."""

    field: str
    words: tuple[str, ...]
    boost: float = 1.0


class WordIndex(Protocol):
    """What ranks as tantivy does, in another place."""

    def search(
        self, wanted: Sequence[Wanted], limit: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """See ``TextIndex.search``; ``allowed`` is over all rows. Raises VectorEngineFailed."""


class TextIndex:
    """A text index opened read-only; safe to use from several threads.

    ``words`` may find the words of documents in its place. Raises IntegrityError when a file is not what its manifest
    says.
    """

    def __init__(self, folder: Path, *, verify: bool = True, words: WordIndex | None = None) -> None:
        self._kinds = {kind: _KindIndex(folder / f"{kind}s", verify=verify) for kind in KINDS}
        self._kinds["document"].elsewhere = words

    def count(self, kind: Kind) -> int:
        return len(self._kinds[kind].cards)

    def card(self, kind: Kind, row: int) -> Card:
        return self._kinds[kind].cards[row]

    def row(self, kind: Kind, curie: str) -> int | None:
        """The row of an id, None where there is none."""
        cards = self._kinds[kind].cards
        at = bisect_left(range(len(cards)), curie, key=lambda row: cards[row].id)
        return at if at < len(cards) and cards[at].id == curie else None

    def search(
        self, kind: Kind, wanted: Sequence[Wanted | Adjacent], limit: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """(row, BM25 score) of the best ``limit`` entries that hold anything wanted; ties by row. The best thousand
        documents have scores of ``kg.index.rescoring`` where it knows what is wanted. An index that was made before it
        had phrase fields finds no words side by side."""
        return self._kinds[kind].search(wanted, limit, filters or Filters())

    def about(
        self, kind: Kind, rows: Sequence[int], mentions: Mentions, asked: Sequence[Mapping[str, float]]
    ) -> dict[int, float]:
        """How much each of the rows is about what is asked (``kg.index.rescoring``); nothing for concepts, and for an
        index that was made before mentions were counted."""
        return self._kinds[kind].about(rows, mentions, asked)

    def holders(self, kind: Kind, field: str, token: str) -> int:
        """How many entries hold a token, as ``tokens`` spells it, or a CURIE in ``concept`` or ``subtree``."""
        return self._kinds[kind].holders(field, token)

    def has_fields(self, kind: Kind) -> bool:
        """Whether there are fields to search in (``fielded``)."""
        return self._kinds[kind].has_fields

    def fielded(self, kind: Kind) -> Fielded:
        """Searches in fields; raises FieldsMissing for an index that was made before it had them."""
        return self._kinds[kind].fielded()

    def allowed(self, kind: Kind, filters: Filters) -> npt.NDArray[np.bool_] | None:
        """Which rows the filters let through; None when all."""
        return self._kinds[kind].allowed(filters) if filters != Filters() else None


class _KindIndex:
    def __init__(self, folder: Path, *, verify: bool) -> None:
        facts = unseal(folder, "text", verify=verify)
        try:
            index = tantivy.Index.open(str(folder / "segments"))
            register(index)
            self._searcher = index.searcher()
        except ValueError as error:
            # tantivy takes a lock in the folder even to read, so it has to be one that this process may write to.
            if reason := denied(error):
                raise StoreError(path=folder / "segments", reason=reason) from error
            raise IntegrityError(path=folder / "segments", reason=str(error)) from error
        self._schema = index.schema
        self._folder = folder
        self._format = facts.get("fields")
        self._documents = folder.name == "documents"
        self.cards = Rows(folder, "cards", Card)
        self._years = map_array(folder / "years.npy")
        self._flags = map_array(folder / "flags.npy")
        self._codes = str(facts["languages"]).split()
        self._languages = map_array(folder / "languages.npy")
        self.elsewhere: WordIndex | None = None
        self._rescoring: Rescoring | None = None
        if facts.get("counts") == COUNTS_FORMAT:
            self._rescoring = Rescoring(folder, len(self.cards), self.holders)

    def search(self, wanted: Sequence[Wanted | Adjacent], limit: int, filters: Filters) -> list[tuple[int, float]]:
        known = [one for one in wanted if isinstance(one, Wanted) or self._format == FIELDS_FORMAT]
        if not known or limit < 1:
            return []
        most = limit if self._rescoring is None else max(limit, RESCORED)
        rows, scores = self._found(known, most, filters)
        simple = [(one.field, one.token, one.boost) for one in known if isinstance(one, Wanted)]
        if self._rescoring is not None and len(simple) == len(known):
            scores = self._rescoring.rescored(rows, scores, asked_of(simple))
        order = np.lexsort((rows, -scores))[:limit]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _found(self, wanted: Sequence[Wanted | Adjacent], most: int, filters: Filters) -> tuple[Found, Values]:
        """Rows and scores, best first: by tantivy, or by the engine that ranks as it does, for as long as that
        answers."""
        words = [one for one in wanted if isinstance(one, Wanted)]
        if self.elsewhere is not None and len(words) == len(wanted):
            with suppress(VectorEngineFailed):
                allowed = self.allowed(filters) if filters != Filters() else None
                pairs = self.elsewhere.search(words, most, allowed)
                return np.array([row for row, _ in pairs], np.int64), np.array([score for _, score in pairs])
        should = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._term(term)) for term in wanted])
        clauses = [(tantivy.Occur.Must, should), *self._conditions(filters)]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), most, count=False)
        hits = found.hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float64)

    def about(self, rows: Sequence[int], mentions: Mentions, asked: Sequence[Mapping[str, float]]) -> dict[int, float]:
        if self._rescoring is None or not rows or not asked:
            return {}
        values = self._rescoring.about(np.array(rows, dtype=np.int64), mentions, asked)
        return dict(zip(rows, values.tolist(), strict=True))

    def holders(self, field: str, token: str) -> int:
        return int(self._searcher.doc_freq(field, token))

    @property
    def has_fields(self) -> bool:
        return self._format == FIELDS_FORMAT

    def fielded(self) -> Fielded:
        if self._format != FIELDS_FORMAT:
            raise FieldsMissing(path=self._folder)
        return Fielded(self._schema, self._searcher)

    def _term(self, term: Wanted | Adjacent) -> tantivy.Query:
        if isinstance(term, Adjacent):
            query = tantivy.Query.phrase_query(self._schema, term.field, list[str | tuple[int, str]](term.words))
        else:
            query = tantivy.Query.term_query(self._schema, term.field, term.token, index_option="freq")
        return query if term.boost == 1.0 else tantivy.Query.boost_query(query, term.boost)

    def _conditions(self, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """Clauses that restrict and add nothing to the score."""
        query, must = tantivy.Query, tantivy.Occur.Must
        found: list[tuple[tantivy.Occur, tantivy.Query]] = []
        if self._documents:
            found += self._of_years(filters)
        if self._documents and filters.keep is not None:
            found.append((must, query.const_score_query(self.fielded().compiled(filters.keep), 0.0)))
        if self._documents and filters.drop is not None:
            found.append((tantivy.Occur.MustNot, self.fielded().compiled(filters.drop)))
        if self._documents and filters.language is not None:
            language = query.term_query(self._schema, "language", filters.language, index_option="basic")
            found.append((must, query.const_score_query(language, 0.0)))
        if not filters.illustrative:
            marked = query.term_query(self._schema, "illustrative", False)
            found.append((must, query.const_score_query(marked, 0.0)))
        return found

    def _of_years(self, filters: Filters) -> Iterator[tuple[tantivy.Occur, tantivy.Query]]:
        start, end = filters.year_from, filters.year_to
        outside = ((None, start - 1) if start is not None else None, (end + 1, None) if end is not None else None)
        wanted: list[tuple[tantivy.Occur, tuple[int | None, int | None]]] = []
        if filters.undated:
            wanted = [(tantivy.Occur.MustNot, one) for one in outside if one]
        elif any(outside):
            wanted = [(tantivy.Occur.Must, (start, end))]
        for occur, (first, last) in wanted:
            years = tantivy.Query.range_query(self._schema, "year", tantivy.FieldType.Integer, first, last)
            yield occur, tantivy.Query.const_score_query(years, 0.0)

    def _mask(self, query: Boolean) -> npt.NDArray[np.bool_]:
        """Which rows a search in fields finds. The engine tells single rows (0.7 microseconds each), so the fewer of
        those that are found and those that are not are asked for."""
        compiled = self.fielded().compiled(query)
        count = cast(int, self._searcher.search(compiled, 1).count)  # type: ignore[attr-defined]
        several = 2 * count > len(self.cards)
        if several:
            rest = [(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, compiled)]
            compiled, count = tantivy.Query.boolean_query(rest), len(self.cards) - count
        mask = np.full(len(self.cards), several, dtype=np.bool_)
        if count:
            hits = self._searcher.search(compiled, count, count=False).hits
            mask[self._searcher.fast_field_values("row", [address for _, address in hits])] = not several
        return mask

    def allowed(self, filters: Filters) -> npt.NDArray[np.bool_]:
        mask = np.ones(len(self.cards), dtype=np.bool_)
        if self._documents and filters.year_from is not None:
            mask &= self._years >= filters.year_from
        if self._documents and filters.year_to is not None:
            mask &= self._years <= filters.year_to
        if self._documents and (filters.year_from is not None or filters.year_to is not None):
            mask = mask | (self._years == NO_YEAR) if filters.undated else mask & (self._years != NO_YEAR)
        if self._documents and filters.keep is not None:
            mask &= self._mask(filters.keep)
        if self._documents and filters.drop is not None:
            mask &= ~self._mask(filters.drop)
        if self._documents and filters.language is not None:
            spoken = np.zeros(len(mask), dtype=np.bool_)
            if filters.language in self._codes:
                place = self._codes.index(filters.language)
                spoken[self._languages[self._languages[:, 0] == place, 1]] = True
            mask &= spoken
        if not filters.illustrative:
            mask &= (self._flags & ILLUSTRATIVE) == 0
        return mask
