"""One run: every ranking over every question, and plain BM25 beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from ingest.evaluation.retrieval.collection import Collection
from ingest.evaluation.retrieval.comparing import Difference, Mean, Values, difference, mean
from ingest.evaluation.retrieval.measures import ndcg, recall, reciprocal_rank
from ingest.evaluation.retrieval.plain import PlainBM25
from ingest.evaluation.retrieval.searching import ENGLISH, SEARCH, Ranking
from kg.errors import CorpusError
from kg.search.base import LONGEST_QUERY, SIGNALS
from kg.search.scoring import DEPTH

BASELINE = "bm25"
DEEP = 100
"""How deep recall looks, whatever the other measures do."""
_DIGITS = 4


class Figure(msgspec.Struct, frozen=True):
    """One measure of one ranking; ``against`` plain BM25, None for that itself. Of search also ``beside`` others: the
    best of its signals alone (``best``), the same questions in the other language (``english``)."""

    ranking: str
    measure: str
    mean: Mean
    against: Difference | None
    beside: dict[str, Difference] = {}


def measured(collection: Collection, rankings: Mapping[str, Ranking], k: int = 10) -> tuple[Figure, ...]:
    """nDCG and reciprocal rank at ``k``, and recall at a hundred, of plain BM25 and then of each ranking.

    Rankings give ``depth_of`` ids where they found as many. Raises CorpusError where a fold has no
    question.
    """
    if not collection.questions:
        raise CorpusError(path=collection.name, position="line 1", why="no-questions")
    depth = depth_of(collection, k)
    every = {BASELINE: _plain(collection, depth), **rankings}
    return tuple(_figures(_values(collection, every, k)))


def depth_of(collection: Collection, k: int) -> int:
    """How many hits a ranking must give: all that search ranks where some of them were not judged."""
    return DEPTH if collection.groups else max(k, DEEP)


def _plain(collection: Collection, depth: int) -> Ranking:
    ids = [one.id for one in collection.items]
    index = PlainBM25([one.whole for one in collection.items])
    return lambda question: [ids[row] for row in index.rank(question.text[:LONGEST_QUERY], depth)]


def _values(collection: Collection, rankings: Mapping[str, Ranking], k: int) -> dict[str, dict[str, Values]]:
    """Ranking -> measure -> a figure of each question. Every ranking is asked a question before the next one is, so
    that what they share is found once."""
    rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in rankings}
    for question in collection.questions:
        judged = collection.judged[question.id]
        for name, rank in rankings.items():
            ranked = collection.judged_for(question, rank(question))
            told = ndcg(ranked, judged, k), recall(ranked, judged, DEEP), reciprocal_rank(ranked, judged, k)
            rows[name].append(told)
    measures = (f"ndcg@{k}", f"recall@{DEEP}", f"mrr@{k}")
    return {name: dict(zip(measures, np.array(some, dtype=np.float64).T, strict=True)) for name, some in rows.items()}


def _figures(values: Mapping[str, Mapping[str, Values]]) -> Iterator[Figure]:
    plain = values[BASELINE]
    for name, measures in values.items():
        for measure, found in measures.items():
            against = None if name == BASELINE else difference(found, plain[measure])
            beside = dict(_beside(values, measure)) if name == SEARCH else {}
            yield Figure(name, measure, mean(found), against, beside)


def _beside(values: Mapping[str, Mapping[str, Values]], measure: str) -> Iterator[tuple[str, Difference]]:
    alone = [found[measure] for name, found in values.items() if name in SIGNALS]
    if len(alone) > 1:
        yield "best", difference(values[SEARCH][measure], max(alone, key=lambda one: float(one.mean())))
    if ENGLISH in values:
        yield ENGLISH, difference(values[SEARCH][measure], values[ENGLISH][measure])


def named(figures: Iterable[Figure]) -> dict[str, float]:
    """Every figure by dotted name: ``text.ndcg@10``, ``text.ndcg@10_low``, ``text.ndcg@10_p``; with what search is
    compared with ``search.ndcg@10_best_ratio``."""
    found: dict[str, float] = {}
    for one in figures:
        name = f"{one.ranking}.{one.measure}"
        told = {"": one.mean.value, "_low": one.mean.low, "_high": one.mean.high}
        compared = {"": one.against, **{f"_{other}": apart for other, apart in one.beside.items()}}
        for other, apart in compared.items():
            if apart:
                told |= {
                    f"{other}_ratio": apart.ratio, f"{other}_difference": apart.mean.value,
                    f"{other}_difference_low": apart.mean.low, f"{other}_difference_high": apart.mean.high,
                    f"{other}_p": apart.p, f"{other}_worse": apart.worse,
                }  # fmt: skip
        found |= {f"{name}{end}": round(value, _DIGITS) for end, value in told.items()}
    return found
