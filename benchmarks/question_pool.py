"""Which documents are judged for the questions of ``benchmarks/questions``, as sheets for two readers.

    python benchmarks/question_pool.py DATA WORK [--terminologies FILE] [--cache FOLDER]

DATA is the folder of the test data. Of each question the first ``DEEP`` of plain BM25, of the vectors and of the
concepts are pooled, by its text in either language: from each ranking in turn, until there are ``MOST``. WORK gets
``questions-1.jsonl`` to ``-4.jsonl``, in which nothing says what found a document, or which half a question is in.
Vectors of texts are kept below ``--cache``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.cli.retrieval import indexed, names_for  # noqa: E402
from api.settings import Settings  # noqa: E402
from api.wiring import encoder  # noqa: E402
from ingest.evaluation.knowledge import Terminologies  # noqa: E402
from ingest.evaluation.retrieval.collection import Collection, Item, Question  # noqa: E402
from ingest.evaluation.retrieval.plain import PlainBM25  # noqa: E402
from ingest.evaluation.retrieval.questions import FAMILY, FOLDER, Need, documents, needs  # noqa: E402

DEEP = 7
MOST = 20
SHEETS = 4
SIGNALS = ("dense", "concept")
"""Of search; plain BM25 stands for its words."""
Ranked = Callable[[Question], list[list[str]]]
"""A question to the best documents of each signal."""


def pooled(rankings: Sequence[Sequence[str]], deep: int = DEEP, most: int = MOST) -> list[str]:
    """The first of each ranking, then the second of each, and so on, each once.

    >>> pooled([["a", "b", "c"], [], ["a", "d"]], 2), pooled([["a", "b"], ["c"]], most=2)
    (['a', 'b', 'd'], ['a', 'c'])
    """
    rows = zip_longest(*(one[:deep] for one in rankings))
    found = dict.fromkeys(document for row in rows for document in row if document is not None)
    return list(found)[:most]


def sheet(need: Need, ranked: Ranked, items: Mapping[str, Item]) -> str:
    """A line for the readers: documents in an order that says nothing, the same each time."""
    rankings = [ranking for text in (need.en, need.zh) for ranking in ranked(Question(need.id, text))]
    found = sorted(pooled(rankings))
    random.Random(need.id).shuffle(found)
    told = [{"document": one, "title": items[one].title, "abstract": items[one].text} for one in found]
    return json.dumps(
        {"question": need.id, "en": need.en, "zh": need.zh, "relevant": need.relevant, "documents": told},
        ensure_ascii=False,
    )


def best(scores: Mapping[str, float]) -> list[str]:
    """By score, ties by id."""
    return sorted(scores, key=lambda one: (-scores[one], one))[:DEEP]


def sheets(needs_: Mapping[str, Need], ranked: Ranked, items: Mapping[str, Item]) -> Iterator[list[str]]:
    """Lines of each sheet; questions follow their ids, which are digests."""
    ordered = [one for _, one in sorted(needs_.items())]
    size = -(-len(ordered) // SHEETS)
    for start in range(0, len(ordered), size):
        yield [sheet(one, ranked, items) for one in ordered[start : start + size]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--terminologies", type=Path, default=ROOT / "benchmarks" / "real.toml", metavar="FILE")
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    options = parser.parse_args()
    settings = Settings(test_data=str(options.data), data=str(options.cache or options.work))
    items = documents(options.data)
    every = needs(ROOT / FOLDER)
    asked = tuple(Question(one.id, text) for one in every.values() for text in (one.en, one.zh))
    collection = Collection("pool", tuple(items.values()), asked, {}, family=FAMILY)
    plain = PlainBM25([one.whole for one in collection.items])
    names = names_for(collection, Terminologies(options.terminologies, {"MEDKG_TEST_DATA": str(options.data)}))
    with indexed(collection, settings, names, encoder(settings)) as searched:

        def ranked(question: Question) -> list[list[str]]:
            _, found = searched.found(question)
            words = [collection.items[row].id for row in plain.rank(question.text, DEEP)]
            return [words, *(best(found.get(name, {})) for name in SIGNALS)]

        for number, lines in enumerate(sheets(every, ranked, items), 1):
            (options.work / f"questions-{number}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
