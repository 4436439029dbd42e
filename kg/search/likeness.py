"""More like this: what is like documents and concepts that are at hand, several of either together.

Documents stand for their telling words (those frequent in them and rare elsewhere) and the concepts that they mention,
weighed by information; concepts for themselves, for what means exactly the same elsewhere, and for their names. The
mean vector of all stands beside these. What is found is ranked as search does, scaled and joined by weights, which are
written down here, not fitted: there are no judged pairs of like papers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

import msgspec
import numpy as np

from kg.errors import QueryError
from kg.generation.pages import Hierarchy
from kg.index.analysis import language
from kg.index.base import Filters, Kind, Vectors
from kg.index.text import Wanted
from kg.model.terms import Term, iri, lexical
from kg.query.named import named
from kg.search import cursor
from kg.search.base import MOST_HITS, Hit, Interpretation
from kg.search.fusion import fuse, scaled
from kg.search.holdings import Holdings
from kg.search.reading import Reading
from kg.search.relatedness import Relatedness
from kg.search.scoring import DEPTH, NEAR, Scores, Windows
from kg.search.searcher import Searcher
from kg.search.seeds import FIELDS, Seed, Telling, concepts, equals, seed_of, terms
from kg.search.works import Ranked

MOST_SEEDS = 20
WEIGHTS: dict[Kind, dict[str, float]] = {
    "document": {"text": 0.3, "concept": 0.35, "subtree": 0.1, "dense": 0.25},
    "concept": {"text": 0.2, "subtree": 0.5, "dense": 0.3},
}
"""``subtree`` of concepts is Lin's measure to the nearest of the seeds."""
MOST_TELLING = 5
"""Concepts of documents whose neighbours are looked at."""
MOST_SIBLINGS = 500
"""Concepts below one parent that are compared; a parent with more says little."""
_NO_FILTERS = Filters()
_CONCEPT_FIELDS = ("label", "synonyms")


class LikeReading(msgspec.Struct, frozen=True):
    """What the seeds were taken for. ``degraded`` as in search."""

    seeds: tuple[Seed, ...]
    concepts: tuple[Telling, ...]
    terms: tuple[str, ...]
    degraded: str


class Likes(msgspec.Struct, frozen=True):
    """One page; ``next`` is the cursor of the following one."""

    items: tuple[Hit, ...]
    reading: LikeReading
    next: str | None = None


class Likeness:
    """Finds in one generation what is like something in it."""

    def __init__(self, searcher: Searcher, holdings: Holdings, degraded: str = "") -> None:
        self._searcher = searcher
        self._holdings = holdings
        self._degraded = degraded
        self._relatedness = Relatedness(holdings)

    def like(
        self,
        curies: Sequence[str],
        kind: Kind = "document",
        filters: Filters = _NO_FILTERS,
        limit: int = 10,
        after: str | None = None,
    ) -> Likes:
        """The ``limit`` documents or concepts most like all of ``curies``, which are left out, as are other records of
        their works; those that follow the page whose ``next`` is ``after``.

        Raises NotFound for an id that is no document or concept here, QueryError for none, too many, a limit outside
        1..100, and a foreign cursor.
        """
        if not 1 <= limit <= MOST_HITS:
            raise QueryError(reason=f"limit is {limit}, it must lie between 1 and {MOST_HITS}")
        if not 1 <= len(distinct := list(dict.fromkeys(curies))) <= MOST_SEEDS:
            raise QueryError(why="seeds", limit=MOST_SEEDS)
        asked = ("similar", distinct, kind, filters)
        start = cursor.place(asked, after)
        seeds = [seed_of(self._holdings, curie) for curie in distinct]
        telling, words = concepts(self._holdings, seeds), terms(self._holdings, seeds)
        reading = Reading(
            Interpretation(language(" ".join(words)), tuple(words), (), ""),
            {curie: (curie, weight) for curie, weight in telling.items()},
            0.0,
            " ".join(words),
            filters,
        )
        out = {row for known, row in self._out(seeds) if known == kind}
        scores, windows = self._scores(kind, seeds, words, telling, filters, out)
        ranked: list[Ranked] = [(kind, row, score, parts) for row, score, parts in fuse(scores, WEIGHTS[kind])]
        every = self._searcher.works.once(ranked)
        page, end = every[start : start + limit], start + limit
        told = tuple(Telling(one, self._holdings.names("concept", one), round(w, 4)) for one, w in telling.items())
        return Likes(
            self._searcher.shown(page, reading, windows),
            LikeReading(tuple(seeds), told, tuple(words), self._degraded),
            cursor.mark(asked, end) if end < len(every) else None,
        )

    def _out(self, seeds: Sequence[Seed]) -> set[tuple[Kind, int]]:
        """The seeds, other records of their works, and concepts that mean exactly the same elsewhere."""
        text, found = self._holdings.text, set[tuple[Kind, int]]()
        for seed in seeds:
            row = text.row(seed.kind, seed.id)
            assert row is not None  # it was looked up
            same = (
                self._searcher.works.others(row, seed.id) if seed.kind == "document" else equals(self._holdings, seed)
            )
            found |= {(seed.kind, at) for one in (seed.id, *same) if (at := text.row(seed.kind, one)) is not None}
        return found

    def _scores(
        self,
        kind: Kind,
        seeds: Sequence[Seed],
        words: Mapping[str, float],
        telling: Mapping[str, float],
        filters: Filters,
        out: Collection[int],
    ) -> tuple[Scores, Windows]:
        """Without what is ``out`` before anything is scaled: nothing is as like the seeds as they are themselves."""
        text = self._holdings.text
        fields = FIELDS if kind == "document" else _CONCEPT_FIELDS
        asked = {"text": [Wanted(field, token, weight) for token, weight in words.items() for field in fields]}
        if kind == "document":
            asked["concept"] = [Wanted("concept", curie, weight) for curie, weight in telling.items()]
            named_ones = [seed.id for seed in seeds if seed.kind == "concept"]
            asked["subtree"] = [Wanted("subtree", curie) for curie in named_ones]
        found: Scores = {}
        for name, wanted in asked.items():
            some = dict(text.search(kind, wanted, DEPTH, filters))
            floor = min(some.values()) if len(some) == DEPTH else 0.0
            found[name] = scaled({row: score for row, score in some.items() if row not in out}, floor)
        if kind == "concept":
            related = self._related(seeds, telling)
            found["subtree"] = {row: value for row, value in related.items() if row not in out}
        dense, windows = self._near(kind, seeds, filters, out)
        return found | {"dense": dense}, windows

    def _near(
        self, kind: Kind, seeds: Sequence[Seed], filters: Filters, out: Collection[int]
    ) -> tuple[dict[int, float], Windows]:
        holdings = self._holdings
        vector = self._mean(seeds)
        if vector is None or holdings.passages is None:
            return {}, Windows()
        columns = holdings.passages.near(kind, vector, DEPTH, holdings.text.allowed(kind, filters))
        every = zip(*(column.tolist() for column in columns), strict=True)
        near = [(row, cosine, window) for row, cosine, window in every if cosine >= NEAR and row not in out]
        floor = min((cosine for _, cosine, _ in near), default=0.0) if len(near) > 1 else 0.0
        windows = Windows(holdings.passages, {row: window for row, _, window in near})
        return scaled({row: cosine for row, cosine, _ in near}, floor), windows

    def _mean(self, seeds: Sequence[Seed]) -> Vectors | None:
        holdings = self._holdings
        if holdings.passages is None:
            return None
        found = []
        for seed in seeds:
            if seed.kind == "concept":
                vector = self._relatedness.vector(seed.id)
            else:
                row = holdings.text.row("document", seed.id)
                vector = None if row is None else holdings.passages.vector("document", row)
            if vector is not None:
                found.append(vector)
        if not found:
            return None
        mean: Vectors = np.mean(found, axis=0)
        length = float(np.linalg.norm(mean))
        return mean / length if length else None

    def _related(self, seeds: Sequence[Seed], telling: Iterable[str]) -> dict[int, float]:
        """Parents, children and siblings of the concepts, by Lin's measure to the nearest one."""
        holdings, reader = self._holdings, self._holdings.reader
        own = [seed.id for seed in seeds if seed.kind == "concept"] or list(telling)[:MOST_TELLING]
        nodes = [iri(holdings.ids.expand(curie)) for curie in own]
        hierarchy = Hierarchy(reader)
        hierarchy.load(nodes)
        around: set[Term] = set()
        for node in nodes:
            parents = [up for up, level in hierarchy.ancestors(node) if level == 1]
            around |= set(parents)
            for top in (node, *parents):
                below = [row["child"] for row in reader.select(named("concept/children"), {"concept": top})]
                around |= set(below) if len(below) <= MOST_SIBLINGS else set()
        hierarchy.load(around)
        lin = partial(self._relatedness.lin, hierarchy)
        found: dict[int, float] = {}
        for other in sorted(around - set(nodes)):
            row = holdings.text.row("concept", holdings.ids.curie(lexical(other)))
            value = max((lin(node, other) for node in nodes), default=0.0)
            if row is not None and value:
                found[row] = value
        return found
