"""PubTator files: title, abstract, and the mentions and relations of a gold corpus, or of a tool of others.

Format: https://www.ncbi.nlm.nih.gov/research/pubtator3/tutorial (section on file formats)::

    227508|t|Title
    227508|a|Abstract
    227508<TAB>0<TAB>8<TAB>Naloxone<TAB>Chemical<TAB>D009270
    227508<TAB>CID<TAB>D008750<TAB>D007022

Offsets in the file count code points of title, one separator, abstract; ours count in the passage.
A document ends at an empty line or at the next title. With the options ``tool`` and ``release`` what is in the file
was found by that tool, and is read as ``bioc.v1`` reads it (``documents`` as there).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.reading.annotations import PREDICATES, category, curies
from ingest.reading.bioc_document import Reading
from ingest.reading.identifiers import pmid
from ingest.reading.languages import of_text
from ingest.reading.options import check_options
from ingest.reading.pubtator_rows import as_bioc
from ingest.reading.tools import OPTIONS, KnownTexts, Tool, known_texts, tool_of
from kg.errors import InputError
from kg.model.document import Document, Identifier, Passage, Text
from kg.model.evidence import Candidate, Claim, Mention
from kg.model.source import RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines

_TEXT_LINE = re.compile(r"(\d+)\|([ta])\|(.*)", re.DOTALL).fullmatch
_OFFSET = re.compile(r"[0-9]{1,9}").fullmatch
_Found = tuple[Tool, KnownTexts]
_SNIFF = re.compile(rb"^\s*\d+\|t\|.*?\n\d+\|a\|", re.DOTALL).match


class PubTator:
    """Documents, each followed by its gold mentions and relations, or by those of the tool that the options name."""

    name: ClassVar[str] = "pubtator.v1"
    extensions: ClassVar[tuple[str, ...]] = (".pubtator", ".txt", ".pubtator.gz", ".txt.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when the first document has a title line and an abstract line."""
        return 1.0 if _SNIFF(head.removeprefix(b"\xef\xbb\xbf")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """A document a block; annotations that do not fit the text are rejected one by one."""
        check_options(self.name, options, OPTIONS)
        found: _Found | None = None
        if options:
            tool = tool_of(self.name, options)
            known, damage = known_texts(raw, tool)
            yield from damage
            found = tool, known
        block = _Block(raw, found)
        try:
            for number, line in lines(raw.path):
                if not line.strip():
                    yield from block.finish()
                    block = _Block(raw, found)
                elif text := _TEXT_LINE(line):
                    if text[2] == "t" and block.started:
                        yield from block.finish()
                        block = _Block(raw, found)
                    block.text(number, text[1], text[2], text[3])
                else:
                    block.rows.append((number, line))
        except InputError as error:
            yield from block.finish()
            yield fatal(raw, error)
        else:
            yield from block.finish()


class _Block:
    """The lines of one document."""

    def __init__(self, raw: RawFile, found: _Found | None = None) -> None:
        """``found``: the tool that found what is in the block, and the documents that are known from elsewhere."""
        self._raw = raw
        self._found = found
        self._key = ""
        self._first = 0
        self._texts: dict[str, str] = {}
        self._curies: dict[str, str] = {}
        self._rejects: list[Reject] = []
        self.rows: list[tuple[int, str]] = []

    @property
    def started(self) -> bool:
        return bool(self._texts or self.rows)

    def text(self, number: int, key: str, kind: str, value: str) -> None:
        if kind in self._texts or (self._key and self._key != key):
            self._rejects.append(self._reject(number, "bad-line", f"{key}|{kind}|"))
            return
        self._first = self._first or number
        self._key = key
        self._texts[kind] = value

    @cached_property
    def _passages(self) -> tuple[Passage, Passage]:
        """Title and abstract, either may be empty; for when all lines of the block have been read."""
        title, abstract = self._texts.get("t", ""), self._texts.get("a", "")
        language = of_text(title + abstract)
        return Passage("title", "title", language, title), Passage("abstract.1", "abstract", language, abstract)

    def finish(self) -> Iterator[SourceItem]:
        """The document and what belongs to it; nothing for a block without lines."""
        if self._found is not None and self._texts:
            yield from self._rejects
            yield from self._of_tool(*self._found)
            return
        number = pmid(self._key)
        if number:
            yield self._document(f"PMID:{number}")
        elif self._texts:
            yield self._reject(self._first, "no-identifier", "PMID")
        yield from self._rejects
        for at, line in self.rows:
            columns = line.split("\t")
            if not number or columns[0].strip() != self._key:
                yield self._reject(at, "bad-line", f"no text for {columns[0][:40]}")
            elif len(columns) >= 5 and _OFFSET(columns[1]) and _OFFSET(columns[2]):
                yield self._mention(at, f"PMID:{number}", columns)
            elif len(columns) >= 4 and not columns[1].isdecimal():
                yield self._claim(at, f"PMID:{number}", columns)
            else:
                yield self._reject(at, "bad-line", line[:80])

    def _of_tool(self, tool: Tool, known: KnownTexts) -> Iterator[SourceItem]:
        document, others = as_bioc(self._key, self._texts.get("t", ""), self._texts.get("a", ""), self.rows)
        for at, line in others:
            yield self._reject(at, "bad-line", line[:80])
        yield from Reading(self._raw, tool, known, f"line {self._first}", document).items()

    def _document(self, identifier: str) -> Document:
        title = self._passages[0]
        return Document(
            id=identifier,
            passages=tuple(passage for passage in self._passages if passage.text),
            identifiers=(Identifier("pmid", identifier.removeprefix("PMID:")),),
            languages=(title.language,),
            titles=(Text(title.text, title.language),) if title.text else (),
        )

    def _mention(self, at: int, document: str, columns: list[str]) -> Mention | Reject:
        start, end, surface, kind = int(columns[1]), int(columns[2]), columns[3], columns[4]
        passage, abstract = self._passages
        if start > len(passage.text):
            before = len(passage.text) + 1
            passage, start, end = abstract, start - before, end - before
        if not start < end <= len(passage.text):
            return self._reject(at, "outside-text", f"{columns[1]}-{columns[2]} {surface}")
        if passage.text[start:end] != surface:
            return self._reject(at, "surface-mismatch", f"{passage.text[start:end]!r} != {surface!r}")
        value = columns[5] if len(columns) > 5 else ""
        found = curies(kind, value)
        if len(found) == 1:
            self._curies[value.strip()] = found[0]
        return Mention(
            document=document,
            passage=passage.key,
            start=start,
            end=end,
            surface=surface,
            category=category(kind),
            candidates=tuple(Candidate(curie, 1.0, f"gold·{kind}") for curie in found),
        )

    def _claim(self, at: int, document: str, columns: list[str]) -> Claim | Reject:
        """A relation line; an end means what the mentions of the same document say it means."""
        relation = columns[1].strip()
        ends = [self._curies.get(value.strip()) or next(iter(curies("", value)), "") for value in columns[2:4]]
        if not all(ends):
            return self._reject(at, "unknown-relation-end", f"{relation} {columns[2]} {columns[3]}")
        qualifiers = {"relation": relation} | ({"novelty": columns[4].strip()} if len(columns) > 4 else {})
        return Claim(
            subject=ends[0],
            predicate=PREDICATES.get(relation, "biolink:related_to"),
            object=ends[1],
            evidence="gold",
            method=PubTator.name,
            document=document,
            qualifiers=tuple(sorted(qualifiers.items())),
        )

    def _reject(self, at: int, reason: str, detail: str) -> Reject:
        return rejected(self._raw, f"line {at}", self._key, reason, detail)
