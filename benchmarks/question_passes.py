"""Two readers' grades of pooled documents: put together as the set of ``medkg eval retrieval``, and how far they agree.

    python benchmarks/question_passes.py pack open|sealed DATA WORK   stand-off lines of one half, on standard output
    python benchmarks/question_passes.py agree                        agreement, of both halves together

WORK has the sheets of ``question_pool.py`` (``questions-N.jsonl``) and the passes (``questions-pass1-N.jsonl``,
``questions-pass2-N.jsonl``: question, document, grade). Every document of a sheet is graded once in each pass, or
nothing is packed. What both say holds; where they differ, half of the sum, rounded down, so that a document counts as
far as both allow it: 0 and 1 give 0, 1 and 2 give 1, and so do 0 and 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.retrieval.collection import Item  # noqa: E402
from ingest.evaluation.retrieval.questions import (  # noqa: E402
    FOLDER,
    GRADES,
    Grade,
    Judged,
    Need,
    digest,
    documents,
    needs,
)

HALVES = ("open", "sealed")
Place = tuple[str, str]
"""A question and a document."""
Grades = Mapping[Place, Grade]
_DIGITS = 3


def sheets(work: Path) -> dict[Place, str]:
    """What was to be graded, in order -> the text that was read."""
    found: dict[Place, str] = {}
    for path in sorted(work.glob("questions-[0-9].jsonl")):
        for _, row in _rows(path):
            for one in row["documents"]:
                found[row["question"], one["document"]] = Item("", one["title"], one["abstract"]).whole
    if not found:
        raise SystemExit(f"{work}: there is no sheet")
    return found


def grades(work: Path, which: int, asked: Iterable[Place]) -> Grades:
    """What a pass says; ends with file and line, or what is missing, unless it grades all that was asked once."""
    left = dict.fromkeys(asked)
    found: dict[Place, Grade] = {}
    for path in sorted(work.glob(f"questions-pass{which}-[0-9].jsonl")):
        for at, row in _rows(path):
            place = str(row.get("question")), str(row.get("document"))
            if place in found or place not in left:
                raise SystemExit(f"{path.name}, line {at}: {place} is " + ("doubled" if place in found else "unknown"))
            if type(row.get("grade")) is not int or row["grade"] not in GRADES:
                raise SystemExit(f"{path.name}, line {at}: {row.get('grade')} is no grade")
            found[place] = row["grade"]
    if missing := [place for place in left if place not in found]:
        raise SystemExit(f"pass {which}: {len(missing)} without a grade, {missing[0]} first")
    return found


def settled(first: Grade, second: Grade) -> Grade:
    """
    >>> settled(2, 2), settled(0, 1), settled(2, 1), settled(0, 2)
    (2, 0, 1, 1)
    """
    return GRADES[(first + second) // 2]


def packed(work: Path, every: Mapping[str, Need], items: Mapping[str, Item]) -> Iterator[Judged]:
    """What holds of each document, by question and document; ends where a sheet is of another text or question."""
    asked = sheets(work)
    first, second = (grades(work, which, asked) for which in (1, 2))
    for question, document in sorted(asked):
        place = question, document
        if question not in every or document not in items or items[document].whole != asked[place]:
            raise SystemExit(f"{place}: the sheet has another question or text")
        yield Judged(
            question, document, digest(items[document]), first[place], second[place],
            settled(first[place], second[place]),
        )  # fmt: skip


def kappa(pairs: Sequence[tuple[int, int]], cost: Callable[[int, int], float]) -> float:
    """Agreement beyond chance, by what a difference costs: 1 for none, 0 for that of two who grade at random as often.

    >>> kappa([(0, 0), (1, 1), (2, 2), (0, 1)], lambda a, b: abs(a - b))
    0.714
    """
    firsts, seconds = (Counter(column) for column in zip(*pairs, strict=True))
    seen = sum(cost(*pair) for pair in pairs) / len(pairs)
    chance = sum(cost(a, b) * n * m for a, n in firsts.items() for b, m in seconds.items()) / len(pairs) ** 2
    return round(1 - seen / chance, _DIGITS) if chance else 1.0


def figures(rows: Sequence[Judged]) -> dict[str, float]:
    """Share of equal grades and kappas with linear and quadratic weights, and of *answer or not* (1 and 2 against 0);
    how many documents have each grade; questions with an answer, of how many."""
    pairs = [(one.first, one.second) for one in rows]
    answers = [(int(a > 0), int(b > 0)) for a, b in pairs]
    counted = Counter(one.grade for one in rows)
    return {
        "questions": len({one.question for one in rows}),
        "questions_with_an_answer": len({one.question for one in rows if one.grade}),
        "questions_with_a_2": len({one.question for one in rows if one.grade == 2}),
        "documents": len(rows),
        **{f"grade_{grade}": counted[grade] for grade in GRADES},
        "same": round(sum(a == b for a, b in pairs) / len(pairs), _DIGITS),
        "apart_by_2": sum(abs(a - b) == 2 for a, b in pairs),
        "kappa_linear": kappa(pairs, lambda a, b: abs(a - b)),
        "kappa_quadratic": kappa(pairs, lambda a, b: (a - b) ** 2),
        "kappa_answer": kappa(answers, lambda a, b: a != b),
    }


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise SystemExit(f"{path.name}, line {at}: {error}") from error
            if not isinstance(row, dict):
                raise SystemExit(f"{path.name}, line {at}: no object")
            yield at, row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    packing = tasks.add_parser("pack")
    packing.add_argument("half", choices=HALVES)
    packing.add_argument("data", type=Path)
    packing.add_argument("work", type=Path)
    tasks.add_parser("agree")
    options = parser.parse_args()
    if options.task == "pack":
        every = needs(ROOT / FOLDER)
        for one in packed(options.work, every, documents(options.data)):
            if every[one.question].sealed is (options.half == "sealed"):
                print(msgspec.json.encode(one).decode())
        return
    lines = [line for half in HALVES for line in (ROOT / FOLDER / f"{half}.jsonl").read_bytes().splitlines()]
    told = figures([msgspec.json.decode(line, type=Judged) for line in lines])
    print(json.dumps({"task": "annotation", "corpus": "questions", "figures": told}))


if __name__ == "__main__":
    main()
