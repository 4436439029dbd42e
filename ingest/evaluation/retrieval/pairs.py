"""Collections that need no judging: what belongs together in the test data is an answer, nothing else is."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest.evaluation.corpora import corpora
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from ingest.sources.pubtator import PubTator
from kg.errors import ConfigError, CorpusError, UnknownName
from kg.model.document import Document
from ontology.reading.raw import describe

QA = Path("zh-medical-qa/part.csv")
MORE_ABSTRACTS = (Path("pubtator-bioner/DrugProt_abstracts.PubTator"),)
"""Abstracts beside those of the labelled corpora."""


def read(name: str, folder: Path) -> Collection:
    """A collection by its name; ``folder`` holds the test data.

    Raises UnknownName, which tells the known ones, ConfigError where there is no folder, and CorpusError.
    """
    if name not in BUILT:
        raise UnknownName(kind="corpus", name=name, known=", ".join(BUILT))
    if not folder.is_dir():
        raise ConfigError(where="test_data", reason=f"there is no folder {folder}")
    return BUILT[name](folder)


def zh_qa(folder: Path) -> Collection:
    """Titles of consultations and the doctors' answers: each different title asks once for every answer that it was
    given; each different answer can be found once, whoever got it."""
    path = folder / QA
    if not path.is_file():
        raise CorpusError(path=path, position="line 1", why="missing-file")
    items: dict[str, Item] = {}
    questions: dict[str, Question] = {}
    judged: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            title, answer = ((row.get(name) or "").strip() for name in ("title", "answer"))
            if title and answer:
                asked, given = _digest(title), _digest(answer)
                items[given] = Item(given, "", answer)
                questions[asked] = Question(asked, title)
                judged.setdefault(asked, {})[given] = 1
    return _collection("zh-qa", path, items, questions, judged)


def title_abstract(folder: Path) -> Collection:
    """Titles ask for their abstracts among all abstracts of the corpora, each paper once. No title is indexed, so
    that no other paper has the advantage of one. Nothing that is labelled in the corpora is read."""
    items: dict[str, Item] = {}
    questions: dict[str, Question] = {}
    judged: dict[str, dict[str, int]] = {}
    for path in _abstract_files(folder):
        for one in PubTator().parse(describe(path), {}):
            if not isinstance(one, Document) or one.id in items:
                continue
            parts = {passage.kind: passage.text.strip() for passage in one.passages}
            title, abstract = parts.get("title", ""), parts.get("abstract", "")
            if title and abstract:
                # Questions go by the digits, as in_fifth does: a document of a development part is in fold 0.
                asked = one.id.removeprefix("PMID:")
                items[one.id] = Item(one.id, "", abstract)
                questions[asked] = Question(asked, title)
                judged[asked] = {one.id: 1}
    return _collection("title-abstract", folder, items, questions, judged)


def _abstract_files(folder: Path) -> Iterator[Path]:
    found: dict[Path, None] = {}
    for one in corpora(folder).values():
        if not one.by_hand:
            found |= dict.fromkeys(folder / name for name in (one.training, one.development))
    found |= dict.fromkeys(folder / name for name in MORE_ABSTRACTS)
    return (path for path in found if path.is_file())


def _collection(
    name: str, path: Path, items: Mapping[str, Item], questions: Mapping[str, Question],
    judged: dict[str, dict[str, int]],
) -> Collection:  # fmt: skip
    if not questions:
        raise CorpusError(path=path, position="line 1", why="no-questions")
    ordered = tuple(one for _, one in sorted(items.items()))
    return Collection(name, ordered, tuple(one for _, one in sorted(questions.items())), judged)


def _digest(text: str) -> str:
    """Of the text itself, so that a question stays in its fold whatever stands around it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


BUILT: Mapping[str, Callable[[Path], Collection]] = {"zh-qa": zh_qa, "title-abstract": title_abstract}
