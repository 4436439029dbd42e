"""What linking anew costs when a few corrections change one name: only what is concerned, beside everything.

    python benchmarks/corrections.py [--documents 2000]

Texts are made up of the words of the terms below, a hundredth of them with the name that is corrected. The two data
folders must hold the same quads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
from pathlib import Path

from ingest.config import read_config
from ingest.journal import Journal
from ingest.pipeline import Pipeline, Settings
from kg.model.document import Passage
from kg.store.batch import Batch
from kg.vocab import DEFAULT_BASE

_TERMS = [
    f"{kind} {part} {what}"
    for kind in ("chronic", "acute", "congenital", "familial")
    for part in ("renal", "hepatic", "cardiac", "gastric", "ocular")
    for what in ("failure", "disease", "fibrosis")
]
_WORDS = ["the", "patients", "with", "was", "were", "treated", "no", "evidence", "of", "and", "increased", "study"]
_NAME = "autumn malaise"
_BUILD = """
[[input]]
name = "terms"
format = "obo.v1"
kind = "terminology"
paths = ["terms.obo"]

[[input]]
name = "records"
format = "records.v1"
kind = "source"
paths = ["records.jsonl"]
version = "1"
"""
_TABLE = """
[[input]]
name = "table"
format = "corrections.v1"
kind = "curated"
paths = ["corrections.csv"]
version = "1"
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=2000)
    number = options.parse_args().documents
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        texts = _write(root, number)
        first = _build(root / "data", root)
        rows = ["document,passage,start,end,surface,verdict,category,by,reviewer"]
        named = [at for at, text in enumerate(texts) if _NAME in text][:3]
        for at in named:
            start = texts[at].index(_NAME)
            key = Passage("abstract.1", "abstract", "en", texts[at]).key
            rows.append(
                f"doc:T{at},{key},{start},{start + len(_NAME)},{_NAME},wrong-entity,disease,Curator A,Reviewer B"
            )
        (root / "corrections.csv").write_text("\n".join(rows) + "\n", "utf-8")
        (root / "build.toml").write_text(_BUILD + _TABLE, "utf-8")
        again = _build(root / "data", root)
        whole = _build(root / "clean", root)
        counts = _counts(root / "data")
        print(json.dumps({
            "documents": number, "kept": counts["linked.kept"], "again": counts["linked.again"],
            "seconds": {"first": first, "corrected": again, "clean": whole},
            "same": _annotations(root / "data") == _annotations(root / "clean"),
        }))  # fmt: skip


def _write(root: Path, number: int) -> list[str]:
    chance = random.Random(7)
    names = [*_TERMS, _NAME]
    terms = "".join(f"\n[Term]\nid: DOID:{9000000 + at}\nname: {name}\n" for at, name in enumerate(names))
    (root / "terms.obo").write_text(f"format-version: 1.2\n{terms}", "utf-8")
    (root / "build.toml").write_text(_BUILD, "utf-8")
    texts = []
    for at in range(number):
        words = [chance.choice(_TERMS) if chance.random() < 0.05 else chance.choice(_WORDS) for _ in range(200)]
        if at % 100 == 0:
            words[50] = _NAME
        texts.append(" ".join(words) + ".")
    rows = ({"id": f"T{at}", "illustrative": True, "title": {"en": f"Made up {at}"}, "abstract": {"en": text}}
            for at, text in enumerate(texts))  # fmt: skip
    (root / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return texts


def _build(data: Path, root: Path) -> float:
    journal = Journal(data / "journal.sqlite")
    try:
        began = time.process_time()
        Pipeline(Settings(data=data, base=DEFAULT_BASE), journal).build(read_config(root / "build.toml"))
        return round(time.process_time() - began, 2)
    finally:
        journal.close()


def _counts(data: Path) -> dict[str, int]:
    made = [Batch(path).manifest for path in (data / "batches").glob("records-*")]
    return next(one.counts for one in made if "linked.kept" in one.counts)


def _annotations(data: Path) -> str:
    """A digest of the lines of the annotation graph, from the blocks that the journal has of it."""
    journal = Journal(data / "journal.sqlite")
    try:
        state = journal.graphs("records")["annotation"]
        lines = b"".join(block.read(data) for block in journal.blocks(state.graph))
        return hashlib.sha256(lines).hexdigest()
    finally:
        journal.close()


if __name__ == "__main__":
    main()
