"""A second draw of Chinese sentences whose mentions are labelled with ids: of rows that no other set has.

    python benchmarks/mention_draw.py draw PART DATA OTHER…                  number, tab, sentence
    python benchmarks/mention_draw.py standoff PART WORK DATA OTHER…    a pass without texts, of a working file
    python benchmarks/mention_draw.py agree          agreement of the two passes
    python benchmarks/mention_draw.py pack           what was settled of them, on standard output

Drawn with no filter, one sentence a row, in two parts: the first sentences of the order are read when rules are made
(``zh-mentions-train``, one pass), those behind them are labelled twice and looked at once (``zh-mentions-2``). OTHER:
stand-off files of sets that were drawn in the same days by other rules, whose rows are left out, too. WORK has a line
of JSON a sentence: ``{"n": 1, "m": [[surface, occurrence, type, [id, …]], …]}``. Passes and reasons stand in
``annotated/zh-mentions-2/``. Where both passes have a span, and ids that share one or none, it holds with the ids of
both and the type of the first; each other span is settled by a line of ``reasons.jsonl``, and no line settles anything
else.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, SEED, Labels, Sentence, agreement, drawn, pack, pool  # noqa: E402
from benchmarks.attribute_draw import second  # noqa: E402

PARTS = {"zh-mentions-train": (0, 200), "zh-mentions-2": (200, 450)}
"""Where a part begins and ends in the order."""
PASSES = LABELS / "zh-mentions-2"
FIGURES = ("sentences", "span_f1", "span_and_type_f1", "ids_share_one")
_BEFORE = ("zh-mentions", "zh-negations", "zh-relations")


def taken(data: Path, others: list[Path]) -> set[str]:
    """The rows of the earlier sets, of sentences that were passed over, too, and of ``others``."""
    rows = {one.row for name in _BEFORE for one in drawn(name, data)}
    rows |= {one.row for one in second("zh-attributes-2", data)}
    for path in others:
        rows |= {str(json.loads(line)["row"]) for line in path.read_text("utf-8").splitlines()}
    return rows


def fresh(part: str, data: Path, others: list[Path]) -> list[Sentence]:
    """The sentences of a part, in the order in which they are labelled."""
    start, end = PARTS[part]
    used = taken(data, others)
    every = sorted(one for one in set(pool("zh", data)) if one.row not in used)
    random.Random(f"{SEED} zh-mentions-2").shuffle(every)
    order: dict[str, Sentence] = {}
    for one in every:
        order.setdefault(one.row, one)
    return list(order.values())[start:end]


def worked(line: dict[str, Any], text: str) -> Labels:
    """The labels of a line of a working file; raises ValueError where a surface is not in its sentence."""
    mentions = []
    for surface, which, kind, ids in line["m"]:
        start = -1
        for _ in range(which):
            start = text.index(surface, start + 1)
        mentions.append((start, start + len(surface), kind, tuple(sorted(ids)), ()))
    return Labels(tuple(sorted(mentions)), ())


def standoff(work: Path, found: list[Sentence]) -> Iterator[str]:
    lines = map(json.loads, filter(str.strip, work.read_text("utf-8").splitlines()))
    return pack(found, {one["n"]: worked(one, found[one["n"] - 1].text) for one in lines})


def rows(name: str) -> dict[int, dict[str, Any]]:
    """Number -> row of a pass."""
    lines = (PASSES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {one["number"]: one for one in map(json.loads, lines)}


def labels(passed: dict[int, dict[str, Any]]) -> dict[int, Labels]:
    return {
        number: Labels(tuple((*one[:3], tuple(one[3]), tuple(one[4])) for one in row["mentions"]), ())
        for number, row in passed.items()
    }


def settled() -> Iterator[str]:
    """The rows of what holds; ends where a difference has no reason, or a reason no difference."""
    first, second = rows("first"), rows("second")
    why: dict[int, list[dict[str, Any]]] = {}
    for line in (PASSES / "reasons.jsonl").read_text("utf-8").splitlines():
        why.setdefault(json.loads(line)["number"], []).append(json.loads(line))
    for number, row in first.items():
        ours, theirs = ({tuple(one[:2]): one for one in rows[number]["mentions"]} for rows in (first, second))
        agreed, differing = [], set()
        for place in ours.keys() | theirs.keys():
            one, other = ours.get(place), theirs.get(place)
            if one and other and (set(one[3]) & set(other[3]) or not (one[3] or other[3])):
                agreed.append([*one[:3], sorted({*one[3], *other[3]}), one[4]])
            else:
                differing.add(place)
        reasons = why.pop(number, [])
        if differing != {tuple(place) for one in reasons for place in one["places"]}:
            raise SystemExit(f"sentence {number}: the passes differ at {sorted(differing)}, reasons do not")
        mentions = sorted([*agreed, *(mention for one in reasons for mention in one["settled"])])
        yield json.dumps({**row, "mentions": mentions}, ensure_ascii=False)
    if why:
        raise SystemExit(f"reasons for sentences on which the passes agree: {sorted(why)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("draw", "standoff", "agree", "pack"))
    parser.add_argument("name", nargs="?", choices=PARTS)
    parser.add_argument("paths", nargs="*", type=Path)
    options = parser.parse_args()
    if options.task == "agree":
        figures = agreement(labels(rows("first")), labels(rows("second")))
        told = {name: value for name, value in figures.items() if name in FIGURES}
        print(json.dumps({"task": "annotation", "corpus": "zh-mentions-2", "figures": told}))
    elif options.task == "pack":
        print("\n".join(settled()))
    elif options.task == "draw":
        found = fresh(options.name, options.paths[0], options.paths[1:])
        print("\n".join(f"{number}\t{one.text}" for number, one in enumerate(found, 1)))
    else:
        work, data, *others = options.paths
        print("\n".join(standoff(work, fresh(options.name, data, others))))


if __name__ == "__main__":
    main()
