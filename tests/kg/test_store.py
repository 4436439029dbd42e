"""The two stores run the one contract suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import IntegrityError, StoreLocked
from kg.model.terms import Term
from kg.store import oxigraph
from kg.store.base import STORES
from kg.store.oxigraph import Oxigraph, OxigraphReader
from kg.store.reference import Reference
from tests.contract.store import StoreContract, test_a_damaged_batch_is_found  # noqa: F401


class TestOxigraph(StoreContract):
    kind = Oxigraph

    def test_a_second_writer_is_told_who_holds_the_store(self, tmp_path: Path) -> None:
        store = Oxigraph.create(tmp_path / "held")
        code = f"import pyoxigraph\npyoxigraph.Store({str(tmp_path / 'held')!r})"
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "lock" in other.stderr
        with pytest.raises(StoreLocked):
            oxigraph._open(tmp_path / "held")
        store.close()


QUESTIONS: dict[str, Callable[[OxigraphReader], object]] = {
    "select": lambda store: store.select("SELECT ?o { ?s ?p ?o }"),
    "construct": lambda store: store.construct("CONSTRUCT WHERE { ?s ?p ?o }"),
    "about": lambda store: store.about(Term("<urn:s:7000>")),
    "statements": lambda store: list(store.statements()),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_files_cut_short_are_damage_and_no_fault_of_the_question(tmp_path: Path, question: str) -> None:
    place = tmp_path / "store"
    store = ox.Store(str(place))
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:s:{number}"), ox.NamedNode("urn:p"), ox.Literal(f"value {number} " * 9))
        for number in range(20_000)
    )
    store.optimize()
    del store
    reader = OxigraphReader(ox.Store.read_only(str(place)), place)
    for path in place.glob("*.sst"):
        os.truncate(path, 0)
    with pytest.raises(IntegrityError) as damage:
        QUESTIONS[question](reader)
    assert str(place) in damage.value.text("en")
    assert str(place) in damage.value.text("zh")


class TestReference(StoreContract):
    kind = Reference


def test_the_table_lists_all_without_importing() -> None:
    assert STORES.names() == ("oxigraph", "reference", "remote")
    assert STORES.load("oxigraph") is Oxigraph
