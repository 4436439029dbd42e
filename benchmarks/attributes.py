"""Negation, doubt, family, history and condition of labelled mentions: how often the cues are right.

    python benchmarks/attributes.py DATA [--draw 2] [--sealed] [--fold 1|2] [--pass first|second] [--as-labelled]
                                         [--errors] [--json]

DATA is the folder of test data, in which the labelled sentences stand (docs/annotation.md). Mentions are given, so only
their attributes are judged. Half of each set is sealed: it is left out unless asked for. A half has two folds: cues
are mended on the errors of the first, which the second then tells from a rule that only fits what was read.
``--draw 2`` takes the sets that were drawn after the cues had been made; mentions of which its two passes say other
things are given and not counted, unless one of them is asked for alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import ATTRIBUTES, decided, drawn  # noqa: E402
from benchmarks.attribute_draw import LAYERS, second  # noqa: E402
from benchmarks.attribute_passes import PASSES, rows  # noqa: E402
from ingest.evaluation.scoring import counted  # noqa: E402
from ingest.evaluation.sentences import in_sealed_half  # noqa: E402
from ingest.text.attributes import attributes  # noqa: E402

SETS = {
    1: {"zh": ("zh-mentions", "zh-negations"), "en": ("en-attributes", "en-negations")},
    2: {"zh": ("zh-attributes-2",), "en": ("en-attributes-2",)},
}

Counts = dict[str, tuple[int, int, int]]
"""Kind -> right, told, labelled."""


class Asked(NamedTuple):
    """Which sentences are judged, and by which labels."""

    closed: bool = False
    part: int = 0
    undone: bool = False
    reading: str = ""


def fold(name: str, number: int) -> int:
    """1 or 2, by another byte of the digest that seals a half."""
    return 1 + hashlib.sha256(f"{name} {number}".encode()).digest()[1] % 2


def labelled(name: str, data: Path, asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """Texts and labels; ends where a text is not the labelled one."""
    found = second(name, data) if name in LAYERS else drawn(name, data)
    read = rows(name, asked.reading).values() if asked.reading else decided(name, undone=asked.undone)
    for row in read:
        number = row["number"]
        sentence = found[number - 1]
        if sentence.digest != row["sha256"]:
            raise SystemExit(f"{name}, sentence {number}: the text is another than the labelled one")
        if in_sealed_half(name, number) is asked.closed and asked.part in (0, fold(name, number)):
            yield sentence.text, row


def judged(language: str, name: str, data: Path, asked: Asked, *, errors: bool = False) -> list[Counts]:
    """The counts of each sentence of one half, or of one fold of it."""
    made = []
    for text, row in labelled(name, data, asked):
        told = attributes(text, (0, len(text)), [tuple(one[:3]) for one in row["mentions"]], language)
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (start, end, _, _, marks), ours in zip(row["mentions"], told, strict=True):
            if [start, end] in row.get("left_out", ()):
                continue
            kinds = {one.kind for one in ours}
            for kind in ATTRIBUTES:
                counts[kind][0] += kind in kinds and kind in marks
                counts[kind][1] += kind in kinds
                counts[kind][2] += kind in marks
            if errors and kinds != set(marks):
                cues = [text[one.start : one.end] for one in ours]
                print(
                    f"{name} {row['number']}: {text[start:end]} {sorted(marks)} told {sorted(kinds)} {cues}\n    {text}"
                )
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
    parser.add_argument("--draw", type=int, choices=SETS, default=1)
    parser.add_argument("--sealed", action="store_true", help="the half that nothing was chosen on")
    parser.add_argument("--fold", type=int, choices=(1, 2), default=0, help="one part of the half only")
    parser.add_argument("--pass", dest="reading", choices=PASSES, default="", help="one pass of draw 2 as it was")
    parser.add_argument("--as-labelled", action="store_true", help="without what was decided after the labelling")
    parser.add_argument("--errors", action="store_true", help="print each mention whose attributes are others")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.errors and options.sealed:
        parser.error("sealed sentences are not printed")
    if options.reading and options.draw != 2:
        parser.error("--pass is of draw 2")
    asked = Asked(options.sealed, options.fold, options.as_labelled, options.reading)
    found: dict[str, float] = {}
    for language, names in SETS[options.draw].items():
        found |= figures(
            language,
            [one for name in names for one in judged(language, name, options.data, asked, errors=options.errors)],
        )
    corpus = ("sealed half" if asked.closed else "open half") + (", draw 2" if options.draw == 2 else "")
    corpus += f", fold {asked.part}" if asked.part else ""
    corpus += f", {asked.reading} pass" if asked.reading else ""
    corpus += ", as labelled" if asked.undone else ""
    result = {"task": "attributes", "corpus": corpus, "figures": found}
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
