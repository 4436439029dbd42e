"""Builds with corrections for tests: texts, terms and judgements are illustrations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import BuildReport, Pipeline, Settings
from kg.model.document import Passage
from kg.store.batch import Batch
from kg.store.oxigraph import Oxigraph
from kg.vocab import DEFAULT_BASE
from tests.corpus import TERMS, write_records

COLUMNS = (
    "document", "passage", "start", "end", "surface", "verdict", "category", "concept", "found", "subject", "predicate",
    "object", "by", "reviewer", "date", "reason", "note_en", "note_zh",
)  # fmt: skip
TERM = "\n[Term]\nid: DOID:{id}\nname: {name}\n"
TABLE = """
[[input]]
name = "table"
format = "corrections.v1"
kind = "curated"
paths = ["corrections.csv"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例更正", en = "Illustrative corrections" }
illustrative = true
"""


def record(number: int, english: str, chinese: str = "") -> dict[str, object]:
    """A record of two languages; its abstract is what is corrected."""
    abstract = {"en": english} | ({"zh": chinese} if chinese else {})
    title = {"en": f"Illustrative record {number}"}
    return {"id": f"T{number}", "illustrative": True, "language": "en", "title": title, "abstract": abstract}


def passage(text: str, language: str = "en") -> str:
    """The key of the abstract in ``text`` as ``records.v1`` names it."""
    name = "abstract.1" if language == "en" else f"abstract.{language}.1"
    return Passage(name, "abstract", language, text).key


def row(number: int, text: str, surface: str, verdict: str, *, language: str = "en", **more: str) -> dict[str, str]:
    """A correction of the first place of ``surface`` in the abstract of a record."""
    start = text.index(surface)
    return {
        "document": f"doc:T{number}", "passage": passage(text, language), "start": str(start),
        "end": str(start + len(surface)), "surface": surface, "verdict": verdict, "by": "Curator A",
        "reviewer": "Reviewer B",
    } | more  # fmt: skip


def write_table(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    lines = [",".join(COLUMNS)]
    lines += [",".join(json.dumps(one.get(name, ""), ensure_ascii=False) for name in COLUMNS) for one in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_inputs(
    folder: Path, files: Iterable[list[dict[str, object]]], terms: dict[str, str], *, claims: bool = False
) -> Path:
    """Terms (number -> name), one file of records for each list, and the build file; corrections are not in it yet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "terms.obo").write_text(
        TERMS + "".join(TERM.format(id=number, name=name) for number, name in terms.items()), "utf-8"
    )
    for number, rows in enumerate(files):
        write_records(folder / f"records-{number:02d}.jsonl", rows)
    config = folder / "build.toml"
    config.write_text(
        f"""
[[input]]
name = "terms"
format = "obo.v1"
kind = "terminology"
paths = ["terms.obo"]
version = "1"
licence = "CC0-1.0"

[[input]]
name = "records"
format = "records.v1"
kind = "source"
paths = ["records-*.jsonl"]
version = "1"
licence = "CC0-1.0"
illustrative = true
claims = {str(claims).lower()}
""",
        "utf-8",
    )
    return config


def correct(config: Path, rows: Iterable[dict[str, str]]) -> None:
    """Put corrections beside the other inputs, or others in their place."""
    write_table(config.parent / "corrections.csv", rows)
    if TABLE not in config.read_text("utf-8"):
        config.write_text(config.read_text("utf-8") + TABLE, "utf-8")


def build(data: Path, config: Path, workers: int = 1) -> BuildReport:
    journal = Journal(data / "journal.sqlite")
    try:
        return Pipeline(Settings(data=data, base=DEFAULT_BASE, workers=workers), journal).build(read_config(config))
    finally:
        journal.close()


def batches(data: Path, name: str = "records") -> list[Batch]:
    journal = Journal(data / "journal.sqlite")
    try:
        made = [Batch(data / "batches" / one) for one in journal.batches()]
    finally:
        journal.close()
    return [one for one in made if one.manifest.source == name]


def quads(data: Path, tmp: Path) -> dict[str, list[str]]:
    """Statements by graph after applying every batch to an empty store; graphs without any left out."""
    journal = Journal(data / "journal.sqlite")
    try:
        names = journal.batches()
    finally:
        journal.close()
    store = Oxigraph.create(tmp)
    try:
        for name in names:
            batch = Batch(data / "batches" / name)
            batch.verify()
            store.apply(batch)
        found = {graph: sorted(store.statements(graph)) for graph in sorted(store.counts())}
    finally:
        store.close()
        shutil.rmtree(tmp)
    return {graph: rows for graph, rows in found.items() if rows}


def mentioned(data: Path, tmp: Path) -> set[tuple[str, str]]:
    """(record, words) of every mention in the annotation graph."""
    rows = [one for graph, some in quads(data, tmp).items() if "/annotation/" in graph for one in some]
    targets = {one.split(" ")[0]: one.split("document/")[1].split("/")[0] for one in rows if "#hasTarget>" in one}
    return {
        (targets[node].removeprefix("doc%3A"), rest.partition('"')[2].rpartition('"')[0])
        for node, predicate, rest in (one.split(" ", 2) for one in rows)
        if predicate.endswith("oa#exact>") and node in targets
    }
