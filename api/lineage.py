"""Where a quad comes from: its source, the records that state it, the job that read them, or how it was derived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from ingest.lineage.trail import Stating, Trace, Trail
from ingest.provenance import Described, read_provenance
from kg.bulk.selection import provenance_graph
from kg.errors import IntegrityError, NotStated
from kg.generation.manifest import GenerationManifest
from kg.generation.methods import DERIVED, grounds, method_of
from kg.model.ids import Ids
from kg.model.terms import iri
from kg.query.quads import Pattern, Quad, matching
from kg.query.records import LabelPair
from kg.store.base import Reader
from kg.workflow.jobs import Job

MOST_RECORDS = 10
"""Records of one quad: the title of a journal stands in every article of it."""

Told = Literal["records", "derived", "described", "not-indexed", "not-here"]


class SourceFile(msgspec.Struct, frozen=True):
    """A file as it was read; ``sha256`` is that of its bytes as they lay there."""

    name: str
    sha256: str


class SourceRecord(msgspec.Struct, frozen=True):
    """What the provenance graph says of a named graph; a licence that nobody stated is ``unknown``."""

    label: LabelPair
    version: str
    licence: str
    home: str
    illustrative: bool
    files: tuple[SourceFile, ...]


class LineageJob(msgspec.Struct, frozen=True):
    """The job that made a batch; ``medkg`` is the version that ran, empty where the job is older than this field."""

    id: int
    kind: str
    state: str
    started: str
    ended: str
    medkg: str


class RawRecord(msgspec.Struct, frozen=True):
    """A record in its file. ``state``: ``found``; ``file`` (somewhere in the file: it does not stand apart there, or
    the file is too long to look); ``file-gone``; ``file-changed``; ``reads-otherwise`` (read today it gives other
    statements); ``unreadable``, ``too-slow``.

    ``offset`` and ``length`` are in bytes, of the decompressed file where it is ``compressed``. Where what is found
    has no ``text``, ``withheld`` says why: ``licence``, ``small-counts``, ``too-long``, ``not-text``.
    """

    state: str
    offset: int | None = None
    length: int | None = None
    compressed: bool = False
    encoding: str = ""
    text: str | None = None
    withheld: str = ""


class LineageRecord(msgspec.Struct, frozen=True):
    """A record that states a quad: ``key`` in its source, the ``file`` it came in, the plug-in (``format``) and the
    version of its ``rules``, ``linking`` of mentions (empty for none). In the ``batch`` its quads are ``length``
    bytes at ``offset`` of ``part``. ``job`` is None where no job tells of the batch, ``raw`` unless asked for."""

    key: str
    file: SourceFile
    format: str
    rules: str
    linking: str
    batch: str
    part: str
    offset: int
    length: int
    job: LineageJob | None
    raw: RawRecord | None = None


class QuadRecord(msgspec.Struct, frozen=True):
    """A quad in N-Triples terms."""

    subject: str
    predicate: str
    object: str
    graph: str


class DerivedRecord(msgspec.Struct, frozen=True):
    """How publishing derived a statement: ``method`` with its version, and the first statements that it rests on, as
    far as statements tell; ``more`` where there are others."""

    method: str
    rests_on: tuple[str, ...]
    statements: tuple[QuadRecord, ...]
    more: bool


class LineageQuad(msgspec.Struct, frozen=True):
    """Where a quad comes from. ``told``: by ``records``; ``derived``; ``described`` (what building says of a graph);
    ``not-indexed`` (its ``batches`` do not tell of records: they were restored, or made by an older version);
    ``not-here`` (the generation is served without the batches it was made from)."""

    quad: QuadRecord
    told: Told
    source: SourceRecord | None
    records: tuple[LineageRecord, ...] = ()
    more_records: bool = False
    batches: tuple[str, ...] = ()
    derived: DerivedRecord | None = None


class Traced(msgspec.Struct, frozen=True):
    """A quad with what its records need to be read again."""

    shown: LineageQuad
    stating: tuple[Stating, ...]
    described: Described | None


@lru_cache(maxsize=8)
def _trail(data: Path, batches: tuple[str, ...], base: str) -> Trail:
    return Trail(data, batches, base)


class Lineage:
    """The lineage of one generation; ``job_of`` finds the job that made a batch."""

    def __init__(
        self, reader: Reader, manifest: GenerationManifest, data: Path, job_of: Callable[[str], Job | None]
    ) -> None:
        self._reader = reader
        self._ids = Ids(manifest.base)
        self._provenance = provenance_graph(manifest.base)
        self._trail = _trail(data, manifest.batches, manifest.base)
        self._job_of = cache(job_of)

    def trace(self, quads: Sequence[Quad]) -> list[Traced]:
        """Where quads of the generation come from; raises IntegrityError for batches that are damaged."""
        asserted = [quad for quad in quads if quad.graph != DERIVED]
        here = self._trail.here
        asked = [(quad.statement, quad.graph[1:-1]) for quad in asserted]
        traces = dict(zip(asserted, self._trail.traces(asked, MOST_RECORDS) if here else [], strict=here))
        return [
            self._asserted(quad, traces.get(quad))
            if quad.graph != DERIVED
            else Traced(LineageQuad(_shown(quad), "derived", None, derived=self._derived(quad)), (), None)
            for quad in quads
        ]

    def _asserted(self, quad: Quad, found: Trace | None) -> Traced:
        described = self._described(quad)
        source = _source(described) if described else None
        if found is None:
            return Traced(LineageQuad(_shown(quad), "not-here", source), (), described)
        if found.records:
            records = tuple(self._record(stating) for stating in found.records)
            return Traced(LineageQuad(_shown(quad), "records", source, records, found.more), found.records, described)
        if not found.unindexed:
            raise IntegrityError(path="batches", reason="no record states a quad of the generation")
        told: Told = "described" if quad.graph == iri(self._provenance) else "not-indexed"
        batches = tuple(batch.id for batch in found.batches)
        return Traced(LineageQuad(_shown(quad), told, source, batches=batches), (), described)

    def source_of(self, stating: Stating) -> Stating | None:
        """The record that stands in a file (``Trail.source``)."""
        return self._trail.source(stating)

    def _described(self, quad: Quad) -> Described | None:
        graph = iri(self._provenance)
        rows = [f"{quad.graph} {name} {value} {graph} ." for name, value in self._reader.about(quad.graph)]
        return read_provenance(rows, self._provenance).get(quad.graph[1:-1])

    def _derived(self, quad: Quad) -> DerivedRecord:
        method = method_of(quad)
        statements, more = grounds(self._reader, quad)
        return DerivedRecord(
            method.name, tuple(self._ids.curie(name[1:-1]) for name in method.rests),
            tuple(_shown(found) for found in statements), more,
        )  # fmt: skip

    def _record(self, stating: Stating) -> LineageRecord:
        entry, origin = stating.entry, stating.origin
        file = origin.files[entry.file]
        job = self._job_of(stating.batch.id)
        return LineageRecord(
            key=entry.key, file=SourceFile(Path(file.path).name, file.digest), format=origin.spec.format,
            rules=origin.rules, linking=origin.linking, batch=stating.batch.id, part=entry.part, offset=entry.offset,
            length=entry.length, job=_job(job) if job else None,
        )  # fmt: skip


def traced(lineage: Lineage, reader: Reader, pattern: Pattern, limit: int, start: int = 0) -> tuple[list[Traced], bool]:
    """``limit`` quads from ``start`` on with their lineage, and whether there are more; raises NotStated for none."""
    quads, more = matching(reader, pattern, limit, start)
    if not quads and not start:
        raise NotStated
    return lineage.trace(quads), more


def _shown(quad: Quad) -> QuadRecord:
    return QuadRecord(quad.subject, quad.predicate, quad.object, quad.graph)


def _source(found: Described) -> SourceRecord:
    release = found.release
    return SourceRecord(
        LabelPair(release.title.get("zh"), release.title.get("en")), release.version, release.licence, release.home,
        release.illustrative, tuple(SourceFile(name, digest) for name, digest in found.files),
    )  # fmt: skip


def _job(job: Job) -> LineageJob:
    return LineageJob(job.id, job.kind, job.state, job.started, job.ended, str(job.result.get("medkg", "")))
