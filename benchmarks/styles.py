"""Chinese sentences in the style of guidelines, abstracts and notes, written for medkg: how their labels are settled.

    python benchmarks/styles.py agree      agreement of the two passes
    python benchmarks/styles.py pack       the stand-off file of what was settled, on standard output

The texts stand in ``annotated/zh-styles.csv``, the two passes (working files of docs/annotation.md) and the reasons in
``annotated/zh-styles/``. Where both passes say the same of a span, and their ids share one or there are none, it holds
with the ids of both. Each other span is settled by a line of ``reasons.jsonl``, and no line settles anything else.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, Labels, Sentence, agreement, pack, parsed, read  # noqa: E402

NAME = "zh-styles"
TEXTS = LABELS / f"{NAME}.csv"
WORK = LABELS / NAME
MARKING = "示例，非临床陈述 · illustration, no clinical statement"
STYLES = ("guideline", "abstract", "note")

_Mention = tuple[int, int, str, tuple[str, ...], tuple[str, ...]]


class Reason(NamedTuple):
    """What was settled of the spans of a sentence on which the passes differ; ``settled`` as in a working file."""

    number: int
    surfaces: tuple[str, ...]
    settled: tuple[str, ...]
    reason: str


def written(path: Path = TEXTS) -> list[Sentence]:
    """The sentences in the order of their numbers; ends where one is not marked as an illustration."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows, 1):
        if row["style"] not in STYLES or row["marking"] != MARKING:
            raise SystemExit(f"{path.name}, sentence {number}: style or marking is another")
    return [
        Sentence(path.name, str(number), "text", 0, len(row["text"]), row["text"]) for number, row in enumerate(rows, 1)
    ]


def passes(found: list[Sentence], folder: Path = WORK) -> tuple[dict[int, Labels], dict[int, Labels]]:
    """Number -> labels of the first and of the second pass."""
    return read(folder / "first.tsv", found), read(folder / "second.tsv", found)


def reasons(folder: Path = WORK) -> list[Reason]:
    rows = map(json.loads, (folder / "reasons.jsonl").read_text("utf-8").splitlines())
    return [Reason(one["number"], tuple(one["surfaces"]), tuple(one["settled"]), one["reason"]) for one in rows]


def settled(
    found: list[Sentence], first: dict[int, Labels], second: dict[int, Labels], why: list[Reason]
) -> dict[int, Labels]:
    """One label set of two; ends where a difference has no reason, a reason no difference, or spans overlap."""
    if not first.keys() == second.keys() == set(range(1, len(found) + 1)):
        raise SystemExit("a pass has other sentences than there are")
    made = {}
    for number in sorted(first):
        text = found[number - 1].text
        mentions = _both(number, text, first[number], second[number], [one for one in why if one.number == number])
        if any(one[1] > other[0] for one, other in pairwise(mentions)):
            raise SystemExit(f"sentence {number}: mentions overlap")
        made[number] = Labels(tuple(mentions), ())
    if unknown := {one.number for one in why} - made.keys():
        raise SystemExit(f"reasons for sentences that are not there: {sorted(unknown)}")
    return made


def _both(number: int, text: str, first: Labels, second: Labels, why: list[Reason]) -> list[_Mention]:
    """The mentions of a sentence in their order."""
    ours, theirs = ({one[:2]: one for one in labels.mentions} for labels in (first, second))
    agreed: list[_Mention] = []
    differing = []
    for place in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(place), theirs.get(place)
        if one and other and (one[2], one[4]) == (other[2], other[4]) and _together(one[3], other[3]):
            agreed.append((*one[:3], tuple(sorted({*one[3], *other[3]})), one[4]))
        else:
            differing.append(text[slice(*place)])
    if sorted(differing) != sorted(surface for one in why for surface in one.surfaces):
        raise SystemExit(f"sentence {number}: the passes differ on {', '.join(differing) or 'nothing'}, reasons do not")
    return sorted([*agreed, *parsed(" ; ".join(line for one in why for line in one.settled), text).mentions])


def _together(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(set(one) & set(other)) or not (one or other)


def figures(first: dict[int, Labels], second: dict[int, Labels]) -> dict[str, float]:
    """What ``annotation.agreement`` says of sets without relations, and F1 of all attributes of the mentions that have
    span and type in both."""
    pairs = [
        (set(one[4]), set(other[4]))
        for number in first.keys() & second.keys()
        for one in first[number].mentions
        for other in second[number].mentions
        if one[:3] == other[:3]
    ]
    same = sum(len(one & other) for one, other in pairs)
    marks = sum(len(one) + len(other) for one, other in pairs)
    told = {name: value for name, value in agreement(first, second).items() if name != "relations_f1"}
    return told | {"attributes_f1": round(2 * same / marks, 3) if marks else 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("agree", "pack"))
    options = parser.parse_args()
    found = written()
    first, second = passes(found)
    if options.task == "agree":
        print(json.dumps({"task": "annotation", "corpus": NAME, "figures": figures(first, second)}))
    else:
        print("\n".join(pack(found, settled(found, first, second, reasons()))))


if __name__ == "__main__":
    main()
