"""De-identification: how many planted identifiers are covered, and how much medical text stays as it was.

    python benchmarks/deidentification.py [--seed 41] [--misses] [--json]

``recall``: planted identifiers of which every character was taken out, by language, by kind, and in sentence shapes
written by hand. ``untouched``: medical words of which no character was. ``kept``: characters left in texts that hold no
identifier. Notes and lists are those of ``benchmarks/planted``, which nobody reads who writes or mends the recogniser;
``--misses`` shows them to whoever judges a figure, on a seed other than that of the figures.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.planted.notes import SEED, Note, notes  # noqa: E402

TARGET_RECALL, TARGET_UNTOUCHED = 0.98, 0.995


class Taken(Protocol):
    """Characters that were taken out, by code points of the text that was given."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Recogniser = Callable[[str, str], Sequence[Taken]]
"""From a text and its language to what is taken out of it."""


class Tally:
    """Counted good ones of all."""

    def __init__(self) -> None:
        self.good = self.all = 0

    def add(self, good: int, of: int = 1) -> None:
        self.good += good
        self.all += of

    def told(self) -> dict[str, object]:
        return {"share": round(self.good / self.all, 4) if self.all else None, "good": self.good, "of": self.all}


def scored(rows: Iterable[Note], recogniser: Recogniser) -> dict[str, object]:
    """The figures, over ``all`` and for ``zh`` and ``en``."""
    tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for note in rows:
        gone = covered(note.text, recogniser(note.text, note.language))
        for part in ("all", note.language):
            tally = tallies[part]
            for span in note.spans:
                good = all(gone[span.start : span.end])
                tally["recall"].add(good)
                tally[f"recall {span.kind}"].add(good)
                tally["recall written" if note.written else "recall form"].add(good)
            for place in note.medical:
                tally["untouched"].add(not any(gone[place.start : place.end]))
            if not note.spans:
                tally["kept"].add(len(gone) - sum(gone), len(gone))
    return {part: {name: tally[name].told() for name in sorted(tally)} for part, tally in sorted(tallies.items())}


def covered(text: str, taken: Iterable[Taken]) -> list[bool]:
    """Of each character whether it was taken out. Raises ValueError for a span outside of the text."""
    gone = [False] * len(text)
    for span in taken:
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"span {span.start}-{span.end} of a text of {len(text)} characters")
        gone[span.start : span.end] = [True] * (span.end - span.start)
    return gone


def missed(rows: Iterable[Note], recogniser: Recogniser) -> Iterable[str]:
    """Identifiers that were not covered, and medical words that were touched, each in its text."""
    for note in rows:
        gone = covered(note.text, recogniser(note.text, note.language))
        for span in note.spans:
            if not all(gone[span.start : span.end]):
                yield f"left {span.kind} {note.text[span.start : span.end]!r} in {note.text!r}"
        for place in note.medical:
            if any(gone[place.start : place.end]):
                yield f"touched {note.text[place.start : place.end]!r} in {note.text!r}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=SEED)
    arguments.add_argument("--misses", action="store_true")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    from ontology.deidentification import deidentified

    def recogniser(text: str, language: str) -> Sequence[Taken]:
        spans: Sequence[Taken] = deidentified(text, "zh" if language == "zh" else "en").spans
        return spans

    rows = notes(options.seed)
    if options.misses:
        sys.exit("\n".join(missed(rows, recogniser)) if options.seed != SEED else "misses are shown on another seed")
    figures = {
        "seed": options.seed, "target_recall": TARGET_RECALL, "target_untouched": TARGET_UNTOUCHED,
        **scored(rows, recogniser),
    }  # fmt: skip
    print(
        json.dumps(figures, ensure_ascii=False) if options.json else json.dumps(figures, ensure_ascii=False, indent=2)
    )


if __name__ == "__main__":
    main()
