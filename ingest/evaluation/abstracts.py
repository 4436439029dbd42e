"""PubTator corpora as labelled documents: the reader of the sources, and the checks that a corpus asks for.

A source leaves out what does not fit and goes on. A corpus is measured with, so what does not fit is an error, except
for words that are not those at their offsets: known slips of well-known corpora, which are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingest.labelled import LabelledDocument, LabelledMention, as_type
from ingest.sources.pubtator import PubTator
from kg.errors import CorpusError
from kg.model.document import Document
from kg.model.evidence import Claim, Mention
from kg.model.source import Reject
from ontology.reading.raw import describe


def read(path: Path, types: Sequence[str], nested: bool = False) -> Iterator[LabelledDocument]:
    """Documents in the order of the file, with the mentions of ``types``.

    Raises CorpusError (file and line): offsets beyond the text, a line that is none, spans of one kind of corpus that
    overlap (with ``nested`` one may stand in another, but not cross it); what ``PubTator`` raises.
    """
    document: Document | None = None
    mentions: list[Mention] = []
    relations: list[tuple[str, str, str]] = []
    unread = 0
    for item in PubTator().parse(describe(path), {}):
        if isinstance(item, Document):
            if document:
                yield _labelled(path, document, mentions, relations, unread, types, nested)
            document, mentions, relations, unread = item, [], [], 0
        elif isinstance(item, Mention):
            mentions.append(item)
        elif isinstance(item, Claim):
            relations.append((item.subject, dict(item.qualifiers).get("relation", item.predicate), item.object))
        elif isinstance(item, Reject):
            if item.reason != "surface-mismatch":
                raise CorpusError(path=path, position=item.position, reject=item.reason, detail=item.detail)
            unread += 1
    if document:
        yield _labelled(path, document, mentions, relations, unread, types, nested)


def distinct(documents: Iterable[LabelledDocument]) -> tuple[LabelledDocument, ...]:
    """Each document once, as it stood first: corpora list some of them twice."""
    found: dict[str, LabelledDocument] = {}
    for one in documents:
        found.setdefault(one.id, one)
    return tuple(found.values())


def _labelled(
    path: Path, document: Document, mentions: Sequence[Mention], relations: Sequence[tuple[str, str, str]],
    unread: int, types: Sequence[str], nested: bool,
) -> LabelledDocument:  # fmt: skip
    made = {
        LabelledMention(one.passage, one.start, one.end, kind, tuple(candidate.concept for candidate in one.candidates))
        for one in mentions
        if (kind := as_type(one.category, types))
    }
    order = {passage.key: at for at, passage in enumerate(document.passages)}
    kept = sorted(made, key=lambda one: (order[one.passage], one.start, -one.end, one.type, one.ids))
    if pair := clashing(kept, nested):
        position = f"line {max(_line(path, document, one) for one in pair)}"
        raise CorpusError(path=path, position=position, why="overlapping-spans")
    return LabelledDocument(document.id, document.passages, tuple(kept), tuple(relations), unread)


def clashing(mentions: Sequence[LabelledMention], nested: bool = False) -> tuple[LabelledMention, ...]:
    """The first two, of the mentions of a document sorted by start and length, that must not stand as they do."""
    open_: dict[str, list[LabelledMention]] = defaultdict(list)
    for one in mentions:
        around = [other for other in open_[one.passage] if other.end > one.start]
        for other in around:
            inside = one.end <= other.end and (one.start, one.end) != (other.start, other.end)
            if not (nested and inside):
                return other, one
        open_[one.passage] = [*around, one]
    return ()


def _line(path: Path, document: Document, mention: LabelledMention) -> int:
    """Where a mention stands in the file, whose offsets count over title and abstract."""
    first = document.passages[0]
    before = 0 if first.key == mention.passage else (len(first.text) if first.kind == "title" else 0) + 1
    place = [document.id.removeprefix("PMID:"), str(mention.start + before), str(mention.end + before)]
    with path.open(encoding="utf-8-sig") as lines:
        cells = (
            (at, [cell.strip().lstrip("0") or "0" for cell in line.split("\t")[:3]]) for at, line in enumerate(lines, 1)
        )
        return max(at for at, found in cells if found == place)
