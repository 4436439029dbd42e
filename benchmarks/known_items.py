"""Known items: how often the paper that a reader remembers stands first, or among the first ten.

    python benchmarks/known_items.py [--queries FILE] [--no-vectors] [--keep FOLDER] [--json]

The queries stand in ``known_items.toml``, the library is made by ``known_library.py`` from the test data. Queries run
as those of ``/api/v1/search`` and, where one is written in fields as well, of ``/api/v1/strategy``, ten hits each.
``--keep`` keeps the built library in a folder, or asks the one that is there. Without the model of the vectors, or
with ``--no-vectors``, text and concepts are measured alone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.knowledge import Knowledge, Opener  # noqa: E402
from api.settings import Settings  # noqa: E402
from api.wiring import Building, shelf  # noqa: E402
from benchmarks.known_library import write  # noqa: E402
from ingest.config import read_config  # noqa: E402
from ingest.pipeline import Listener  # noqa: E402
from kg.search.base import Query  # noqa: E402
from kg.search.strategy.searching import Strategy  # noqa: E402
from kg.search.works import Works  # noqa: E402

FIRST = 10
QUERIES = ROOT / "benchmarks" / "known_items.toml"


class Item(msgspec.Struct, frozen=True):
    """A query, how it remembers the paper, and the document that is meant."""

    language: str
    how: str
    text: str
    id: str
    strategy: str = ""


class Scores(msgspec.Struct, frozen=True):
    """Shares of queries that have the paper first and among the first ten; mean of 1/rank, 0 beyond the tenth."""

    queries: int
    at_1: float
    at_10: float
    mrr: float


def items(path: Path = QUERIES) -> list[Item]:
    """The queries of a file."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8"))["query"], list[Item])


def scores(ranks: Sequence[int]) -> Scores:
    """Of ranks from 1 on, 0 for a paper that is not among the first ten.

    >>> scores([1, 4, 0, 1])
    Scores(queries=4, at_1=0.5, at_10=0.75, mrr=0.5625)
    """
    number = len(ranks)
    return Scores(
        number,
        round(sum(rank == 1 for rank in ranks) / number, 4),
        round(sum(rank > 0 for rank in ranks) / number, 4),
        round(sum(1 / rank for rank in ranks if rank) / number, 4),
    )


class Asked(msgspec.Struct, frozen=True):
    """A query with the rank of its paper in either search; None where it is not written in fields."""

    item: Item
    search: int
    strategy: int | None


class Asking:
    """Asks one library."""

    def __init__(self, found: Knowledge) -> None:
        self._found = found
        self._works = Works(found.reader, found.indexes.text, found.naming.ids)

    def ask(self, item: Item) -> Asked:
        """Raises ValueError for a document that the library does not have."""
        row = self._found.indexes.text.row("document", item.id)
        if row is None:
            raise ValueError(f"the library has no {item.id}")
        meant = {item.id, *self._works.others(row, item.id)}
        hits = self._found.searcher.search(Query(item.text, limit=FIRST)).items
        rank = None
        if item.strategy:
            asked = Strategy(item.strategy, limit=FIRST)
            rank = _rank((hit.id for hit in self._found.strategies.search(asked).items), meant)
        return Asked(item, _rank((hit.id for hit in hits), meant), rank)


def _rank(ids: Iterable[str], meant: set[str]) -> int:
    return next((rank for rank, curie in enumerate(ids, 1) if curie in meant), 0)


def library(folder: Path, data: Path, *, vectors: bool) -> tuple[Knowledge, str]:
    """The opened library, built where the folder has none, and what its vectors were made with, or why not."""
    settings = Settings(data=str(folder), encoder="packaged" if vectors else "none")
    why = "left out"
    if vectors:
        try:
            from kg.index.encoder import packaged_encoder

            why = packaged_encoder().id
        except (ImportError, OSError) as error:
            settings, why = msgspec.structs.replace(settings, encoder="none"), f"none here: {error}"
    if not shelf(settings).ids():
        with tempfile.TemporaryDirectory() as inputs:
            config = read_config(write(Path(inputs), data))
            Building(settings).run(config, {}, Listener(), lambda *step: None)
    kept = shelf(settings)
    found = Opener(settings).open(kept.path(kept.find()))
    if settings.encoder != "none" and found.encoder is None:
        raise SystemExit("this library was built without vectors")
    return found, why


def figures(asked: Sequence[Asked]) -> dict[str, object]:
    """Scores of either search, by language."""
    table: dict[str, object] = {}
    for language in sorted({one.item.language for one in asked}):
        of = [one for one in asked if one.item.language == language]
        table[f"search.{language}"] = msgspec.to_builtins(scores([one.search for one in of]))
        if fielded := [one.strategy for one in of if one.strategy is not None]:
            table[f"strategy.{language}"] = msgspec.to_builtins(scores(fielded))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=Path, default=QUERIES)
    parser.add_argument("--no-vectors", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        found, vectors = library(options.keep or Path(folder), data, vectors=not options.no_vectors)
        asking = Asking(found)
        asked = [asking.ask(item) for item in items(options.queries)]
        documents = found.indexes.text.count("document")
        found.reader.close()
    table = figures(asked) | {"documents": documents, "vectors": vectors}
    if options.json:
        what = f"{options.queries.stem}, {'text and concepts alone' if options.no_vectors else 'with vectors'}"
        missed = [f"{one.item.text} ({one.item.how})" for one in asked if not one.search]
        print(json.dumps({"what": what, "figures": table | {"missed": missed}}, ensure_ascii=False))
        return
    for one in asked:
        fielded = "" if one.strategy is None else f" {one.strategy}"
        print(f"{one.search:3}{fielded:3} {one.item.language} {one.item.text}")
    for name, value in table.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
