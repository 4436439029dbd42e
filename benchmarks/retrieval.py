"""Search against plain BM25 on the collections that need no labels: ``medkg eval retrieval``, names read once for all.

    python benchmarks/retrieval.py DATA [--terminologies FILE] [--fold N | --all] [--no-concepts] [--vectors] [--json]

DATA is the folder of the test data. Names are those of the terminologies of a build file, benchmarks/real.toml by
default. A line of output is what ``medkg eval retrieval --corpus NAME --fold N --terminologies FILE --json`` prints.
Fold 0 is asked by default: 722 Chinese questions, 571 titles.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.cli.retrieval import Asked, retrieval  # noqa: E402
from api.settings import Settings  # noqa: E402
from ingest.evaluation.knowledge import Knowledge, Terminologies  # noqa: E402
from ingest.evaluation.retrieval.pairs import BUILT  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--terminologies", type=Path, default=ROOT / "benchmarks" / "real.toml", metavar="FILE")
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--all", action="store_true", help="the questions of all folds")
    parser.add_argument("--no-concepts", action="store_true")
    parser.add_argument("--vectors", action="store_true", help="encode every text, which takes minutes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    @cache
    def known() -> Knowledge:
        return Terminologies(options.terminologies, {"MEDKG_TEST_DATA": str(options.data)})

    settings = Settings(test_data=str(options.data))
    for name in BUILT:
        asked = Asked(name, None, None, fold=None if options.all else options.fold, vectors=options.vectors)
        report, _ = retrieval(asked, settings, None if options.no_concepts else known)
        if options.json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False), flush=True)
            continue
        print(f"{report.corpus} ({report.n}, {report.model}, {report.generation})")
        for figure, value in report.figures.items():
            print(f"    {figure}: {value}")


if __name__ == "__main__":
    main()
