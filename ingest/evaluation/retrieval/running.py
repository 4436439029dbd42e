"""One run: every ranking over every question, and plain BM25 beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from ingest.evaluation.retrieval.collection import Collection
from ingest.evaluation.retrieval.comparing import Difference, Mean, Values, difference, mean
from ingest.evaluation.retrieval.measures import ndcg, recall, reciprocal_rank
from ingest.evaluation.retrieval.plain import PlainBM25
from ingest.evaluation.retrieval.searching import Ranking
from kg.errors import CorpusError
from kg.search.base import LONGEST_QUERY

BASELINE = "bm25"
DEEP = 100
"""How deep recall looks, whatever the other measures do."""
_DIGITS = 4


class Figure(msgspec.Struct, frozen=True):
    """One measure of one ranking; ``against`` plain BM25, None for that itself."""

    ranking: str
    measure: str
    mean: Mean
    against: Difference | None


def measured(collection: Collection, rankings: Mapping[str, Ranking], k: int = 10) -> tuple[Figure, ...]:
    """nDCG and reciprocal rank at ``k``, and recall at a hundred, of plain BM25 and then of each ranking.

    Rankings give at least ``max(k, DEEP)`` ids where they found as many. Raises CorpusError where a fold has no
    question.
    """
    if not collection.questions:
        raise CorpusError(path=collection.name, position="line 1", why="no-questions")
    depth = max(k, DEEP)
    every = {BASELINE: _plain(collection, depth), **rankings}
    values = {name: _values(collection, rank, k) for name, rank in every.items()}
    return tuple(_figures(values))


def _plain(collection: Collection, depth: int) -> Ranking:
    ids = [one.id for one in collection.items]
    index = PlainBM25([one.whole for one in collection.items])
    return lambda text: [ids[row] for row in index.rank(text[:LONGEST_QUERY], depth)]


def _values(collection: Collection, rank: Ranking, k: int) -> dict[str, Values]:
    rows = []
    for question in collection.questions:
        ranked, judged = rank(question.text), collection.judged[question.id]
        rows.append((ndcg(ranked, judged, k), recall(ranked, judged, DEEP), reciprocal_rank(ranked, judged, k)))
    names = (f"ndcg@{k}", f"recall@{DEEP}", f"mrr@{k}")
    return dict(zip(names, np.array(rows, dtype=np.float64).T, strict=True))


def _figures(values: Mapping[str, Mapping[str, Values]]) -> Iterator[Figure]:
    plain = values[BASELINE]
    for name, measures in values.items():
        for measure, found in measures.items():
            against = None if name == BASELINE else difference(found, plain[measure])
            yield Figure(name, measure, mean(found), against)


def named(figures: Iterable[Figure]) -> dict[str, float]:
    """Every figure by dotted name: ``text.ndcg@10``, ``text.ndcg@10_low``, ``text.ndcg@10_p``."""
    found: dict[str, float] = {}
    for one in figures:
        name = f"{one.ranking}.{one.measure}"
        told = {"": one.mean.value, "_low": one.mean.low, "_high": one.mean.high}
        if one.against:
            apart = one.against
            told |= {
                "_ratio": apart.ratio, "_difference": apart.mean.value, "_difference_low": apart.mean.low,
                "_difference_high": apart.mean.high, "_p": apart.p, "_worse": apart.worse,
            }  # fmt: skip
        found |= {f"{name}{end}": round(value, _DIGITS) for end, value in told.items()}
    return found
