"""The two stores run the one contract suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import StoreLocked
from kg.store import oxigraph
from kg.store.base import STORES
from kg.store.oxigraph import Oxigraph
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


class TestReference(StoreContract):
    kind = Reference


def test_the_table_lists_all_without_importing() -> None:
    assert STORES.names() == ("oxigraph", "reference", "remote")
    assert STORES.load("oxigraph") is Oxigraph
