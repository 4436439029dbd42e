"""Relations of the second draw of ``zh-relations``: how far two passes agree, and what was settled between them.

    python benchmarks/settled.py agree     agreement of the two passes
    python benchmarks/settled.py pack      the stand-off lines of what was settled, on standard output

``annotated/zh-relations/`` holds the passes as ``annotation.py pack`` writes them, without any text: a sentence that is
in neither was read twice without a relation. Where both say the same (spans, types, relations) it holds, with the
attributes of the first pass. Every other sentence has a line in ``reasons.jsonl``: which pass is taken, or what is in
place of both, and why. What is left without a relation is not in the set.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, Labels, agreement  # noqa: E402

NAME = "zh-relations"
WORK = LABELS / NAME

Row = dict[str, Any]
"""A line as ``annotation.pack`` writes it."""


def rows(path: Path) -> dict[int, Row]:
    """Number -> line."""
    return {one["number"]: one for one in map(json.loads, path.read_text("utf-8").splitlines())}


def settled(first: dict[int, Row], second: dict[int, Row], why: dict[int, Row]) -> Iterator[Row]:
    """What holds of the sentences with a relation, by number; ends where a difference has no reason, a reason no
    difference, or the two passes are of other texts."""
    if unknown := sorted(why.keys() - (first.keys() | second.keys())):
        raise SystemExit(f"reasons for sentences without labels: {unknown}")
    for number in sorted(first.keys() | second.keys()):
        one, other = first.get(number), second.get(number)
        if one and other and one["sha256"] != other["sha256"]:
            raise SystemExit(f"sentence {number}: the passes read other texts")
        differ = not (one and other and _said(one) == _said(other))
        if differ is not (number in why):
            raise SystemExit(f"sentence {number}: " + ("the passes differ, no reason" if differ else "no difference"))
        taken = _taken(one, other, why[number]) if differ else one
        if taken and taken["relations"]:
            yield taken


def _said(row: Row) -> tuple[set[tuple[int, int, str]], set[tuple[int, int, str, int, int]]]:
    """Spans with types, and relations by the spans of their ends: what the passes are compared by."""
    spans = [tuple(mention[:2]) for mention in row["mentions"]]
    return (
        {(start, end, kind) for start, end, kind, *_ in row["mentions"]},
        {(*spans[subject], name, *spans[target]) for subject, name, target in row["relations"]},
    )


def _taken(one: Row | None, other: Row | None, reason: Row) -> Row | None:
    match reason["taken"]:
        case "first":
            return one
        case "second":
            return other
        case _:
            base = one or other
            return base and base | {name: reason[name] for name in ("mentions", "relations")}


def figures(first: dict[int, Row], second: dict[int, Row]) -> dict[str, float]:
    """Sentences with a relation in each pass and in both; F1 of spans, types and relations of the second pass against
    the first, over all that were read (a sentence without a relation in a pass has none of its spans there) and,
    ``both.``, over the sentences in which both have a relation."""
    shared = first.keys() & second.keys()
    told: dict[str, float] = {"first": len(first), "second": len(second), "both": len(shared)}
    for prefix, numbers in (("", first.keys() | second.keys()), ("both.", shared)):
        made = agreement(*({number: _labels(some.get(number)) for number in numbers} for some in (first, second)))
        told |= {prefix + name: made[name] for name in ("span_f1", "span_and_type_f1", "relations_f1")}
    return told


def _labels(row: Row | None) -> Labels:
    if row is None:
        return Labels((), ())
    mentions = tuple((start, end, kind, tuple(ids), tuple(marks)) for start, end, kind, ids, marks in row["mentions"])
    return Labels(mentions, tuple((subject, name, target) for subject, name, target in row["relations"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("agree", "pack"))
    options = parser.parse_args()
    first, second, why = (rows(WORK / f"{name}.jsonl") for name in ("first", "second", "reasons"))
    if options.task == "agree":
        print(json.dumps({"task": "annotation", "corpus": f"{NAME}, second draw", "figures": figures(first, second)}))
    else:
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in settled(first, second, why)))


if __name__ == "__main__":
    main()
