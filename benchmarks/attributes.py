"""Negation, doubt, family, history and condition of labelled mentions: how often the cues are right.

    python benchmarks/attributes.py DATA [--sealed] [--errors] [--json]

DATA is the folder of test data, in which the labelled sentences stand (docs/annotation.md). Mentions are given, so only
their attributes are judged. Half of each set is sealed: it is left out unless asked for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from annotation import ATTRIBUTES, drawn  # noqa: E402

from ingest.text.attributes import attributes  # noqa: E402

SETS = {"zh": ("zh-mentions", "zh-negations"), "en": ("en-attributes", "en-negations")}
LABELS = ROOT / "benchmarks" / "annotated"
RESAMPLED = 1000

Counts = dict[str, tuple[int, int, int]]
"""Kind -> right, told, labelled."""


def sealed(name: str, number: int) -> bool:
    """Half of the sentences, by digest."""
    return hashlib.sha256(f"{name} {number}".encode()).digest()[0] % 2 == 1


def judged(language: str, name: str, data: Path, *, closed: bool, errors: bool) -> list[Counts]:
    """The counts of each sentence of one half; ends where the texts are not those that were labelled."""
    found = drawn(name, data)
    rows = [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    made = []
    for row in rows:
        sentence = found[row["number"] - 1]
        if sentence.digest != row["sha256"]:
            raise SystemExit(f"{name}, sentence {row['number']}: the text is another than the labelled one")
        if sealed(name, row["number"]) is not closed:
            continue
        spans = [(start, end, kind) for start, end, kind, *_ in row["mentions"]]
        told = attributes(sentence.text, (0, len(sentence.text)), spans, language)
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (start, end, _, _, marks), ours in zip(row["mentions"], told, strict=True):
            kinds = {one.kind for one in ours}
            for kind in ATTRIBUTES:
                counts[kind][0] += kind in kinds and kind in marks
                counts[kind][1] += kind in kinds
                counts[kind][2] += kind in marks
            if errors and kinds != set(marks):
                cues = [sentence.text[one.start : one.end] for one in ours]
                print(f"{name} {row['number']}: {sentence.text[start:end]} {sorted(marks)} told {sorted(kinds)} {cues}"
                      f"\n    {sentence.text}")  # fmt: skip
        made.append({kind: (right, ours, labelled) for kind, (right, ours, labelled) in counts.items()})
    return made


def scores(sentences: list[Counts], kind: str) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 where nothing was told or labelled."""
    right, told, labelled = (sum(counts.get(kind, (0, 0, 0))[at] for counts in sentences) for at in range(3))
    return (
        right / told if told else 0.0,
        right / labelled if labelled else 0.0,
        2 * right / (told + labelled) if told + labelled else 0.0,
    )


def figures(language: str, sentences: list[Counts]) -> dict[str, float]:
    dice = random.Random(20261121)
    again = [dice.choices(sentences, k=len(sentences)) for _ in range(RESAMPLED)]
    found: dict[str, float] = {f"{language}.sentences": len(sentences)}
    for kind in ATTRIBUTES:
        labelled = sum(counts.get(kind, (0, 0, 0))[2] for counts in sentences)
        precision, recall, f1 = scores(sentences, kind)
        spread = sorted(scores(sample, kind)[2] for sample in again)
        values = {"labelled": labelled, "precision": precision, "recall": recall, "f1": f1,
                  "f1_low": spread[RESAMPLED // 40], "f1_high": spread[-RESAMPLED // 40]}  # fmt: skip
        found |= {f"{language}.{kind}.{label}": round(value, 3) for label, value in values.items()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sealed", action="store_true", help="the half that nothing was chosen on")
    parser.add_argument("--errors", action="store_true", help="print each mention whose attributes are others")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, float] = {}
    for language, names in SETS.items():
        sentences = [
            counts
            for name in names
            for counts in judged(language, name, options.data, closed=options.sealed, errors=options.errors)
        ]
        found |= figures(language, sentences)
    result = {"task": "attributes", "corpus": "sealed half" if options.sealed else "open half", "figures": found}
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
