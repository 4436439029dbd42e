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
from kg.index.analysis import has_han  # noqa: E402
from tests.guidelines.labelled import Score, found_in, labels, paragraphs, score  # noqa: E402
from tests.guidelines.making import guidelines  # noqa: E402


class Figures(msgspec.Struct, frozen=True):
    """What was measured; ``harder`` are (paragraphs, as labelled) in other wordings by language, ``articles`` (file,
    sentences)."""

    guidelines: tuple[Score, ...]
    seconds: float
    harder: dict[str, tuple[int, int]]
    articles: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def table(self) -> dict[str, object]:
        """Counts by language, as the pages of the docs show them; reported sentences of articles are counted."""
        found: dict[str, object] = {}
        for language, (asked, right) in self.harder.items():
            rows = [row for row in self.guidelines if f".{language}." in row.file]
            found[language] = {
                "guidelines": len(rows),
                "labelled": sum(row.labelled for row in rows),
                "right": sum(row.right for row in rows),
                "invented": sum(len(row.invented) for row in rows),
                "parts_right": {part: sum(row.parts[part] for row in rows) for part in rows[0].parts},
                "other_wordings": asked,
                "other_wordings_as_labelled": right,
            }
        reported = {"articles": len(self.articles), "reported": sum(len(texts) for _, texts in self.articles)}
        return found | {"no_guidelines": reported, "seconds": round(self.seconds, 2)}


def measured(articles: Path | None) -> Figures:
    """Runs everything once."""
    with tempfile.TemporaryDirectory() as folder:
        guidelines(Path(folder))
        start = time.perf_counter()
        found = {item.file: found_in(Path(folder) / item.file) for item in labels()}
        seconds = time.perf_counter() - start
    harder = {"zh": (0, 0), "en": (0, 0)}
    for item in paragraphs():
        blocks = passages([Block("paragraph", item.text, ("Treatment",))], "en")
        declared = [scheme for scheme in ("GRADE", "CSCO", "Oxford") if scheme == item.scheme]
        told = [(one.direction, one.strength, one.certainty) for one in recommendations("doc:a", blocks, declared)]
        language = "zh" if has_han(item.text) else "en"
        asked, right = harder[language]
        harder[language] = asked + 1, right + (told == list(item.want))
    files = sorted(articles.glob("*.nxml")) if articles else []
    return Figures(
        guidelines=tuple(score(item, found[item.file]) for item in labels()),
        seconds=seconds,
        harder=harder,
        articles=tuple((path.name, tuple(item.sentence for item in found_in(path))) for path in files),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="Recommendations of guidelines: found, right, invented.")
    arguments.add_argument("--articles", type=Path, help="JATS articles that are no guidelines")
    arguments.add_argument("--json", action="store_true", help="print JSON")
    options = arguments.parse_args()
    figures = measured(options.articles)
    if options.json:
        print(json.dumps({"what": "guidelines labelled by us", "figures": figures.table()}))
        return
    for item in figures.guidelines:
        parts = ", ".join(f"{name} {number}" for name, number in item.parts.items())
        print(f"{item.file:24} labelled {item.labelled}, right {item.right}, invented {len(item.invented)} ({parts})")
        for sentence in (*item.missed, *item.invented):
            print(f"    {sentence}")
    labelled, right = (sum(getattr(item, name) for item in figures.guidelines) for name in ("labelled", "right"))
    print(f"all: {right} of {labelled}, in {figures.seconds:.2f} s")
    for language, (asked, told) in figures.harder.items():
        print(f"other wordings, {language}: {told} of {asked} paragraphs as labelled")
    for name, sentences in figures.articles:
        print(f"{name}: {len(sentences)} reported", *sentences, sep="\n    ")


if __name__ == "__main__":
    main()
