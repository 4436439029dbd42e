"""Relations between labelled mentions of Chinese sentences: how often the patterns tell them.

    python benchmarks/relations.py DATA [--sealed] [--fold 1|2] [--draw 1|2] [--errors] [--json]

DATA is the folder of test data, in which the sentences stand (docs/annotation.md). Mentions are given, with the
attributes that we find ourselves. Only sentences in which a relation was labelled are in the set, so precision is
that on sentences which have one: it flatters. A half is sealed and left out unless asked for; the other has two
folds: patterns are mended on the errors of the first, which the second then tells from patterns that only fit what
was read. The sentences of the second draw (``annotation.FIRST_DRAW``) were labelled after the patterns had been made.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from annotation import FIRST_DRAW, drawn  # noqa: E402
from attributes import fold  # noqa: E402

from ingest.evaluation.scoring import score  # noqa: E402
from ingest.evaluation.sentences import in_sealed_half  # noqa: E402
from ingest.text.attributes import attributes  # noqa: E402
from ingest.text.claims.extraction import relations  # noqa: E402
from kg.model.evidence import Mention  # noqa: E402

LABELS = ROOT / "benchmarks" / "annotated"
NAME = "zh-relations"
OURS = {
    "biolink:treats": "treats", "biolink:preventative_for_condition": "prevents", "biolink:causes": "causes",
    "biolink:has_phenotype": "symptom_of", "biolink:diagnoses": "diagnoses",
    "biolink:contraindicated_in": "contraindicated", "biolink:interacts_with": "interacts",
    "biolink:associated_with": "associated", "biolink:gene_associated_with_condition": "associated",
}  # fmt: skip
Told = set[tuple[int, str, int]]


def sentences(data: Path, *, closed: bool, part: int, draw: int = 0) -> Iterator[tuple[str, list[Mention], Told]]:
    """Text, mentions and labelled relations; ends where a text is not the labelled one."""
    found = drawn(NAME, data)
    for line in (LABELS / f"{NAME}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        sentence = found[row["number"] - 1]
        if sentence.digest != row["sha256"]:
            raise SystemExit(f"{NAME}, sentence {row['number']}: the text is another than the labelled one")
        if draw not in (0, 1 + (row["number"] > FIRST_DRAW)):
            continue
        if in_sealed_half(NAME, row["number"]) is closed and part in (0, fold(NAME, row["number"])):
            text = sentence.text
            spans = [(start, end, kind) for start, end, kind, *_ in row["mentions"]]
            marks = attributes(text, (0, len(text)), spans, "zh")
            mentions = [
                Mention("", "", start, end, text[start:end], kind, (), (0, len(text)), told)
                for (start, end, kind), told in zip(spans, marks, strict=True)
            ]
            yield text, mentions, {(subject, name, target) for subject, name, target in row["relations"]}


def ours(text: str, mentions: list[Mention]) -> Told:
    """What the patterns say, in the names of the labels: a symptom is that of a disease, not the other way."""
    made: Told = set()
    for one in relations(text, (0, len(text)), mentions, "zh"):
        name = OURS[one.predicate]
        ends = (one.object, one.subject) if name == "symptom_of" else (one.subject, one.object)
        made.add((ends[0], name, ends[1]))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sealed", action="store_true", help="the half that nothing was chosen on")
    parser.add_argument("--fold", type=int, choices=(1, 2), default=0, help="one part of the half only")
    parser.add_argument("--draw", type=int, choices=(1, 2), default=0, help="the sentences of one draw only")
    parser.add_argument("--errors", action="store_true", help="print what is missed and what is told wrongly")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.sealed and options.errors:
        parser.error("a sealed half is not read")
    rows = [(text, mentions, gold, ours(text, mentions)) for text, mentions, gold in
            sentences(options.data, closed=options.sealed, part=options.fold, draw=options.draw)]  # fmt: skip
    for text, mentions, gold, told in rows if options.errors else ():
        for mark, some in (("-", gold - told), ("+", told - gold)):
            for subject, name, target in sorted(some):
                print(f"{mark} {mentions[subject].surface} {name} {mentions[target].surface}\n    {text}")
    figures: dict[str, float] = {"zh.sentences": len(rows)}
    for name in ("all", *sorted({name for _, _, gold, _ in rows for _, name, _ in gold})):
        kept = [[{one for one in some if name in ("all", one[1])} for some in (gold, told)] for *_, gold, told in rows]
        made = score([gold for gold, _ in kept], [told for _, told in kept]).figures()
        figures |= {f"zh.{name}.{label}": value for label, value in made.items()}
    parts = [f", {name} {part}" for name, part in (("fold", options.fold), ("draw", options.draw)) if part]
    corpus = "".join(("sealed half" if options.sealed else "open half", *parts))
    result = {"task": "relations", "corpus": f"{NAME}, {corpus}", "n": len(rows), "figures": figures}
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
