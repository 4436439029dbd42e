"""What a release of curation costs, and what it reads and links again.

    python benchmarks/curation.py [--documents 2000] [--database URL]

Texts are made up; a hundredth of them names the concept that is merged. Then: proposals a second, one person each.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import msgspec

from api import wiring
from api.releasing import Releasing, looking
from api.settings import Settings
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.model.batch import BatchManifest
from kg.model.concept import Label
from kg.model.edit import AddLabel, Edit, Merge
from kg.store.batch import MANIFEST
from kg.workflow.proposals import Content, Person, Proposal
from ontology.curation.conflicts import states

_TERMS = [
    f"{kind} {part} {what}"
    for kind in ("chronic", "acute", "congenital", "familial")
    for part in ("renal", "hepatic", "cardiac", "gastric", "ocular")
    for what in ("failure", "disease", "fibrosis")
]
_WORDS = ["the", "patients", "with", "was", "were", "treated", "no", "evidence", "of", "and", "increased", "study"]
_RARE = "autumn malaise"
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
_LI, _WANG = Person("li", "curator"), Person("wang", "reviewer")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=2000)
    options.add_argument("--database", default="")
    given = options.parse_args()
    figures: dict[str, object] = {"documents": given.documents}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, given.documents)
        settings = Settings(data=str(root / "data"), encoder="none", workers=1, people=False, database=given.database)
        start = time.process_time()
        wiring.Building(settings).run(read_config(root / "build.toml"), {}, Listener(), lambda *_: None)
        figures["build_seconds"] = round(time.process_time() - start, 2)
        figures["merge"] = _release(settings, "1", Merge("DOID:9000000", "DOID:9000001"))
        figures["name nobody uses"] = _release(
            settings, "2", AddLabel("DOID:9000002", Label("zzyx quuxitis", "en", "exact"))
        )
        proposals = wiring.proposals(settings)
        start, number = time.perf_counter(), 200
        for place in range(number):
            edit = AddLabel("DOID:9000003", Label(f"name {place}", "en", "exact"))
            made = proposals.add(Proposal(name="", author=_LI.name), _LI, Content((edit,)))
            proposals.move("submit", made.id, _LI)
            proposals.move("accept", made.id, _WANG)
        figures["proposals_a_second"] = round(number / (time.perf_counter() - start), 1)
        figures["release of 200"] = _release(settings, "3")
    print(json.dumps(figures, indent=1))


def _release(settings: Settings, version: str, *edits: Edit) -> dict[str, object]:
    if edits:
        proposals = wiring.proposals(settings)
        with looking(settings) as (look, generation):
            content = Content(edits, states(edits, look), generation)
        made = proposals.add(Proposal(name="", author=_LI.name), _LI, content)
        proposals.move("submit", made.id, _LI)
        proposals.move("accept", made.id, _WANG)
    start, before = time.process_time(), {path.name for path in (settings.folder / "batches").iterdir()}
    Releasing(settings).run(version, _WANG)
    seconds = time.process_time() - start
    counts: dict[str, int] = {}
    for path in (settings.folder / "batches").iterdir():
        if path.name not in before and not path.name.startswith("."):
            manifest = msgspec.json.decode((path / MANIFEST).read_bytes(), type=BatchManifest)
            counts |= {name: count for name, count in manifest.counts.items() if name.startswith("linked.")}
    return {"cpu_seconds": round(seconds, 2), **counts}


def _write(root: Path, number: int) -> None:
    names = [_RARE, *_TERMS]
    (root / "terms.obo").write_text(
        "format-version: 1.2\n"
        + "".join(f"\n[Term]\nid: DOID:{9000000 + at}\nname: {name}\n" for at, name in enumerate(names)),
        "utf-8",
    )
    chance = random.Random(12)
    with (root / "records.jsonl").open("w", encoding="utf-8") as out:
        for at in range(number):
            words = [chance.choice(_WORDS if chance.random() < 0.9 else _TERMS) for _ in range(200)]
            if at % 100 == 0:
                words.insert(50, _RARE)
            record = {
                "id": f"T{at:06d}", "illustrative": True, "language": "en", "title": {"en": f"Illustration {at}"},
                "abstract": {"en": " ".join(words)}, "authors": [], "journal": {"en": "Illustrative Journal"},
                "year": 2020, "types": [], "keywords": {}, "headings": [],
            }  # fmt: skip
            out.write(json.dumps(record) + "\n")
    (root / "build.toml").write_text(_BUILD, "utf-8")


if __name__ == "__main__":
    main()
