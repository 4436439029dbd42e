"""Negation, doubt, family, history and condition of labelled mentions: how often the cues are right.

    python benchmarks/attributes.py DATA [--sealed] [--fold 1|2] [--as-labelled] [--errors] [--json]

DATA is the folder of test data, in which the labelled sentences stand (docs/annotation.md). Mentions are given, so only
their attributes are judged. Half of each set is sealed: it is left out unless asked for. A half has two folds: cues
are mended on the errors of the first, which the second then tells from a rule that only fits what was read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from annotation import ATTRIBUTES, decided, drawn  # noqa: E402

from ingest.evaluation.scoring import counted  # noqa: E402
from ingest.text.attributes import attributes  # noqa: E402

SETS = {"zh": ("zh-mentions", "zh-negations"), "en": ("en-attributes", "en-negations")}

Counts = dict[str, tuple[int, int, int]]
"""Kind -> right, told, labelled."""


def sealed(name: str, number: int) -> bool:
    """Half of the sentences, by digest."""
    return hashlib.sha256(f"{name} {number}".encode()).digest()[0] % 2 == 1


def fold(name: str, number: int) -> int:
    """1 or 2, by another byte of the same digest."""
    return 1 + hashlib.sha256(f"{name} {number}".encode()).digest()[1] % 2


def judged(
    language: str, name: str, data: Path, *, closed: bool, part: int = 0, undone: bool = False, errors: bool
) -> list[Counts]:
    """The counts of each sentence of one half, or of one fold of it; ends where the texts are not the labelled ones."""
    found = drawn(name, data)
    made = []
    for row in decided(name, undone=undone):
        sentence = found[row["number"] - 1]
        if sentence.digest != row["sha256"]:
            raise SystemExit(f"{name}, sentence {row['number']}: the text is another than the labelled one")
        if sealed(name, row["number"]) is not closed or part not in (0, fold(name, row["number"])):
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


def figures(language: str, sentences: list[Counts]) -> dict[str, float]:
    found: dict[str, float] = {f"{language}.sentences": len(sentences)}
    for kind in ATTRIBUTES:
        score = counted([counts.get(kind, (0, 0, 0)) for counts in sentences])
        found |= {f"{language}.{kind}.{label}": value for label, value in score.figures().items()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sealed", action="store_true", help="the half that nothing was chosen on")
    parser.add_argument("--fold", type=int, choices=(1, 2), default=0, help="one part of the half only")
    parser.add_argument("--as-labelled", action="store_true", help="without what was decided after the labelling")
    parser.add_argument("--errors", action="store_true", help="print each mention whose attributes are others")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, float] = {}
    for language, names in SETS.items():
        sentences = [
            counts
            for name in names
            for counts in judged(
                language,
                name,
                options.data,
                closed=options.sealed,
                part=options.fold,
                undone=options.as_labelled,
                errors=options.errors,
            )
        ]
        found |= figures(language, sentences)
    corpus = ("sealed half" if options.sealed else "open half") + (f", fold {options.fold}" if options.fold else "")
    corpus += ", as labelled" if options.as_labelled else ""
    result = {"task": "attributes", "corpus": corpus, "figures": found}
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
