"""Import of code systems, spreadsheets, ClaML, OWL and Babelon, and the report on a new release.

    MEDKG_TEST_DATA=../shared/data python benchmarks/code_systems.py [--concepts 20000] [--json]

Files of the given size are made up on the spot, the Babelon table is HPO's own where the test data are there. A rate is
concepts for each second of processor time of one process that reads, checks and maps the file and writes the batch, in
a process of its own each time (as in ``benchmarks/terminologies.py``). ``report``: seconds of processor time for the
report on a release in which every tenth concept changed, as part of making its batch.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.batches import Assembler  # noqa: E402
from ingest.config import InputSpec  # noqa: E402
from ingest.journal import Journal  # noqa: E402
from ingest.unit import Unit, run_unit  # noqa: E402
from kg.vocab import DEFAULT_BASE  # noqa: E402
from ontology.reading.raw import describe  # noqa: E402
from tests.workbooks import workbook  # noqa: E402

DATA = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
CODES = {"system": "icd10-insurance"}
HEAD = [
    "章",
    "章的名称",
    "节代码范围",
    "节名称",
    "类目代码",
    "类目名称",
    "亚目代码",
    "亚目名称",
    "诊断代码",
    "诊断名称",
]


class Measured(msgspec.Struct):
    """One import; ``processor`` in seconds, ``peak`` in MB of the process since its start."""

    concepts: int
    processor: float
    peak: float


def rows(number: int) -> list[list[str]]:
    """Rows of a table that repeats the classes above each code, all made up."""
    found = []
    for one in range(number):
        letter, rest = "ABCDEFGHIJ"[one * 10 // number], one % max(number // 10, 1)
        category = f"{letter}{rest // 100 % 100:02d}"
        sub = f"{category}.{rest // 10 % 10}"
        code = f"{sub}{rest % 10:02d}x{one % 1000:03d}"
        chain = [letter, f"章{letter}", f"{letter}00-{letter}99", f"节{letter}", category, f"类目{category}"]
        found.append([*chain, sub, f"亚目{sub}", code, f"示例诊断{one}（虚构）"])
    return found


def made(folder: Path, number: int) -> dict[str, tuple[Path, str, dict[str, object]]]:
    """What is imported: name -> file, format, options."""
    table = rows(number)
    (folder / "codes.csv").write_text("\n".join(",".join(row) for row in [HEAD, *table]) + "\n", "utf-8")
    workbook(folder / "codes.xlsx", {"codes": [HEAD, *table]})
    classes = [
        f'<Class code="Q{one:06d}" kind="category"><SuperClass code="Q{one // 8:06d}"/><Rubric kind="preferred"><Label '
        f'xml:lang="en">Made up {one}</Label></Rubric><Rubric kind="inclusion"><Label xml:lang="en">included {one}'
        "</Label></Rubric></Class>"
        for one in range(1, number)
    ]
    (folder / "classes.xml").write_text(f'<ClaML version="2.0.0">{"".join(classes)}</ClaML>', "utf-8")
    owl = [
        f'<owl:Class rdf:about="http://purl.obolibrary.org/obo/HP_{one:07d}"><rdfs:label>Made up {one}</rdfs:label>'
        f"<o:hasExactSynonym>Invented {one}</o:hasExactSynonym><o:hasRelatedSynonym>Like {one}</o:hasRelatedSynonym>"
        f'<rdfs:subClassOf rdf:resource="http://purl.obolibrary.org/obo/HP_{one // 8:07d}"/><rdfs:subClassOf>'
        '<owl:Restriction><owl:onProperty rdf:resource="http://purl.obolibrary.org/obo/BFO_0000050"/>'
        '<owl:someValuesFrom rdf:resource="http://purl.obolibrary.org/obo/HP_0000000"/></owl:Restriction>'
        "</rdfs:subClassOf></owl:Class>"
        for one in range(number)
    ]
    spaces = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "o": "http://www.geneontology.org/formats/oboInOwl#",
    }
    declared = " ".join(f'xmlns:{prefix}="{iri}"' for prefix, iri in spaces.items())
    (folder / "made.owl").write_text(f"<rdf:RDF {declared}>{''.join(owl)}</rdf:RDF>", "utf-8")
    found: dict[str, tuple[Path, str, dict[str, object]]] = {
        "codes.v1, CSV": (folder / "codes.csv", "codes.v1", dict(CODES)),
        "codes.v1, XLSX": (folder / "codes.xlsx", "codes.v1", dict(CODES)),
        "claml.v1": (folder / "classes.xml", "claml.v1", {}),
        "owl.v1": (folder / "made.owl", "owl.v1", {}),
    }
    if (real := DATA / "hpo-zh" / "hp-zh.babelon.tsv").is_file():
        found["babelon.v1, HPO"] = (real, "babelon.v1", {})
    return found


def imported(path: Path, form: str, options: dict[str, object], data: Path, version: str = "1") -> Measured:
    """One file to one batch."""
    spec = InputSpec("bench", (str(path),), "terminology", form, version=version, options=options)
    (data / "staging").mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    journal = Journal(data / "journal.sqlite")
    try:
        unit = Unit(spec=spec, raw=describe(path), staging=data / "staging", base=DEFAULT_BASE)
        report = run_unit(unit)
        Assembler(data, journal).assemble([unit], [report], "")
    finally:
        journal.close()
    taken = time.process_time() - began
    with open("/proc/self/status") as stream:
        peak = next(int(line.split()[1]) for line in stream if line.startswith("VmHWM")) / 1024
    return Measured(report.kinds["Concept"], taken, peak)


def report_on_a_release(folder: Path, number: int) -> float:
    """Seconds that a second release takes above the first, each tenth concept of which is renamed."""
    first = [f"[Term]\nid: DOID:{one}\nname: made up {one}\nis_a: DOID:{one // 8}\n" for one in range(1, number)]
    second = [text.replace("made up", "renamed") if place % 10 == 0 else text for place, text in enumerate(first)]
    taken = []
    for version, terms in (("1", first), ("2", second)):
        path = folder / "terms.obo"
        path.write_text("format-version: 1.2\n\n" + "\n".join(terms))
        taken.append(imported(path, "obo.v1", {}, folder / "data", version).processor)
    return taken[1] - taken[0]


def child(path: Path, form: str, options: dict[str, object]) -> Measured:
    """An import in a process of its own."""
    command = [sys.executable, __file__, "--import", str(path), "--format", form, "--options", json.dumps(options)]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Measured)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Import of code systems.")
    arguments.add_argument("--concepts", type=int, default=20_000)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--import", dest="path", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--format", help=argparse.SUPPRESS)
    arguments.add_argument("--options", default="{}", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.path:
            measured = imported(asked.path, asked.format, json.loads(asked.options), folder)
            print(msgspec.json.encode(measured).decode())
            return
        figures = {}
        for what, (path, form, options) in made(folder, asked.concepts).items():
            one = child(path, form, options)
            rate = round(one.concepts / one.processor)
            figures[what] = {"concepts": one.concepts, "a_second": rate, "MB": round(one.peak)}
        figures["report"] = {
            "concepts": asked.concepts,
            "seconds": round(report_on_a_release(folder, asked.concepts), 2),
        }
    if asked.json:
        print(json.dumps({"what": f"{asked.concepts} concepts", "figures": figures}))
        return
    for what, values in figures.items():
        print(what, values)


if __name__ == "__main__":
    main()
