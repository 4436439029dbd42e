"""Annotations that a tool of others made: who made them, and where they belong in the documents of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ingest.base import SOURCES, Options
from ingest.reading.identifiers import curie
from kg.errors import ConfigError
from kg.model.document import Deletion, Document, Passage
from kg.model.ids import digest
from kg.model.source import RawFile, Reject
from ontology.reading.raw import describe

OPTIONS = ("tool", "release", "documents")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    format: str


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options of an import. ``documents``: files that hold the documents which the tool read."""

    tool: str
    release: str
    documents: tuple[_Table, ...] = ()

    @property
    def title(self) -> str:
        """What every mention and claim names as its method."""
        return f"{self.tool} {self.release}"


def tool_of(source: str, options: Options) -> Tool:
    """The tool that the options name; raises ConfigError."""
    try:
        tool = msgspec.convert(dict(options), Tool)
    except msgspec.ValidationError as error:
        raise ConfigError(where=source, why="tool-options", told=str(error)) from error
    if not tool.tool.strip() or not tool.release.strip():
        raise ConfigError(where=source, why="tool-options", told="$.tool, $.release")
    return tool


class Wording(msgspec.Struct, frozen=True):
    """Where the passage ``key`` of a document stands in the text that a tool read: ``text[start:end]``."""

    start: int
    end: int
    key: str


class KnownTexts:
    """The passages of known documents by the digests of their texts, some 0.3 kB each in memory."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, tuple[Wording, ...]]] = {}
        self._ids: dict[str, str] = {}

    def id(self, document: str) -> str:
        """The id of the known document that has this one (PMID, PMC, DOI …), empty where none has."""
        return self._ids.get(document, "")

    def wordings(self, document: str, text: str) -> tuple[Wording, ...]:
        """The passages that ``text`` is made of; none where the document has no such text."""
        return self._texts[document].get(digest(text), ())

    def add(self, document: Document) -> None:
        """A later version replaces an earlier one."""
        self._texts[document.id] = {digest(text): wordings for text, wordings in reversed([*_texts(document.passages)])}
        others = (curie(one.scheme, one.value) for one in document.identifiers)
        self._ids |= {name: document.id for name in (document.id, *others) if name}

    def drop(self, document: str) -> None:
        if self._texts.pop(document, None) is not None:
            self._ids = {name: known for name, known in self._ids.items() if known != document}


def known_texts(raw: RawFile, tool: Tool) -> tuple[KnownTexts, list[Reject]]:
    """The documents that ``tool.documents`` hold, paths from the folder of ``raw``; and where these files are damaged.

    Raises InputError for a file that cannot be opened, UnknownName for a format.
    """
    known = KnownTexts()
    damage: list[Reject] = []
    for table in tool.documents:
        for item in SOURCES.load(table.format)().parse(describe(raw.path.parent / table.path), {}):
            match item:
                case Document():
                    known.add(item)
                case Deletion():
                    known.drop(item.id)
                case Reject(fatal=True):
                    damage.append(item)
    return known, damage


def _texts(passages: Sequence[Passage]) -> Iterator[tuple[str, tuple[Wording, ...]]]:
    """Each passage; and the parts of an abstract as one text, as PubTator joins them, with their labels and without."""
    for passage in passages:
        yield passage.text, (Wording(0, len(passage.text), passage.key),)
    abstract = [passage for passage in passages if passage.kind == "abstract"]
    for language in dict.fromkeys(passage.language for passage in abstract):
        parts = [passage for passage in abstract if passage.language == language]
        if len(parts) > 1:
            yield _joined(parts, labelled=True)
            yield _joined(parts, labelled=False)


def _joined(parts: Sequence[Passage], *, labelled: bool) -> tuple[str, tuple[Wording, ...]]:
    text = ""
    wordings = []
    for part in parts:
        text += " " * bool(text) + (f"{part.label}: " if labelled and part.label else "")
        wordings.append(Wording(len(text), len(text) + len(part.text), part.key))
        text += part.text
    return text, tuple(wordings)


def crossing(spans: Sequence[tuple[int, int]]) -> set[int]:
    """The numbers of spans that cross another one which begins before them: neither holds the other.

    >>> crossing([(0, 5), (3, 8), (0, 9), (6, 8)])
    {1}
    """
    order = sorted(range(len(spans)), key=lambda number: (spans[number][0], -spans[number][1]))
    open_: list[int] = []
    found = set()
    for number in order:
        start, end = spans[number]
        while open_ and open_[-1] <= start:
            open_.pop()
        if open_ and open_[-1] < end:
            found.add(number)
        else:
            open_.append(end)
    return found
