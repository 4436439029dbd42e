"""Reading of the dictionary tier on the development parts of all corpora: ``medkg eval``, names read once for all.

    python benchmarks/evaluation.py DATA [--generation FOLDER] [--json]

DATA is the folder of the corpora. Names and cross-references are those of the terminologies of benchmarks/real.toml, or
of the current generation of a data folder: no label of a corpus is in them. A line of output is what
``medkg eval TASK --corpus NAME --terminologies benchmarks/real.toml --json`` prints.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.knowledge import Knowledge, Published, Terminologies  # noqa: E402
from ingest.evaluation.tasks import Asked, Report, evaluate  # noqa: E402

LABELS = ROOT / "benchmarks" / "annotated"
MEASURED = (
    ("ner", "bc5cdr"), ("ner", "ncbi-disease"), ("ner", "biored"), ("ner", "nlm-gene"), ("ner", "zh-mentions"),
    ("ner", "zh-mentions-2"), ("ner", "zh-styles"),
    ("linking", "bc5cdr"), ("linking", "ncbi-disease"), ("linking", "biored"), ("linking", "nlm-gene"),
    ("linking", "zh-mentions"), ("linking", "zh-mentions-2"), ("linking", "zh-styles"), ("attributes", "zh-styles"),
    ("attributes", "zh-negations-6"), ("attributes", "en-negations-6"),
)  # fmt: skip


class Floor(msgspec.Struct, frozen=True):
    """A figure of a model whose name begins with ``model``: what it must reach and what it should."""

    task: str
    corpus: str
    model: str
    figure: str
    floor: float
    goal: float

    def fits(self, report: Mapping[str, object]) -> bool:
        """Whether it is asked of a report, as it was printed."""
        same = (report.get("task"), report.get("corpus")) == (self.task, self.corpus)
        return same and str(report.get("model", "")).startswith(self.model)

    def told(self, value: float) -> str:
        """Where a value stands, in both languages."""
        if value >= self.goal:
            return "goal reached 达到目标"
        return "floor reached 达到下限" if value >= self.floor else "**falls short 未达到**"


def floors() -> list[Floor]:
    tree = tomllib.loads((ROOT / "benchmarks" / "floors.toml").read_text("utf-8"))
    return msgspec.convert(tree["floor"], list[Floor])


def short_name(model: str) -> str:
    """Of a model in a table: without digests, and without the dictionary where something stands before it.

    >>> short_name("grounding.v2+17f7"), short_name("names net-1@0a1b grounding.v2+17f7"), short_name("mean of 3")
    ('grounding.v2', 'names, net-1', 'mean of 3')
    """
    if model.startswith("mean of"):
        return model
    first, *rest = (part.partition("+")[0].partition("@")[0] for part in model.split(" "))
    return ", ".join([first, *rest[:-1]])


def reports(
    data: Path, generation: Path | None = None, measured: Sequence[tuple[str, str]] = MEASURED
) -> Iterator[Report]:
    """Of each task and corpus, in order; ``generation`` is a data folder."""

    @cache
    def known() -> Knowledge:
        if generation:
            return Published(generation)
        return Terminologies(ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(data)})

    for task, corpus in measured:
        yield evaluate(Asked(task, corpus, data, labels=LABELS), known)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--generation", type=Path, help="a data folder")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for report in reports(options.data, options.generation):
        if options.json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False), flush=True)
            continue
        print(f"{report.task} {report.corpus} ({report.n}, {report.model}, {report.generation})")
        for name, value in report.figures.items():
            print(f"    {name}: {value}")


if __name__ == "__main__":
    main()
