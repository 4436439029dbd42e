"""The graph of the rules that corrections gave: each rule with the corrections that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest.corrections.settling import read_settlement, read_table
from ingest.journal import Journal
from ingest.provenance import state_graph
from kg.mapping.base import Context
from kg.mapping.correction import rule_statements
from kg.model.correction import Correction
from kg.model.ids import Ids
from kg.model.source import Release
from kg.model.terms import iri

NAME = "lexicon-rules"


def rules_batch(settlement: Path | None, data: Path, base: str, journal: Journal) -> str | None:
    """Commit a batch with the rules of a settlement; None where they are as they were."""
    graph = Ids(base).graph("provenance", NAME)
    release = Release(
        name=NAME, version="", licence="Apache-2.0", title={"en": "Rules from corrections", "zh": "由更正得出的规则"}
    )
    context = Context(ids=Ids(base))
    found = read_settlement(settlement).rules if settlement else ()
    known = _corrections(data, journal) if found else {}
    lines = {
        f"{row} {iri(graph)} .\n"
        for rule in found
        for row in rule_statements(
            rule.kind, rule.name, rule.category, rule.concept, [known[one] for one in rule.rows], context
        )
    }
    return state_graph(data, journal, release, graph, sorted(lines))


def _corrections(data: Path, journal: Journal) -> Mapping[tuple[str, ...], Correction]:
    """Every correction of the data folder by its identity."""
    tables = [data / state.corrections for state in journal.inputs().values() if state.corrections]
    return {one.identity: one for table in tables for one in read_table(table)}
