"""From a file to the graph: built, in the shapes, and flagged where its guideline is superseded."""

from __future__ import annotations

from pathlib import Path

from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import Pipeline, Settings
from kg.generation.derivation import derived
from kg.model.terms import lexical
from kg.store.base import STORES
from kg.store.batch import Batch
from kg.vocab import DEFAULT_BASE
from tests.guidelines.making import FILES, guidelines

_CONFIG = """
[[input]]
name = "guidelines"
format = "guideline.v1"
kind = "source"
paths = ["files"]
version = "1"
illustrative = true
"""
_ADVICE = """
SELECT ?document ?sentence ?strength ?flag WHERE {
  ?node a <https://w3id.org/medkg/vocab#Recommendation> ; <https://w3id.org/medkg/vocab#source> ?document ;
    <http://www.w3.org/ns/oa#exact> ?sentence ; <https://w3id.org/medkg/vocab#strength> ?strength ;
    <https://w3id.org/medkg/vocab#inPassage> ?passage .
  ?passage <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ?text .
  OPTIONAL { ?node <https://w3id.org/medkg/vocab#flag> ?flag } }
"""


def test_recommendations_of_a_replaced_edition_are_flagged(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    guidelines(tmp_path / "files")
    older = (FILES / "river-cough.zh.html").read_text("utf-8").replace("2018", "2009").replace("2023", "2018")
    (tmp_path / "files" / "river-cough-2018.zh.html").write_text(older, "utf-8")
    (tmp_path / "build.toml").write_text(_CONFIG, "utf-8")
    data = tmp_path / "data"
    journal = Journal(data / "journal.sqlite")
    try:
        report = Pipeline(Settings(data=data, base=DEFAULT_BASE), journal).build(read_config(tmp_path / "build.toml"))
        assert report.changed
        batches = [Batch(data / "batches" / name) for name in journal.batches()]
    finally:
        journal.close()
    store = STORES.load("oxigraph").create(tmp_path / "store")
    store.apply_all(batches)
    store.derive(derived(store, DEFAULT_BASE))
    rows = store.select(_ADVICE)
    assert len(rows) == 52 + 9
    flagged = [row for row in rows if row.get("flag")]
    assert {lexical(row["flag"]) for row in flagged} == {"superseded"}
    assert len(flagged) == 9
    assert len({row["document"] for row in flagged}) == 1
