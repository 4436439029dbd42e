"""A dump becomes a batch again: the first of a new data folder.

What publishing derives is left out and derived anew; the state of each graph and which ones stay out of the
default graph are taken from ``mkg:stateGraph``. A graph whose state is not told gets one from its content.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import msgspec

from kg.bulk.annotations import WebAnnotations
from kg.bulk.bag import PAYLOAD, flaws, is_bag
from kg.bulk.export import LABELS
from kg.bulk.reading import is_dump, read_quads
from kg.bulk.release import FILE, ReleaseManifest
from kg.errors import ConfigError, InputError, IntegrityError
from kg.model.batch import BatchManifest, GraphChange, Part
from kg.model.ids import digest
from kg.model.terms import Statement, iri, quad
from kg.store.batch import MANIFEST
from kg.store.disk import storage, sync_folder
from kg.store.state import DERIVED_GRAPH, STATE_GRAPH, Ledger, read_ledger

SOURCE = "restored"
_LONGEST_LABELS = 1 << 32
"""Bytes of one unpacked label table."""


class Source(msgspec.Struct, frozen=True):
    """What to restore from. ``release`` is None and ``labels`` empty for a bare file."""

    dataset: Path
    base: str
    labels: tuple[Path, ...] = ()
    release: ReleaseManifest | None = None


Labels = Callable[[Iterator[Statement], str], Iterator[str]]
"""The label table of one terminology graph, line by line, from its statements and the name of its source."""


def find_source(path: Path, base: str) -> Source:
    """A bag, checked, or a bare dump; own IRIs start with ``base``.

    Raises IntegrityError naming the first file that is not what the bag says, InputError for what is neither,
    ConfigError for a bag of another base.
    """
    if not path.is_dir():
        if not path.is_file():
            raise InputError(path=path, position="", why="missing-file")
        return Source(path, base)
    if not is_bag(path):
        raise InputError(path=path, position="", why="no-bag")
    for flaw in flaws(path):
        raise IntegrityError(path=path, reason=flaw)
    payload = path / PAYLOAD
    datasets = [file for file in sorted(payload.iterdir()) if is_dump(file)]
    try:
        release = msgspec.json.decode((payload / FILE).read_bytes(), type=ReleaseManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=payload / FILE, reason=str(error)) from error
    if len(datasets) != 1:
        raise IntegrityError(path=payload, reason=f"{len(datasets)} dumps, not one")
    if release.base != base:
        raise ConfigError(where=path, why="other-base", base=base, found=release.base)
    return Source(datasets[0], release.base, tuple(sorted((payload / LABELS).glob("*.tsv.gz"))), release)


def write_batch(source: Source, data: Path, labels: Labels) -> BatchManifest:
    """Write the batch for ``source`` below ``data/batches``, whole or not at all.

    ``labels`` makes the label tables where the source brings none.

    Raises InputError and TruncatedInput for a dump that cannot be read, ConfigError for one of another base,
    IntegrityError where it holds less or more than its release says, StorageFull, StoreError.
    """
    work = data / "batches" / f".{SOURCE}.{os.getpid()}"
    with storage(work):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            manifest = _write(source, work, labels)
            (work / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
            for file in work.rglob("*"):
                if file.is_file():
                    with file.open("rb") as stream:
                        os.fsync(stream.fileno())
            target = data / "batches" / manifest.id
            shutil.rmtree(target, ignore_errors=True)
            work.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return manifest


def _write(source: Source, work: Path, labels: Labels) -> BatchManifest:
    graphs = _Graphs(work)
    mentions = WebAnnotations(source.base)
    states: list[Statement] = []
    read = 0
    try:
        for graph, row in read_quads(source.dataset):
            if graph == STATE_GRAPH:
                states.append(row)
                continue
            read += 1
            if graph != DERIVED_GRAPH and (whole := mentions.contract(row)) is not None:
                graphs.add(graph, whole)
    finally:
        graphs.close()
    _check(source, graphs.names(), read)
    ledger = read_ledger(states)
    changes = tuple(_change(work, graph, name, ledger) for graph, name in graphs.names().items())
    release = source.release.generation if source.release else ""
    if source.labels:
        sides = tuple(_unpack(path, work) for path in source.labels)
    else:
        sides = tuple(_stated(graphs.names(), source.base, work, labels))
    manifest = BatchManifest(id="", source=SOURCE, release=release, licence="", graphs=changes, sides=sides)
    mark = digest(msgspec.json.encode(manifest, order="sorted").decode())
    return msgspec.structs.replace(manifest, id=f"{SOURCE}-{mark[:12]}")


def _check(source: Source, graphs: dict[str, str], read: int) -> None:
    if not graphs:
        raise InputError(path=source.dataset, position="", why="empty-file")
    if not any(graph.startswith(source.base) for graph in graphs):
        raise ConfigError(where=source.dataset, why="other-base", base=source.base, found=next(iter(graphs)))
    release = source.release
    if release is not None and not release.form.web_annotations and read != release.statements:
        raise IntegrityError(path=source.dataset, reason=f"{read} statements, its release says {release.statements}")


class _Graphs:
    """One file a graph. A dump goes graph by graph, so the one that is open is nearly always the right one."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._names: dict[str, str] = {}
        self._graph = ""
        self._stream: BinaryIO | None = None

    def add(self, graph: str, row: Statement) -> None:
        if graph != self._graph or self._stream is None:
            self.close()
            name = self._names.setdefault(graph, f"graph-{len(self._names):04d}.nq")
            self._stream = (self._work / name).open("ab")
            self._graph = graph
        self._stream.write(quad(row, iri(graph)).encode())

    def names(self) -> dict[str, str]:
        """graph -> name of its file, sorted."""
        return dict(sorted(self._names.items()))

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _change(work: Path, graph: str, name: str, ledger: Ledger) -> GraphChange:
    part = _part(work, name)
    return GraphChange(
        graph=graph, mode="replace", added=(part,), state=ledger.states.get(graph, part.digest),
        default=graph not in ledger.apart,
    )  # fmt: skip


def _stated(graphs: dict[str, str], base: str, work: Path, labels: Labels) -> Iterator[Part]:
    """Label tables of the terminologies, made from what their graphs state."""
    start = f"{base}graph/terminology/"
    for graph, file in graphs.items():
        name = graph.removeprefix(start).split("/")[0]
        if not graph.startswith(start) or not name:
            continue
        target = work / LABELS / f"{name}.tsv"
        target.parent.mkdir(exist_ok=True)
        tail = f" {iri(graph)} .\n"
        with (work / file).open(encoding="utf-8", newline="\n") as lines, target.open("w", encoding="utf-8") as out:
            out.writelines(labels((Statement(line.removesuffix(tail)) for line in lines), unquote(name)))
        yield _part(work, f"{LABELS}/{target.name}")


def _unpack(path: Path, work: Path) -> Part:
    """A label table of the bag as a side table of the batch."""
    name = f"{LABELS}/{path.name.removesuffix('.gz')}"
    target = work / name
    target.parent.mkdir(exist_ok=True)
    try:
        with gzip.open(path) as stream, target.open("wb") as out:
            for block in _limited(stream, path):
                out.write(block)
    except (EOFError, gzip.BadGzipFile) as error:
        raise IntegrityError(path=path, reason=str(error)) from error
    return _part(work, name)


def _limited(stream: gzip.GzipFile, path: Path) -> Iterator[bytes]:
    size = 0
    while block := stream.read(1 << 20):
        size += len(block)
        if size > _LONGEST_LABELS:
            raise IntegrityError(path=path, reason=f"more than {_LONGEST_LABELS} bytes")
        yield block


def _part(work: Path, name: str) -> Part:
    path = work / name
    mark, lines, size = hashlib.sha256(), 0, 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            mark.update(block)
            lines += block.count(b"\n")
            size += len(block)
    return Part(name=name, digest=mark.hexdigest(), size=size, lines=lines)
