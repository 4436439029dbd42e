"""Publishing: batches become a generation, and one pointer is swapped.

The store starts from the previous generation's checkpoint when the new batches only add to its
list, and afresh otherwise. Everything is made in a folder beside; a kill leaves the old pointer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from kg.errors import VectorEngineFailed
from kg.generation.concepts import Counted, indexed_beside, many
from kg.generation.derivation import Derivation, FurtherDerivation, derived
from kg.generation.further import derived_beside
from kg.generation.identity import sound
from kg.generation.indexes import IndexReport, build_indexes
from kg.generation.manifest import FILE, FORMAT, GenerationManifest, sum_files
from kg.generation.pointer import Shelf
from kg.generation.signature import sign
from kg.index.base import INDEXES, Encoder
from kg.index.fields import FIELDS_FORMAT
from kg.index.passages import VECTORS_FORMAT
from kg.model.ids import digest
from kg.query.mapping_table import MAPPINGS_FORMAT
from kg.store.base import STORES, Snapshot, Store
from kg.store.batch import Batch
from kg.store.disk import clear, settle, storage, sync_folder
from kg.terminology.writer import CODES_FORMAT

REARRANGE = 0.03
"""Share of changed statements from which the store is optimised again (2.3 times faster queries)."""

MANY = 1_000_000
"""Statements from which a new store is optimised before anything is read from it, too: it costs a third of the load."""

_DRAFT, _ASSERTED, _ORDERED = "draft", "asserted", "ordered"
_DRAFTS = frozenset({_DRAFT, _ASSERTED, _ORDERED})
"""Stores that stand beside the parts of a generation while it is made."""


class Plan(msgspec.Struct, frozen=True):
    """What to publish. ``lexicon`` is linked into the generation, for reading queries and texts.

    ``vector_index``: a name in the table of indexes. ``concept_vectors``: whether the preferred English names of
    concepts are encoded beside the documents. ``words``: whether words of documents go to the engine of vectors, too.
    ``signing_key``: private key that the manifest is signed with. ``processes``: how many prepare a large index.
    """

    data: Path
    base: str
    batches: tuple[str, ...]
    published: str
    store: str = "oxigraph"
    lexicon: Path | None = None
    keep: int = 5
    concept_vectors: bool = True
    vector_index: str = "faiss"
    words: bool = False
    signing_key: Path | None = None
    processes: int = 1


class Step(Protocol):
    """Is told which step of publishing is at work, and how far it has come where that is known."""

    def __call__(self, name: str, done: int = 0, total: int = 1) -> None: ...


def unheard(name: str, done: int = 0, total: int = 1) -> None:
    """The step of whoever does not want to know."""


def publish(
    plan: Plan,
    encoder: Encoder | None,
    step: Step = unheard,
    more: Sequence[Derivation] = (),
    then: Sequence[FurtherDerivation] = (),
) -> GenerationManifest | None:
    """A new current generation; None when the current one was made from the same batches, and its indexes are sound.

    ``more``: what is derived beside the closure and the counts, ``then`` what rests on it. ``step`` is told what
    begins: load, derive, optimize where it is due, indexes, checksums. Raises StorageFull, StoreError, IntegrityError,
    BaseMismatch; the current generation stays as it was.
    """
    shelf = Shelf(plan.data)
    current = shelf.current()
    before = shelf.manifest(current) if current else None
    ways = _ways(plan, encoder, (*more, *then))
    if before and before.batches == plan.batches and _fits(before, plan, ways):
        folder = shelf.path(before.id)
        held = encoder is None or INDEXES.load(plan.vector_index).held(folder / "vectors" / "index")
        if held and sound(folder, before):
            return None
    sequence = max((shelf.manifest(name).sequence for name in shelf.ids()), default=0) + 1
    name = f"g{sequence:05d}-{digest(plan.base, *plan.batches)[:8]}"
    work = shelf.folder / f".{name}"
    with storage(work):
        for left in shelf.folder.glob(".g*") if shelf.folder.is_dir() else ():
            clear(left)
        work.mkdir(parents=True)
        try:
            manifest = _make(plan, shelf, before, work, name, sequence, encoder, ways, step, more, then)
            work.rename(shelf.path(name))
            sync_folder(shelf.folder)
            shelf.point(name)
        finally:
            clear(work)
            if name in shelf.ids() and name != shelf.current():
                shelf.remove(name)
        shelf.prune(plan.keep)
    if encoder is not None:
        # It is published, whatever becomes of what nobody asks any more: the next publish looks again.
        with suppress(VectorEngineFailed):
            INDEXES.load(plan.vector_index).sweep(shelf.path(kept) for kept in shelf.ids())
    return manifest


def _fits(before: GenerationManifest, plan: Plan, ways: dict[str, str]) -> bool:
    """Whether a generation was made the way that ``plan`` asks for, whatever its batches."""
    same = (before.base, before.store, before.format) == (plan.base, plan.store, FORMAT)
    return same and before.indexes.items() >= ways.items()


def _ways(plan: Plan, encoder: Encoder | None, derivations: Iterable[Derivation | FurtherDerivation]) -> dict[str, str]:
    """What the manifest says of how a generation was made: other ways ask for another one."""
    return {
        "derived": " ".join(getattr(one, "__name__", "") for one in derivations),
        "fields": str(FIELDS_FORMAT),
        "codes": CODES_FORMAT,
        "mappings": MAPPINGS_FORMAT,
        "encoder": encoder.id if encoder else "",
        "vector_format": VECTORS_FORMAT if encoder else "",
        **({"vector_index": plan.vector_index} if encoder else {}),
        **({"words": "milvus"} if plan.words else {}),
        "concept_vectors": "yes" if encoder and plan.concept_vectors else "no",
    }


def _make(
    plan: Plan,
    shelf: Shelf,
    before: GenerationManifest | None,
    work: Path,
    name: str,
    sequence: int,
    encoder: Encoder | None,
    ways: dict[str, str],
    step: Step,
    more: Sequence[Derivation],
    then: Sequence[FurtherDerivation],
) -> GenerationManifest:
    step("load")
    store, fresh, rest = _open(plan, shelf, before, work)
    try:
        changed = _apply(plan.data, store, rest)
        with ExitStack() as stack:
            concepts = None
            ordered: Snapshot | None = None
            if fresh and changed > MANY:
                # All that follows reads page by page or property by property, up to three times as fast from files in
                # order.
                store.optimize()
                changed = 0
                ordered = store.checkpoint(work / _ORDERED)
            if plan.processes > 1 and many(store):
                read = ordered or store.checkpoint(work / _ASSERTED)
                concepts = stack.enter_context(indexed_beside(read, work, plan.base))
            if plan.processes > 1 and then and ordered:
                then = (stack.enter_context(derived_beside(ordered, then, plan.base, work)),)
            step("derive")
            changed += store.derive(derived(store, plan.base, more, then))
            known = 0 if fresh or before is None else sum(before.counts.values())
            if changed > REARRANGE * known:
                # Before the indexes, not beside them: they are read twice as fast from files in order.
                step("optimize")
                store.optimize()
            arranged = store.checkpoint(work / "store")
            with ThreadPoolExecutor(1) as pool:
                # The engine counts in one thread while the indexes are made in others.
                counts = pool.submit(store.counts)
                step("indexes")
                report = _index(
                    plan, arranged, work, encoder, concepts, shelf.path(before.id) if before else None,
                    partial(step, "indexes"),
                )  # fmt: skip
                step("checksums")
                if plan.lexicon:
                    os.link(plan.lexicon, work / "lexicon")
                files = sum_files(work, without=_DRAFTS)
        states = store.states()
        totals = counts.result()
    finally:
        store.close()
        for draft in _DRAFTS:
            clear(work / draft)
    manifest = GenerationManifest(
        id=name, sequence=sequence, format=FORMAT, base=plan.base, store=plan.store, batches=plan.batches,
        counts=totals, states=states, indexes=report.manifest() | ways, published=plan.published, files=files,
    )  # fmt: skip
    (work / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    if plan.signing_key:
        sign(work / FILE, plan.signing_key)
    settle()
    return manifest


def _index(
    plan: Plan,
    snapshot: Snapshot,
    work: Path,
    encoder: Encoder | None,
    concepts: Counted | None,
    before: Path | None,
    told: Callable[[int, int], None],
) -> IndexReport:
    reader = STORES.load(snapshot.store).open(snapshot)
    try:
        cache = plan.data / "embeddings"
        return build_indexes(
            reader, work, encoder, cache,
            concept_vectors=plan.concept_vectors, vector_index=plan.vector_index, words=plan.words,
            snapshot=snapshot, processes=plan.processes, concepts=concepts, before=before, base=plan.base, told=told,
        )  # fmt: skip
    finally:
        reader.close()


def _open(plan: Plan, shelf: Shelf, before: GenerationManifest | None, work: Path) -> tuple[Store, bool, Sequence[str]]:
    """(store, whether it is empty, batches that it lacks)."""
    kind = STORES.load(plan.store)
    known = before.batches if before else ()
    usable = before and before.base == plan.base and before.store == plan.store and before.format == FORMAT
    if before and usable and plan.batches[: len(known)] == known:
        snapshot = Snapshot(store=plan.store, path=shelf.path(before.id) / "store")
        return kind.resume(snapshot, work / _DRAFT), False, plan.batches[len(known) :]
    return kind.create(work / _DRAFT), True, plan.batches


def _apply(data: Path, store: Store, names: Sequence[str]) -> int:
    """Apply the batches, checked first; returns how many statements they touch."""
    batches = [Batch(data / "batches" / name) for name in names]
    for batch in batches:
        batch.verify()
    store.apply_all(batches)
    changes = [change for batch in batches for change in batch.manifest.graphs]
    return sum(part.lines for change in changes for part in (*change.added, *change.removed))
