"""Search against plain BM25 on the collections that need no judging of ours: ``medkg eval retrieval``, names read once.

    python benchmarks/retrieval.py DATA [--corpus NAME …] [--terminologies FILE] [--fold N] [--no-vectors] [--ablation]
                                   [--table FILE] [--ranker FILE] [--align FOLDER] [--kept FOLDER] [--json]

DATA is the folder of the test data. Names are those of the terminologies of a build file, benchmarks/real.toml by
default. A line of output is what ``medkg eval retrieval --corpus NAME --terminologies FILE --vectors --json`` prints.
Questions of all folds are asked by default, each with weights that have not seen its fold. Chinese texts are not
encoded (zh-qa): the packaged encoder reads no Chinese. ``--kept``: folder where vectors of texts are kept for the next
time. ``--table``: with ``--ablation`` the parts of search on, off and alone, over all these collections, as one CSV
(notebooks/data/ablation.csv).
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.cli.retrieval import Asked, retrieval  # noqa: E402
from api.settings import Settings  # noqa: E402
from ingest.evaluation.knowledge import Knowledge, Terminologies  # noqa: E402
from ingest.evaluation.retrieval import concepts, pairs  # noqa: E402
from ingest.evaluation.retrieval.ablation import Row, write_table  # noqa: E402

CHINESE = ("zh-qa",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", nargs="+", default=[*pairs.BUILT, *concepts.BUILT], metavar="NAME")
    parser.add_argument("--terminologies", type=Path, default=ROOT / "benchmarks" / "real.toml", metavar="FILE")
    parser.add_argument("--fold", type=int)
    parser.add_argument("--no-vectors", action="store_true")
    parser.add_argument("--ablation", action="store_true", help="search without each signal, too")
    parser.add_argument("--table", type=Path, help="with --ablation: file for its table")
    parser.add_argument("--ranker", type=Path, help="weights of this ranker")
    parser.add_argument("--align", type=Path, help="with this alignment, by layers that have not seen a concept")
    parser.add_argument("--kept", default="", help="folder for vectors of texts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    @cache
    def known() -> Knowledge:
        return Terminologies(options.terminologies, {"MEDKG_TEST_DATA": str(options.data)})

    with TemporaryDirectory() as folder:
        settings = Settings(test_data=str(options.data), data=options.kept or folder)
        table: list[Row] = []
        for name in options.corpus:
            vectors = not options.no_vectors and name not in CHINESE
            asked = Asked(name, None, None, fold=options.fold, vectors=vectors, ablation=options.ablation,
                          ranker=options.ranker, align=options.align if vectors else None)  # fmt: skip
            report, _, parts = retrieval(asked, settings, known)
            table += parts
            if options.table:
                write_table(options.table, table)
            if asked.align:
                report = msgspec.structs.replace(report, corpus=f"{report.corpus}:align")
            if options.json:
                print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False), flush=True)
                continue
            print(f"{report.corpus} ({report.n}, {report.model}, {report.generation})")
            for figure, value in report.figures.items():
                print(f"    {figure}: {value}")


if __name__ == "__main__":
    main()
