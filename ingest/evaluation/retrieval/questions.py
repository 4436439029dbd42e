"""Questions of our own in two languages over the abstracts of the test data, with answers that two readers judged.

``questions.jsonl`` has the questions; ``open.jsonl`` and ``sealed.jsonl`` have, of one half each, what was judged:
ids of documents, digests of their texts, grades (docs/annotation.md). Which half a question is in goes by the digest
of its id. Whatever was not judged counts as no answer: the pool was what three signals found at the top.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from ingest.evaluation.retrieval import pairs
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from kg.errors import CorpusError, UnknownName

FOLDER = Path("benchmarks/questions")
"""Where the set stands in a checkout of medkg."""
FAMILY = "questions"
LANGUAGES = {"questions-en": "en", "questions-zh": "zh"}
Grade = Literal[0, 1, 2]
GRADES: tuple[Grade, ...] = (0, 1, 2)
"""No answer, a part or beside it, the answer."""

Kind = Literal["adverse-effect", "treatment", "gene-disease", "mechanism", "epidemiology", "diagnosis"]
Wording = Literal["plain", "keywords", "lay", "synonym"]
_Row = TypeVar("_Row", bound=msgspec.Struct)


class Need(msgspec.Struct, frozen=True):
    """One need for information, asked in both languages; ``relevant`` says what each grade means for it. Nothing
    clinical is claimed by it."""

    id: str
    kind: Kind
    wording: Wording
    zh: str
    en: str
    relevant: str

    @property
    def sealed(self) -> bool:
        """Whether it is in the half that nothing is chosen on."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 1


class Judged(msgspec.Struct, frozen=True):
    """What both readers said of a document, and what holds; ``sha256``: of the text that they read."""

    question: str
    document: str
    sha256: str
    first: Grade
    second: Grade
    grade: Grade


def read(name: str, data: Path, folder: Path = FOLDER, *, sealed: bool = False) -> Collection:
    """The questions of one half in one language; ``data`` holds the test data. Those without an answer are left out.

    Raises UnknownName, ConfigError where there is no test data, and CorpusError (file and line) for what is missing,
    unreadable, doubled, of the other half, or judged on another text.
    """
    if name not in LANGUAGES:
        raise UnknownName(kind="corpus", name=name, known=", ".join(LANGUAGES))
    every = needs(folder)
    items = documents(data)
    grades = _grades(folder / ("sealed.jsonl" if sealed else "open.jsonl"), every, items, sealed=sealed)
    answered = {one: told for one, told in sorted(grades.items()) if max(told.values()) > 0}
    if not answered:
        raise CorpusError(path=folder, position="line 1", why="no-questions")
    texts = [every[one] for one in answered]
    chinese = LANGUAGES[name] == "zh"
    questions = tuple(Question(one.id, one.zh, other=one.en) if chinese else Question(one.id, one.en) for one in texts)
    return Collection(f"{name}:sealed" if sealed else name, tuple(items.values()), questions, answered, family=FAMILY)


def needs(folder: Path = FOLDER) -> Mapping[str, Need]:
    """The questions by id; raises CorpusError for a file that is missing, a line that is none and an id that is
    doubled."""
    path = folder / "questions.jsonl"
    found: dict[str, Need] = {}
    for at, one in enumerate(_rows(path, Need), 1):
        if one.id in found:
            raise CorpusError(path=path, position=f"line {at}", why="doubled-id", name=one.id)
        found[one.id] = one
    return found


def documents(data: Path) -> Mapping[str, Item]:
    """Title and abstract of every paper of ``title-abstract``, by id and in its order."""
    papers = pairs.read("title-abstract", data)
    titles = {paper: one.text for one in papers.questions for paper in papers.judged[one.id]}
    return {one.id: Item(one.id, titles[one.id], one.text) for one in papers.items}


def digest(item: Item) -> str:
    """Of what a judge reads of a document."""
    return hashlib.sha256(item.whole.encode()).hexdigest()[:16]


def _grades(
    path: Path, every: Mapping[str, Need], items: Mapping[str, Item], *, sealed: bool
) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for at, one in enumerate(_rows(path, Judged), 1):
        place = f"line {at}"
        if one.question not in every or every[one.question].sealed is not sealed:
            raise CorpusError(path=path, position=place, why="unknown-id", name=one.question, file="questions.jsonl")
        if one.document not in items:
            raise CorpusError(path=path, position=place, why="unknown-id", name=one.document, file="title-abstract")
        if digest(items[one.document]) != one.sha256:
            raise CorpusError(path=path, position=place, why="other-text", file=one.document)
        if one.document in grades[one.question]:
            raise CorpusError(path=path, position=place, why="doubled-id", name=f"{one.question} {one.document}")
        grades[one.question][one.document] = one.grade
    return grades


def _rows(path: Path, kind: type[_Row]) -> list[_Row]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError as error:
        raise CorpusError(path=path, position="line 1", why="missing-file") from error
    found = []
    for at, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CorpusError(path=path, position=f"line {at}", reason=str(error)) from error
    return found
