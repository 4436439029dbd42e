"""A generation in a second engine, for the analytics lane: made from the same batches, with what was materialised.

``data/analytics/<generation>/`` says where the engine holds it. The generation that is served stays the
embedded one; without the engine everything is answered as before, only slower.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import StoreError, UnknownGeneration
from kg.generation.pointer import Shelf
from kg.store.base import STORES, Snapshot
from kg.store.batch import Batch
from kg.store.disk import storage
from kg.store.state import DERIVED_GRAPH

if TYPE_CHECKING:
    from kg.store.remote import RemoteReader

_FOLDER = "analytics"
_KIND = "remote"


def find_copy(data: Path, name: str) -> Snapshot | None:
    """Where the second engine holds a generation; None where nobody put it there."""
    path = data / _FOLDER / name
    return Snapshot(_KIND, path) if path.is_dir() else None


def open_copy(snapshot: Snapshot) -> RemoteReader:
    """That generation there; raises UnknownGeneration when the engine has it no longer, StoreError."""
    # Most installations talk to no engine: they never load its client.
    from kg.store.remote import Remote

    return Remote.open(snapshot)


def make_copy(data: Path, name: str) -> Snapshot:
    """Put a generation into the engine of the kind ``remote``, unless it is there.

    The counts of every graph are compared before it may be used. Raises StoreError, IntegrityError for a
    damaged batch, UnknownGeneration.
    """
    from kg.store.remote import Remote

    shelf = Shelf(data)
    manifest = shelf.manifest(shelf.find(name))
    known = find_copy(data, manifest.id)
    if known is not None and _held(known):
        return known
    target, draft = data / _FOLDER / manifest.id, data / _FOLDER / f".{manifest.id}"
    with storage(target):
        for left in (target, draft, *_others(data, shelf)):
            shutil.rmtree(left, ignore_errors=True)
        draft.parent.mkdir(exist_ok=True)
    batches = [Batch(data / "batches" / batch) for batch in manifest.batches]
    for batch in batches:
        batch.verify()
    own = STORES.load(manifest.store).open(Snapshot(manifest.store, shelf.path(manifest.id) / "store"))
    store = Remote.create(draft)
    try:
        store.apply_all(batches)
        store.derive(own.statements(DERIVED_GRAPH))
        found = store.counts()
        if found != manifest.counts:
            odd = sorted(dict(found.items() ^ manifest.counts.items()))
            raise StoreError(path=draft, reason=f"other numbers of statements in {', '.join(odd[:5])}")
        return store.checkpoint(target)
    finally:
        store.close()
        own.close()
        shutil.rmtree(draft, ignore_errors=True)


def _held(snapshot: Snapshot) -> bool:
    """Whether the engine still has it."""
    try:
        open_copy(snapshot).close()
    except UnknownGeneration:
        return False
    return True


def _others(data: Path, shelf: Shelf) -> list[Path]:
    """Notes on generations that are no longer kept, and what was left by a kill."""
    folder = data / _FOLDER
    return [path for path in folder.iterdir() if path.name not in shelf.ids()] if folder.is_dir() else []
