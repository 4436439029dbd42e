"""Reading with what was trained, on development parts: taught names, networks, and both for ids.

    medkg train names bc5cdr --name bc5cdr --types disease,chemical --terminologies benchmarks/real.toml --corpora DATA
    medkg train ner bc5cdr --name bc5cdr-1 --seed 1 --types disease,chemical --terminologies … --corpora DATA
    python benchmarks/trained.py DATA [--folder .medkg] [--networks bc5cdr] [--tasks ner linking] [--json]

and the same with seeds 2 and 3. Models are those in ``--folder`` whose names begin with ``--networks``; the fast ones
are made of them, by

    medkg train ner bc5cdr --name fast-1 --seed 1 --encoder .medkg/models/bc5cdr-1 --layers 4 --epochs 2 --rate 1e-4 …

Genes, and texts of corpora that nothing was trained on (no names are taught where ``--names`` is empty):

    medkg train names nlm-gene biored --name genes --types gene --terminologies … --corpora DATA
    python benchmarks/trained.py DATA --corpora biored nlm-gene --names genes --networks gene- --tasks ner
    python benchmarks/trained.py DATA --corpora ncbi-disease biored --names "" --networks bc5cdr --tasks ner

And one of its own for NCBI, with seeds 1, 2 and 3:

    medkg train ner ncbi-disease --name ncbi-1 --seed 1 --types disease --terminologies … --corpora DATA
    python benchmarks/trained.py DATA --corpora ncbi-disease --names "" --networks ncbi- --tasks ner

A line is what ``medkg eval`` prints with ``--names`` or ``--model``; ids are read with both. The last lines are means
over networks, where there are several.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
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


class Wanted(msgspec.Struct, frozen=True):
    """``names``: folder of taught names, if any; ``kind``: how the names of the networks begin."""

    corpora: tuple[str, ...]
    tasks: tuple[str, ...]
    names: Path | None
    networks: tuple[Path, ...]
    kind: str


def reports(data: Path, wanted: Wanted) -> Iterator[Report]:
    known = Terminologies(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(data)})

    def report(asked: Asked, made: Callable[[Lexicon], Model]) -> Report:
        return evaluate(asked, lambda: known, lambda found: made(found.lexicon))[0]

    for task, corpus in product(wanted.tasks, wanted.corpora):
        asked = Asked(task, corpus, data, labels=LABELS)
        if wanted.names:
            yield report(asked, taught_by(wanted.names, dictionary))
        each = []
        for network in wanted.networks:
            made = partial(learned, folder=network)
            with_names = wanted.names if task == "linking" else None
            each.append(report(asked, taught_by(with_names, made) if with_names else made))
            yield each[-1]
        if len(each) > 1:
            yield mean(each, wanted.kind)


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
    parser.add_argument("--names", default=CORPUS, help="folder of taught names")
    parser.add_argument("--corpora", nargs="+", default=[CORPUS])
    parser.add_argument("--tasks", nargs="+", default=["ner", "linking"], choices=["ner", "linking"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    wanted = Wanted(
        corpora=tuple(options.corpora),
        tasks=tuple(options.tasks),
        names=options.folder / "names" / options.names if options.names else None,
        networks=tuple(sorted(options.folder.glob(f"models/{options.networks}*"))),
        kind=options.networks,
    )
    for report in reports(options.data, wanted):
        if options.json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False), flush=True)
            continue
        print(f"{report.task} {report.corpus} ({report.n}, {report.model}, {report.generation})")
        for name, value in report.figures.items():
            if name.endswith((".precision", ".recall", ".f1")):
                print(f"    {name}: {value}")


if __name__ == "__main__":
    main()
