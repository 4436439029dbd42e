"""What rests on other derivations, computed in a process of its own: the same rows, and every failure is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import msgspec
import pytest

from ingest.evidence.derivation import assertions
from ingest.people.derivation import people
from ingest.works.derivation import works
from kg.errors import StoreError
from kg.generation import publish as publishing
from kg.generation.derivation import FurtherDerivation
from kg.generation.further import derived_beside
from kg.generation.manifest import GenerationManifest
from kg.generation.publish import publish
from kg.model.terms import Statement
from kg.store.base import STORES, Reader, Snapshot
from kg.vocab import DEFAULT_BASE as BASE
from tests.corpus import write_build
from tests.kg.graph import small_reader
from tests.kg.test_generation import graphs, planned

KNOWN = [Statement(f'<x:{number}> <x:p> "a b\\n\\"c\\" 哮喘 \u2028"') for number in range(25_000)]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    small_reader(tmp_path).close()
    return Snapshot(store="oxigraph", path=tmp_path / "snapshot")


def counted(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
    found = reader.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    yield Statement(f"<{base}graph> <x:has> {found[0]['n']}")
    yield from known
    yield Statement(f"<{base}known> <x:ends> {known[-1]}")


def first(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
    yield known[0]


def deaf(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
    yield Statement(f"<{base}a> <x:p> <x:b>")


def failing(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
    yield from deaf(reader, base, known)
    raise StoreError(path=Path("somewhere"), reason="illustration")


def dying(reader: Reader, base: str, known: Sequence[Statement]) -> Iterator[Statement]:
    os._exit(9)
    yield known[0]


def test_the_rows_are_those_of_one_process(snapshot: Snapshot, tmp_path: Path) -> None:
    then = (counted, deaf, first)
    reader = STORES.load("oxigraph").open(snapshot)
    alone = [row for derivation in then for row in derivation(reader, BASE, KNOWN)]
    with derived_beside(snapshot, then, BASE, tmp_path) as further:
        beside = list(further(reader, BASE, KNOWN))
    reader.close()
    assert len(alone) == len(KNOWN) + 4
    assert alone == beside
    assert not (tmp_path / "further.rows").exists()


@pytest.mark.parametrize("known", [KNOWN, []], ids=["many", "none"])
def test_whoever_does_not_listen_gives_its_rows(snapshot: Snapshot, tmp_path: Path, known: list[Statement]) -> None:
    reader = STORES.load("oxigraph").open(snapshot)
    with derived_beside(snapshot, (deaf,), BASE, tmp_path) as further:
        assert list(further(reader, BASE, known)) == list(deaf(reader, BASE, known))
    reader.close()


@pytest.mark.parametrize(("derivation", "error"), [(failing, StoreError), (dying, BrokenProcessPool)])
def test_a_failure_is_told_where_the_rows_are_asked_for(
    snapshot: Snapshot, tmp_path: Path, derivation: FurtherDerivation, error: type[Exception]
) -> None:
    reader = STORES.load("oxigraph").open(snapshot)
    with pytest.raises(error), derived_beside(snapshot, (derivation,), BASE, tmp_path) as further:
        list(further(reader, BASE, KNOWN))
    reader.close()


def test_what_fails_meanwhile_does_not_wait_for_ever(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), derived_beside(snapshot, (counted,), BASE, tmp_path):
        raise ZeroDivisionError


def test_a_generation_does_not_show_how_many_processes_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "MANY", 0)
    config = write_build(tmp_path / "in")
    steps: list[str] = []
    made: list[GenerationManifest] = []
    for processes in (1, 2):
        data = tmp_path / f"data-{processes}"
        plan = msgspec.structs.replace(planned(data, config), processes=processes)

        def told(step: str, done: int = 0, total: int = 1) -> None:
            if steps[-1:] != [step]:
                steps.append(step)

        found = publish(plan, None, told, (works,), (people, assertions))
        assert found is not None
        assert {path.name for path in (data / "generations" / found.id).iterdir()} == {
            "lexicon", "manifest.json", "mappings", "store", "suggest", "terminology", "text",
        }  # fmt: skip
        made.append(found)
    assert made[0].counts == made[1].counts
    assert graphs(tmp_path / "data-1", made[0].id) == graphs(tmp_path / "data-2", made[1].id)
    assert steps == ["load", "derive", "optimize", "indexes", "checksums"] * 2
