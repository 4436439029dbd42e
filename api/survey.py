"""The quality list over a whole generation, in a process of its own where the service is asked: it takes seconds.

``python -m api.survey`` reads what is asked from stdin and writes the survey, both JSON.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from pathlib import Path

import msgspec

import api
from api import wiring
from api.engine import use_engine
from api.settings import Settings
from kg.errors import MedkgError, Overloaded
from kg.model.finding import FindingRecord, Severity
from kg.model.ids import Ids
from kg.store.base import STORES, Snapshot
from ontology.curation.current import HeldConcepts
from ontology.curation.graph import every_concept
from ontology.curation.survey import Survey, SystemCover, survey

KEPT = 4
"""Generations whose survey is kept."""
WAITING = 8
"""Requests that may wait for one that is not made yet."""
SAMPLES = 100


class QualityRow(msgspec.Struct, frozen=True):
    """How often a finding was found, by terminology, with samples."""

    code: str
    severity: Severity
    count: int
    systems: dict[str, int]
    samples: tuple[FindingRecord, ...]


class QualityReport(msgspec.Struct, frozen=True):
    """Findings of one generation, errors first, and what each terminology covers."""

    generation: str
    concepts: int
    errors: int
    warnings: int
    rows: tuple[QualityRow, ...]
    systems: tuple[SystemCover, ...]


class Order(msgspec.Struct, frozen=True):
    """What the process is asked."""

    settings: Settings
    generation: str


def surveyed(settings: Settings, generation: str) -> Survey:
    """Read and looked through here and now; raises UnknownGeneration, IntegrityError."""
    use_engine(settings)
    shelf = wiring.shelf(settings)
    manifest, folder = shelf.manifest(generation), shelf.path(generation)
    reader = STORES.load(manifest.store).open(Snapshot(store=manifest.store, path=folder / "store"))
    try:
        held = HeldConcepts(every_concept(reader, Ids(manifest.base)))
    finally:
        reader.close()
    return survey(held, SAMPLES)


def report(found: Survey, generation: str, samples: int, code: str | None = None) -> QualityReport:
    """As people are shown it; of one code only where one is given."""
    rows = [one for one in found.counts if code in (None, one.code)]
    shown = [
        QualityRow(one.code, one.severity, one.count, one.systems, tuple(it.record() for it in one.samples[:samples]))
        for one in rows
    ]
    return QualityReport(generation, found.concepts, found.errors, found.warnings, tuple(shown), found.systems)


class Surveys:
    """Makes one at a time, and keeps those of the last generations that were asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: OrderedDict[str, Survey] = OrderedDict()
        self._making = asyncio.Lock()
        self._waiting = 0

    async def get(self, generation: str) -> Survey:
        """Raises Overloaded, and MedkgError where it cannot be made."""
        if generation not in self._kept:
            if self._waiting >= WAITING:
                raise Overloaded
            self._waiting += 1
            try:
                async with self._making:
                    if generation not in self._kept:
                        self._kept[generation] = await self._made(generation)
            finally:
                self._waiting -= 1
        self._kept.move_to_end(generation)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[generation]

    async def _made(self, generation: str) -> Survey:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.survey", cwd=Path(api.__file__).resolve().parent.parent,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            output, _ = await process.communicate(msgspec.json.encode(Order(self._settings, generation)))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise MedkgError
        return msgspec.json.decode(output, type=Survey)


def main() -> int:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(surveyed(order.settings, order.generation)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
