"""What rests on a notice: documents that are retracted, doubted or replaced, and what was drawn from them.

The flags were set when the generation was published (``kg.generation.derivation``); this reads them and says
which documents and notices each comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kg import vocab
from kg.mapping.base import TYPE, term
from kg.model.terms import Term, lexical
from kg.query.concepts import Properties, described, texts
from kg.query.named import named
from kg.query.naming import Naming
from kg.query.records import Named
from kg.store.base import Reader

Kind = Literal["document", "claim", "recommendation"]
KINDS: tuple[Kind, ...] = ("document", "claim", "recommendation")
_FLAG = term(vocab.MEDKG, "flag")
_CURRENT = term(vocab.MEDKG, "currentStanding")
_TITLE = term(vocab.DCTERMS, "title")
_SENTENCE = term(vocab.OA, "exact")
_SOURCES = (term(vocab.MEDKG, "source"), term(vocab.DCTERMS, "references"))
_ENDS = (term(vocab.RDF, "subject"), term(vocab.RDF, "object"))
_SAME = term(vocab.OWL, "sameAs")
_RELATION = term(vocab.MEDKG, "relation")
_RELATION_KIND = term(vocab.MEDKG, "relationKind")
_TARGET = term(vocab.MEDKG, "target")
_REASON = term(vocab.MEDKG, "reason")
_CLASSES: dict[Term, Kind] = {
    term(vocab.MEDKG, "Claim"): "claim",
    term(vocab.MEDKG, "Recommendation"): "recommendation",
}


class NoticeRecord(msgspec.Struct, frozen=True):
    """A notice, in the words of who lists it: ``kind`` (``RetractionIn``), CURIE, reasons."""

    kind: str
    id: str | None
    reasons: tuple[str, ...]


class GroundRecord(msgspec.Struct, frozen=True):
    """A document that a flag comes from."""

    id: str
    title: str
    standing: str
    notices: tuple[NoticeRecord, ...]


class FlaggedRecord(msgspec.Struct, frozen=True):
    """``text``: title of a document, sentence of a claim or recommendation. ``about``: subject and object of a
    claim. ``grounds``: the documents that the flag comes from, a document's own notices included."""

    id: str
    iri: str
    kind: Kind
    flag: str
    text: str
    about: tuple[Named, ...]
    grounds: tuple[GroundRecord, ...]


class Flags:
    """The flagged things of one generation."""

    def __init__(self, reader: Reader, naming: Naming) -> None:
        self._reader = reader
        self._naming = naming

    def nodes(self, flag: str | None = None) -> list[Term]:
        """IRIs of everything flagged (so), sorted."""
        rows = self._reader.select(named("flagged"))
        return sorted({row["node"] for row in rows if flag is None or lexical(row["flag"]) == flag})

    def records(self, nodes: Sequence[Term], kind: Kind | None = None) -> list[FlaggedRecord]:
        """What stands behind each of ``nodes``; only those of one kind with ``kind``."""
        found = (self._record(node, described(self._reader, node), kind) for node in nodes)
        return [record for record in found if record is not None]

    def _record(self, node: Term, found: Properties, wanted: Kind | None) -> FlaggedRecord | None:
        kind: Kind = next((_CLASSES[value] for value in found.get(TYPE, ()) if value in _CLASSES), "document")
        if wanted not in (None, kind):
            return None
        grounds = [node] if kind == "document" else [value for name in _SOURCES for value in found.get(name, ())]
        return FlaggedRecord(
            id=self._naming.curie(node),
            iri=lexical(node),
            kind=kind,
            flag=texts(found, _FLAG)[0],
            text=next(iter(texts(found, _TITLE if kind == "document" else _SENTENCE)), ""),
            about=tuple(self._naming.named(value) for name in _ENDS for value in found.get(name, ())),
            grounds=tuple(filter(None, map(self._ground, dict.fromkeys(grounds)))),
        )

    def _ground(self, node: Term) -> GroundRecord | None:
        found = described(self._reader, node)
        standing = next(iter(texts(found, _CURRENT)), "")
        if not standing:
            return None
        # A list may name the work by another of its identifiers.
        relations = [value for one in (node, *found.get(_SAME, ())) for value in self._relations(one)]
        notices = (self._notice(value) for value in dict.fromkeys(relations))
        return GroundRecord(
            self._naming.curie(node), next(iter(texts(found, _TITLE)), ""), standing, tuple(filter(None, notices))
        )

    def _relations(self, node: Term) -> Sequence[Term]:
        return described(self._reader, node).get(_RELATION, ())

    def _notice(self, node: Term) -> NoticeRecord | None:
        found = described(self._reader, node)
        kind = next(iter(texts(found, _RELATION_KIND)), "")
        if not _is_notice(kind):
            return None
        target = next((self._naming.curie(value) for value in found.get(_TARGET, ())), None)
        return NoticeRecord(kind, target, texts(found, _REASON))


def _is_notice(kind: str) -> bool:
    """Whether a relation tells of the standing of a work: comments do not.

    >>> _is_notice("RetractionIn"), _is_notice("expression_of_concern"), _is_notice("CommentIn")
    (True, True, False)
    """
    folded = kind.lower().replace("_", "").replace(" ", "").replace("-", "")
    words = ("retract", "concern", "withdraw", "erratum", "correct", "reinstate", "update", "replace", "version")
    return any(word in folded for word in words)
