"""Folders as BEIR lays them out (https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset).

``corpus.jsonl`` (``_id``, ``title``, ``text``), ``queries.jsonl`` (``_id``, ``text``), ``qrels/SPLIT.tsv`` (id of a
query, id of a text, grade as a whole number; the first line may be a heading). Other members are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from ingest.evaluation.retrieval.collection import Collection, Item, Question
from kg.errors import CorpusError, UnknownName

_GRADE = re.compile(r"[+-]?[0-9]{1,9}").fullmatch
_HEADING = "query-id"
_Judged = dict[str, dict[str, int]]


class _Row(msgspec.Struct, frozen=True):
    """A line of either file; queries have no title."""

    id: str = msgspec.field(name="_id")
    text: str
    title: str = ""


def read(folder: Path, split: str = "test") -> Collection:
    """The collection of a folder: the questions to which the split judges any text an answer.

    Raises UnknownName for a split, and CorpusError (file and line) for what is missing, doubled, empty, no row of its
    file, or judged without being there.
    """
    items = _rows(folder / "corpus.jsonl")
    queries = _rows(folder / "queries.jsonl", asked=True)
    path = _qrels(folder, split)
    judged = _judgements(path, queries, items)
    answered = {one: grades for one, grades in judged.items() if max(grades.values()) > 0}
    if not answered:
        raise CorpusError(path=path, position="line 1", why="no-questions")
    return Collection(
        f"{folder.resolve().name}:{split}",
        tuple(Item(one.id, one.title, one.text) for _, one in sorted(items.items())),
        tuple(Question(one, queries[one].text) for one in sorted(answered)),
        answered,
    )


def _rows(path: Path, *, asked: bool = False) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for at, line in _lines(path):
        try:
            one = msgspec.json.decode(line, type=_Row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CorpusError(path=path, position=f"line {at}", why="not-beir") from error
        if one.id in found:
            raise CorpusError(path=path, position=f"line {at}", why="doubled-id", name=one.id)
        if asked and not one.text.strip():
            raise CorpusError(path=path, position=f"line {at}", why="empty-question", name=one.id)
        found[one.id] = one
    if not found:
        raise CorpusError(path=path, position="line 1", why="empty-corpus")
    return found


def _qrels(folder: Path, split: str) -> Path:
    known = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    if not known:
        raise CorpusError(path=folder / "qrels", position="line 1", why="missing-file")
    if split not in known:
        raise UnknownName(kind="split", name=split, known=", ".join(known))
    return folder / "qrels" / f"{split}.tsv"


def _judgements(path: Path, queries: Mapping[str, _Row], items: Mapping[str, _Row]) -> _Judged:
    judged: _Judged = {}
    for at, line in _lines(path):
        cells = line.decode("utf-8", "replace").split("\t")
        if at == 1 and cells[0] == _HEADING:
            continue
        if len(cells) != 3 or not _GRADE(cells[2]):
            raise CorpusError(path=path, position=f"line {at}", why="not-beir")
        query, item, grade = cells
        for name, known, file in ((query, queries, "queries.jsonl"), (item, items, "corpus.jsonl")):
            if name not in known:
                raise CorpusError(path=path, position=f"line {at}", why="unknown-id", name=name, file=file)
        grades = judged.setdefault(query, {})
        if item in grades:
            raise CorpusError(path=path, position=f"line {at}", why="doubled-id", name=f"{query} {item}")
        grades[item] = int(grade)
    return judged


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that hold anything, with their numbers from 1."""
    try:
        with path.open("rb") as stream:
            for at, line in enumerate(stream, 1):
                stripped = line.removeprefix(b"\xef\xbb\xbf") if at == 1 else line
                if stripped.strip():
                    yield at, stripped.rstrip(b"\r\n")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusError(path=path, position="line 1", why="missing-file") from error
