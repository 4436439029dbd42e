"""From finished units to one batch: what changed since the journal last saw each record.

The first batch of a graph, and a new release under another graph name, replaces the graph; later
ones are patches made record by record. Two records of a graph may state the same quad (two
articles name one journal), so a quad is removed only when no remaining record states it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ingest.corrections.settling import TABLE
from ingest.journal import Block, GraphState, InputState, Journal
from ingest.lineage.index import Entry, InputFile, Origin, write_index
from ingest.parts import APART, SLOTS, Slot, entries
from ingest.replacement import Edition, told
from ingest.unit import LABELS, SCHEMA, Unit, UnitReport
from kg.generation.replacement import Replacement
from kg.model.batch import BatchManifest, GraphChange, Part
from kg.model.ids import digest
from kg.store.batch import MANIFEST
from kg.store.disk import storage, sync_folder


class _Located(msgspec.Struct, frozen=True, gc=False):
    digest: str
    path: Path
    offset: int
    length: int


class _Change(msgspec.Struct, frozen=True):
    """A graph change together with what the journal must learn from it."""

    change: GraphChange
    slot: Slot
    blocks: tuple[tuple[str, str, int, int, str, str], ...]
    """(key, digest, offset, length, file name in the batch, id of the unit)."""
    gone: tuple[str, ...] = ()
    dropped: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one input: the batch that was made (None: nothing changed), the counts, and, where the release of
    a terminology took the place of another, what it changed."""

    name: str
    batch: str | None
    read: int
    stored: int
    rejected: int
    replaced: int
    quads: int
    fatal: bool = False
    changes: Replacement | None = None

    def counts(self) -> dict[str, int]:
        """What the journal keeps for a build that finds nothing new."""
        return {"read": self.read, "stored": self.stored, "rejected": self.rejected, "replaced": self.replaced}


def unchanged(units: list[Unit], before: Mapping[str, InputState]) -> Outcome | None:
    """The counts of the last build of this input, when it was made from the very same units."""
    spec = units[0].spec
    known = before.get(spec.name)
    if known is None or known.units != tuple(unit.id for unit in units) or known.release != spec.release:
        return None
    counts = known.counts
    return Outcome(
        name=spec.name, batch=None, quads=0, read=counts["read"], stored=counts["stored"],
        rejected=counts["rejected"], replaced=counts["replaced"],
    )  # fmt: skip


def refused(reports: Iterable[UnitReport]) -> bool:
    """Whether an input gave nothing but damage: what stood before it stays as it was."""
    found = list(reports)
    return any(report.fatal for report in found) and all(report.read == report.rejected for report in found)


class Assembler:
    """Writes batch folders below ``data/batches`` and commits them to the journal."""

    def __init__(self, data: Path, journal: Journal) -> None:
        self._data = data
        self._journal = journal

    def assemble(self, units: list[Unit], reports: list[UnitReport], pipeline: str) -> Outcome:
        """One batch for the units of one input, in their order; raises StorageFull, StoreError."""
        spec = units[0].spec
        work = self._data / "batches" / f".{spec.name}.{os.getpid()}"
        with storage(work):
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            try:
                return self._assemble(units, reports, pipeline, work)
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def _assemble(self, units: list[Unit], reports: list[UnitReport], pipeline: str, work: Path) -> Outcome:
        spec = units[0].spec
        read, rejected = sum(r.read for r in reports), sum(r.rejected for r in reports)
        if refused(reports) and spec.name in self._journal.inputs():
            return Outcome(spec.name, None, read, stored=0, rejected=rejected, replaced=0, quads=0, fatal=True)
        replaced = quads = 0
        changes: list[_Change] = []
        change: Replacement | None = None
        for slot in SLOTS:
            records, again = _newest(units, slot)
            if slot == "main":
                replaced = again
                change = self._replacement(units[0], records)
            made = self._change(units[0], slot, records, work)
            if made:
                changes.append(made)
                quads += sum(part.lines for part in made.change.added)
        labels = _labels(units, work)
        corrected = _joined(units, TABLE, work)
        known = self._journal.inputs().get(spec.name)
        files = tuple((unit.raw.path.name, unit.raw.digest) for unit in units)
        outcome = Outcome(
            name=spec.name, batch=None, read=read, stored=read - rejected - replaced, rejected=rejected,
            replaced=replaced, quads=quads, fatal=any(report.fatal for report in reports),
            changes=change,
        )  # fmt: skip
        state = InputState(
            release=spec.release,
            labels=known.labels if known else "",
            files=files,
            units=tuple(unit.id for unit in units),
            counts=outcome.counts(),
            corrections=known.corrections if known else "",
            linked=_linked(units[0]),
        )
        # Names are withheld without a statement of the source changing: a concept that curators retired has none.
        renamed = known is not None and _digest_of(self._data, known.labels) != (labels.digest if labels else "")
        if not changes and not renamed and known and known.release == spec.release:
            self._journal.remember(spec.name, state)
            return outcome
        manifest = BatchManifest(
            id="",
            source=spec.name,
            release=spec.version,
            licence=spec.licence,
            graphs=tuple(graph for made in changes for graph in _graphs(made)),
            inputs=files,
            pipeline=pipeline,
            counts=_counts(reports),
            rejects=rejected,
            sides=(labels,) if labels else (),
        )  # fmt: skip
        mark = digest(msgspec.json.encode(manifest, order="sorted").decode())
        manifest = msgspec.structs.replace(manifest, id=self._journal.unused(f"{spec.name}-{mark[:12]}"))
        write_index(work, _origin(units, pipeline), _index(changes, units))
        self._finish(work, manifest)
        folder = f"batches/{manifest.id}"
        state = msgspec.structs.replace(
            state,
            labels=f"{folder}/{labels.name}" if labels else "",
            corrections=f"{folder}/{corrected.name}" if corrected else "",
        )
        self._journal.commit(
            manifest.id,
            spec.name,
            state,
            [(made.slot, GraphState(made.change.graph, made.change.state)) for made in changes],
            [made.dropped for made in changes if made.dropped],
            (
                (made.change.graph, Block(key, mark, f"{folder}/{name}", offset, length))
                for made in changes
                for key, mark, offset, length, name, _ in made.blocks
            ),
            [(made.change.graph, key) for made in changes for key in made.gone],
        )
        return msgspec.structs.replace(outcome, batch=manifest.id)

    def _replacement(self, unit: Unit, records: dict[str, _Located]) -> Replacement | None:
        """What a release of a terminology changes in the one that it takes the place of."""
        spec, graph = unit.spec, unit.graph("main")
        before, known = self._journal.graph(spec.name, "main"), self._journal.inputs().get(spec.name)
        if spec.kind != "terminology" or before is None or known is None or before.graph == graph:
            return None
        old = (
            (block.key, _Located(block.digest, self._data / block.file, block.offset, block.length))
            for block in self._journal.blocks(before.graph)
        )
        earlier = Edition(known.release.version, before.graph, old)
        return told(spec.name, earlier, Edition(spec.version, graph, sorted(records.items())), unit.base, self._data)

    def _finish(self, work: Path, manifest: BatchManifest) -> None:
        target = self._data / "batches" / manifest.id
        (work / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        for file in work.iterdir():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
        sync_folder(target.parent)

    def _change(self, unit: Unit, slot: Slot, records: dict[str, _Located], work: Path) -> _Change | None:
        graph = unit.graph(slot)
        state = _state(records)
        before = self._journal.graph(unit.spec.name, slot)
        if before is None and not records:
            return None
        if before is None or before.graph != graph:
            return _replace(graph, slot, state, records, work, dropped=before.graph if before else "")
        if before.state == state:
            return None
        return self._patch(graph, slot, before.state, state, records, work)

    def _patch(
        self, graph: str, slot: Slot, base: str, state: str, records: dict[str, _Located], work: Path
    ) -> _Change:
        old = {block.key: block for block in self._journal.blocks(graph)}
        changed = [key for key, found in records.items() if key not in old or old[key].digest != found.digest]
        gone = tuple(key for key in old if key not in records)
        stale = set(self._old_lines(old[key] for key in [*changed, *gone] if key in old))
        fresh: set[bytes] = set()
        name = f"{slot}-blocks.nq"
        blocks = []
        with (work / name).open("wb") as out:
            for key in changed:
                block = _read(records[key].path, records[key].offset, records[key].length)
                unit = records[key].path.parent.name
                blocks.append((key, records[key].digest, out.tell(), len(block), name, unit))
                out.write(block)
                fresh.update(block.splitlines(keepends=True))
        touched = stale | fresh
        skip = {*changed, *gone}
        kept = {line for line in self._old_lines(b for k, b in old.items() if k not in skip) if line in touched}
        removed = _write(work, f"{slot}-removed.nq", sorted(stale - fresh - kept))
        added = _write(work, f"{slot}-added.nq", sorted(fresh - stale - kept))
        change = GraphChange(
            graph=graph, mode="patch", added=(added,), removed=(removed,), base=base, state=state,
            default=slot not in APART,
        )  # fmt: skip
        return _Change(change=change, slot=slot, blocks=tuple(blocks), gone=gone)

    def _old_lines(self, blocks: Iterable[Block]) -> Iterator[bytes]:
        for block in blocks:
            yield from _read(self._data / block.file, block.offset, block.length).splitlines(keepends=True)


def _newest(units: list[Unit], slot: Slot) -> tuple[dict[str, _Located], int]:
    """The last version of every record, and how many were superseded by a later one of the same key."""
    records: dict[str, _Located] = {}
    superseded = 0
    for unit in units:
        path = unit.folder / f"{slot}.nq"
        for entry in entries(unit.folder, slot):
            superseded += records.pop(entry.key, None) is not None
            if entry.length:
                records[entry.key] = _Located(entry.digest, path, entry.offset, entry.length)
    return records, superseded


def _state(records: dict[str, _Located]) -> str:
    state = hashlib.sha256()
    for key in sorted(records):
        state.update(f"{key}\0{records[key].digest}\n".encode())
    return state.hexdigest()


def _replace(graph: str, slot: Slot, state: str, records: dict[str, _Located], work: Path, *, dropped: str) -> _Change:
    """The whole graph, one part a unit; files are linked where nothing in them was superseded."""
    by_path: dict[Path, list[tuple[str, _Located]]] = {}
    for key, found in records.items():
        by_path.setdefault(found.path, []).append((key, found))
    parts, blocks = [], []
    for number, (path, rows) in enumerate(by_path.items()):
        name, unit = f"{slot}-{number:04d}.nq", path.parent.name
        rows.sort(key=lambda row: row[1].offset)
        if sum(found.length for _, found in rows) == path.stat().st_size:
            os.link(path, work / name)
        else:
            with (work / name).open("wb") as out, path.open("rb") as source:
                for start, end in _stretches(found for _, found in rows):
                    source.seek(start)
                    while start < end and (block := source.read(min(1 << 20, end - start))):
                        out.write(block)
                        start += len(block)
        offset = 0
        for key, found in rows:
            blocks.append((key, found.digest, offset, found.length, name, unit))
            offset += found.length
        parts.append(_describe(work / name))
    change = GraphChange(graph=graph, mode="replace", added=tuple(parts), state=state, default=slot not in APART)
    return _Change(change=change, slot=slot, blocks=tuple(blocks), dropped=dropped)


def _stretches(rows: Iterable[_Located]) -> Iterator[tuple[int, int]]:
    """Where records follow each other: start and end of each stretch, in the order of ``rows``, which are sorted. Few
    records are superseded, so copying one after the other would take as long as writing them."""
    start = end = 0
    for row in rows:
        if row.offset != end:
            if end > start:
                yield start, end
            start = row.offset
        end = row.offset + row.length
    if end > start:
        yield start, end


def _origin(units: list[Unit], pipeline: str) -> Origin:
    """How the units were read. Where a file lies is known on this machine, and only for as long as it stays there."""
    files = tuple(InputFile(str(raw.path.absolute()), raw.digest, raw.size) for raw in (unit.raw for unit in units))
    return Origin(spec=units[0].spec, base=units[0].base, rules=SCHEMA, linking=pipeline, files=files)


def _index(changes: list[_Change], units: list[Unit]) -> Iterator[Entry]:
    """Every record that the changes set or take out of its graph."""
    numbers = {unit.id: number for number, unit in enumerate(units)}
    for made in changes:
        graph = made.change.graph
        for key, mark, offset, length, name, unit in made.blocks:
            yield Entry(graph, key, mark, name, offset, length, numbers[unit])
        for key in made.gone:
            yield Entry(graph, key, "", "", 0, 0, 0)


def _graphs(made: _Change) -> list[GraphChange]:
    """The change itself, after an emptying of the graph of the release that it replaces."""
    if not made.dropped:
        return [made.change]
    emptied = GraphChange(graph=made.dropped, mode="replace", added=(), state="dropped", default=made.change.default)
    return [emptied, made.change]


def _counts(reports: list[UnitReport]) -> dict[str, int]:
    """Records stored by kind, over all units."""
    counts: dict[str, int] = {}
    for report in reports:
        for kind, number in report.kinds.items():
            counts[kind] = counts.get(kind, 0) + number
    return dict(sorted(counts.items()))


def _linked(unit: Unit) -> tuple[str, str]:
    """The names of the files that texts were linked with."""
    return unit.lexicon.name if unit.lexicon else "", unit.corrections.name if unit.corrections else ""


def _labels(units: list[Unit], work: Path) -> Part | None:
    made = _joined(units, LABELS, work)
    return _describe(made) if made else None


def _joined(units: list[Unit], name: str, work: Path) -> Path | None:
    """A side table of all units as one file of the batch."""
    paths = [path for unit in units if (path := unit.folder / name).is_file()]
    if not paths:
        return None
    with (work / name).open("wb") as out:
        for path in paths:
            with path.open("rb") as source:
                shutil.copyfileobj(source, out)
    return work / name


def _digest_of(data: Path, name: str) -> str:
    """The digest of a file that the journal names, empty for none."""
    return _describe(data / name).digest if name and (data / name).is_file() else ""


def _read(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(offset)
        return stream.read(length)


def _write(folder: Path, name: str, lines: list[bytes]) -> Part:
    (folder / name).write_bytes(b"".join(lines))
    return _describe(folder / name)


def _describe(path: Path) -> Part:
    state = hashlib.sha256()
    size = lines = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            state.update(block)
            size += len(block)
            lines += block.count(b"\n")
    return Part(name=path.name, digest=state.hexdigest(), size=size, lines=lines)
