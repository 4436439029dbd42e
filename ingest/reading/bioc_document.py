"""One document of BioC as records: its passages, and what a tool found in them, each where the graph has the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ingest.base import SourceItem
from ingest.reading.annotations import PREDICATES, category
from ingest.reading.bioc import BiocAnnotation, BiocDocument, BiocRelation, value
from ingest.reading.bioc_fields import concepts, identifier, passages, record, score
from ingest.reading.tools import KnownTexts, Tool, Wording, crossing
from kg.model.evidence import Candidate, Claim, Direction, Mention, Place
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected

_PREDICATE = re.compile(r"biolink:[a-z_]+").fullmatch
_DIRECTIONS: tuple[Direction, ...] = ("refutes", "insufficient")


class _Found(msgspec.Struct, frozen=True):
    """An annotation that fits the text of its passage: where, counted in the passage, and what it is."""

    number: str
    passage: int
    start: int
    end: int
    category: str
    candidates: tuple[Candidate, ...]


class Reading:
    """What comes out of one document."""

    def __init__(self, raw: RawFile, tool: Tool, known: KnownTexts, position: str, document: BiocDocument) -> None:
        self._raw = raw
        self._tool = tool
        self._known = known
        self._position = position
        self._document = document
        self._id = ""
        self._mentions: dict[str, Mention | None] = {}
        """By the number that relations call them by; None where two have the same."""

    def items(self) -> Iterator[SourceItem]:
        """The document, unless it is known from elsewhere, its mentions and its relations; and what does not fit."""
        stated = identifier(self._document)
        texts = [passage.text or "" for passage in self._document.passages]
        if not stated:
            yield self._reject("no-identifier", "PMID, PMC, DOI")
        elif not texts:
            yield self._reject("bad-record", "no passage")
        elif any("\0" in text for text in texts):
            yield self._reject("nul")
        elif any(passage.sentences and not passage.text for passage in self._document.passages):
            yield self._reject("bad-record", "sentences without the text of their passage")
        else:
            self._id = self._known.id(stated) or stated
            known = bool(self._known.id(stated))
            read = passages(self._document.passages)
            if not known:
                yield record(stated, read)
            wordings = [
                self._known.wordings(self._id, text) if known else (Wording(0, len(text), passage.key),)
                for text, passage in zip(texts, read, strict=True)
            ]
            yield from self._annotations(texts, wordings)
            yield from self._relations()

    def _annotations(self, texts: list[str], wordings: list[tuple[Wording, ...]]) -> Iterator[SourceItem]:
        stated = [
            *((one, number) for number, passage in enumerate(self._document.passages) for one in passage.annotations),
            *((one, self._around(one)) for one in self._document.annotations),
        ]
        found: list[_Found] = []
        for one, number in stated:
            read = self._fitting(one, number, texts)
            if isinstance(read, _Found):
                found.append(read)
            else:
                yield read
        for number, text in enumerate(texts):
            within = [one for one in found if one.passage == number]
            yield from self._placed(within, text, wordings[number])

    def _around(self, annotation: BiocAnnotation) -> int:
        """The number of the passage that an annotation of the whole document begins in, -1 for none."""
        start = annotation.locations[0].offset if annotation.locations else -1
        for number, passage in enumerate(self._document.passages):
            if passage.offset <= start < passage.offset + len(passage.text or ""):
                return number
        return -1

    def _fitting(self, annotation: BiocAnnotation, number: int, texts: list[str]) -> _Found | Reject:
        name = str(annotation.id)
        if len(annotation.locations) != 1:
            return self._reject("discontinuous", f"{len(annotation.locations)}", name)
        [place] = annotation.locations
        told = f"{place.offset}+{place.length} {annotation.text[:80]}"
        if number < 0:
            return self._reject("outside-text", told, name)
        start = place.offset - self._document.passages[number].offset
        end = start + place.length
        text = texts[number]
        if not 0 <= start < end <= len(text):
            return self._reject("outside-text", told, name)
        if text[start:end] != annotation.text:
            return self._reject("surface-mismatch", f"{text[start:end][:80]!r} != {annotation.text[:80]!r}", name)
        kind = value(annotation.infons, "type")
        candidates = tuple(
            Candidate(concept, score(annotation.infons), f"{self._tool.title}·{kind}")
            for concept in concepts(kind, annotation.infons)
        )
        return _Found(name, number, start, end, category(kind), candidates)

    def _placed(self, found: list[_Found], text: str, wordings: tuple[Wording, ...]) -> Iterator[Mention | Reject]:
        """Each where the graph has its text; one that crosses or repeats another which has its place is rejected."""
        inside: list[tuple[_Found, Wording]] = []
        for one in found:
            around = next((part for part in wordings if part.start <= one.start and one.end <= part.end), None)
            if around is not None:
                inside.append((one, around))
            else:
                yield self._unplaced("outside-text" if wordings else "other-text", one, text)
        crossed = crossing([(one.start, one.end) for one, _ in inside])
        seen: set[tuple[int, int, str]] = set()
        for number, (one, around) in enumerate(inside):
            if number in crossed:
                yield self._unplaced("crossing-span", one, text)
            elif (one.start, one.end, one.category) in seen:
                yield self._unplaced("repeated-span", one, text)
            else:
                seen.add((one.start, one.end, one.category))
                mention = Mention(
                    self._id, around.key, one.start - around.start, one.end - around.start, text[one.start : one.end],
                    one.category, one.candidates, tool=self._tool.title,
                )  # fmt: skip
                self._mentions[one.number] = None if one.number in self._mentions else mention
                yield mention

    def _unplaced(self, reason: str, one: _Found, text: str) -> Reject:
        return self._reject(reason, f"{one.start}-{one.end} {text[one.start : one.end][:80]}", one.number)

    def _relations(self) -> Iterator[Claim | Reject]:
        within = (one for passage in self._document.passages for one in passage.relations)
        for relation in (*self._document.relations, *within):
            yield self._relation(relation)

    def _relation(self, relation: BiocRelation) -> Claim | Reject:
        kind = value(relation.infons, "type", "relation")
        ends = [self._mentions.get(str(node.refid)) for node in relation.nodes]
        told = f"{kind[:80]} {' '.join(str(node.refid)[:40] for node in relation.nodes[:4])}"
        if len(ends) != 2:
            return self._reject("relation-ends", told, str(relation.id))
        first, second = ends
        if first is None or second is None or not first.candidates or not second.candidates:
            return self._reject("unknown-relation-end", told, str(relation.id))
        together = first.passage == second.passage
        places = tuple(Place(one.start, one.end, one.category, one.tool) for one in (first, second))
        stated = value(relation.infons, "direction")
        qualifiers = {"relation": kind} if kind else {}
        if told_score := value(relation.infons, "score"):
            qualifiers["score"] = told_score
        return Claim(
            subject=first.candidates[0].concept,
            predicate=kind if _PREDICATE(kind) else PREDICATES.get(kind, "biolink:related_to"),
            object=second.candidates[0].concept,
            evidence="text-mined",
            method=self._tool.title,
            direction=next((one for one in _DIRECTIONS if one == stated), "supports"),
            document=self._id,
            passage=first.passage if together else "",
            qualifiers=tuple(sorted(qualifiers.items())),
            ends=(places[0], places[1]) if together else None,
            tool=self._tool.title,
        )

    def _reject(self, reason: str, detail: str = "", annotation: str = "") -> Reject:
        position = f"{self._position}, {annotation[:80]}" if annotation else self._position
        return rejected(self._raw, position, self._id or str(self._document.id)[:80], reason, detail)
