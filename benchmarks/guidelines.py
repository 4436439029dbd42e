"""Recommendations of guidelines: how many are found with the right strength and grade, and what is invented.

    python benchmarks/guidelines.py [--articles FOLDER] [--json]

The six guidelines and their labels stand in ``tests/guidelines`` and were written before the reader, by the same
hand. ``--articles``: a folder of JATS articles that are no guidelines; whatever is reported on them is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.extraction.blocks import Block, passages  # noqa: E402
from ingest.guidelines.finder import recommendations  # noqa: E402
from tests.guidelines.labelled import Score, found_in, labels, paragraphs, score  # noqa: E402
from tests.guidelines.making import guidelines  # noqa: E402


class Figures(msgspec.Struct, frozen=True):
    """What was measured; ``harder`` are (paragraphs, as labelled) in other wordings, ``articles`` (file, sentences)."""

    guidelines: tuple[Score, ...]
    seconds: float
    harder: tuple[int, int]
    articles: tuple[tuple[str, tuple[str, ...]], ...] = ()


def measured(articles: Path | None) -> Figures:
    """Runs everything once."""
    with tempfile.TemporaryDirectory() as folder:
        guidelines(Path(folder))
        start = time.perf_counter()
        found = {item.file: found_in(Path(folder) / item.file) for item in labels()}
        seconds = time.perf_counter() - start
    harder = [(item, passages([Block("paragraph", item.text, ("Treatment",))], "en")) for item in paragraphs()]
    right = 0
    for item, blocks in harder:
        declared = [scheme for scheme in ("GRADE", "CSCO", "Oxford") if scheme == item.scheme]
        told = [(one.direction, one.strength, one.certainty) for one in recommendations("doc:a", blocks, declared)]
        right += told == list(item.want)
    files = sorted(articles.glob("*.nxml")) if articles else []
    return Figures(
        guidelines=tuple(score(item, found[item.file]) for item in labels()),
        seconds=seconds,
        harder=(len(harder), right),
        articles=tuple((path.name, tuple(item.sentence for item in found_in(path))) for path in files),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="Recommendations of guidelines: found, right, invented.")
    arguments.add_argument("--articles", type=Path, help="JATS articles that are no guidelines")
    arguments.add_argument("--json", action="store_true", help="print JSON")
    options = arguments.parse_args()
    figures = measured(options.articles)
    if options.json:
        print(json.dumps(msgspec.to_builtins(figures), ensure_ascii=False, indent=1))
        return
    for item in figures.guidelines:
        parts = ", ".join(f"{name} {number}" for name, number in item.parts.items())
        print(f"{item.file:24} labelled {item.labelled}, right {item.right}, invented {len(item.invented)} ({parts})")
        for sentence in (*item.missed, *item.invented):
            print(f"    {sentence}")
    labelled, right = (sum(getattr(item, name) for item in figures.guidelines) for name in ("labelled", "right"))
    print(f"all: {right} of {labelled}, in {figures.seconds:.2f} s")
    print(f"other wordings: {figures.harder[1]} of {figures.harder[0]} paragraphs as labelled")
    for name, sentences in figures.articles:
        print(f"{name}: {len(sentences)} reported", *sentences, sep="\n    ")


if __name__ == "__main__":
    main()
