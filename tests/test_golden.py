"""Input beside expected canonical N-Quads, for every source and terminology."""

from __future__ import annotations

import pyoxigraph
import pytest

from ingest.base import SOURCES
from ontology.base import TERMINOLOGIES
from tests.golden_files import Case, actual, cases, expected

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_input_gives_exactly_the_golden_statements_and_rejects(case: Case) -> None:
    rows, rejects = actual(case)
    golden_rows, golden_rejects = expected(case)
    assert rows.splitlines() == golden_rows.splitlines()
    assert rejects.splitlines() == golden_rejects.splitlines()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_golden_statements_are_canonical_for_an_independent_parser(case: Case) -> None:
    """What pyoxigraph reads and writes again is the same text, line for line."""
    rows, _ = expected(case)
    quads = list(pyoxigraph.parse(rows.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    assert sorted(f"{quad} ." for quad in quads) == rows.splitlines()
    assert not any(isinstance(term, pyoxigraph.BlankNode) for quad in quads for term in quad)


@pytest.mark.parametrize("plugin", [*SOURCES.names(), *TERMINOLOGIES.names()])
def test_every_plugin_has_golden_files(plugin: str) -> None:
    assert plugin in {case.plugin for case in CASES}
