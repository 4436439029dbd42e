"""Concepts in the text index, in autocomplete and in the code table, made in a process of its own where there are many.

All that they need is asserted, so they are made while publishing derives and indexes documents.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kg.generation.coding import add_sources
from kg.generation.corpus import Corpus
from kg.index.suggest_writer import SuggestWriter
from kg.index.textwriter import TextWriter
from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.confinement import begin_one_task
from kg.query.mapping_table import write_mappings
from kg.query.named import named
from kg.store.base import STORES, Reader, Snapshot
from kg.terminology.writer import CodeWriter
from kg.vocab import DEFAULT_BASE

FEW = 10_000
"""Concepts that are indexed faster than a process starts."""


class ConceptIndexes(msgspec.Struct, frozen=True):
    """How much was indexed; ``names``: the preferred English name of each concept, in the order of its row."""

    labels: int
    keys: int
    names: tuple[str, ...]


Counted = Callable[[], ConceptIndexes]
"""Waits until the concepts are indexed."""


def many(reader: Reader) -> bool:
    """Whether the concepts of a graph are worth a process."""
    return int(lexical(reader.select(named("index/concept-count"))[0]["count"])) >= FEW


def index_concepts(reader: Reader, folder: Path, base: str = DEFAULT_BASE) -> ConceptIndexes:
    """``text/concepts``, ``suggest``, ``terminology`` and ``mappings`` below ``folder``, from what is asserted.

    ``base``: of the ids that are minted here.
    """
    labels = 0
    found: list[str] = []
    corpus = Corpus(reader)
    with (
        TextWriter(folder / "text", ("concept",)) as text,
        SuggestWriter(folder / "suggest") as suggest,
        CodeWriter(folder / "terminology") as codes,
    ):
        for concept in corpus.concepts():
            labels += len(concept.suggest.labels)
            text.add(concept.text)
            suggest.add(concept.suggest)
            codes.add(concept.code)
            found.append(concept.text.card.en)
        add_sources(reader, codes, corpus.curie)
    write_mappings(reader, Ids(base), folder)
    return ConceptIndexes(labels=labels, keys=len(suggest), names=tuple(found))


@contextmanager
def indexed_beside(snapshot: Snapshot, folder: Path, base: str = DEFAULT_BASE) -> Iterator[Counted]:
    """The same in a process of its own."""
    # Spawned, not forked: this process holds threads and open stores.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=begin_one_task) as pool:
        yield pool.submit(_from_snapshot, snapshot, folder, base).result


def _from_snapshot(snapshot: Snapshot, folder: Path, base: str) -> ConceptIndexes:
    reader = STORES.load(snapshot.store).open(snapshot)
    try:
        return index_concepts(reader, folder, base)
    finally:
        reader.close()
