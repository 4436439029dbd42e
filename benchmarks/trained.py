"""Reading with what was trained, on the development part of BC5CDR: taught names, networks, and both for ids.

    medkg train names bc5cdr --name bc5cdr --types disease,chemical --terminologies benchmarks/real.toml --corpora DATA
    medkg train ner bc5cdr --name bc5cdr-1 --seed 1 --types disease,chemical --terminologies … --corpora DATA
    python benchmarks/trained.py DATA [--folder .medkg] [--networks bc5cdr] [--json]

and the same with seeds 2 and 3. Models are those in ``--folder`` whose names begin with ``--networks``; the fast ones
are made of them, by

    medkg train ner bc5cdr --name fast-1 --seed 1 --encoder .medkg/models/bc5cdr-1 --layers 4 --epochs 2 --rate 1e-4 …

A line is what ``medkg eval`` prints with ``--names`` or ``--model``; ids are read with both. The last lines are means
over networks.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.knowledge import Terminologies  # noqa: E402
from ingest.evaluation.tagging import Model, dictionary, learned, taught_by  # noqa: E402
from ingest.evaluation.tasks import Asked, Report, evaluate  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402

CORPUS = "bc5cdr"
LABELS = ROOT / "benchmarks" / "annotated"


def reports(data: Path, folder: Path, kind: str) -> Iterator[Report]:
    known = Terminologies(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(data)})
    [names] = sorted(folder.glob(f"names/{CORPUS}*"))
    networks = sorted(folder.glob(f"models/{kind}*"))
    for task in ("ner", "linking"):
        asked = Asked(task, CORPUS, data, labels=LABELS)
        taught = taught_by(names, dictionary)
        yield evaluate(asked, lambda: known, lambda found: taught(found.lexicon))[0]  # noqa: B023
        each = []
        for network in networks:

            def made(lexicon: Lexicon, network: Path = network) -> Model:
                return learned(lexicon, network)

            chosen = taught_by(names, made) if task == "linking" else made
            each.append(evaluate(asked, lambda: known, lambda found: chosen(found.lexicon))[0])  # noqa: B023
            yield each[-1]
        if each:
            yield mean(each, kind)


def mean(each: list[Report], kind: str) -> Report:
    """Of figures that all reports have."""
    names = [name for name in each[0].figures if all(name in one.figures for one in each)]
    figures = {name: round(statistics.mean(one.figures[name] for one in each), 4) for name in names}
    model = " ".join([f"mean of {len(each)} networks", *([] if kind == CORPUS else [kind])])
    return msgspec.structs.replace(each[0], figures=figures, model=model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("MEDKG_DATA", ".medkg")))
    parser.add_argument("--networks", default=CORPUS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for report in reports(options.data, options.folder, options.networks):
        if options.json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False), flush=True)
            continue
        print(f"{report.task} {report.corpus} ({report.n}, {report.model}, {report.generation})")
        for name, value in report.figures.items():
            if name.endswith((".precision", ".recall", ".f1")):
                print(f"    {name}: {value}")


if __name__ == "__main__":
    main()
