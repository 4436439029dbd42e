"""Known items: the queries name documents of the library, the figures are what they say, and the target is kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.known_items import QUERIES, Asking, Item, Scores, figures, items, library, scores
from benchmarks.known_library import MADE_UP, made_up, works, write
from ingest.base import SOURCES
from ingest.config import read_config
from kg.model.document import Document
from ontology.reading.raw import describe

MORE = QUERIES.with_name("known_items_more.toml")


def test_scores() -> None:
    assert scores([1, 4, 0, 1]) == Scores(queries=4, at_1=0.5, at_10=0.75, mrr=0.5625)
    assert scores([0]) == Scores(1, 0.0, 0.0, 0.0)


def test_as_many_queries_in_either_language() -> None:
    asked = items()
    assert Counter(item.language for item in asked) == {"zh": 30, "en": 30}
    assert Counter(item.language for item in asked if item.strategy) == {"zh": 10, "en": 10}
    more = items(MORE)
    assert Counter(item.language for item in more) == {"zh": 10, "en": 10}
    assert len({item.text for item in asked + more}) == 80


def test_made_up_records_are_the_same_each_time() -> None:
    for language, number in MADE_UP.items():
        rows = list(made_up(language))
        assert len(rows) == number
        assert rows == list(made_up(language))
    assert len(works()) == 80


@pytest.mark.data
def test_the_library_has_what_is_looked_for(data_folder: Path, tmp_path: Path) -> None:
    config = read_config(write(tmp_path, data_folder))
    known: set[str] = set()
    for given in config.input:
        if given.kind != "source":
            continue
        source = SOURCES.load(given.format)()
        folder = Path(__file__).resolve().parents[2] if given.paths[0].startswith("package:") else tmp_path
        pattern = given.paths[0].removeprefix("package:")
        paths = sorted(Path("/").glob(pattern.lstrip("/")) if pattern.startswith("/") else folder.glob(pattern))
        assert paths, given.name
        for path in paths:
            known |= {item.id for item in source.parse(describe(path), {}) if isinstance(item, Document)}
    assert {item.id for item in items() + items(MORE)} <= known
    assert len(known) > 5_500


@pytest.mark.slow
@pytest.mark.data
def test_readers_find_the_paper_that_they_remember(data_folder: Path, tmp_path: Path) -> None:
    """Issue 4: at least nine in ten, by text and concepts alone, in either language."""
    found, vectors = library(tmp_path, data_folder, vectors=False)
    assert vectors == "left out"
    asking = Asking(found)
    with pytest.raises(ValueError, match="the library has no"):
        asking.ask(Item("en", "", "nothing", "doc:nothing"))
    table = figures([asking.ask(item) for item in items()])
    found.reader.close()
    for name in ("search.zh", "search.en"):
        row = table[name]
        assert isinstance(row, dict)
        assert row["at_10"] >= 0.9, (name, row)
