"""A real Virtuoso for tests, started once; each test has its own prefix of graphs in it."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator

import pytest

from benchmarks.virtuoso import PACKAGE, PASSWORD, USER, Virtuoso, missing
from kg.store.endpoint import Engine
from kg.store.remote import Remote
from tests.conftest import ROOT
from tests.requirement import absent

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    if names := missing():
        absent(f"{', '.join(names)} is not installed (apt-get install {PACKAGE})")
    with Virtuoso(tmp_path_factory.mktemp("virtuoso"), megabytes=64) as engine:
        yield engine


def engine_of(virtuoso: Virtuoso, *, loader: bool = False) -> Engine:
    """Settings for this server with a prefix that nobody else uses."""
    command = (sys.executable, str(ROOT / "benchmarks" / "virtuoso.py"), str(virtuoso.sql_port))
    return Engine(
        query=virtuoso.endpoint,
        update=virtuoso.update_endpoint,
        graphs=f"urn:x-test-{next(_NUMBERS)}:",
        loader=command if loader else (),
        user=USER,
        login="digest",
    )


@pytest.fixture
def remote(virtuoso: Virtuoso) -> Iterator[Engine]:
    """The kind ``remote`` set to the server, small amounts by updates."""
    engine = engine_of(virtuoso)
    Remote.configure(engine, PASSWORD)
    yield engine
    Remote.configure(None)


@pytest.fixture
def loading(virtuoso: Virtuoso, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The same, but everything goes through the engine's bulk loader, however little it is."""
    engine = engine_of(virtuoso, loader=True)
    monkeypatch.setattr("kg.store.filling.SMALL", 0)
    Remote.configure(engine, PASSWORD)
    yield engine
    Remote.configure(None)
