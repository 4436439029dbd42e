"""What a preview of consequences costs: a merge that touches 10,000 documents; and the quality list over a graph.

    python benchmarks/impact.py [--documents 12000] [--touched 10000] [--concepts 30000] [--json]

Texts, terms and claims are made up with a fixed seed. ``merge``: milliseconds of the whole answer (gate and all kinds
of dependents) in one process: ``first`` with nothing read before, then the median and the slowest of ``runs``.
``seconds_by_kind``: of the last run. ``label``: the same for a name that no text has. ``bulk``: the gate over a
proposal of 1,000 names. ``check``: reading all concepts of the generation and running the list over them.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.consequences import consequences, opened, table  # noqa: E402
from api.settings import load  # noqa: E402
from api.survey import surveyed  # noqa: E402
from api.wiring import Building  # noqa: E402
from ingest.config import read_config  # noqa: E402
from ingest.pipeline import Listener  # noqa: E402
from kg.impact.changed import changed  # noqa: E402
from kg.impact.preview import Impact  # noqa: E402
from kg.model.concept import Label  # noqa: E402
from kg.model.edit import AddLabel, Edit, Merge  # noqa: E402
from ontology.curation.gate import gate  # noqa: E402
from ontology.curation.graph import GraphConcepts  # noqa: E402

BULK = 1000
_MERGED, _INTO = "DOID:9000001", "DOID:9000002"
_NAMES = ["chronic renal demonstration", "demonstrative kidney disease", "renal show syndrome", "kidney display"]
_ZH = "慢性示例肾病"
_WORDS = [
    "the", "patients", "with", "was", "were", "treated", "no", "evidence", "of", "and", "increased", "study", "in",
    "both", "groups", "after", "months", "follow-up", "outcome", "control",
]  # fmt: skip
_PARTS = ["renal", "hepatic", "cardiac", "gastric", "ocular", "dermal", "neural", "vascular", "bronchial", "splenic"]
_KINDS = ["acute", "chronic", "congenital", "familial", "juvenile", "idiopathic", "recurrent", "primary", "latent"]
_STATES = ["failure", "fibrosis", "dystrophy", "stenosis", "atrophy", "oedema", "dysplasia", "necrosis"]
_BUILD = """
[[input]]
name = "terms"
format = "obo.v1"
kind = "terminology"
paths = ["terms.obo", "drugs.obo"]
version = "1"

[[input]]
name = "records"
format = "records.v1"
kind = "source"
paths = ["records.jsonl"]
version = "1"
claims = true
"""


def write(root: Path, documents: int, touched: int, concepts: int) -> None:
    chance = random.Random(11)
    names = [f"{kind} {part} {state} {number}" for number in range(concepts // 720 + 1)
             for kind in _KINDS for part in _PARTS for state in _STATES]  # fmt: skip
    merged = f"name: {_NAMES[0]}\n" + "".join(f'synonym: "{name}" EXACT []\n' for name in [*_NAMES[1:], _ZH])
    terms = [f"\n[Term]\nid: DOID:9000000\nname: sample disease\n\n[Term]\nid: {_MERGED}\n{merged}is_a: DOID:9000000\n",
             f"\n[Term]\nid: {_INTO}\nname: sample nephropathy\nis_a: DOID:9000000\n"]  # fmt: skip
    for at, name in enumerate(names[: concepts - 3], 9000003):
        above = _MERGED if at < 9000103 else f"DOID:{chance.randrange(9000000, at)}"
        terms.append(f'\n[Term]\nid: DOID:{at}\nname: {name}\ndef: "Invented state {at}." []\nis_a: {above}\n')
    (root / "terms.obo").write_text("format-version: 1.2\n" + "".join(terms), "utf-8")
    (root / "drugs.obo").write_text("format-version: 1.2\n\n[Term]\nid: CHEBI:9000001\nname: samplol\n", "utf-8")
    (root / "build.toml").write_text(_BUILD, "utf-8")
    with (root / "records.jsonl").open("w", encoding="utf-8") as out:
        for at in range(documents):
            words = [chance.choice(_WORDS) for _ in range(60)]
            abstract = {"en": " ".join(words) + f" {names[at % len(names)]}."}
            if at < touched:
                abstract["en"] += f" Samplol treats {chance.choice(_NAMES)} in all of them."
                if at % 4 == 0:
                    abstract["zh"] = f"患者诊断为{_ZH}，随访三个月。"
            row = {"id": f"T{at}", "illustrative": True, "title": {"en": f"Made up {at}"}, "abstract": abstract}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=12_000)
    options.add_argument("--touched", type=int, default=10_000)
    options.add_argument("--concepts", type=int, default=30_000)
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, given.documents, given.touched, given.concepts)
        settings = load({"data": str(root / "data"), "encoder": "none"})
        Building(settings).run(read_config(root / "build.toml"), {}, Listener(), lambda *step: None)
        figures: dict[str, object] = {"documents": given.documents, "concepts": given.concepts}
        with opened(settings) as (world, name, lexicon):
            data = settings.folder
            times: dict[str, list[float]] = {"merge": [], "label": []}
            asked: dict[str, Edit] = {
                "merge": Merge(_MERGED, _INTO),
                "label": AddLabel(_INTO, Label("unheard of show", "en", "exact")),
            }
            for _ in range(given.runs):
                for what, edit in asked.items():
                    began = time.perf_counter()
                    found = consequences([edit], world, name, lexicon, data)
                    times[what].append((time.perf_counter() - began) * 1000)
                    if what == "merge":
                        figures["touches"] = counts(found.impact)
            for what, taken in times.items():
                first, rest = taken[0], taken[1:]
                figures[what] = {"first_ms": round(first), "median_ms": round(statistics.median(rest)),
                                 "slowest_ms": round(max(rest)), "runs": len(rest)}  # fmt: skip
            concepts = GraphConcepts(world.reader, world.texts, world.naming.ids)
            bulk = [AddLabel(f"DOID:{9000103 + at}", Label(f"bulk name {at}", "en", "exact")) for at in range(BULK)]
            began = time.perf_counter()
            verdict = gate(bulk, concepts, world.naming.ids)
            figures["bulk"] = {"edits": BULK, "gate_seconds": round(time.perf_counter() - began, 1),
                               "refused": verdict.refused}  # fmt: skip
            by_kind = {}
            change = changed([asked["merge"]])
            for one in table(lexicon, data):
                began = time.perf_counter()
                one.touched(change, world)
                by_kind[one.kind] = round(time.perf_counter() - began, 3)
            figures["seconds_by_kind"] = by_kind
        began = time.perf_counter()
        survey = surveyed(settings, name)
        figures["check"] = {"concepts": survey.concepts, "seconds": round(time.perf_counter() - began, 1),
                            "findings": survey.errors + survey.warnings}  # fmt: skip
        figures["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    result = {"what": "made-up texts and terms, fixed seed", "figures": figures}
    print(json.dumps(result) if given.json else json.dumps(result, indent=1))


def counts(found: Impact) -> dict[str, int]:
    return {one.kind: one.count for one in found.kinds}


if __name__ == "__main__":
    main()
