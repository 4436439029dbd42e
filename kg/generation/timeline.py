"""One concept through the kept generations."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Literal

import msgspec

from kg import vocab
from kg.generation.diff import compared, properties_of
from kg.generation.kinds import FieldChange, Properties
from kg.generation.manifest import GenerationManifest
from kg.generation.pointer import Shelf
from kg.mapping.base import TYPE, term
from kg.model.ids import Ids
from kg.model.terms import Term
from kg.query.records import LabelPair
from kg.store.base import STORES, Reader, Snapshot

_CONCEPT = term(vocab.SKOS, "Concept")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
OPEN = 16
"""Stores of older generations that stay open."""


class Moment(msgspec.Struct, frozen=True):
    """A concept in one generation against the one before.

    ``oldest``: it is there in the oldest kept generation, so nobody knows since when. ``published`` is ISO 8601.
    """

    generation: str
    published: str
    tags: tuple[str, ...]
    action: Literal["oldest", "added", "changed", "unchanged", "removed"]
    label: LabelPair
    fields: tuple[FieldChange, ...]


class Ending(msgspec.Struct, frozen=True):
    """The last generation that had a concept, and the CURIEs by which that or a later one replaces it."""

    generation: str
    replaced_by: tuple[str, ...]


class Past:
    """Looks things up in every generation on a shelf; its stores are opened when first asked, by any thread."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._readers: OrderedDict[str, Reader] = OrderedDict()
        self._lock = threading.Lock()

    def timeline(self, node: Term, until: str) -> list[Moment]:
        """Oldest first, up to the generation ``until``; empty where no generation has the concept."""
        tags = {row.id: row.tags for row in self._shelf.kept()}
        moments: list[Moment] = []
        before: Properties = {}
        for place, manifest in enumerate(self._until(until)):
            after = self._about(manifest, node)
            found = next(
                (row for row in compared(node, before, after, Ids(manifest.base)) if row.kind == "concept"), None
            )
            if found or (moments and _is_concept(after)):
                action = "oldest" if place == 0 else found.action if found else "unchanged"
                label = found.label if found else moments[-1].label
                fields = found.fields if found else ()
                names = tags.get(manifest.id, ())
                moments.append(Moment(manifest.id, manifest.published, names, action, label, fields))
            before = after
        return moments

    def ending(self, node: Term, until: str) -> Ending | None:
        """The last generation before ``until`` that has the concept; None where none has."""
        replaced: set[Term] = set()
        for manifest in reversed(self._until(until)):
            found = self._about(manifest, node)
            replaced |= found.get(_REPLACED, frozenset())
            if _is_concept(found):
                ids = Ids(manifest.base)
                return Ending(manifest.id, tuple(sorted(ids.curie(other[1:-1]) for other in replaced)))
        return None

    def _until(self, name: str) -> list[GenerationManifest]:
        kept = sorted(self._shelf.manifests(), key=lambda row: row.sequence)
        last = next((row.sequence for row in kept if row.id == name), 0)
        return [row for row in kept if row.sequence <= last]

    def _about(self, manifest: GenerationManifest, node: Term) -> Properties:
        return properties_of(self._reader(manifest), node)

    def _reader(self, manifest: GenerationManifest) -> Reader:
        with self._lock:
            reader = self._readers.get(manifest.id)
            if reader is None:
                snapshot = Snapshot(store=manifest.store, path=self._shelf.path(manifest.id) / "store")
                reader = self._readers[manifest.id] = STORES.load(manifest.store).open(snapshot)
                kept = set(self._shelf.ids())
                # Let go, not closed: another thread may be reading. A pruned one would hold its disk space.
                for name in [name for name in self._readers if name not in kept]:
                    del self._readers[name]
            self._readers.move_to_end(manifest.id)
            while len(self._readers) > OPEN:
                self._readers.popitem(last=False)
            return reader


def _is_concept(properties: Properties) -> bool:
    return _CONCEPT in properties.get(TYPE, ())
