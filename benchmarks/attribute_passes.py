"""Two passes over the second draw for attributes: how far they agree, and what is put together of them.

    python benchmarks/attribute_passes.py read zh-attributes-2 DATA FILE   a pass, from its working file
    python benchmarks/attribute_passes.py agree                            agreement of the passes, of both languages
    python benchmarks/attribute_passes.py differ zh-attributes-2 DATA      what is to be settled, of the open half alone
    python benchmarks/attribute_passes.py pack zh-attributes-2             the stand-off lines of what holds

``annotated/attributes-2/`` has the passes, without texts. Spans and types are those of the first pass. Where the second
has a mention that overlaps one of them and says the same of it, that holds. Where it says something else, or only one
pass has the mention, it is given to the rules like any other, for lists run through it, but is ``left_out`` of the
count: in the sealed half always, in the open one unless ``reasons.jsonl`` settles it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, Labels, agreement, pack, parsed  # noqa: E402
from benchmarks.attribute_draw import LAYERS, second  # noqa: E402
from ingest.evaluation.sentences import in_sealed_half  # noqa: E402

WORK = LABELS / "attributes-2"
PASSES = ("first", "second")

Row = dict[str, Any]
"""A line as ``annotation.pack`` writes it."""


class Pair(NamedTuple):
    """A mention of either pass with the one of the other that overlaps it; None where the other has none."""

    first: list[Any] | None
    second: list[Any] | None

    @property
    def base(self) -> list[Any]:
        return self.first or self.second or []

    @property
    def agreed(self) -> bool:
        return bool(self.first and self.second and self.first[4] == self.second[4])

    @property
    def speaks(self) -> bool:
        """Whether either says anything of it."""
        return any(one[4] for one in self if one)


def rows(name: str, which: str) -> dict[int, Row]:
    """Number -> line of a pass."""
    lines = (WORK / f"{name[:2]}-{which}.jsonl").read_text("utf-8").splitlines()
    return {one["number"]: one for one in map(json.loads, lines)}


def pairs(one: Row, other: Row) -> list[Pair]:
    """The mentions of both passes in a sentence, in order; each is in one pair."""
    left = sorted(other["mentions"])
    made = []
    for mention in sorted(one["mentions"]):
        near = [two for two in left if two[0] < mention[1] and mention[0] < two[1]]
        best = max(near, key=lambda two: min(two[1], mention[1]) - max(two[0], mention[0]), default=None)
        if best is not None:
            left.remove(best)
        made.append(Pair(mention, best))
    taken = [pair.first for pair in made if pair.first]
    # What still overlaps a mention of the first pass is another cut of it.
    made += [Pair(None, two) for two in left if not any(two[0] < it[1] and it[0] < two[1] for it in taken)]
    return sorted(made, key=lambda pair: pair.base[:2])


def settled(name: str) -> Iterator[Row]:
    """What holds of each sentence of a set."""
    first, other = (rows(name, which) for which in PASSES)
    lines = map(json.loads, (WORK / "reasons.jsonl").read_text("utf-8").splitlines())
    return joined(name, first, other, {(one["number"], one["start"]): one for one in lines if one["set"] == name})


def joined(
    name: str, first: dict[int, Row], other: dict[int, Row], reasons: dict[tuple[int, int], dict[str, Any]]
) -> Iterator[Row]:
    """Both passes in one, with the reasons by number and place of a mention.

    Ends where a reason has no difference or is of the sealed half, or where the passes are of other texts.
    """
    reasons = dict(reasons)
    if wrong := [number for number, _ in reasons if in_sealed_half(name, number)]:
        raise SystemExit(f"{name}: reasons for sealed sentences: {wrong}")
    for number, row in sorted(first.items()):
        if row["sha256"] != other[number]["sha256"]:
            raise SystemExit(f"{name}, sentence {number}: the passes read other texts")
        mentions, left = [], []
        for pair in pairs(row, other[number]):
            start, end, kind, ids, marks = pair.base
            why = reasons.pop((number, start), None)
            if why and pair.agreed:
                raise SystemExit(f"{name}, sentence {number}: a reason, and no difference at {start}")
            mentions.append([start, end, kind, ids, why["after"] if why else marks])
            if not why and not pair.agreed:
                left.append([start, end])
        yield row | {"mentions": mentions, "left_out": left}
    if reasons:
        raise SystemExit(f"{name}: reasons without a mention: {sorted(reasons)}")


def differing(name: str, data: Path) -> Iterator[str]:
    """Mentions of the open half of which the passes say other things, to be read; no sealed sentence is among them."""
    texts = second(name, data)
    first, other = (rows(name, which) for which in PASSES)
    for number, row in sorted(first.items()):
        if in_sealed_half(name, number):
            continue
        text = texts[number - 1].text
        for pair in pairs(row, other[number]):
            if not pair.agreed and pair.speaks:
                told = [f"{text[one[0] : one[1]]}|{one[2]}|{','.join(one[4])}" if one else "-" for one in pair]
                yield f"{number} {pair.base[0]}\t{told[0]}\t{told[1]}\t{text}"


def figures() -> dict[str, float]:
    """F1 of the second pass against the first, over both halves: spans, and attributes of mentions that overlap."""
    made: dict[str, float] = {}
    for name in LAYERS:
        first, other = (rows(name, which) for which in PASSES)
        told = agreement(*({number: _labels(row) for number, row in some.items()} for some in (first, other)))
        made |= {f"{name[:2]}.{key}": told[key] for key in ("sentences", "span_f1", "span_and_type_f1")}
        both = [pair for number in first for pair in pairs(first[number], other[number]) if pair.first and pair.second]
        for kind in ("negated", "uncertain", "family", "history", "conditional"):
            marks = [[kind in one[4] for one in pair if one] for pair in both]
            told_by = sum(map(sum, marks))
            made[f"{name[:2]}.{kind}.f1"] = round(2 * sum(map(all, marks)) / told_by, 3) if told_by else 1.0
            made[f"{name[:2]}.{kind}.both"] = sum(map(all, marks))
    return made


def _labels(row: Row) -> Labels:
    mentions = tuple((start, end, kind, tuple(ids), tuple(marks)) for start, end, kind, ids, marks in row["mentions"])
    return Labels(mentions, ())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("read", "agree", "differ", "pack"))
    parser.add_argument("name", nargs="?", choices=LAYERS)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    if options.task == "agree":
        print(json.dumps({"task": "annotation", "corpus": "attributes-2", "figures": figures()}))
    elif options.task == "pack":
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in settled(options.name)))
    elif options.task == "differ":
        print("\n".join(differing(options.name, options.data)))
    else:
        found = second(options.name, options.data)
        labels = {}
        for line in options.file.read_text("utf-8").splitlines():
            one = json.loads(line)
            try:
                labels[one["number"]] = parsed(one["line"], found[one["number"] - 1].text)
            except (ValueError, IndexError) as error:
                raise SystemExit(f"{options.file.name}, sentence {one['number']}: {error}") from error
        print("\n".join(pack(found, labels)))


if __name__ == "__main__":
    main()
