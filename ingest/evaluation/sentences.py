"""Sentences labelled by us (docs/annotation.md): labels stand off; texts in the folder of corpora or beside them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ingest.evaluation.abstracts import clashing
from ingest.labelled import LabelledDocument, LabelledMention
from ingest.sources.jats import Jats
from ingest.sources.pubmed import PubMed
from kg.errors import CorpusError
from kg.model.document import Document, Passage
from ontology.reading.raw import describe

_LITERATURE: dict[str, type[Jats | PubMed]] = {".nxml": Jats, ".xml": PubMed}
Span = tuple[int, int]
_MENTION = tuple[int, int, str, tuple[str, ...], tuple[str, ...]]


class _Row(msgspec.Struct, frozen=True):
    """A line of a set: ``start`` and ``end`` in a cell of a row, or in the abstract of a PMID."""

    number: int
    file: str
    row: str
    column: str
    start: int
    end: int
    sha256: str
    mentions: tuple[_MENTION, ...]
    relations: tuple[tuple[int, str, int], ...] = ()
    left_out: tuple[Span, ...] = ()


class _Decision(msgspec.Struct, frozen=True):
    """A line of ``decisions.jsonl``: the attributes of one mention by a rule that came later."""

    set: str
    number: int
    start: int
    end: int
    after: tuple[str, ...]


Decisions = dict[tuple[int, int, int], tuple[str, ...]]


def read(
    path: Path, folder: Path, language: str, *, sealed: bool = False, halves: bool = True
) -> tuple[LabelledDocument, ...]:
    """The sentences of one half of a set, each a document of one passage; ``folder`` holds their texts. Without
    ``halves`` all are open.

    Raises CorpusError (file and line) where a text is not the labelled one, a span does not fit it or overlaps another.
    """
    decisions = _decisions(path)
    texts: dict[str, dict[tuple[str, str], str]] = {}
    found: list[LabelledDocument] = []
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = msgspec.json.decode(line, type=_Row)
        except msgspec.MsgspecError as error:
            raise CorpusError(path=path, position=f"line {at}", reason=str(error)) from error
        if (halves and in_sealed_half(path.stem, row.number)) is not sealed:
            continue
        if row.file not in texts:
            texts[row.file] = dict(_texts(folder / row.file))
        text = texts[row.file].get((row.row, row.column), "")[row.start : row.end]
        if hashlib.sha256(text.encode()).hexdigest()[:16] != row.sha256:
            raise CorpusError(path=path, position=f"line {at}", why="other-text", file=row.file)
        found.append(_labelled(path, at, row, text, language, decisions))
    return tuple(found)


def in_sealed_half(name: str, number: int) -> bool:
    """Half of the sentences of a set, by digest: looked at once, when nothing is changed any more."""
    return hashlib.sha256(f"{name} {number}".encode()).digest()[0] % 2 == 1


def _decisions(path: Path) -> Decisions:
    """What a rule that was decided after the labelling says of the mentions of a set."""
    beside = path.with_name("decisions.jsonl")
    lines = beside.read_bytes().splitlines() if beside.is_file() else []
    rows = (msgspec.json.decode(line, type=_Decision) for line in lines)
    return {(one.number, one.start, one.end): one.after for one in rows if one.set == path.stem}


def _labelled(path: Path, at: int, row: _Row, text: str, language: str, decisions: Decisions) -> LabelledDocument:
    passage = Passage("sentence", "section", language, text)
    mentions = sorted(
        (
            LabelledMention(
                passage.key,
                start,
                end,
                kind,
                ids,
                decisions.get((row.number, start, end), marks),
                (start, end) not in row.left_out,
            )
            for start, end, kind, ids, marks in row.mentions
        ),
        key=lambda one: (one.start, -one.end),
    )
    for one in mentions:
        if not 0 <= one.start < one.end <= len(text):
            raise CorpusError(path=path, position=f"line {at}", reject="outside-text", detail=f"{one.start}-{one.end}")
    if clashing(mentions):
        raise CorpusError(path=path, position=f"line {at}", why="overlapping-spans")
    source = f"PMID:{row.row}" if row.column == "abstract" else f"{row.file}:{row.row}"
    return LabelledDocument(f"{path.stem}:{row.number}", (passage,), tuple(mentions), source=source)


def _texts(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """((row, column), text) of a table from its row 1, ((PMID, ``abstract``), text) of a PubTator file, or what
    ``passages_of`` says of other literature."""
    if path.suffix in _LITERATURE:
        yield from passages_of(path)
        return
    with path.open(encoding="utf-8", newline="") as stream:
        if path.suffix == ".csv":
            for number, row in enumerate(csv.DictReader(stream), 1):
                for column, text in row.items():
                    yield (str(number), column), text or ""
            return
        for line in stream:
            key, mark, text = line.rstrip("\r\n").partition("|a|")
            if mark and key.isdecimal():
                yield (key, "abstract"), text


def passages_of(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """((id of the document, name of the passage), text) of a full text (``.nxml``) or of citations (``.xml``), titles
    and headings left out; nothing of other files."""
    if path.suffix not in _LITERATURE:
        return
    for item in _LITERATURE[path.suffix]().parse(describe(path), {}):
        if isinstance(item, Document):
            for one in item.passages:
                if one.kind in ("abstract", "section", "caption"):
                    yield (item.id, one.name), one.text
