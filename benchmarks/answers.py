"""Answers by cited passages on the questions of ``benchmarks/questions``: how many are right, and what is said of
questions whose answers are not there.

    python benchmarks/answers.py DATA [--terminologies FILE] [--kept FOLDER] [--no-vectors] [--json] [--weighings]

DATA is the folder of the test data; the open half is asked, in both languages. Each question is asked twice: of all
texts, where a right answer is a sentence of a document that the readers gave a grade, and of the texts without all of
these, where the right answer is that nothing was found. What was not judged counts as wrong both times, so figures
are low rather than high. Weights and the least score are chosen on four folds (by the digest of the question's id) and
figures are of the fifth; the ranking below goes by weights that have not seen the fold either. ``--weighings`` also
prints what is chosen on all folds, as it stands in ``kg/search/answering.toml``. ``--kept``: where vectors of texts are
kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.cli.retrieval import names_for  # noqa: E402
from api.settings import Settings  # noqa: E402
from api.wiring import encoder  # noqa: E402
from ingest.evaluation.knowledge import Terminologies  # noqa: E402
from ingest.evaluation.retrieval import questions  # noqa: E402
from ingest.evaluation.retrieval.collection import FOLDS, Collection, fold  # noqa: E402
from ingest.evaluation.retrieval.comparing import mean  # noqa: E402
from ingest.evaluation.retrieval.searching import SearchedCollection  # noqa: E402
from kg.search.citing import Candidate, Weighing, best  # noqa: E402
from kg.search.ranker import kind_of  # noqa: E402

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
FEWEST = 20
"""Questions of a type from which it gets weights of its own; below, those of all questions of the language."""
SHARES = [shares for shares in product(STEPS, repeat=3) if sum(shares) == 1.0 and shares[0] > 0]
"""Of what a sentence covers, its nearness and the rank of its document; what covers nothing is cited by none."""


class Asked(NamedTuple):
    """One question in one language: its sentences with the answers there and without them."""

    question: str
    language: str
    type: str
    there: list[Candidate]
    gone: list[Candidate]
    grades: dict[str, int]


class Said(NamedTuple):
    """What came of a question: ``right`` and ``best`` (grade 2) where it was answered."""

    answered: bool
    right: bool
    best: bool
    refused: bool


def first(candidates: Sequence[Candidate], by: Weighing) -> tuple[float, str]:
    """Score and document of the first answer, whatever its score."""
    found = best(candidates, by)
    return (found[0].score(by), found[0].document) if found else (-1.0, "")


def judge(asked: Asked, by: Weighing) -> Said:
    score, document = first(asked.there, by)
    answered = score >= by.least
    grade = asked.grades.get(document, 0) if answered else 0
    return Said(answered, grade > 0, grade == 2, first(asked.gone, by)[0] < by.least)


def chosen(asked: Sequence[Asked]) -> Weighing:
    """The weighing that does best: right answers and right refusals count the same; the plainer of equals."""
    told: list[tuple[float, float, Weighing]] = []
    for shares in SHARES:
        open_end = Weighing(*shares, least=0.0)
        there = [first(one.there, open_end) for one in asked]
        gone = [first(one.gone, open_end)[0] for one in asked]
        right = np.array([one.grades.get(document, 0) > 0 for one, (_, document) in zip(asked, there, strict=True)])
        scores, without = np.array([score for score, _ in there]), np.array(gone)
        known = sorted({*scores.tolist(), *without.tolist()})
        for least in [(a + b) / 2 for a, b in pairwise(sorted({0.0, *known, 1.0})) if a >= 0]:
            value = float(((scores >= least) & right).mean() + (without < least).mean()) / 2
            told.append((value, shares[0], Weighing(*shares, least=round(least, 4))))
    return max(told, key=lambda one: (round(one[0], 6), one[1]))[2]


def weighing_for(asked: Sequence[Asked], kind: str, language: str) -> Weighing:
    own = [one for one in asked if one.type == kind]
    return chosen(own if len(own) >= FEWEST else [one for one in asked if one.language == language])


def unseen(asked: Sequence[Asked]) -> Iterator[tuple[Asked, Said, Said]]:
    """Each question by the weighing of the other folds, and as if everything were cited (by the first document)."""
    for number in range(FOLDS):
        others = [one for one in asked if fold(one.question) != number]
        made: dict[tuple[str, str], Weighing] = {}
        for one in asked:
            if fold(one.question) == number:
                key = one.type, one.language
                if key not in made:
                    made[key] = weighing_for(others, *key)
                yield one, judge(one, made[key]), judge(one, Weighing(0.0, 0.0, 1.0, 0.0))


def figures(rows: Iterable[tuple[Asked, Said, Said]]) -> dict[str, float]:
    found: dict[str, float] = {}
    every = list(rows)
    for language in ("zh", "en"):
        own = [(said, plain) for one, said, plain in every if one.language == language]
        answered = [said for said, _ in own if said.answered]
        told = {
            "right": [said.right for said, _ in own],
            "answered": [said.answered for said, _ in own],
            "right_of_answered": [said.right for said in answered],
            "best_of_answered": [said.best for said in answered],
            "refused_without_answer": [said.refused for said, _ in own],
            "first_document_right": [plain.right for _, plain in own],
        }
        found[f"{language}.questions"] = len(own)
        for name, values in told.items():
            if values:
                middle = mean(np.array(values, dtype=np.float64))
                found[f"{language}.{name}"] = round(middle.value, 4)
                found[f"{language}.{name}_low"], found[f"{language}.{name}_high"] = (
                    round(middle.low, 4),
                    round(middle.high, 4),
                )
    return found


def ask(collection: Collection, searched: SearchedCollection, *, vectors: bool) -> Iterator[Asked]:
    for question in collection.questions:
        grades = collection.judged[question.id]
        right = {one for one, grade in grades.items() if grade > 0}
        answering = searched.answering(question)
        for language, text in (("zh", question.text), ("en", question.other)):
            reading, there = answering.candidates(text)
            _, gone = answering.candidates(text, without=right)
            kind = kind_of(reading.interpretation.language, reading.interpretation.type)
            named = kind if vectors and reading.interpretation.encoded else f"{kind}-words"
            yield Asked(question.id, language, named, there, gone, grades)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--terminologies", type=Path, default=ROOT / "benchmarks" / "real.toml", metavar="FILE")
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    parser.add_argument("--no-vectors", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--weighings", action="store_true")
    options = parser.parse_args()
    collection = questions.read("questions-zh", options.data, ROOT / questions.FOLDER)
    knowledge = Terminologies(options.terminologies, {"MEDKG_TEST_DATA": str(options.data)})
    names = names_for(collection, knowledge)
    encodes = None if options.no_vectors else encoder(Settings())
    with TemporaryDirectory() as folder:
        searched = SearchedCollection(Path(folder), collection, names, encodes, options.kept, quotable=True)
        try:
            asked = list(ask(collection, searched, vectors=encodes is not None))
        finally:
            searched.close()
    told = figures(unseen(asked))
    if options.json:
        print(json.dumps({"task": "answers", "corpus": "questions", "n": len(collection.questions), "figures": told}))
    else:
        for name, value in told.items():
            print(f"{name}\t{value}")
    if options.weighings:
        for kind, language in sorted({(one.type, one.language) for one in asked}):
            by, n = weighing_for(asked, kind, language), sum(one.type == kind for one in asked)
            shares = f"content = {by.content}, near = {by.near}, rank = {by.rank}, least = {by.least}"
            print(f'"{kind}" = {{ {shares} }}  # {language}, {n}')


if __name__ == "__main__":
    main()
