"""Entries prepared in several processes are the same, in the same order, and a process that dies is told."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.generation import concepts, corpus, preparation
from kg.generation.corpus import Corpus
from kg.generation.indexes import build_indexes
from kg.generation.preparation import prepared
from kg.store.base import STORES, Snapshot
from tests.kg.graph import DOCUMENTS, small_reader


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The small graph, in pages of two documents of which none are few."""
    monkeypatch.setattr(corpus, "_DOCUMENTS_A_PAGE", 2)
    monkeypatch.setattr(preparation, "FEW", 1)
    small_reader(tmp_path).close()
    return Snapshot(store="oxigraph", path=tmp_path / "snapshot")


def test_entries_do_not_show_how_many_made_them(snapshot: Snapshot, tmp_path: Path) -> None:
    reader = STORES.load("oxigraph").open(snapshot)
    alone, beside = (list(prepared(Corpus(reader), snapshot, processes)) for processes in (1, 2))
    assert len(Corpus(reader).pages()) > 2
    assert len(alone) == len(DOCUMENTS)
    assert alone == beside
    reports = [build_indexes(reader, tmp_path / "one", None, tmp_path / "cache", snapshot=snapshot, processes=1)]
    with concepts.indexed_beside(snapshot, tmp_path / "two") as made:
        reports.append(
            build_indexes(
                reader, tmp_path / "two", None, tmp_path / "cache", snapshot=snapshot, processes=2, concepts=made
            )
        )
    assert reports[0] == reports[1]
    assert reports[0].concepts > 2
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for part in ("suggest", "text/documents", "text/concepts")
            for path in (tmp_path / name / part).glob("*.*")
            if path.name != "seal.json" or part == "suggest"
        }
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 10
    reader.close()


def _die(snapshot: Snapshot) -> None:
    os._exit(9)


def test_a_process_that_dies_leaves_no_half_index(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "_open", _die)
    reader = STORES.load("oxigraph").open(snapshot)
    with pytest.raises(BrokenProcessPool):
        list(prepared(Corpus(reader), snapshot, 2))
    reader.close()


def test_concepts_that_cannot_be_read_stop_the_indexes(snapshot: Snapshot, tmp_path: Path) -> None:
    gone = Snapshot(store="oxigraph", path=tmp_path / "gone")
    with pytest.raises(StoreError, match="gone"), concepts.indexed_beside(gone, tmp_path) as made:
        made()
