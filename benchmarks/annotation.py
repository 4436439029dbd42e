"""Hand-labelled sentences: which are drawn, how a working file becomes a stand-off one, and how two passes agree.

    python benchmarks/annotation.py draw zh-mentions DATA          number, tab, sentence
    python benchmarks/annotation.py pack zh-mentions DATA WORK     stand-off JSON Lines on standard output
    python benchmarks/annotation.py agree zh-mentions DATA A B     agreement of two working files
    python benchmarks/annotation.py decide zh-mentions DATA        the stand-off file with later decisions

DATA is the folder of test data; rules are in docs/annotation.md. A working file has a line for each sentence: its
number, a tab, and mentions joined by " ; ", each ``surface@n|type|ids|attributes`` (``@n``: its n-th occurrence, the
first where it is left out; ids joined by "+"; attributes joined by ","). Relations follow as
``subject surface>predicate>object surface``. What is packed has no text: a file, a row, offsets and a digest.
``decisions.jsonl`` holds what a rule that was decided later changed in the open halves, with what stood there before.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.index.sentences import sentences  # noqa: E402

LABELS = ROOT / "benchmarks" / "annotated"
SEED = 20261121
TYPES = ("disease", "drug", "gene", "symptom", "test", "procedure")
ATTRIBUTES = ("negated", "uncertain", "family", "history", "conditional")
PREDICATES = ("treats", "causes", "symptom_of", "diagnoses", "prevents", "contraindicated", "interacts", "associated")
SETS = {"zh-mentions": 400, "zh-relations": 1150, "en-attributes": 300, "zh-negations": 300, "en-negations": 300}
"""Of ``zh-relations`` those with a relation are labelled, the others are passed over; so is, after the first draw, what
another set has. The sets of negations hold sentences with a word or sign that may deny, drawn because few of the others
do."""
FIRST_DRAW = 600
"""``zh-relations`` was drawn twice in one order: ``random.sample`` of more begins with the same sentences."""
_CUES = re.compile(
    r"\b(?:no|not|without|neither|nor|absence|absent|negative|den(?:y|ied|ies)|never|lack\w*|fail\w*|free of|"
    r"may|might|possibl[ey]|suspect\w*|suggest\w*|likely|unclear|famil\w*|mother|father|sister|brother|"
    r"history|previous\w*|prior|if|whether)\b",
    re.IGNORECASE,
)
_DENIES = {
    "en": re.compile(
        r"\b(?:no|not|without|neither|nor|absence|absent|negative|den(?:y|ied|ies)|never|lack\w*|fail\w*|free of|"
        r"exclud\w*|ruled out|none)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile("[无没未非否]|不是|不伴|排除|阴性|消失|不存在|[（(][-－—][)）]"),
}
_PUBTATOR = ("bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
             "ncbi-disease/NCBItrainset_corpus.txt", "ncbi-disease/NCBIdevelopset_corpus.txt")  # fmt: skip


class Sentence(NamedTuple):
    """Where a sentence stands: ``start`` and ``end`` in the cell ``column`` of a row, or in the abstract of a PMID."""

    file: str
    row: str
    column: str
    start: int
    end: int
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def drawn(name: str, data: Path) -> list[Sentence]:
    """The sentences of a set, in the order in which they are labelled."""
    dice = random.Random(f"{SEED} {name}")
    if name == "en-attributes":
        every = sorted(set(_english(data)))
        cued = [one for one in every if _CUES.search(one.text)]
        half = SETS[name] // 2
        first = dice.sample(cued, half)
        rest = [one for one in every if one not in first]
        found = first + dice.sample(rest, SETS[name] - half)
        dice.shuffle(found)
        return found
    every = sorted(set(pool(name[:2], data)))
    if name.endswith("negations"):
        other = set(drawn("zh-mentions" if name.startswith("zh") else "en-attributes", data))
        every = [one for one in every if _DENIES[name[:2]].search(one.text) and one not in other]
    return dice.sample(every, SETS[name])


def pool(language: str, data: Path) -> Iterator[Sentence]:
    """The sentences of a language that sets are drawn from."""
    return _chinese(data) if language == "zh" else _english(data)


def to_label(name: str, found: list[Sentence], data: Path) -> Iterator[tuple[int, Sentence]]:
    """Numbers and sentences of a draw that are to be labelled: none of the second draw that another set has."""
    again = name == "zh-relations"
    others = {one for other in ("zh-mentions", "zh-negations") if again for one in drawn(other, data)}
    for number, one in enumerate(found, 1):
        if number <= FIRST_DRAW or one not in others:
            yield number, one


def _chinese(data: Path) -> Iterator[Sentence]:
    file = "zh-medical-qa/part.csv"
    seen: set[str] = set()
    with (data / file).open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 1):
            for column in ("title", "ask", "answer"):
                text = row[column] or ""
                for start, end in sentences(text):
                    sentence = text[start:end]
                    if 8 <= end - start <= 120 and sentence not in seen:
                        seen.add(sentence)
                        yield Sentence(file, str(number), column, start, end, sentence)


def _english(data: Path) -> Iterator[Sentence]:
    seen: set[str] = set()
    for file in _PUBTATOR:
        for line in (data / file).read_text("utf-8").splitlines():
            pmid, mark, text = line.partition("|a|")
            if mark and pmid.isdecimal() and pmid not in seen:
                seen.add(pmid)
                for start, end in sentences(text):
                    if 30 <= end - start <= 400:
                        yield Sentence(file, pmid, "abstract", start, end, text[start:end])


class Labels(NamedTuple):
    """What a working file says of a sentence: (start, end, type, ids, attributes) and (subject, predicate, object)
    by the places of the mentions in the list."""

    mentions: tuple[tuple[int, int, str, tuple[str, ...], tuple[str, ...]], ...]
    relations: tuple[tuple[int, str, int], ...]


def read(path: Path, found: list[Sentence]) -> dict[int, Labels]:
    """Number -> labels; ends with the line and the reason where a line cannot be read."""
    made: dict[int, Labels] = {}
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            number, _, rest = line.partition("\t")
            try:
                made[int(number)] = parsed(rest, found[int(number) - 1].text)
            except (ValueError, IndexError) as error:
                raise SystemExit(f"{path.name}, line {at}: {error}") from error
    return made


def parsed(line: str, text: str) -> Labels:
    """The labels of a sentence, as a working file writes them; raises ValueError where they cannot be read."""
    mentions: list[tuple[int, int, str, tuple[str, ...], tuple[str, ...]]] = []
    relations: list[tuple[int, str, int]] = []
    places: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in line.split(" ; "))):
        if part.count(">") == 2 and "|" not in part:
            subject, predicate, target = (piece.strip() for piece in part.split(">"))
            if predicate not in PREDICATES or subject not in places or target not in places:
                raise ValueError(f"not a relation between mentions of the line: {part}")
            relations.append((places[subject], predicate, places[target]))
            continue
        surface, kind, ids, attributes = (piece.strip() for piece in part.split("|"))
        named = surface
        surface, _, which = surface.rpartition("@") if re.search(r"@\d+$", surface) else (surface, "", "1")
        start = -1
        for _ in range(int(which)):
            start = text.index(surface, start + 1)
        marks = tuple(sorted(filter(None, attributes.split(","))))
        if kind not in TYPES or not set(marks) <= set(ATTRIBUTES):
            raise ValueError(f"unknown type or attribute: {part}")
        places[named] = len(mentions)
        mentions.append((start, start + len(surface), kind, tuple(sorted(filter(None, ids.split("+")))), marks))
    return Labels(tuple(mentions), tuple(relations))


def pack(found: list[Sentence], labels: dict[int, Labels]) -> Iterator[str]:
    """One JSON object for each labelled sentence, without its text."""
    for number, label in sorted(labels.items()):
        one = found[number - 1]
        yield json.dumps(
            {
                "number": number, "file": one.file, "row": one.row, "column": one.column, "start": one.start,
                "end": one.end, "sha256": one.digest, "mentions": label.mentions, "relations": label.relations,
            },
            ensure_ascii=False,
        )  # fmt: skip


def decided(name: str, *, undone: bool = False) -> list[dict[str, Any]]:
    """The rows of a stand-off file with the attributes that were decided later, or with those before.

    Ends where a label is neither: the decision was made on another file.
    """
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    numbered = {row["number"]: row["mentions"] for row in rows}
    for line in (LABELS / "decisions.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if one["set"] != name:
            continue
        for mention in numbered[one["number"]]:
            if mention[:2] == [one["start"], one["end"]]:
                if mention[4] not in (one["before"], one["after"]):
                    raise SystemExit(f"{name}, sentence {one['number']}: the label is {mention[4]}")
                mention[4] = one["before" if undone else "after"]
                break
        else:
            raise SystemExit(f"{name}, sentence {one['number']}: no mention at {one['start']}")
    return rows


def agreement(a: dict[int, Labels], b: dict[int, Labels]) -> dict[str, float]:
    """F1 of the second pass against the first, over the sentences that both have."""
    both = sorted(a.keys() & b.keys())

    def f1(one: set[object], other: set[object]) -> float:
        return round(2 * len(one & other) / (len(one) + len(other)), 3) if one or other else 1.0

    def spans(labels: dict[int, Labels]) -> set[object]:
        return {(number, *mention[:2]) for number in both for mention in labels[number].mentions}

    def typed(labels: dict[int, Labels]) -> set[object]:
        return {(number, *mention[:3]) for number in both for mention in labels[number].mentions}

    shared = [
        (one, other)
        for number in both
        for one in a[number].mentions
        for other in b[number].mentions
        if one[:3] == other[:3]
    ]
    marked = {
        name: f1(
            {at for at, (one, _) in enumerate(shared) if name in one[4]},
            {at for at, (_, other) in enumerate(shared) if name in other[4]},
        )
        for name in ATTRIBUTES
    }
    named = [(one, other) for one, other in shared if one[3] or other[3]]
    related = [
        {
            (number, label.mentions[s][:2], predicate, label.mentions[o][:2])
            for number in both
            for label in [labels[number]]
            for s, predicate, o in label.relations
        }
        for labels in (a, b)
    ]
    return {
        "sentences": len(both),
        "span_f1": f1(spans(a), spans(b)),
        "span_and_type_f1": f1(typed(a), typed(b)),
        "ids_share_one": round(sum(bool(set(one[3]) & set(other[3])) for one, other in named) / max(1, len(named)), 3),
        **{f"{name}_f1": value for name, value in marked.items()},
        "relations_f1": f1(*related),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("draw", "pack", "agree", "decide"))
    parser.add_argument("name", choices=SETS)
    parser.add_argument("data", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    if options.task == "decide":
        print("\n".join(json.dumps(row, ensure_ascii=False) for row in decided(options.name)))
        return
    found = drawn(options.name, options.data)
    if options.task == "draw":
        print("\n".join(f"{number}\t{one.text}" for number, one in to_label(options.name, found, options.data)))
    elif options.task == "pack":
        print("\n".join(pack(found, read(options.files[0], found))))
    else:
        first, second = (read(path, found) for path in options.files)
        print(json.dumps({"task": "annotation", "corpus": options.name, "figures": agreement(first, second)}))


if __name__ == "__main__":
    main()
