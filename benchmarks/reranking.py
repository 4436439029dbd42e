"""Late interaction over the first hits: what it brings and what it costs.

    python -m benchmarks.reranking DATA [--corpus NAME …] [--kept FOLDER] [--questions N] [--top N …]
                                   [--json]

For each collection search is asked with re-ranking of the first 20 and 50 hits, where the score of late interaction
counts 0, .1, … 1 of the whole. The share is chosen on four folds of the questions and measured on the fifth, by type of
query; nDCG@10 beside search as it is, with the interval of the difference. Milliseconds are of the processor, one
thread, of the re-ranking alone: encoding of the hits, which nothing keeps, and comparison. DATA is the folder of the
test data; names are those of benchmarks/real.toml.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.cli.retrieval import Asked, collection_of, names_for  # noqa: E402
from api.encoders import late  # noqa: E402
from api.settings import Settings  # noqa: E402
from api.wiring import encoder  # noqa: E402
from ingest.evaluation.knowledge import Knowledge, Terminologies  # noqa: E402
from ingest.evaluation.retrieval.collection import FOLDS, Collection, fold  # noqa: E402
from ingest.evaluation.retrieval.comparing import difference  # noqa: E402
from ingest.evaluation.retrieval.measures import ndcg  # noqa: E402
from ingest.evaluation.retrieval.running import depth_of  # noqa: E402
from ingest.evaluation.retrieval.searching import SearchedCollection  # noqa: E402
from kg.search.base import LONGEST_QUERY, Query  # noqa: E402
from kg.search.fusion import scaled  # noqa: E402
from kg.search.ranker import KINDS  # noqa: E402
from kg.search.reranking import LATE, Reranker, Shares  # noqa: E402

GRID = tuple(number / 10 for number in range(11))
WHOLE: Shares = {LATE: dict.fromkeys(KINDS, 1.0)}


class Timed:
    """A re-ranking that counts the processor's time, and keeps the last scores."""

    def __init__(self, inner: Reranker) -> None:
        self._inner = inner
        self.seconds: dict[int, list[float]] = defaultdict(list)
        self.last: list[float] = []

    @property
    def id(self) -> str:
        return self._inner.id

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        start = time.process_time()
        self.last = self._inner.scores(query, texts)
        self.seconds[len(texts)].append(time.process_time() - start)
        return self.last


def values(
    collection: Collection, searched: SearchedCollection, timed: Timed, tops: Sequence[int]
) -> tuple[dict[int, Any], list[str], list[int]]:
    """nDCG@10 of each question by top and share; its type; its fold."""
    found: dict[int, list[list[float]]] = {top: [] for top in tops}
    types, folds = [], []
    depth = depth_of(collection, 10)
    for question in collection.questions:
        text, judged = question.text[:LONGEST_QUERY], collection.judged[question.id]
        searcher = searched.searcher(question)
        plain = searcher.best(Query(text, limit=depth), excerpts=False)
        types.append(searched.found(question)[0])
        folds.append(fold(question.id))
        for top in tops:
            timed.last = []
            again = searcher.best(Query(text, limit=depth, rerank=LATE, top=top), excerpts=False)
            first = plain[:top]
            # With the whole share the order is that of the scores, and these are those of the plain order.
            told = scaled(dict(enumerate(timed.last)), min(timed.last)) if timed.last else {}
            assert {one.id for one in again[:top]} == {one.id for one in first}
            row = []
            for share in GRID:
                mixed = [(1 - share) * one.score + share * told.get(at, 0.0) for at, one in enumerate(first)]
                order = sorted(range(len(first)), key=lambda at: -mixed[at])
                ids = [first[at].id for at in order] + [one.id for one in plain[top:]]
                row.append(ndcg(collection.judged_for(question, ids), judged, 10))
            found[top].append(row)
    return {top: np.array(some) for top, some in found.items()}, types, folds


def crossed(table: Any, types: list[str], folds: list[int]) -> tuple[Any, dict[str, list[float]]]:
    """The figures with shares of the other folds, and these shares by type."""
    kinds, parts = np.array(types), np.array(folds)
    made, chosen = table[:, 0].copy(), defaultdict(list)
    for kind in sorted(set(types)):
        for number in range(FOLDS):
            others = table[(kinds == kind) & (parts != number)]
            share = int(others.mean(axis=0).argmax()) if len(others) else 0
            own = (kinds == kind) & (parts == number)
            made[own] = table[own, share]
            chosen[kind].append(GRID[share])
    return made, dict(chosen)


def measured(name: str, settings: Settings, known: Any, questions: int | None, tops: Sequence[int]) -> dict[str, Any]:
    encodes = encoder(settings)
    assert encodes is not None
    collection = collection_of(Asked(name, None, None), settings, known).sample(questions)
    timed = Timed(late(encodes)[LATE])
    with TemporaryDirectory() as folder:
        searched = SearchedCollection(Path(folder), collection, names_for(collection, known()), encodes,
                                      settings.folder / "embeddings", rerankers={LATE: timed},
                                      shares=WHOLE)  # fmt: skip
        try:
            tables, types, folds = values(collection, searched, timed, tops)
        finally:
            searched.close()
    figures: dict[str, Any] = {"types": {kind: types.count(kind) for kind in sorted(set(types))}}
    for top, table in tables.items():
        own, chosen = crossed(table, types, folds)
        apart = difference(own, table[:, 0])
        spent = [1000 * one for size, some in timed.seconds.items() if size == top for one in some]
        figures[f"top{top}"] = {
            "search_ndcg": round(float(table[:, 0].mean()), 4),
            "late_ndcg": round(float(own.mean()), 4),
            "difference": [round(one, 4) for one in (apart.mean.value, apart.mean.low, apart.mean.high)],
            "p": round(apart.p, 4), "worse": round(apart.worse, 4),
            "shares": chosen,
            "by_share": [round(float(one), 4) for one in table.mean(axis=0)],
            "by_type": {kind: [round(float(one), 4) for one in table[np.array(types) == kind].mean(axis=0)]
                        for kind in sorted(set(types))},
            "cpu_ms": {f"p{at}": round(float(np.percentile(spent, at)), 1) for at in (50, 95)} if spent else {},
        }  # fmt: skip
    return {"task": "reranking", "corpus": name, "n": len(collection.questions), "figures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", nargs="+", default=["questions-zh", "questions-en", "concepts", "title-abstract"])
    parser.add_argument("--kept", default="", help="folder for vectors of texts")
    parser.add_argument("--questions", type=int, help="so many of each at most, chosen by digest")
    parser.add_argument("--top", nargs="+", type=int, default=[20, 50])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    @cache
    def known() -> Knowledge:
        return Terminologies(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(options.data)})

    with TemporaryDirectory() as folder:
        settings = Settings(test_data=str(options.data), data=options.kept or folder)
        for name in options.corpus:
            told = measured(name, settings, known, options.questions, options.top)
            print(json.dumps(told, ensure_ascii=False) if options.json else told, flush=True)


if __name__ == "__main__":
    main()
