"""Small inputs of our own for builds in tests: terms, records and a build file. All illustrative."""

from __future__ import annotations

import json
from pathlib import Path

TERMS = """format-version: 1.2
data-version: releases/2026-01-01

[Term]
id: DOID:9000001
name: illustrative disease

[Term]
id: DOID:9000002
name: sample fever
synonym: "SF" EXACT ABBREVIATION []
is_a: DOID:9000001

[Term]
id: DOID:9000003
name: example nephropathy
is_a: DOID:9000002
"""


def record(number: int, text: str = "sample fever is described here.", **more: object) -> dict[str, object]:
    """One record in the records.v1 form."""
    return {
        "id": f"T{number:05d}",
        "illustrative": True,
        "language": "en",
        "title": {"en": f"An illustrative record about sample fever, number {number}", "zh": f"示例记录 {number}"},
        "abstract": {"en": f"This illustrative record mentions example nephropathy. {text}"},
        "authors": [{"family": "Sample", "given": "A."}],
        "journal": {"en": "Illustrative Medical Journal"},
        "year": 2020,
        "types": ["Journal Article"],
        "keywords": {"en": ["illustration"]},
        "headings": [],
    } | more


def write_records(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def write_build(folder: Path, files: int = 2, size: int = 5) -> Path:
    """A folder with terms, ``files`` record files of ``size`` records each, and the build file; returns the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "terms.obo").write_text(TERMS, "utf-8")
    for number in range(files):
        rows = [record(number * size + index) for index in range(size)]
        write_records(folder / f"records-{number:02d}.jsonl", rows)
    config = folder / "build.toml"
    config.write_text(
        """
[[input]]
name = "terms"
format = "obo.v1"
kind = "terminology"
paths = ["terms.obo"]
version = "2026-01-01"
licence = "CC0-1.0"
title = { zh = "示例术语", en = "Illustrative terms" }

[[input]]
name = "records"
format = "records.v1"
kind = "source"
paths = ["records-*.jsonl"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例记录", en = "Illustrative records" }
illustrative = true
""",
        "utf-8",
    )
    return config
