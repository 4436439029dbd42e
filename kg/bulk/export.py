"""Writes a generation out: to a file, to a bag, or block by block to whoever reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from kg.bulk.bag import BagWriter
from kg.bulk.dump import Dump, Form, compressed
from kg.bulk.release import ATTRIBUTION, FILE, ReleaseManifest, attribution, describe
from kg.bulk.selection import Selection, select
from kg.errors import ConfigError
from kg.generation.manifest import GenerationManifest, read_manifest
from kg.generation.signature import sign
from kg.model.ids import slug
from kg.store.base import STORES, Reader, Snapshot
from kg.store.batch import Batch
from kg.store.disk import storage, sync_folder

LABELS = "labels"
"""Folder of a bag's payload with the label tables, one a source: what the lexicon is made from."""
_BLOCK = 1 << 20


class Wanted(msgspec.Struct, frozen=True):
    """What to write out; without ``licences`` and ``graphs`` everything."""

    licences: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    form: Form = Form()


class Export:
    """One generation, ready to be written out once; ``opened`` makes it."""

    def __init__(self, reader: Reader, folder: Path, wanted: Wanted) -> None:
        self._reader = reader
        self._folder = folder
        self._wanted = wanted
        self.manifest: GenerationManifest = read_manifest(folder)
        self.selection: Selection = select(reader, self.manifest, licences=wanted.licences, graphs=wanted.graphs)

    def dump(self) -> Dump:
        """The dataset as a stream of bytes."""
        return Dump(self._reader, self.manifest.base, self.selection, self._wanted.form)

    def to_stream(self, out: IO[bytes]) -> ReleaseManifest:
        """Write the dataset to an open stream."""
        dump = self.dump()
        for block in dump:
            out.write(block)
        out.flush()
        return self._release(dump)

    def to_file(self, path: Path) -> ReleaseManifest:
        """Write the dataset to ``path``, whole or not at all.

        Raises ConfigError where there is something already, StorageFull, StoreError.
        """
        if path.exists():
            raise ConfigError(where=path, why="exists")
        work = path.with_name(f".{path.name}.{os.getpid()}.part")
        with storage(path):
            try:
                with work.open("xb") as stream:
                    release = self.to_stream(stream)
                    os.fsync(stream.fileno())
                work.rename(path)
                sync_folder(path.parent)
            finally:
                work.unlink(missing_ok=True)
        return release

    def to_bag(self, folder: Path, *, agent: str, key: Path | None = None) -> ReleaseManifest:
        """Write a bag: dataset, label tables, ``release.json``, ``ATTRIBUTION.md``; signed where there is a key.

        Raises ConfigError where there is something already or for a key that is none, StorageFull, StoreError.
        """
        dump = self.dump()
        with BagWriter(folder) as bag:
            bag.add(self._wanted.form.name, dump)
            for source, blocks in self._labels():
                bag.add(f"{LABELS}/{slug(source)}.tsv.gz", blocks)
            release = self._release(dump)
            bag.add(FILE, [msgspec.json.format(msgspec.json.encode(release), indent=1)])
            bag.add(ATTRIBUTION, [attribution(release).encode()])
            bag.info = {
                "Bag-Software-Agent": agent,
                "External-Identifier": release.generation,
                "External-Description": f"medkg knowledge graph, generation {release.generation}, {release.base}",
                # When the generation was published, so that the same content gives the same bag.
                "Bagging-Date": release.published[:10],
            }
            manifest = bag.seal()
            if key is not None:
                sign(manifest, key)
        return release

    def _release(self, dump: Dump) -> ReleaseManifest:
        return describe(self.manifest, self.selection, self._wanted.form, dump.suppressed)

    def _labels(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(source, label table) of the sources that the dump holds, those of batches that are still there."""
        chosen = {graph.graph for graph in self.selection.graphs}
        newest: dict[str, Batch] = {}
        for name in self.manifest.batches:
            folder = self._folder.parent.parent / "batches" / name
            if folder.is_dir():
                batch = Batch(folder)
                newest[batch.manifest.source] = batch
        for _, batch in sorted(newest.items()):
            if any(change.graph in chosen for change in batch.manifest.graphs):
                for side in batch.manifest.sides:
                    yield _source(batch, side.name), compressed(_read(batch.file(side)))


def _source(batch: Batch, name: str) -> str:
    """Whose labels a side table holds: a restored batch has one of each source, named for it."""
    head, _, rest = name.removesuffix(".tsv").partition("/")
    return rest if head == LABELS and rest else batch.manifest.source


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


@contextmanager
def opened(folder: Path, wanted: Wanted) -> Iterator[Export]:
    """The generation in ``folder`` for writing out; raises IntegrityError, UnknownGraph, UnknownName."""
    manifest = read_manifest(folder)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        yield Export(reader, folder, wanted)
    finally:
        reader.close()
