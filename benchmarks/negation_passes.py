"""The fourth and fifth draws for negation: how far its two passes agree, and the stand-off sets that are made of them.

    python benchmarks/negation_passes.py agree                          agreement of both passes, of both languages
    python benchmarks/negation_passes.py pack en-negations-5 DRAWN      the set, from the drawn rows and the passes

DRAWN is what ``negation_draw.py`` printed. A pass is ``annotated/negations-4/NAME-PASS.tsv``: number of a sentence,
tab, numbers of the mentions that it denies; sentences without any are left out. ``-4`` was read once, ``-5`` twice:
where its passes differ the mention is given and not counted (``left_out``). The fifth draw, ``-6``, is
drawn by ``fresh_negations.py``, and its passes stand in ``annotated/negations-6/``.
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

from benchmarks.annotation import LABELS  # noqa: E402
from kg.errors import CorpusError  # noqa: E402

WORK, FRESH = LABELS / "negations-4", LABELS / "negations-6"
JUDGED = ("zh-negations-5", "en-negations-5")
UNREAD = ("zh-negations-6", "en-negations-6")
READ = ("zh-negations-4", "en-negations-4")
_TYPES = {"chemical": "drug", "gene-family": "gene"}
"""As the other sets name them."""

Denied = dict[int, set[int]]
"""Number of a sentence -> numbers of its mentions, from 1."""


def denied(path: Path) -> Denied:
    """One pass; raises CorpusError for a line that is none."""
    found: Denied = {}
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        number, _, rest = line.partition("\t")
        if not number.isdecimal() or not rest or not all(one.isdecimal() for one in rest.split()):
            raise CorpusError(path=path, position=f"line {at}", reason="a number, a tab and numbers of mentions")
        found[int(number)] = {int(one) for one in rest.split()}
    return found


def packed(drawn: list[dict[str, Any]], first: Denied, second: Denied) -> Iterator[dict[str, Any]]:
    """The lines of a set; what one pass alone denies is left out of the count. Raises CorpusError for a number that no
    sentence or mention has."""
    most = {row["number"]: len(row["mentions"]) for row in drawn}
    for number, mentions in (*first.items(), *second.items()):
        if max(mentions) > most.get(number, 0) or min(mentions) < 1:
            raise CorpusError(path=WORK, position=f"sentence {number}", reason="no such mention")
    for row in drawn:
        one, other = first.get(row["number"], set()), second.get(row["number"], set())
        named = list(enumerate(row["mentions"], 1))
        place = {key: row[key] for key in ("number", "file", "row", "column", "start", "end", "sha256")}
        yield place | {
            "mentions": [
                [start, end, _TYPES.get(kind, kind), [], ["negated"] if at in one else []]
                for at, (start, end, kind) in named
            ],
            "relations": [],
            "left_out": [[start, end] for at, (start, end, _) in named if (at in one) is not (at in other)],
        }


def _pass(name: str, which: str) -> Path:
    return (FRESH if name in UNREAD else WORK) / f"{name}-{which}.tsv"


def agreement(name: str) -> dict[str, float]:
    """Mentions that either, both and each pass deny, and Cohen's kappa over all mentions of a set."""
    rows = [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    one, other = (denied(_pass(name, which)) for which in ("first", "second"))
    calls = [
        (at in one.get(row["number"], ()), at in other.get(row["number"], ()))
        for row in rows
        for at in range(1, len(row["mentions"]) + 1)
    ]
    total = len(calls)
    first, second = (sum(call[at] for call in calls) for at in (0, 1))
    both = sum(all(call) for call in calls)
    agreed = sum(call[0] is call[1] for call in calls) / total
    chance = (first * second + (total - first) * (total - second)) / total**2
    return {
        "sentences": len(rows), "mentions": total, "first": first, "second": second, "both": both,
        "differ": sum(call[0] is not call[1] for call in calls), "kappa": round((agreed - chance) / (1 - chance), 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("agree")
    pack = commands.add_parser("pack")
    pack.add_argument("name", choices=(*READ, *JUDGED, *UNREAD))
    pack.add_argument("drawn", type=Path)
    options = parser.parse_args()
    if options.command == "agree":
        there = [name for name in (*JUDGED, *UNREAD) if _pass(name, "second").is_file()]
        print(json.dumps({name: agreement(name) for name in there}))
        return
    passes = ("first", "second") if options.name in (*JUDGED, *UNREAD) else ("first", "first")
    drawn = [json.loads(line) for line in options.drawn.read_text("utf-8").splitlines()]
    for row in packed(drawn, *(denied(_pass(options.name, which)) for which in passes)):
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
