"""Chemical-induces-disease on the development part of BC5CDR: cues alone, and classifiers trained with three seeds.

    python benchmarks/relations_trained.py DATA [--weak-labels] [--json]

DATA is the folder of the corpora. The same as ``medkg train relations bc5cdr --name … --seed …`` and
``medkg eval relations --corpus bc5cdr --terminologies benchmarks/real.toml --relations …`` three times, with the names
read once. Features and their strength were chosen on folds of the training set (the card has their figures). With
``--weak-labels`` each is trained as with ``--weak-labels benchmarks/real.toml``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.corpora import corpora, read  # noqa: E402
from ingest.evaluation.knowledge import Terminologies  # noqa: E402
from ingest.evaluation.tasks import Asked, evaluate  # noqa: E402
from ingest.training.relations import train  # noqa: E402
from ingest.training.weak import from_build  # noqa: E402

SEEDS = (1, 2, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--weak-labels", action="store_true", help="learn from tables and unlabelled texts, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    build, variables = ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(options.data.resolve())}

    @cache
    def known() -> Terminologies:
        return Terminologies(build, variables)

    evaluated = [
        one for name, spec in corpora(options.data).items() if not spec.by_hand for one in read(name, options.data)
    ]
    documents = read("bc5cdr", options.data, "training")
    weak = None
    if options.weak_labels:
        weak = from_build(build, variables, known(), documents, evaluated, options.data)
    rows = []
    with tempfile.TemporaryDirectory() as made:
        for seed in SEEDS:
            folder = Path(made) / f"cid{seed}"
            card = train(documents, evaluated, folder, options.data, (), seed, weak)
            report, _ = evaluate(Asked("relations", "bc5cdr", options.data, relations=folder), known)
            rows.append(card.figures["causes.folds"] | report.figures)
    figures = {name: round(sum(row[name] for row in rows) / len(rows), 3) for name in rows[0] if "." in name}
    figures |= {f"training-folds.{name}": value for name, value in card.figures["causes.folds"].items()}
    figures |= {name: value for name, value in card.options.items() if name.startswith("weak_")}
    labels = ", weak labels" if weak else ""
    result = {"task": "relations-trained", "corpus": f"bc5cdr, mean of {len(SEEDS)} seeds{labels}", "n": report.n,
              "figures": figures}  # fmt: skip
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
