"""Sentences written for medkg that deny some of what they name: from lines with marks to a stand-off set.

    python benchmarks/denials.py en-denials molecules=FILE patients=FILE

A line is a sentence with each mention as ``[gene:TP53]``, or ``[-gene:TP53]`` where it is denied. Written are
``annotated/NAME.csv`` (texts, each marked as an illustration) and ``annotated/NAME.jsonl`` (offsets and labels). Who
wrote them knew the rules of docs/annotation.md and neither rules, weights nor any other set of medkg.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, Labels, Sentence, pack  # noqa: E402
from benchmarks.styles import MARKING  # noqa: E402

TYPES = ("disease", "symptom", "drug", "gene", "test", "procedure")
_MARK = re.compile(rf"\[(-?)({'|'.join(TYPES)}):([^\[\]]+)\]")


class Written(NamedTuple):
    """A sentence and its mentions: start, end, type, ids (none), attributes."""

    text: str
    mentions: tuple[tuple[int, int, str, tuple[str, ...], tuple[str, ...]], ...]


def written(line: str) -> Written:
    """A line without its marks; raises ValueError for a mark that is none, and for a line without any.

    >>> written("No [-disease:gout] in [gene:HPRT1] carriers.")
    Written(text='No gout in HPRT1 carriers.', mentions=((3, 7, 'disease', (), ('negated',)), (11, 16, 'gene', (), ())))
    """
    text, mentions, at = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        attributes = ("negated",) if mark[1] else ()
        mentions.append((len(text), len(text) + len(mark[3]), mark[2], (), attributes))
        text += mark[3]
        at = mark.end()
    text += line[at:]
    if not mentions or re.search(r"\[-?\w+:", text):
        raise ValueError(f"no marks, or one that is none: {line}")
    return Written(text, tuple(mentions))


def distinct(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Written]]:
    """(style, sentence) of (style, line), each text once; empty lines are passed over."""
    seen: set[str] = set()
    for style, line in lines:
        if line.strip():
            one = written(line.strip())
            if one.text not in seen:
                seen.add(one.text)
                yield style, one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("files", nargs="+", metavar="STYLE=FILE")
    options = parser.parse_args()
    named = [(style, Path(path)) for style, _, path in (one.partition("=") for one in options.files)]
    rows = list(distinct((style, line) for style, path in named for line in path.read_text("utf-8").splitlines()))
    texts = LABELS / f"{options.name}.csv"
    with texts.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["style", "text", "marking"])
        table.writerows([style, one.text, MARKING] for style, one in rows)
    found = [
        Sentence(texts.name, str(number), "text", 0, len(one.text), one.text) for number, (_, one) in enumerate(rows, 1)
    ]
    labels = {number: Labels(one.mentions, ()) for number, (_, one) in enumerate(rows, 1)}
    texts.with_suffix(".jsonl").write_text("".join(f"{line}\n" for line in pack(found, labels)), "utf-8")
    denied = sum(bool(mention[4]) for _, one in rows for mention in one.mentions)
    figures = {"sentences": len(rows), "mentions": sum(len(one.mentions) for _, one in rows), "denied": denied}
    print(json.dumps({"task": "written", "corpus": options.name, "figures": figures}))


if __name__ == "__main__":
    main()
