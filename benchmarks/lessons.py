"""The dictionary tier on labelled corpora: names alone, and with what labelled documents teach.

    MEDKG_TEST_DATA=../shared/data python benchmarks/lessons.py [CORPUS ...] [--no-folds] [--errors N] [--json]

Names come from every terminology of benchmarks/real.toml. ``plain``: no labelled mention is known. ``crossed``: folds
of the training part, names and stop lists learned anew in each. ``development``: learned from the whole training part,
measured on the development part; genes are learned from biored and nlm-gene together, since a few hundred documents
say little. Documents of development parts are never learned from. Exact spans, intervals of 95 % over documents.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.corpora import corpora, read  # noqa: E402
from ingest.evaluation.knowledge import Terminologies  # noqa: E402
from ingest.evaluation.leaks import without_evaluated  # noqa: E402
from ingest.labelled import LabelledDocument  # noqa: E402
from ingest.training.lessons import crossed, only, scores, spans  # noqa: E402
from ingest.training.names import lessons  # noqa: E402
from ontology.lessons import taught  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402

DATA = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
LABELS = ROOT / "benchmarks" / "annotated"
TOGETHER = {"biored": ("biored", "nlm-gene"), "nlm-gene": ("nlm-gene", "biored")}


def measured(lexicon: Lexicon, name: str, *, with_folds: bool, errors: int) -> Iterator[dict[str, object]]:
    known = corpora(DATA, LABELS)
    types = known[name].types if name not in TOGETHER else ("gene",)
    evaluated = [one for other, spec in known.items() if not spec.by_hand for one in read(other, DATA, labels=LABELS)]
    development = [only(one, types) for one in read(name, DATA, labels=LABELS)]
    parts = [read(other, DATA, "training", labels=LABELS) for other in TOGETHER.get(name, (name,))]
    training = without_evaluated((only(one, types) for part in parts for one in part), evaluated)
    told = {"removed": len(training.removed)}
    yield _result(name, "plain", lexicon, development, types, errors)
    if with_folds:
        found = crossed(lexicon, training.documents, types)
        figures = told | {kind: one.figures() for kind, one in found.items()}
        yield {"task": "lessons-crossed", "corpus": name, "n": len(training.documents), "figures": figures}
    learned = taught(lexicon, lessons(lexicon, training.documents, types))
    yield _result(name, "development", learned, development, types, errors, told)


def _result(
    name: str, task: str, lexicon: Lexicon, documents: list[LabelledDocument], types: Sequence[str], errors: int,
    told: dict[str, int] | None = None,
) -> dict[str, object]:  # fmt: skip
    found = list(spans(lexicon, documents, types))
    if errors:
        texts = {(one.id, passage.key): passage.text for one in documents for passage in one.passages}
        for kind in types:
            for title, at, other in (("spurious", 1, 0), ("missed", 0, 1)):
                rows = Counter(
                    texts[document, passage][start:end].lower()
                    for both in found
                    for document, passage, start, end in both[at][kind] - both[other][kind]
                )
                print(name, task, kind, title, rows.most_common(errors), file=sys.stderr)
    figures = (told or {}) | {kind: one.figures() for kind, one in scores(found, types).items()}
    return {"task": f"lessons-{task}", "corpus": name, "n": len(documents), "figures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="*", default=["bc5cdr", "ncbi-disease", "biored", "nlm-gene"])
    parser.add_argument("--no-folds", action="store_true")
    parser.add_argument("--errors", type=int, default=0, help="print so many of the most frequent mistakes")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    lexicon = Terminologies(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(DATA)}).lexicon
    for name in options.corpora:
        for row in measured(lexicon, name, with_folds=not options.no_folds, errors=options.errors):
            print(json.dumps(row) if options.json else f"{row['task']} {row['corpus']} {row['figures']}", flush=True)


if __name__ == "__main__":
    main()
